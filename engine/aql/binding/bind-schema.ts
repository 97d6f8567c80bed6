import type { BoundSchemaChange } from '../bound-schema.ts';
import type { CatalogShape } from '../catalog-shape.ts';
import { findEngineCollection } from '../engine-collections.ts';
import type { CollectionDropNode, SchemaNode, SchemaStatementNode } from '../syntax/ast.ts';
import { bindAlteration } from './bind-alteration.ts';
import { bindDefinition } from './bind-definition.ts';
import { bindHandler, bindHandlerDrop } from './bind-handler.ts';
import { type BindingContext, requireCollection } from './binding-context.ts';
import { findCollection } from './field-access.ts';

/** What a schema block does, and the catalog as it is afterwards. */
export interface BoundSchema {
  readonly changes: readonly BoundSchemaChange[];
  readonly catalog: CatalogShape;
}

/** Binds a schema block; each statement sees what those before it defined. */
export function bindSchema(context: BindingContext, node: SchemaNode): BoundSchema {
  let catalog = context.catalog;
  const changes: BoundSchemaChange[] = [];
  for (const statement of node.statements) {
    const change = bindStatement({ ...context, catalog }, statement);
    if (change === undefined) continue;
    changes.push(change);
    catalog = catalogAfter(catalog, change);
  }
  return { changes, catalog };
}

/** The catalog as it is after a change. */
export function catalogAfter(catalog: CatalogShape, change: BoundSchemaChange): CatalogShape {
  const { collections } = catalog;
  switch (change.kind) {
    case 'defineCollection':
      if (findCollection(catalog, change.definition.name) !== undefined) return catalog;
      return { ...catalog, collections: [...collections, change.definition] };
    case 'dropCollection':
      return {
        ...catalog,
        collections: collections.filter((each) => each.name !== change.collection),
      };
    case 'alterCollection':
      return {
        ...catalog,
        collections: collections.map((each) =>
          each.name === change.collection ? change.definition : each,
        ),
      };
    case 'defineHandler':
      return { ...catalog, handlers: [...(catalog.handlers ?? []), change.name] };
    case 'dropHandler':
      return {
        ...catalog,
        handlers: catalog.handlers?.filter((each) => each !== change.name) ?? [],
      };
  }
}

function bindStatement(
  context: BindingContext,
  node: SchemaStatementNode,
): BoundSchemaChange | undefined {
  switch (node.kind) {
    case 'defineCollection':
      return bindDefinition(context, node);
    case 'alterCollection':
      return bindAlteration(context, node);
    case 'dropCollection':
      return bindDrop(context, node);
    case 'defineHandler':
      return bindHandler(context, node);
    case 'dropHandler':
      return bindHandlerDrop(context, node);
  }
}

/** Binds `drop collection`. */
export function bindDrop(
  context: BindingContext,
  { name, ifExists, span }: CollectionDropNode,
): Extract<BoundSchemaChange, { kind: 'dropCollection' }> | undefined {
  const isEngines = findEngineCollection(name.value) !== undefined;
  if ((!ifExists || isEngines) && requireCollection(context, name, 'write') === undefined) {
    return undefined;
  }
  return { kind: 'dropCollection', collection: name.value, ifExists, span };
}
