/*
 * Filters become closures over stored documents, one per node; the platform inlines the small ones. The rules are
 * those of the AQL document: values of different types never match, null and missing are the same to every
 * operator, range operators are never true for null, and `ne`, `notIn` and `not` are the exact opposite of the
 * positive form. Strings are compared by code point.
 */
import type { FilterOperator } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import type { Keyset, ResolvedFilter } from '../plan/resolved-filter.ts';
import { compareValues, isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { compileReader } from './field-reader.ts';
import { foldCase } from './fold-case.ts';
import { requirePattern } from './text-pattern.ts';

/** True when the document satisfies the filter. */
export type DocumentTest = (document: StoredDocument) => boolean;

/** True when the value satisfies one operator. Missing arrives as null. */
export type ValueTest = (value: StoredValue) => boolean;

/** Compiles a filter. @throws AuroraError `InvalidValue` for a regular expression that cannot be used. */
export function compileFilter(filter: ResolvedFilter): DocumentTest {
  switch (filter.kind) {
    case 'and':
      return compileAnd(filter.operands.map(compileFilter));
    case 'or':
      return compileOr(filter.operands.map(compileFilter));
    case 'not': {
      const test = compileFilter(filter.operand);
      return (document) => !test(document);
    }
    case 'compare': {
      const read = compileReader(filter.path);
      const test = compileTest(filter.operator, filter.value);
      return (document) => test(read(document) ?? null);
    }
    case 'size': {
      const read = compileReader(filter.path);
      const test = compileTest(filter.operator, filter.value);
      return (document) => {
        const value = read(document);
        return test(isList(value) ? value.length : null);
      };
    }
    case 'keyset':
      return compileKeyset(filter);
    default:
      return unreachable(filter);
  }
}

/** True for documents behind a place in an order. */
function compileKeyset({ keys, values, isInclusive }: Keyset): DocumentTest {
  const columns = keys.map(({ path, direction }, at) => ({
    read: compileReader(path),
    sign: direction === 'asc' ? 1 : -1,
    value: values[at] ?? null,
  }));
  return (document) => {
    for (const { read, sign, value } of columns) {
      const order = compareValues(read(document) ?? null, value) * sign;
      if (order !== 0) return order > 0;
    }
    return isInclusive;
  };
}

function compileAnd(tests: readonly DocumentTest[]): DocumentTest {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (tests.length === 2) return (document) => first(document) && second(document);
  return (document) => tests.every((test) => test(document));
}

function compileOr(tests: readonly DocumentTest[]): DocumentTest {
  const [first, second] = tests;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (tests.length === 2) return (document) => first(document) || second(document);
  return (document) => tests.some((test) => test(document));
}

/** Compiles one operator with its value. */
export function compileTest(operator: FilterOperator, value: StoredValue): ValueTest {
  switch (operator) {
    case 'eq':
      return equalTo(value);
    case 'ne':
      return negate(equalTo(value));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return inRange(operator, value);
    case 'between': {
      const [low = null, high = null] = listOf(value);
      const above = inRange('gte', low);
      const below = inRange('lte', high);
      return (candidate) => above(candidate) && below(candidate);
    }
    case 'in':
      return memberOf(listOf(value));
    case 'notIn':
      return negate(memberOf(listOf(value)));
    case 'contains':
      return containing(value);
    case 'containsAny': {
      const isWanted = memberOf(listOf(value));
      return (candidate) => isList(candidate) && candidate.some(isWanted);
    }
    case 'containsAll': {
      const wanted = listOf(value).map(equalTo);
      return (candidate) => isList(candidate) && wanted.every((test) => candidate.some(test));
    }
    case 'startsWith':
      return onText(value, (candidate, text) => candidate.startsWith(text));
    case 'endsWith':
      return onText(value, (candidate, text) => candidate.endsWith(text));
    case 'icontains':
      return onFoldedText(value, (candidate, text) => candidate.includes(text));
    case 'ieq':
      return onFoldedText(value, (candidate, text) => candidate === text);
    case 'matches': {
      if (typeof value !== 'string') return never;
      const isMatch = requirePattern(value);
      return (candidate) => typeof candidate === 'string' && isMatch(candidate);
    }
    case 'isNull':
      return (candidate) => candidate === null;
    case 'isNotNull':
      return (candidate) => candidate !== null;
    case 'size': // Bound as a filter of its own; below `Any` it cannot arrive here.
      return never;
    default:
      return unreachable(operator);
  }
}

const never: ValueTest = () => false;

function negate(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

function listOf(value: StoredValue): readonly StoredValue[] {
  return isList(value) ? value : [value];
}

function equalTo(value: StoredValue): ValueTest {
  if (typeof value === 'object' && value !== null) {
    return (candidate) =>
      typeof candidate === 'object' && candidate !== null && compareValues(candidate, value) === 0;
  }
  return (candidate) => candidate === value;
}

function inRange(operator: 'gt' | 'gte' | 'lt' | 'lte', bound: StoredValue): ValueTest {
  if (bound === null) return never;
  if (typeof bound === 'number') return numberInRange(operator, bound);
  const isInside = signTest(operator);
  const wantsList = isList(bound);
  return (candidate) =>
    candidate !== null &&
    typeof candidate === typeof bound &&
    isList(candidate) === wantsList &&
    isInside(compareValues(candidate, bound));
}

function numberInRange(operator: 'gt' | 'gte' | 'lt' | 'lte', bound: number): ValueTest {
  switch (operator) {
    case 'gt':
      return (candidate) => typeof candidate === 'number' && candidate > bound;
    case 'gte':
      return (candidate) => typeof candidate === 'number' && candidate >= bound;
    case 'lt':
      return (candidate) => typeof candidate === 'number' && candidate < bound;
    case 'lte':
      return (candidate) => typeof candidate === 'number' && candidate <= bound;
  }
}

function signTest(operator: 'gt' | 'gte' | 'lt' | 'lte'): (sign: number) => boolean {
  switch (operator) {
    case 'gt':
      return (sign) => sign > 0;
    case 'gte':
      return (sign) => sign >= 0;
    case 'lt':
      return (sign) => sign < 0;
    case 'lte':
      return (sign) => sign <= 0;
  }
}

/** Above this many scalars a set is faster than comparing one after the other. */
const setSizeMin = 8;

function memberOf(values: readonly StoredValue[]): ValueTest {
  const scalars = values.filter((value) => typeof value !== 'object' || value === null);
  if (scalars.length === values.length && scalars.length >= setSizeMin) {
    // A set finds -0 and 0 alike, as `===` does; NaN is never stored.
    const set = new Set<StoredValue>(scalars);
    return (candidate) => set.has(candidate);
  }
  const tests = values.map(equalTo);
  return (candidate) => tests.some((test) => test(candidate));
}

function containing(value: StoredValue): ValueTest {
  const isWanted = equalTo(value);
  return (candidate) => {
    if (isList(candidate)) return candidate.some(isWanted);
    return typeof candidate === 'string' && typeof value === 'string' && candidate.includes(value);
  };
}

function onText(value: StoredValue, test: (candidate: string, text: string) => boolean): ValueTest {
  if (typeof value !== 'string') return never;
  return (candidate) => typeof candidate === 'string' && test(candidate, value);
}

function onFoldedText(
  value: StoredValue,
  test: (candidate: string, text: string) => boolean,
): ValueTest {
  if (typeof value !== 'string') return never;
  const folded = foldCase(value);
  return (candidate) => typeof candidate === 'string' && test(foldCase(candidate), folded);
}
