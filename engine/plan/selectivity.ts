/*
 * How many of a collection's documents satisfy conditions, from a sample of rows of the cached columns: the conditions
 * are tried together, so that it does not matter whether they depend on each other. One condition on a field with few
 * distinct values is counted exactly.
 */
import { type ColumnView, presence } from '../cache/column.ts';
import { chunkRows } from '../cache/column-chunk.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { compareValues, isList } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { columnSpecOf } from './column-access.ts';
import type { PlanFacts } from './logical-query.ts';
import type { ResolvedComparison, ResolvedFilter } from './resolved-filter.ts';

const sampleSize = 128;
const triesMax = 512;
/** What a condition is taken to let through when nothing is known. */
const unknownSelectivity = 0.3;
const textSelectivity = 0.1;
const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith']);

type RowTest = (chunk: number, at: number) => number;

/** The share of documents that satisfy all conditions. */
export function estimateSelectivity(
  facts: PlanFacts,
  collection: CollectionEntry,
  conjuncts: readonly ResolvedFilter[],
): number {
  if (conjuncts.length === 0) return 1;
  const documentCount = facts.documentCount(collection);
  if (documentCount === 0) return 1;
  const counted = countByColumn(facts, collection, conjuncts);
  if (counted !== undefined) return counted / documentCount;
  const views = new Map<string, ColumnView | undefined>();
  const viewOf = (name: string): ColumnView | undefined => {
    if (!views.has(name)) {
      const spec = columnSpecOf(collection.definition, [name]);
      views.set(name, spec && facts.columns?.estimate(collection.storageId, spec));
    }
    return views.get(name);
  };
  const tests = conjuncts.map((conjunct) => compileSample(conjunct, viewOf));
  const present = facts.columns?.estimate(collection.storageId, presence);
  if (present === undefined) return tests.reduce((share, test) => share * test(0, 0), 1);
  return sampleShare(tests, present, documentCount) ?? unknownSelectivity ** tests.length;
}

/** `undefined` when the sample met no document. */
function sampleShare(
  tests: readonly RowTest[],
  present: ColumnView,
  documentCount: number,
): number | undefined {
  const room = present.chunks.length * chunkRows;
  // Most collections are dense; those that are not are met less often.
  const rowCount = Math.max(1, documentCount > room / 2 ? room : Math.min(room, documentCount));
  let sum = 0;
  let met = 0;
  for (let each = 0; each < triesMax && met < sampleSize; each += 1) {
    // Steps that share no factor with what documents repeat by.
    const row = (each * 104_729 + 7) % rowCount;
    const at = row % chunkRows;
    const chunk = (row - at) / chunkRows;
    if (valueAt(present, chunk, at) === null) continue;
    met += 1;
    let share = 1;
    for (const test of tests) share *= test(chunk, at);
    sum += share;
  }
  return met === 0 ? undefined : Math.max(0.5, sum) / met;
}

/** Documents that satisfy conditions on one field, where its column counts its values. */
export function countByColumn(
  facts: PlanFacts,
  collection: CollectionEntry,
  conjuncts: readonly ResolvedFilter[],
): number | undefined {
  const [first] = conjuncts;
  if (first?.kind !== 'compare' || first.path.length !== 1) return undefined;
  const tests: ((candidate: StoredValue) => boolean)[] = [];
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'compare' || conjunct.path.join('.') !== first.path[0]) return undefined;
    const test = compileSimple(conjunct);
    if (test === undefined) return undefined;
    tests.push(test);
  }
  const spec = columnSpecOf(collection.definition, first.path);
  const view = spec && facts.columns?.estimate(collection.storageId, spec);
  if (view?.kind !== 'coded' || view.dictionary.size > 256) return undefined;
  return countCoded(view, (value) => tests.every((test) => test(value)), facts, collection);
}

function countCoded(
  view: Extract<ColumnView, { kind: 'coded' }>,
  isMatch: (value: StoredValue) => boolean,
  facts: PlanFacts,
  collection: CollectionEntry,
): number {
  let count = 0;
  let notNull = 0;
  for (let code = 1; code < view.dictionary.size; code += 1) {
    let rows = 0;
    for (const chunk of view.chunks) rows += chunk?.counts?.[code] ?? 0;
    notNull += rows;
    if (isMatch(view.dictionary.valueOf(code))) count += rows;
  }
  return isMatch(null) ? count + Math.max(0, facts.documentCount(collection) - notNull) : count;
}

/** What a row of a sample says: 0, 1, or a share where only a guess is possible. */
function compileSample(
  filter: ResolvedFilter,
  viewOf: (name: string) => ColumnView | undefined,
): RowTest {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.operands.map((operand) => compileSample(operand, viewOf));
      return (chunk, at) => tests.reduce((share, test) => share * test(chunk, at), 1);
    }
    case 'or': {
      const tests = filter.operands.map((operand) => compileSample(operand, viewOf));
      return (chunk, at) => 1 - tests.reduce((share, test) => share * (1 - test(chunk, at)), 1);
    }
    case 'not': {
      const test = compileSample(filter.operand, viewOf);
      return (chunk, at) => 1 - test(chunk, at);
    }
    case 'compare': {
      const view = filter.path.length === 1 ? viewOf(filter.path[0] ?? '') : undefined;
      const test = compileSimple(filter);
      const isByOrder = test !== undefined && !textOperators.has(filter.operator);
      const guess = isByOrder ? unknownSelectivity : textSelectivity;
      if (view === undefined || test === undefined) return () => guess;
      return (chunk, at) => (test(valueAt(view, chunk, at)) ? 1 : 0);
    }
    default:
      return () => unknownSelectivity;
  }
}

function valueAt(view: ColumnView, chunk: number, at: number): StoredValue {
  if (view.kind === 'coded') return view.dictionary.valueOf(view.chunks[chunk]?.codes[at] ?? 0);
  const number = view.chunks[chunk]?.numbers[at] ?? Number.NaN;
  return Number.isNaN(number) ? null : number;
}

/** Comparisons by the total order, and whether a text holds another as it is written; others are not tried. */
function compileSimple({
  operator,
  value,
}: ResolvedComparison): ((candidate: StoredValue) => boolean) | undefined {
  const holding = (isMatch: (text: string, part: string) => boolean) =>
    typeof value === 'string'
      ? (candidate: StoredValue) => typeof candidate === 'string' && isMatch(candidate, value)
      : undefined;
  const compared = (isMatch: (order: number) => boolean) => (candidate: StoredValue) =>
    candidate !== null && isMatch(compareValues(candidate, value));
  switch (operator) {
    case 'eq':
      return (candidate) => compareValues(candidate, value) === 0;
    case 'ne':
      return (candidate) => compareValues(candidate, value) !== 0;
    case 'gt':
      return compared((order) => order > 0);
    case 'gte':
      return compared((order) => order >= 0);
    case 'lt':
      return compared((order) => order < 0);
    case 'lte':
      return compared((order) => order <= 0);
    case 'between': {
      const [low = null, high = null] = isList(value) ? value : [];
      return (candidate) =>
        candidate !== null &&
        compareValues(candidate, low) >= 0 &&
        compareValues(candidate, high) <= 0;
    }
    case 'in':
      return (candidate) =>
        isList(value) && value.some((each) => compareValues(each, candidate) === 0);
    case 'contains':
      return holding((text, part) => text.includes(part));
    case 'startsWith':
      return holding((text, part) => text.startsWith(part));
    case 'endsWith':
      return holding((text, part) => text.endsWith(part));
    case 'isNull':
      return (candidate) => candidate === null;
    case 'isNotNull':
      return (candidate) => candidate !== null;
    default:
      return undefined;
  }
}
