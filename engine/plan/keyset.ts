/*
 * The place of a cursor in a total order: the values of the order's keys, the id among them. What follows it is found
 * by comparing, not by counting, so it stays the same place whatever is inserted or deleted elsewhere.
 *
 * An index that is read in the order begins at the place. Entries with the same key stand in row order; where that is
 * id order, those up to the place's own row are passed over without their documents.
 */
import type { IndexEntry } from '../catalog/catalog.ts';
import type { IndexBound, IndexRange } from '../transactions/snapshot.ts';
import { compareValues } from '../values/compare.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import type { IndexOrder } from './index-order.ts';
import type { Keyset } from './resolved-filter.ts';

/** Ranges of one index that leave out what stands before a place; none when nothing stands behind it. */
export interface KeysetRanges {
  readonly ranges: readonly IndexRange[];
  /** In the first range, rows up to this one stand before the place. */
  readonly passedRow?: Row;
}

/** Cuts the one range of an index that is read in the order of the place. */
export function rangesFrom(
  keyset: Keyset,
  index: IndexEntry,
  range: IndexRange,
  pinned: readonly StoredValue[],
  { orderedKeys }: IndexOrder,
): KeysetRanges {
  const place = placeIn(keyset, index, pinned, orderedKeys);
  if (place === undefined) return { ranges: [range] };
  const isWhole = place.length === index.fields.length && orderedKeys === keyset.keys.length;
  if (!isWhole || keyset.row === undefined || keyset.isInclusive) {
    return { ranges: inside([cut(range, { values: place, inclusive: true })]) };
  }
  const same = { ...withBound(range, { values: place, inclusive: true }) };
  const behind = cut(range, { values: place, inclusive: false });
  const ranges = inside([same, behind]);
  return ranges[0] === same ? { ranges, passedRow: keyset.row } : { ranges };
}

/** The values of the index's fields at the place, as far as the order goes. */
function placeIn(
  { keys, values }: Keyset,
  index: IndexEntry,
  pinned: readonly StoredValue[],
  orderedKeys: number,
): readonly StoredValue[] | undefined {
  const place = [...pinned];
  for (const [at, key] of keys.slice(0, orderedKeys).entries()) {
    const name = key.path.join('.');
    const value = values[at] ?? null;
    const field = index.fields.indexOf(name);
    if (field >= 0 && field < pinned.length) {
      // A cursor of another filter may stand outside of what is pinned.
      if (compareValues(pinned[field] ?? null, value) !== 0) return undefined;
    } else if (field === place.length) place.push(value);
    else if (name !== 'id') return undefined;
  }
  return place.length > pinned.length ? place : undefined;
}

/** The range without what is read before the bound. */
function cut(range: IndexRange, bound: IndexBound): IndexRange {
  const { reverse, lower, upper } = range;
  if (reverse) return { ...range, upper: tighter(upper, bound, -1) };
  return { ...range, lower: tighter(lower, bound, 1) };
}

/** The part of the range whose keys begin with the values of the bound. */
function withBound(range: IndexRange, bound: IndexBound): IndexRange {
  const { reverse, lower, upper } = range;
  return { lower: tighter(lower, bound, 1), upper: tighter(upper, bound, -1), reverse };
}

/** The bound that leaves more out; `sign` is 1 for lower and -1 for upper bounds. */
function tighter(present: IndexBound | undefined, added: IndexBound, sign: 1 | -1): IndexBound {
  if (present === undefined) return added;
  const order = comparePrefixes(present.values, added.values) * sign;
  if (order !== 0) return order > 0 ? present : added;
  const isInside = present.values.length > added.values.length;
  if (isInside) return added.inclusive ? present : added;
  return present.inclusive ? added : present;
}

function comparePrefixes(left: readonly StoredValue[], right: readonly StoredValue[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = compareValues(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function inside(ranges: readonly IndexRange[]): readonly IndexRange[] {
  return ranges.filter(({ lower, upper }) => {
    if (lower === undefined || upper === undefined) return true;
    const order = comparePrefixes(lower.values, upper.values);
    if (order !== 0) return order < 0;
    const [shorter, longer] =
      lower.values.length <= upper.values.length ? [lower, upper] : [upper, lower];
    return shorter.inclusive && (longer.inclusive || longer.values.length > shorter.values.length);
  });
}
