/*
 * How many of a collection's documents satisfy conditions, from a sample of rows of the cached columns: the conditions
 * are tried together, so that it does not matter whether they depend on each other. One condition on a field with few
 * distinct values is counted exactly. Of conditions that hardly a row of the sample satisfies together, it is what they
 * let through one by one that tells.
 */
import { type ColumnSpec, type ColumnView, presence } from '../cache/column.ts';
import { chunkRows } from '../cache/column-chunk.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { compareValues, isList } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { columnSpecOf } from './column-access.ts';
import type { PlanFacts } from './logical-query.ts';
import type { ResolvedComparison, ResolvedFilter } from './resolved-filter.ts';

const sampleSize = 128;
const triesMax = 512;
/** From so many documents of the sample on it is taken for a measure. */
const sureHits = 6;
/** What of the sample conditions are taken to let through that none of it satisfies: one alone, and several. */
const rareHits = 0.5;
const rarestHits = 0.02;
/** What a condition is taken to let through when nothing is known. */
const unknownSelectivity = 0.3;
const textSelectivity = 0.1;
const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith']);

type RowTest = (chunk: number, at: number) => number;

/** Shares of a collection's documents; each condition is tried once on the sample, whoever asks for it. */
export interface Shares {
  /** The share of documents that satisfy all conditions. */
  of(conjuncts: readonly ResolvedFilter[]): number;
  /** The same where so many documents of the sample satisfy them that it says more than a guess; `undefined` else. */
  sampled(conjuncts: readonly ResolvedFilter[]): number | undefined;
  /** About how many distinct values a field has; `undefined` when nothing is known of it. */
  distinctCount(spec: ColumnSpec): number | undefined;
}

export function createShares(facts: PlanFacts, collection: CollectionEntry): Shares {
  let sample: Sample | undefined;
  const known = new Map<ResolvedFilter, Tried>();
  const triedOf = (conjunct: ResolvedFilter): Tried => {
    let tried = known.get(conjunct);
    if (tried === undefined) {
      sample ??= drawSample(facts, collection);
      tried = tryOn(conjunct, sample);
      known.set(conjunct, tried);
    }
    return tried;
  };
  const sumOf = (conjuncts: readonly ResolvedFilter[]): number => {
    const tried = conjuncts.map(triedOf);
    const met = sample?.rows.length ?? 0;
    let sum = 0;
    for (let each = 0; each < met; each += 1) {
      let share = 1;
      for (const { shares } of tried) share *= shares[each] ?? 1;
      sum += share;
    }
    return sum;
  };
  const ofOne = (conjunct: ResolvedFilter): number => {
    const counted = countByColumn(facts, collection, [conjunct]);
    if (counted !== undefined) return counted / Math.max(1, facts.documentCount(collection));
    const { guess } = triedOf(conjunct);
    const met = sample?.rows.length ?? 0;
    return met === 0 ? guess : Math.max(rareHits, sumOf([conjunct])) / met;
  };
  return {
    of(conjuncts) {
      const documentCount = facts.documentCount(collection);
      if (conjuncts.length === 0 || documentCount === 0) return 1;
      const counted = countByColumn(facts, collection, conjuncts);
      if (counted !== undefined) return counted / documentCount;
      const independent = conjuncts.reduce((share, each) => share * ofOne(each), 1);
      const met = sample?.rows.length ?? 0;
      if (met === 0) return independent;
      const sum = sumOf(conjuncts);
      if (sum >= sureHits) return sum / met;
      // Of what the sample has hardly met, it is no measure.
      return Math.min(Math.max(sum, rareHits), Math.max(independent * met, rarestHits)) / met;
    },
    sampled(conjuncts) {
      if (!conjuncts.every((conjunct) => triedOf(conjunct).isExact)) return undefined;
      const met = sample?.rows.length ?? 0;
      const sum = sumOf(conjuncts);
      return met > 0 && sum >= sureHits ? sum / met : undefined;
    },
    distinctCount(spec) {
      const view = facts.columns?.estimate(collection.storageId, spec);
      if (view === undefined || view.kind === 'coded') return view?.dictionary.size;
      sample ??= drawSample(facts, collection);
      const met = sample.rows.length;
      const values = new Set(sample.rows.map(([chunk, at]) => valueAt(view, chunk, at)));
      // The fewer values have come again, the more there are that have not come yet.
      const again = 1 - values.size / Math.max(1, met);
      return Math.min(facts.documentCount(collection), values.size / Math.max(again, 1e-6));
    },
  };
}

/** Rows of a collection that have a document, with the columns that are there. */
interface Sample {
  readonly rows: readonly (readonly [chunk: number, at: number])[];
  viewOf(name: string): ColumnView | undefined;
}

/** What a condition says of each row of the sample. */
interface Tried {
  readonly shares: Float64Array;
  /** False when some of it is a guess. */
  readonly isExact: boolean;
  /** What is said of a document of which nothing is known. */
  readonly guess: number;
}

function drawSample(facts: PlanFacts, collection: CollectionEntry): Sample {
  const views = new Map<string, ColumnView | undefined>();
  const viewOf = (name: string): ColumnView | undefined => {
    if (!views.has(name)) {
      const spec = columnSpecOf(collection.definition, [name]);
      views.set(name, spec && facts.columns?.estimate(collection.storageId, spec));
    }
    return views.get(name);
  };
  const present = facts.columns?.estimate(collection.storageId, presence);
  const rows = present === undefined ? [] : sampleRows(present, facts.documentCount(collection));
  return { rows, viewOf };
}

function sampleRows(
  present: ColumnView,
  documentCount: number,
): readonly (readonly [chunk: number, at: number])[] {
  const room = present.chunks.length * chunkRows;
  // Most collections are dense; those that are not are met less often.
  const rowCount = Math.max(1, documentCount > room / 2 ? room : Math.min(room, documentCount));
  const rows: (readonly [number, number])[] = [];
  for (let each = 0; each < triesMax && rows.length < sampleSize; each += 1) {
    // Steps that share no factor with what documents repeat by.
    const row = (each * 104_729 + 7) % rowCount;
    const at = row % chunkRows;
    const chunk = (row - at) / chunkRows;
    if (valueAt(present, chunk, at) !== null) rows.push([chunk, at]);
  }
  return rows;
}

function tryOn(conjunct: ResolvedFilter, { rows, viewOf }: Sample): Tried {
  let isExact = true;
  const test = compileSample(conjunct, (name) => {
    const view = viewOf(name);
    isExact &&= view !== undefined;
    return view;
  });
  const guess = compileSample(conjunct, () => undefined)(0, 0);
  const shares = new Float64Array(rows.length);
  for (const [each, [chunk, at]] of rows.entries()) {
    const share = test(chunk, at);
    shares[each] = share;
    isExact &&= share === 0 || share === 1;
  }
  return { shares, isExact, guess };
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
    case 'in': {
      // Lists may have tens of thousands of values, and the sample has 128.
      let keys: Set<ValueKey> | undefined;
      return (candidate) => {
        keys ??= new Set(isList(value) ? value.map(valueKey) : []);
        return keys.has(valueKey(candidate));
      };
    }
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
