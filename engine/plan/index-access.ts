/*
 * What part of a filter one index can answer. The leading fields of the index are pinned by `eq`, `isNull` and
 * `in`, the next one may be bounded by ranges; together they give key ranges in ascending order that do not
 * overlap. A conjunct counts as answered only where it cannot meet values of other types: on a scalar of a declared
 * type. Everything else stays in the residual filter.
 */
import type { FieldType } from '#engine/aql';
import type { IndexEntry } from '../catalog/catalog.ts';
import type { IndexBound, IndexRange } from '../transactions/snapshot.ts';
import { compareValues, isList } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { prefixSuccessor } from './prefix-successor.ts';
import type { ResolvedComparison, ResolvedFilter } from './resolved-filter.ts';

export interface IndexAccess {
  readonly index: IndexEntry;
  /** Ascending, without overlap. Empty when no document can match. */
  readonly ranges: readonly IndexRange[];
  /** Conjuncts that need no check after the ranges. */
  readonly answered: ReadonlySet<ResolvedFilter>;
  /** How many leading fields have one value throughout; order begins after them. Zero when there are several ranges. */
  readonly pinnedCount: number;
  /** True when each range is one whole key of a unique index without nulls, hence at most one row. */
  readonly isUniqueLookup: boolean;
}

/** More ranges than this are not worth enumerating; further fields of the index are then left alone. */
const rangesMax = 1_000;

/** How the index can answer part of the conjuncts; `undefined` when it cannot. */
export function findIndexAccess(
  index: IndexEntry,
  conjuncts: readonly ResolvedFilter[],
): IndexAccess | undefined {
  if (index.state !== 'live' || index.text === true) return undefined;
  if (index.multiEntry) return findElementAccess(index, conjuncts);
  let prefixes: readonly (readonly StoredValue[])[] = [[]];
  let pinnedCount = 0;
  const answered = new Set<ResolvedFilter>();
  for (const field of index.fields) {
    const onField = comparisonsOn(field, conjuncts);
    const pin = findPin(onField);
    if (pin === undefined || prefixes.length * pin.values.length > rangesMax) {
      const bounds = findBounds(onField);
      if (bounds === undefined) break;
      for (const conjunct of bounds.answered) answered.add(conjunct);
      const ranges = bounds.isEmpty ? [] : prefixes.map((prefix) => boundedRange(prefix, bounds));
      return {
        index,
        ranges,
        answered,
        pinnedCount: prefixes.length === 1 ? pinnedCount : 0,
        isUniqueLookup: false,
      };
    }
    prefixes = prefixes.flatMap((prefix) => pin.values.map((value) => [...prefix, value]));
    pinnedCount += 1;
    if (pin.isExact) answered.add(pin.conjunct);
  }
  if (pinnedCount === 0) return undefined;
  return {
    index,
    ranges: prefixes.map(keyRange),
    answered,
    pinnedCount: prefixes.length === 1 ? pinnedCount : 0,
    isUniqueLookup:
      index.unique &&
      pinnedCount === index.fields.length &&
      prefixes.every((prefix) => !prefix.includes(null)),
  };
}

/** Indexes with an entry per element answer `contains` and its relatives, on the one field they have. */
function findElementAccess(
  index: IndexEntry,
  conjuncts: readonly ResolvedFilter[],
): IndexAccess | undefined {
  const [field] = index.fields;
  if (field === undefined || index.fields.length !== 1) return undefined;
  for (const conjunct of comparisonsOn(field, conjuncts)) {
    const { operator, type, value } = conjunct;
    if (type.kind !== 'list' || !isOrderedScalar(type.element)) continue;
    const elements = operator === 'contains' ? [value] : isList(value) ? sortedValues(value) : [];
    const isAny = operator === 'contains' || operator === 'containsAny';
    if (!isAny && (operator !== 'containsAll' || elements.length === 0)) continue;
    if (elements.includes(null) || elements.length > rangesMax) continue;
    const wanted = isAny ? elements : elements.slice(0, 1);
    const isExact = wanted.length === elements.length;
    return {
      index,
      ranges: wanted.map((element) => keyRange([element])),
      answered: new Set(isExact ? [conjunct] : []),
      pinnedCount: wanted.length === 1 ? 1 : 0,
      isUniqueLookup: false,
    };
  }
  return undefined;
}

function comparisonsOn(
  field: string,
  conjuncts: readonly ResolvedFilter[],
): readonly ResolvedComparison[] {
  return conjuncts.filter(
    (conjunct): conjunct is ResolvedComparison =>
      conjunct.kind === 'compare' && conjunct.path.join('.') === field,
  );
}

interface Pin {
  readonly conjunct: ResolvedComparison;
  readonly values: readonly StoredValue[];
  readonly isExact: boolean;
}

/** The conjunct that allows the fewest values: `eq` or `isNull` before the shortest `in`. */
function findPin(onField: readonly ResolvedComparison[]): Pin | undefined {
  let best: Pin | undefined;
  for (const conjunct of onField) {
    const values = pinnedValues(conjunct);
    if (values === undefined || (best !== undefined && best.values.length <= values.length))
      continue;
    best = { conjunct, values, isExact: isOrderedScalar(conjunct.type) };
  }
  return best;
}

function pinnedValues({ operator, value }: ResolvedComparison): readonly StoredValue[] | undefined {
  switch (operator) {
    case 'eq':
      return isScalar(value) ? [value] : undefined;
    case 'isNull':
      return [null];
    case 'in':
      return isList(value) && value.every(isScalar) ? sortedValues(value) : undefined;
    default:
      return undefined;
  }
}

interface Bounds {
  readonly lower: { readonly value: StoredValue; readonly inclusive: boolean };
  readonly upper: { readonly value: StoredValue; readonly inclusive: boolean } | undefined;
  readonly answered: readonly ResolvedFilter[];
  readonly isEmpty: boolean;
}

/** The tightest range that all range conjuncts on one field allow; null is always outside. */
function findBounds(onField: readonly ResolvedComparison[]): Bounds | undefined {
  let lower: Bounds['lower'] = { value: null, inclusive: false };
  let upper: Bounds['upper'];
  const answered: ResolvedFilter[] = [];
  let isFound = false;
  for (const conjunct of onField) {
    const range = rangeOf(conjunct);
    if (range === undefined) continue;
    isFound = true;
    if (range.isNever) return { lower, upper, answered, isEmpty: true };
    if (range.lower !== undefined && isTighterLower(range.lower, lower)) lower = range.lower;
    if (range.upper !== undefined && isTighterUpper(range.upper, upper)) upper = range.upper;
    if (isOrderedScalar(conjunct.type)) answered.push(conjunct);
  }
  if (!isFound) return undefined;
  return { lower, upper, answered, isEmpty: isCrossed(lower, upper) };
}

type Bound = Bounds['lower'];

interface FieldRange {
  readonly lower?: Bound;
  readonly upper?: Bound | undefined;
  readonly isNever?: boolean;
}

function rangeOf({ operator, value }: ResolvedComparison): FieldRange | undefined {
  switch (operator) {
    case 'gt':
    case 'gte':
      return rangeFrom(value, operator === 'gte');
    case 'lt':
    case 'lte':
      return rangeTo(value, operator === 'lte');
    case 'between': {
      if (!isList(value)) return undefined;
      const [low = null, high = null] = value;
      const from = rangeFrom(low, true);
      const to = rangeTo(high, true);
      if (from === undefined || to === undefined) return undefined;
      return {
        ...(from.lower === undefined ? {} : { lower: from.lower }),
        ...(to.upper === undefined ? {} : { upper: to.upper }),
        isNever: from.isNever === true || to.isNever === true,
      };
    }
    case 'startsWith': {
      if (typeof value !== 'string') return undefined;
      const successor = prefixSuccessor(value);
      return {
        lower: { value, inclusive: true },
        ...(successor === undefined ? {} : { upper: { value: successor, inclusive: false } }),
      };
    }
    case 'isNotNull':
      return { lower: { value: null, inclusive: false } };
    default:
      return undefined;
  }
}

function rangeFrom(value: StoredValue, inclusive: boolean): FieldRange | undefined {
  if (value === null) return { isNever: true };
  if (!isScalar(value)) return undefined;
  return { lower: { value, inclusive } };
}

function rangeTo(value: StoredValue, inclusive: boolean): FieldRange | undefined {
  if (value === null) return { isNever: true };
  if (!isScalar(value)) return undefined;
  return { upper: { value, inclusive } };
}

function isTighterLower(candidate: Bound, current: Bound): boolean {
  const sign = compareValues(candidate.value, current.value);
  return sign > 0 || (sign === 0 && !candidate.inclusive);
}

function isTighterUpper(candidate: Bound, current: Bound | undefined): boolean {
  if (current === undefined) return true;
  const sign = compareValues(candidate.value, current.value);
  return sign < 0 || (sign === 0 && !candidate.inclusive);
}

function isCrossed(lower: Bound, upper: Bound | undefined): boolean {
  if (upper === undefined) return false;
  const sign = compareValues(lower.value, upper.value);
  return sign > 0 || (sign === 0 && !(lower.inclusive && upper.inclusive));
}

function boundedRange(prefix: readonly StoredValue[], { lower, upper }: Bounds): IndexRange {
  const from: IndexBound = { values: [...prefix, lower.value], inclusive: lower.inclusive };
  if (upper !== undefined) {
    const to: IndexBound = { values: [...prefix, upper.value], inclusive: upper.inclusive };
    return { lower: from, upper: to, reverse: false };
  }
  if (prefix.length === 0) return { lower: from, reverse: false };
  return { lower: from, upper: { values: prefix, inclusive: true }, reverse: false };
}

function keyRange(values: readonly StoredValue[]): IndexRange {
  const bound: IndexBound = { values, inclusive: true };
  return { lower: bound, upper: bound, reverse: false };
}

/** Types whose key order is their value order without regard to other types in the same index. */
function isOrderedScalar(type: FieldType): boolean {
  return type.kind === 'scalar' && type.name !== 'Any' && type.name !== 'Object';
}

function isScalar(value: StoredValue): boolean {
  return typeof value !== 'object' || value === null;
}

function sortedValues(values: readonly StoredValue[]): readonly StoredValue[] {
  const sorted = [...values].sort(compareValues);
  return sorted.filter(
    (value, at) => at === 0 || compareValues(value, sorted[at - 1] ?? null) !== 0,
  );
}
