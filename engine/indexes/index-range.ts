/* A range of values as a range of keys, and whether its ends have to be compared again (cut values). */

import { assert } from '../base/assert.ts';
import { compareBytes, prefixSuccessor } from '../base/bytes.ts';
import { indexValuesOffset, type KeyRange, rangeOf } from '../storage/key-space.ts';
import type { IndexBound, IndexRange } from '../transactions/snapshot.ts';
import { compareValues } from '../values/compare.ts';
import { readKeyComponent } from '../values/key-encoding.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { encodeTuple, type IndexLayout, typedFieldCount } from './index-layout.ts';

/** The keys that may hold values of a range. Where a bound was cut, both sides of it are inside. */
export function keyRangeOf(layout: IndexLayout, range: IndexRange): KeyRange {
  const whole = rangeOf(layout.head);
  const { lower, upper } = range;
  const start = isOpen(layout, lower) ? whole.start : edge(layout, lower, 'lower');
  const end = isOpen(layout, upper) ? whole.end : edge(layout, upper, 'upper');
  return { start, end };
}

/** True for a bound that leaves nothing out; ids are never null, so that what is above null is all of them. */
function isOpen({ forms }: IndexLayout, bound: IndexBound | undefined): bound is undefined {
  return bound === undefined || (forms[0] === 'id' && bound.values[0] === null);
}

/** True when values lie inside a range, by comparison. */
export function isInside(range: IndexRange, values: readonly StoredValue[]): boolean {
  if (range.lower !== undefined) {
    const order = comparePrefix(values, range.lower.values);
    if (order < 0 || (order === 0 && !range.lower.inclusive)) return false;
  }
  if (range.upper !== undefined) {
    const order = comparePrefix(values, range.upper.values);
    if (order > 0 || (order === 0 && !range.upper.inclusive)) return false;
  }
  return true;
}

/** Order of two tuples by the values that both have. */
export function comparePrefix(a: readonly StoredValue[], b: readonly StoredValue[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Length of a key up to the mark of its first cut value; `undefined` when none was cut. */
export function cutLength(key: Uint8Array, fieldCount: number): number | undefined {
  let offset = indexValuesOffset;
  for (let field = 0; field < fieldCount && offset < key.length; field += 1) {
    const { end, cutEnd } = readKeyComponent(key, offset);
    if (cutEnd !== undefined) return cutEnd;
    offset = end;
  }
  return undefined;
}

/** The part of two ranges that is in both. */
export function intersect(a: KeyRange, b: KeyRange): KeyRange {
  return {
    start: compareBytes(a.start, b.start) < 0 ? b.start : a.start,
    end: compareBytes(a.end, b.end) < 0 ? a.end : b.end,
  };
}

function edge(layout: IndexLayout, bound: IndexBound, side: 'lower' | 'upper'): Uint8Array {
  const { bytes } = encodeTuple(layout, bound.values);
  const typedCount = Math.min(bound.values.length, typedFieldCount(layout));
  const cut = cutLength(bytes, typedCount);
  const prefix = cut === undefined ? bytes : bytes.slice(0, cut);
  const isAbove = cut === undefined ? (side === 'lower') !== bound.inclusive : side === 'upper';
  if (!isAbove) return prefix;
  const above = prefixSuccessor(prefix);
  assert(above !== undefined, 'index keys have a successor');
  return above;
}
