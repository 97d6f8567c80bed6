import type { BoundRoot, Operand } from '../bound.ts';
import type { ArgumentNode, FieldNode, OperationNode } from '../syntax/ast.ts';
import { type ArgumentTable, bindArguments } from './bind-arguments.ts';
import { bindFilter } from './bind-filter.ts';
import { bindOperand } from './bind-operand.ts';
import { bindOrder } from './bind-order.ts';
import { bindSelection, flatten } from './bind-selection.ts';
import {
  type BindingContext,
  report,
  reportNotExecutable,
  requireCollection,
} from './binding-context.ts';
import { intType } from './field-access.ts';

/** Arguments of a collection at the root of a query. */
export const rootArguments: Omit<ArgumentTable, 'owner'> = {
  known: { where: ['filter'], orderBy: [], limit: [], offset: ['skip'] },
  later: ['first', 'last', 'after', 'before', 'search', 'validate'],
};

/** Binds the collections that a query reads. Wrong ones are reported and left out. */
export function bindQueryRoots(
  context: BindingContext,
  operation: OperationNode,
): readonly BoundRoot[] {
  const roots = flatten(context, operation.selectionSet.selections, undefined).flatMap(
    ({ node }) => bindRoot(context, node) ?? [],
  );
  reportSharedKeys(context, roots);
  return roots;
}

/** Reports roots or mutation fields whose results would share a key. */
export function reportSharedKeys(
  context: BindingContext,
  fields: readonly { readonly responseKey: string; readonly span: BoundRoot['span'] }[],
): void {
  const seen = new Set<string>();
  for (const { responseKey, span } of fields) {
    if (seen.has(responseKey)) {
      report(context, span, {
        code: 'DuplicateName',
        message: `Two results would be called "${responseKey}".`,
        hint: `Give one of them an alias: other: ${responseKey}.`,
      });
    }
    seen.add(responseKey);
  }
}

function bindRoot(context: BindingContext, node: FieldNode): BoundRoot | undefined {
  const { name } = node;
  if (name.value.startsWith('__')) {
    return reportNotExecutable(context, name.span, `Introspection by "${name.value}"`);
  }
  const collection = requireCollection(context, name.value, name.span);
  if (collection === undefined) {
    markVariablesUsed(context, node.arguments);
    return undefined;
  }
  const table = { owner: `"${name.value}"`, ...rootArguments };
  const given = bindArguments(context, node.arguments, table);
  const whereNode = given.get('where');
  const where = whereNode && bindFilter(context, collection, whereNode.value);
  const orderNode = given.get('orderBy');
  const orderBy = orderNode === undefined ? [] : bindOrder(context, collection, orderNode.value);
  const limit = bindCount(context, given.get('limit'));
  const offset = bindCount(context, given.get('offset'));
  if (node.selectionSet === undefined) {
    const message = `"${name.value}" needs the fields to show.`;
    const hint = `Write ${name.value} { id … }.`;
    return report(context, node.span, { code: 'InvalidSelection', message, hint });
  }
  return {
    responseKey: (node.alias ?? name).value,
    collection: collection.name,
    orderBy,
    selection: bindSelection(context, collection, node.selectionSet),
    span: node.span,
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

function bindCount(
  context: BindingContext,
  argument: ArgumentNode | undefined,
): Operand | undefined {
  if (argument === undefined) return undefined;
  const { name, value } = argument;
  const place = { type: intType, use: 'data', place: `"${name.value}"` } as const;
  const operand = bindOperand(context, value, place);
  if (operand?.kind !== 'constant') return operand;
  // As in GraphQL, null is as if the argument were not there.
  if (operand.value === null) return undefined;
  if (typeof operand.value === 'number' && operand.value >= 0) return operand;
  const message = `"${name.value}" cannot be negative.`;
  return report(context, value.span, { code: 'InvalidValue', message });
}

/** Below an unknown collection nothing is checked, but its variables are not called unused either. */
export function markVariablesUsed(context: BindingContext, nodes: readonly ArgumentNode[]): void {
  const pending = nodes.map((node) => node.value);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'variable') context.usedVariables.add(node.name.value);
    else if (node.kind === 'list') pending.push(...node.items);
    else if (node.kind === 'object') pending.push(...node.entries.map((entry) => entry.value));
  }
}
