/* The arguments of a read, once the variables of the run are known. */
import {
  type BoundFilter,
  type BoundOrder,
  type BoundRead,
  bindOrderValue,
  type Operand,
  type Span,
} from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { everything, type ResolvedFilter } from '../plan/resolved-filter.ts';
import type { SortKey } from '../plan/sort-key.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';
import { resolveFilter } from './resolve-filter.ts';
import { rankKeys } from './search/resolve-search.ts';
import type { ReadScope } from './selection.ts';

/** @throws AuroraError for values that do not fit */
export function resolveWhere(
  where: BoundFilter | undefined,
  { definition }: CollectionEntry,
  variables: VariableValues,
): ResolvedFilter {
  if (where === undefined) return everything;
  return resolveFilter(where, { collection: definition, variables, absentVariable: 'omit' });
}

/** @throws AuroraError for a value that is no order */
export function resolveOrder(
  orderBy: BoundRead['orderBy'],
  { definition }: CollectionEntry,
  variables: VariableValues,
  span: Span,
): readonly BoundOrder[] {
  if (!('kind' in orderBy)) return orderBy;
  const value = variables.get(orderBy.name);
  if (value === undefined || value === null) return [];
  const { orderBy: order, diagnostics } = bindOrderValue(value, definition);
  const [first] = diagnostics;
  if (order !== undefined) return order;
  throw new AuroraError(
    first?.code ?? 'InvalidValue',
    `The order in "$${orderBy.name}" cannot be used: ${first?.message ?? 'it is no order.'}`,
    { span, ...(first?.hint === undefined ? {} : { hint: first.hint }) },
  );
}

/** The total order of a read; a search without an order gives the best first. */
export function keysOf(
  { orderBy, span }: Pick<BoundRead, 'orderBy'> & { readonly span: Span },
  collection: CollectionEntry,
  { variables, context }: ReadScope,
): readonly SortKey[] {
  const order = resolveOrder(orderBy, collection, variables, span);
  return order.length === 0 && context.search !== undefined ? rankKeys : sortKeysOf(order);
}

/** @throws AuroraError `InvalidValue` for what is no whole number from 0 */
export function resolveCount(
  operand: Operand | undefined,
  argument: string,
  variables: VariableValues,
  span: Span,
): number | undefined {
  const value = operand === undefined ? undefined : evaluateOperand(operand, variables);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new AuroraError(
    'InvalidValue',
    `"${argument}" takes a whole number from 0, not ${JSON.stringify(value)}.`,
    { span, details: { argument, value } },
  );
}
