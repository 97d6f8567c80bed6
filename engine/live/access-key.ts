/*
 * How a change finds the filters that it may concern: each filter is entered under one of its conditions, the cheapest
 * to look up. Equality and lists of values are looked up by value, ranges and prefixes by interval; what has neither is
 * asked for every change of its collection. A filter of alternatives is entered once for each.
 */
import type { FieldPath, FilterOperator } from '#engine/aql';
import {
  conjunctsOf,
  type ResolvedComparison,
  type ResolvedFilter,
} from '../plan/resolved-filter.ts';
import { compareValues, isList } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';

/** A closed interval of numbers or of strings; open ends are absent. */
export interface Interval {
  readonly low: StoredValue | undefined;
  readonly high: StoredValue | undefined;
  readonly type: 'number' | 'string';
}

export type AccessKey =
  /** The value, or an element of the list, that stands at the path. */
  | { readonly kind: 'value'; readonly path: FieldPath; readonly values: readonly StoredValue[] }
  | { readonly kind: 'interval'; readonly path: FieldPath; readonly interval: Interval };

/** A filter with more values or alternatives is asked every time. */
const valuesMax = 64;
const alternativesMax = 8;

/** The keys under which a filter is entered; `undefined` when it must be asked every time. */
export function accessKeysOf(filter: ResolvedFilter): readonly AccessKey[] | undefined {
  const conjuncts = conjunctsOf(filter);
  const comparisons = conjuncts.filter((conjunct) => conjunct.kind === 'compare');
  const byValue = bestValueKey(comparisons);
  if (byValue !== undefined) return [byValue];
  const byInterval = intervalKey(comparisons);
  if (byInterval !== undefined) return [byInterval];
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'or' || conjunct.operands.length > alternativesMax) continue;
    const keys: AccessKey[] = [];
    const isComplete = conjunct.operands.every((operand) => {
      const found = accessKeysOf(operand);
      if (found !== undefined) keys.push(...found);
      return found !== undefined;
    });
    if (isComplete) return keys;
  }
  return undefined;
}

/** The fewer values the better; among equals, ids and texts say more than numbers, and those more than booleans. */
function bestValueKey(comparisons: readonly ResolvedComparison[]): AccessKey | undefined {
  let best: { readonly key: AccessKey; readonly rank: number } | undefined;
  for (const comparison of comparisons) {
    const values = valuesOf(comparison);
    if (values === undefined || values.length > valuesMax || !values.every(isScalar)) continue;
    const rank = values.length * 4 + typeRank(comparison);
    if (best !== undefined && best.rank <= rank) continue;
    best = { key: { kind: 'value', path: comparison.path, values }, rank };
  }
  return best?.key;
}

function typeRank({ path, type }: ResolvedComparison): number {
  if (path[0] === 'id') return 0;
  if (type.kind === 'list') return 2;
  if (type.name === 'Boolean') return 3;
  return type.name === 'Uuid' || type.name === 'String' ? 1 : 2;
}

function valuesOf({
  operator,
  value,
  type,
}: ResolvedComparison): readonly StoredValue[] | undefined {
  switch (operator) {
    case 'eq':
      return [value];
    case 'isNull':
      return [null];
    case 'in':
    case 'containsAny':
      return isList(value) ? value : undefined;
    case 'contains':
      return type.kind === 'list' ? [value] : undefined;
    case 'containsAll':
      // Of no elements at all, every list has all.
      return isList(value) && value.length > 0 ? value.slice(0, 1) : undefined;
    default:
      return undefined;
  }
}

function isScalar(value: StoredValue): boolean {
  return typeof value !== 'object' || value === null;
}

/** The conditions on one field together. */
function intervalKey(comparisons: readonly ResolvedComparison[]): AccessKey | undefined {
  const byPath = new Map<string, { readonly path: FieldPath; interval: Interval }>();
  for (const { path, operator, value } of comparisons) {
    const interval = intervalOf(operator, value);
    if (interval === undefined) continue;
    const name = JSON.stringify([path, interval.type]);
    const known = byPath.get(name);
    if (known === undefined) byPath.set(name, { path, interval });
    else known.interval = narrowed(known.interval, interval);
  }
  const found = [...byPath.values()];
  const closed = found.find(
    ({ interval: { low, high } }) => low !== undefined && high !== undefined,
  );
  const best = closed ?? found[0];
  return best === undefined ? undefined : { kind: 'interval', ...best };
}

function intervalOf(operator: FilterOperator, value: StoredValue): Interval | undefined {
  if (operator === 'between' && isList(value)) {
    const [low, high] = value;
    const type = scalarType(low);
    return type === undefined || scalarType(high) !== type ? undefined : { low, high, type };
  }
  const type = scalarType(value);
  if (type === undefined) return undefined;
  switch (operator) {
    case 'gt':
    case 'gte':
      return { low: value, high: undefined, type };
    case 'lt':
    case 'lte':
      return { low: undefined, high: value, type };
    case 'startsWith':
      return type === 'string'
        ? { low: value, high: `${String(value)}\u{10ffff}`, type }
        : undefined;
    default:
      return undefined;
  }
}

function scalarType(value: StoredValue | undefined): 'number' | 'string' | undefined {
  return typeof value === 'number' ? 'number' : typeof value === 'string' ? 'string' : undefined;
}

function narrowed(left: Interval, right: Interval): Interval {
  return {
    type: left.type,
    low: outermost(left.low, right.low, 1),
    high: outermost(left.high, right.high, -1),
  };
}

function outermost(
  left: StoredValue | undefined,
  right: StoredValue | undefined,
  sign: 1 | -1,
): StoredValue | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  return compareValues(left, right) * sign >= 0 ? left : right;
}
