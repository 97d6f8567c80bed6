/* Filters and orders that arrive as JSON, as the fluent API and live queries have them, through the binder of AQL. */
import {
  type BoundFilter,
  type BoundOrder,
  bindFilterValue,
  bindOrderValue,
  type CollectionDefinition,
  type Diagnostic,
  type JsonValue,
} from '#engine/aql';
import { AuroraError } from '../errors.ts';

/** A filter over one collection, as AQL's `where`. */
export interface FilterRequest {
  readonly collection: string;
  readonly where: { readonly [key: string]: JsonValue };
}

/** An order of one collection. */
export interface OrderRequest {
  readonly collection: string;
  readonly orderBy: readonly { readonly field: string; readonly direction: 'ASC' | 'DESC' }[];
}

/** @throws AuroraError for names and operators that are not there */
export function bindWhere(request: FilterRequest, definition: CollectionDefinition): BoundFilter {
  const { filter, diagnostics } = bindFilterValue(request.where, definition);
  if (filter !== undefined && !diagnostics.some(isError)) return filter;
  throw refused('filter', request.collection, diagnostics);
}

/** @throws AuroraError for names that are not there */
export function bindOrder(
  request: OrderRequest,
  definition: CollectionDefinition,
): readonly BoundOrder[] {
  const keys = request.orderBy.map(({ field, direction }) => ({ field, direction }));
  const { orderBy, diagnostics } = bindOrderValue(keys, definition);
  if (orderBy !== undefined && !diagnostics.some(isError)) return orderBy;
  throw refused('order', request.collection, diagnostics);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function refused(
  what: 'filter' | 'order',
  collection: string,
  diagnostics: readonly Diagnostic[],
): AuroraError {
  const first = diagnostics.find(isError);
  return new AuroraError(
    first?.code ?? 'InvalidValue',
    first?.message ?? `The ${what} for "${collection}" cannot be used.`,
    {
      diagnostics,
      details: { collection },
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
    },
  );
}
