import type { JsonValue } from '#engine/aql';
import type { PointCondition } from '../exec/point-read.ts';
import type { QueryRequest } from './query.ts';

/** The condition of a request that is about equality with one text and nothing else. */
export function pointConditionOf(request: QueryRequest): PointCondition | undefined {
  const { where, orderBy, limit, offset, signal, ifVersion } = request;
  if (ifVersion !== undefined) return undefined;
  if (offset !== undefined || signal !== undefined || limit === 0 || orderBy.length > 0) {
    return undefined;
  }
  const field = onlyKey(where);
  const comparison = field === undefined ? undefined : where[field];
  if (field === undefined || !isObject(comparison) || onlyKey(comparison) !== 'eq')
    return undefined;
  const text = comparison['eq'];
  return typeof text === 'string' ? { field, text } : undefined;
}

function onlyKey(object: { readonly [key: string]: JsonValue }): string | undefined {
  let only: string | undefined;
  for (const key in object) {
    if (only !== undefined) return undefined;
    only = key;
  }
  return only;
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
