/*
 * The one total order of values: null, booleans (false first), numbers, strings by code point, lists element by
 * element, objects as their entries in key order. "Not set" counts as null. Orders, indexes and comparisons of the
 * engine all mean this order; `key-encoding.ts` encodes it as bytes.
 */
import type { StoredValue } from './stored-value.ts';

type Comparable = StoredValue | undefined;

/** Negative, zero or positive as `a` stands before, equals or stands after `b`. */
export function compareValues(a: Comparable, b: Comparable): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const rank = typeRank(a) - typeRank(b);
  if (rank !== 0) return rank;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (isList(a) && isList(b)) return compareLists(a, b);
  if (isObject(a) && isObject(b)) return compareObjects(a, b);
  return 0;
}

/** Order by code point, which is also the order of the UTF-8 bytes. JavaScript's own order is by UTF-16 unit. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, so they are moved behind 0xFFFF. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** True when two values have the same content; a missing field differs from one that is null. */
export function sameValue(a: Comparable, b: Comparable): boolean {
  if (a === b) return true;
  if (isList(a)) {
    return (
      isList(b) &&
      a.length === b.length &&
      a.every((element, index) => sameValue(element, b[index]))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]));
}

/** True for a list. */
export function isList(value: Comparable): value is readonly StoredValue[] {
  return Array.isArray(value);
}

/** True for an object that is no list. */
export function isObject(value: Comparable): value is { readonly [key: string]: StoredValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeRank(value: Comparable): number {
  if (value === null || value === undefined) return 0;
  switch (typeof value) {
    case 'boolean':
      return 1;
    case 'number':
      return 2;
    case 'string':
      return 3;
    default:
      return isList(value) ? 4 : 5;
  }
}

function compareLists(a: readonly StoredValue[], b: readonly StoredValue[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(
  a: { readonly [key: string]: StoredValue },
  b: { readonly [key: string]: StoredValue },
): number {
  const keysA = Object.keys(a).sort(compareStrings);
  const keysB = Object.keys(b).sort(compareStrings);
  const length = Math.min(keysA.length, keysB.length);
  for (let index = 0; index < length; index += 1) {
    const keyA = keysA[index] ?? '';
    const keyB = keysB[index] ?? '';
    const order = compareStrings(keyA, keyB) || compareValues(a[keyA], b[keyB]);
    if (order !== 0) return order;
  }
  return keysA.length - keysB.length;
}
