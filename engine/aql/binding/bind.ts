import type { BoundFilter, BoundOrder, BoundStatement, BoundVariable } from '../bound.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { JsonValue } from '../field-type.ts';
import { aqlLimits } from '../limits.ts';
import type { DocumentNode, OperationNode, ValueNode } from '../syntax/ast.ts';
import { bindArguments, reportUnknownDirective } from './bind-arguments.ts';
import { bindFilter } from './bind-filter.ts';
import { bindMigration } from './bind-migration.ts';
import { bindMutationFields } from './bind-mutation.ts';
import { nodeOfJson } from './bind-operand.ts';
import { bindOrder } from './bind-order.ts';
import { bindQueryRoots, bindSubscriptionRoot } from './bind-query.ts';
import { bindRead } from './bind-read.ts';
import { bindSchema } from './bind-schema.ts';
import { bindVariables } from './bind-variables.ts';
import {
  type BindingContext,
  errorCount,
  type KnownFragment,
  report,
  reportDuplicates,
} from './binding-context.ts';
import { checkFragments } from './check-fragments.ts';
import { removing } from './suggest.ts';

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
  reportDuplicates(shared, names, 'operation name');
  const statements: BoundStatement[] = [];
  let current = catalog;
  for (const { node, isBroken } of document.definitions) {
    if (isBroken) continue;
    const context = { ...shared, catalog: current, counter: { selections: 0 } };
    const errorsBefore = errorCount(shared);
    const isRight = (): boolean => errorCount(shared) === errorsBefore;
    switch (node.kind) {
      case 'operation': {
        const statement = bindOperation(context, node);
        if (statement !== undefined) statements.push(statement);
        break;
      }
      case 'schema': {
        const { changes, catalog: after } = bindSchema(context, node);
        if (isRight()) statements.push({ kind: 'schema', changes, span: node.span });
        current = after;
        break;
      }
      case 'migrate': {
        const { versions, catalog: after } = bindMigration(context, node);
        if (isRight()) statements.push({ kind: 'migration', versions, span: node.span });
        current = after;
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
    bindRead,
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
  const isLive = bindOperationDirectives(shared, node);
  const errorsBefore = errorCount(shared);
  const variables = bindVariables(shared, node);
  const context = { ...shared, variables, usedVariables: new Set<string>(), operation: node };
  const statement = bindInside(context, node, isLive);
  const isRight = (): boolean => errorCount(shared) === errorsBefore;
  // Where something else is wrong, not everything was read, and a variable may only seem unused.
  if (isRight()) reportUnusedVariables(context, node, variables);
  return isRight() ? statement : undefined;
}

function bindInside(
  context: BindingContext,
  node: OperationNode,
  isLive: boolean,
): BoundStatement | undefined {
  const base = {
    span: node.span,
    variables: [...(context.variables?.values() ?? [])],
    ...(node.name === undefined ? {} : { name: node.name.value }),
  };
  switch (node.operation) {
    case 'query':
      return { ...base, kind: 'query', roots: bindQueryRoots(context, node), isLive };
    case 'mutation':
      return { ...base, kind: 'mutation', fields: bindMutationFields(context, node) };
    case 'subscription': {
      const root = bindSubscriptionRoot(context, node);
      return root && { ...base, kind: 'subscription', root };
    }
  }
}

/** True for `query @live`. Other directives are reported. */
function bindOperationDirectives(context: BindingContext, node: OperationNode): boolean {
  let isLive = false;
  for (const directive of node.directives) {
    if (directive.name.value !== 'live') {
      reportUnknownDirective(context, directive, node.operation === 'query' ? ['live'] : []);
      continue;
    }
    isLive = true;
    bindArguments(context, directive.arguments, { owner: '"@live"', known: {} });
    if (node.operation === 'query') continue;
    const hint =
      node.operation === 'subscription'
        ? 'A subscription is live by itself.'
        : 'Only queries can be.';
    const message = `A ${node.operation} cannot be "@live".`;
    const fix = removing(directive.span, 'Remove "@live"');
    report(context, directive.span, { code: 'UnknownDirective', message, hint, fix });
  }
  return isLive;
}

function reportUnusedVariables(
  context: BindingContext,
  node: OperationNode,
  variables: ReadonlyMap<string, BoundVariable>,
): void {
  for (const { name, span } of variables.values()) {
    if (context.usedVariables.has(name)) continue;
    const at = node.variables.findIndex((each) => each.name.value === name);
    const [before, given, next] = [at - 1, at, at + 1].map((each) => node.variables[each]);
    const start = next === undefined ? before?.span.end : given?.span.start;
    const end = next?.span.start ?? given?.span.end;
    // The only variable would leave its parentheses behind.
    const isRemovable = start !== undefined && end !== undefined && node.variables.length > 1;
    report(context, span, {
      code: 'UnusedVariable',
      message: `The variable "$${name}" is never used.`,
      fix: isRemovable ? removing({ start, end }, `Remove "$${name}"`) : undefined,
    });
  }
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
