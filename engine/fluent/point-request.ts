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
  const only = onlyEntry(where);
  if (only === undefined || !isObject(only.value)) return undefined;
  const comparison = onlyEntry(only.value);
  return comparison?.key === 'eq' && typeof comparison.value === 'string'
    ? { field: only.key, text: comparison.value }
    : undefined;
}

function onlyEntry(object: { readonly [key: string]: JsonValue }) {
  let found: { readonly key: string; readonly value: JsonValue } | undefined;
  for (const key in object) {
    const value = object[key];
    if (found !== undefined || value === undefined) return undefined;
    found = { key, value };
  }
  return found;
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
