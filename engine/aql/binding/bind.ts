import type { BoundFilter, BoundOrder, BoundStatement, BoundVariable } from '../bound.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { JsonValue } from '../field-type.ts';
import { aqlLimits } from '../limits.ts';
import type { DocumentNode, OperationNode, SchemaNode, ValueNode } from '../syntax/ast.ts';
import { reportUnknownDirective } from './bind-arguments.ts';
import { bindFilter } from './bind-filter.ts';
import { bindMutationFields } from './bind-mutation.ts';
import { nodeOfJson } from './bind-operand.ts';
import { bindOrder } from './bind-order.ts';
import { bindQueryRoots } from './bind-query.ts';
import { bindSchema } from './bind-schema.ts';
import { bindVariables } from './bind-variables.ts';
import {
  type BindingContext,
  type KnownFragment,
  report,
  reportDuplicates,
  reportNotExecutable,
} from './binding-context.ts';
import { checkFragments } from './check-fragments.ts';

export interface BindResult {
  /** The statements that are right, in text order. Complete only when no diagnostic is an error. */
  readonly statements: readonly BoundStatement[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves every name of a text against a catalog and checks every literal. Never throws; all findings come at once.
 * A statement sees the collections that earlier schema blocks of the text define. Definitions with syntax errors are
 * left out: `parse` has reported them.
 */
export function bind(document: DocumentNode, catalog: CatalogShape): BindResult {
  const fragments = knownFragments(document);
  const shared = newContext(catalog, fragments);
  const names = document.definitions.flatMap(({ node }) =>
    node.kind === 'operation' && node.name !== undefined ? [node.name] : [],
  );
  reportDuplicates(shared, names, 'The operation name');
  const statements: BoundStatement[] = [];
  let current = catalog;
  for (const { node, isBroken } of document.definitions) {
    if (isBroken) continue;
    const context = { ...shared, catalog: current, counter: { selections: 0 } };
    switch (node.kind) {
      case 'operation': {
        const statement = bindOperation(context, node);
        if (statement !== undefined) statements.push(statement);
        break;
      }
      case 'schema': {
        const { statement, after } = bindSchemaBlock(context, node);
        if (statement !== undefined) statements.push(statement);
        current = after;
        break;
      }
      case 'migrate': {
        const word = { start: node.span.start, end: node.span.start + 'migrate'.length };
        reportNotExecutable(context, word, 'A "migrate" block');
        break;
      }
      default:
        break;
    }
  }
  checkFragments({ ...shared, catalog: current }, document);
  const diagnostics = [...shared.diagnostics].sort((a, b) => a.span.start - b.span.start);
  return { statements, diagnostics };
}

function newContext(
  catalog: CatalogShape,
  fragments: ReadonlyMap<string, KnownFragment>,
): BindingContext {
  return {
    catalog,
    diagnostics: [],
    fragments,
    variables: undefined,
    usedVariables: new Set(),
    counter: { selections: 0 },
  };
}

function knownFragments(document: DocumentNode): ReadonlyMap<string, KnownFragment> {
  const fragments = new Map<string, KnownFragment>();
  for (const { node, isBroken } of document.definitions) {
    if (node.kind !== 'fragment' || node.name === undefined) continue;
    if (!fragments.has(node.name.value)) {
      fragments.set(node.name.value, { node: isBroken ? undefined : node });
    }
  }
  return fragments;
}

function bindOperation(shared: BindingContext, node: OperationNode): BoundStatement | undefined {
  if (node.operation === 'subscription') {
    const word = { start: node.span.start, end: node.span.start + 'subscription'.length };
    return reportNotExecutable(shared, word, 'A subscription');
  }
  for (const directive of node.directives) {
    if (directive.name.value === 'live') {
      reportNotExecutable(shared, directive.span, '"@live"');
    } else {
      reportUnknownDirective(shared, directive, ['live']);
    }
  }
  const errorsBefore = shared.diagnostics.length;
  const variables = bindVariables(shared, node);
  const context = { ...shared, variables, usedVariables: new Set<string>() };
  const base = {
    span: node.span,
    variables: [...variables.values()],
    ...(node.name === undefined ? {} : { name: node.name.value }),
  };
  const statement: BoundStatement =
    node.operation === 'query'
      ? { ...base, kind: 'query', roots: bindQueryRoots(context, node) }
      : { ...base, kind: 'mutation', fields: bindMutationFields(context, node) };
  const isRight = () =>
    shared.diagnostics.slice(errorsBefore).every(({ severity }) => severity !== 'error');
  // Where something else is wrong, not everything was read, and a variable may only seem unused.
  if (isRight()) reportUnusedVariables(context, variables);
  return isRight() ? statement : undefined;
}

function reportUnusedVariables(
  context: BindingContext,
  variables: ReadonlyMap<string, BoundVariable>,
): void {
  for (const { name, span } of variables.values()) {
    if (context.usedVariables.has(name)) continue;
    const message = `The variable "$${name}" is never used.`;
    report(context, span, { code: 'UnusedVariable', message });
  }
}

function bindSchemaBlock(
  context: BindingContext,
  node: SchemaNode,
): { readonly statement: BoundStatement | undefined; readonly after: CatalogShape } {
  const errorsBefore = context.diagnostics.length;
  const { changes, catalog } = bindSchema(context, node);
  const isRight = context.diagnostics
    .slice(errorsBefore)
    .every(({ severity }) => severity !== 'error');
  const statement: BoundStatement = { kind: 'schema', changes, span: node.span };
  return { statement: isRight ? statement : undefined, after: catalog };
}

/**
 * Binds a filter that is a JSON value: a variable's, or one made by a program. Spans of the findings are empty.
 * `filter` is absent when it is wrong.
 */
export function bindFilterValue(
  value: JsonValue,
  collection: CollectionDefinition,
): { readonly filter?: BoundFilter; readonly diagnostics: readonly Diagnostic[] } {
  const context = newContext({ version: 0, collections: [collection] }, new Map());
  const node = structureOf(context, value);
  const filter = node && bindFilter(context, collection, node);
  const { diagnostics } = context;
  return filter === undefined ? { diagnostics } : { filter, diagnostics };
}

/** Binds an order that is a JSON value, as `bindFilterValue` does with filters. */
export function bindOrderValue(
  value: JsonValue,
  collection: CollectionDefinition,
): { readonly orderBy?: readonly BoundOrder[]; readonly diagnostics: readonly Diagnostic[] } {
  const context = newContext({ version: 0, collections: [collection] }, new Map());
  const node = structureOf(context, value);
  const orderBy = node && bindOrder(context, collection, node);
  const { diagnostics } = context;
  if (orderBy === undefined || !isOrderList(orderBy) || diagnostics.length > 0) {
    return { diagnostics };
  }
  return { orderBy, diagnostics };
}

function isOrderList(orderBy: ReturnType<typeof bindOrder>): orderBy is readonly BoundOrder[] {
  return Array.isArray(orderBy);
}

function structureOf(context: BindingContext, value: JsonValue): ValueNode | undefined {
  const node = nodeOfJson(value, aqlLimits.depthMax);
  if (node !== undefined) return node;
  const message = `The value is nested more than ${aqlLimits.depthMax} deep.`;
  return report(context, { start: 0, end: 0 }, { code: 'LimitExceeded', message });
}
