/*
 * Finds rows by column vectors and reads only their documents; with an order of fields that have columns, and nothing
 * left to check on the documents, only those that are given. Unsafe before a check that stands above it when it has cut
 * the order short, and for a tie by id while ids do not ascend with rows. Columns that are not cached yet cost one pass
 * over the documents, which a query pays only where it would read them all anyway.
 */
import { chunkRows } from '../../cache/column-chunk.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import {
  columnSpecOf,
  columnsState,
  findColumnConjuncts,
  isWorthFilling,
  walkedValuesMax,
} from '../column-access.ts';
import { columnStart, costs, heapCostOf, readCostOf } from '../costs.ts';
import { type Candidate, isEnabled, type PlanFacts, type RuleInput } from '../logical-query.ts';
import type { ColumnScanNode } from '../physical-plan.ts';
import type { ResolvedFilter } from '../resolved-filter.ts';
import { countByColumn } from '../selectivity.ts';
import type { SortKey } from '../sort-key.ts';

/** Filling columns beside reading all documents: a little less than nothing, for whoever asks next. */
const fillRowCost = 0.97;
/** An order by texts of which there are many has no ranks to compare: keys are made for each row. */
const unrankedFactor = 20;
const rankedValuesMax = 4_096;
/** A text column with more values is taken for one of which each value is tried. */
const sharedTextsMax = 4_096;
/** Rows of one value in a chunk, up to so many, are begun with instead of looking at every row. */
const listedRowsMax = 8_192;

/** A way through columns; the planner adds the way without them. */
export interface ColumnCandidate extends Omit<Candidate, 'source'> {
  readonly scan: Omit<ColumnScanNode, 'fallback'>;
  readonly cost: number;
}

/** `best` is the best way that does without columns, and what satisfies all conditions by its estimate. */
export function proposeColumnScan(
  input: RuleInput,
  best: { readonly cost: number; readonly matches: number },
): ColumnCandidate | undefined {
  const { query, conjuncts, facts, shares } = input;
  if (!isEnabled(facts, 'column-scan')) return undefined;
  const { collection, keys, after } = query;
  const { answered, specs } = findColumnConjuncts(collection, conjuncts);
  const isWhole = answered.length === conjuncts.length;
  const order = isWhole && after === undefined ? findOrder(input) : undefined;
  if (answered.length === 0 && order === undefined) return undefined;
  const isById = keys[0]?.path.join('.') === 'id' && collection.idsAscend;
  const needed = [...specs];
  for (const spec of order?.specs ?? []) {
    if (!needed.some(({ name }) => name === spec.name)) needed.push(spec);
  }
  const state = columnsState(facts, collection, needed);
  if (state === 'none') return undefined;
  const documentCount = facts.documentCount(collection);
  const matches = isWhole ? best.matches : documentCount * shares.of(answered);
  const wanted = query.rowsMax === undefined ? undefined : query.offset + query.rowsMax;
  const orderedKeys = order === undefined ? (isById ? 1 : 0) : keys.length;
  // What stands above may stop early when the order is right and nothing else is checked.
  const isCut = wanted !== undefined && isWhole && orderedKeys === keys.length;
  const read = isCut ? Math.min(matches, wanted) : matches;
  const isWalked = wanted !== undefined && order !== undefined && isWalk(input);
  const readCost = readCostOf(facts.cachedCount(collection), documentCount);
  const stopsAt = isWalked || (order === undefined && isCut) ? wanted : undefined;
  const found = { answered, matches, documentCount, stopsAt };
  const scanCost = isWalked ? walkCost(found) : scanCostOf(found, input);
  const orderCost = isWalked ? 0 : orderCostOf(order, matches, input);
  const above = isWhole ? 0 : matches * (conjuncts.length - answered.length) * costs.filterTest;
  const sortAbove = orderedKeys === keys.length ? 0 : sortCostAbove(best.matches, wanted, readCost);
  const restCost = orderCost + above + sortAbove + read * readCost;
  // Whatever columns save is paid once more for not having them.
  const saved = best.cost - scanCost - restCost;
  const isReady =
    state === 'held' ||
    state === 'ready' ||
    (saved > 0 && isWorthFilling(facts, collection, { specs: needed, cost: saved }));
  const fillCost = isReady ? 0 : documentCount * fillRowCost;
  return {
    scan: {
      kind: 'columnScan',
      collection,
      conjuncts: answered,
      specs: needed,
      isHeld: state === 'held',
      reverse: isById && keys[0]?.direction === 'desc',
      order: order && { keys, rowsMax: wanted },
    },
    answered: new Set(answered),
    orderedKeys,
    rowsEstimate: matches,
    startCost: columnStart,
    findCost: 0,
    readCost,
    cost: columnStart + Math.max(fillCost, scanCost) + restCost,
  };
}

interface FoundRows {
  readonly answered: readonly ResolvedFilter[];
  readonly matches: number;
  readonly documentCount: number;
  /** When so many are found, no further rows are looked at. */
  readonly stopsAt: number | undefined;
}

/** Rows that are looked at until there are enough. */
function rowsUntil(rowCount: number, { matches, stopsAt }: FoundRows): number {
  if (stopsAt === undefined) return rowCount;
  return Math.min(rowCount, (stopsAt * rowCount) / Math.max(1, matches));
}

function walkCost(found: FoundRows): number {
  const rows = rowsUntil(found.documentCount, found);
  return rows * (costs.columnWalkRow + found.answered.length * costs.columnTest);
}

/** Cheap conditions come first, so that texts are tried on what they have left. */
function scanCostOf(found: FoundRows, { query, facts, shares }: RuleInput): number {
  const { answered } = found;
  const { collection } = query;
  const texts = answered.filter((conjunct) => isTextTest(conjunct, collection, facts));
  const others = answered.filter((conjunct) => !texts.includes(conjunct));
  const begun = fewestListed(others, found, { collection, facts });
  const rows = rowsUntil(begun, found);
  const cheap = rows * (costs.columnRow + others.length * costs.columnTest);
  if (texts.length === 0) return cheap;
  const leftShare = (shares.of(others) * found.documentCount) / Math.max(1, begun);
  return cheap + rows * Math.min(1, leftShare) * texts.length * costs.columnTextTest;
}

/** True for a condition that has to be tried on nearly every row, since hardly two have the same text. */
function isTextTest(
  conjunct: ResolvedFilter,
  collection: CollectionEntry,
  facts: PlanFacts,
): boolean {
  if (conjunct.kind !== 'compare' || conjunct.operator === 'eq') return false;
  const spec = columnSpecOf(collection.definition, conjunct.path);
  if (spec?.kind !== 'text') return false;
  const view = facts.columns?.estimate(collection.storageId, spec);
  return view === undefined || (view.kind === 'coded' && view.dictionary.size > sharedTextsMax);
}

/** Rows that are begun with: those of the rarest value that is asked for alone, where they are listed, or all. */
function fewestListed(
  conjuncts: readonly ResolvedFilter[],
  { documentCount }: FoundRows,
  { collection, facts }: { readonly collection: CollectionEntry; readonly facts: PlanFacts },
): number {
  const chunkCount = Math.max(1, Math.ceil(documentCount / chunkRows));
  let fewest = documentCount;
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'compare' || conjunct.operator !== 'eq') continue;
    const count = countByColumn(facts, collection, [conjunct]);
    if (count !== undefined && count / chunkCount <= listedRowsMax) {
      fewest = Math.min(fewest, count);
    }
  }
  return fewest;
}

function orderCostOf(
  order: ReturnType<typeof findOrder>,
  matches: number,
  { query, facts }: RuleInput,
): number {
  const { collection, keys, rowsMax, offset } = query;
  if (order === undefined) return 0;
  if (rowsMax === undefined) return matches * costs.columnSortRow;
  const spec = columnSpecOf(collection.definition, keys[0]?.path ?? []);
  const view = spec && facts.columns?.estimate(collection.storageId, spec);
  const isRanked = view?.kind !== 'coded' || view.dictionary.size <= rankedValuesMax;
  const rowCost = costs.columnHeapRow * (isRanked ? 1 : unrankedFactor);
  return heapCostOf(matches, offset + rowsMax, rowCost);
}

/** What an order costs that is made of documents. */
function sortCostAbove(matches: number, wanted: number | undefined, readCost: number): number {
  if (wanted === undefined) return matches * (costs.sortRow + readCost);
  return heapCostOf(matches, wanted, costs.heapRow);
}

/**
 * Whether the order is that of one field with few values, whose rows are walked value by value. A field whose column was
 * never there may be one: that is found out once.
 */
export function isWalk({ query, facts }: Pick<RuleInput, 'query' | 'facts'>): boolean {
  const { collection, keys } = query;
  const [first] = keys;
  if (first === undefined || keys.length !== 2) return false;
  const spec = columnSpecOf(collection.definition, first.path);
  const view = spec && facts.columns?.estimate(collection.storageId, spec);
  if (view === undefined) return spec !== undefined;
  return view.kind === 'coded' && view.dictionary.size <= walkedValuesMax;
}

/** The columns of an order that columns can make; ties by id are ties by row. */
function findOrder({ query, facts }: RuleInput) {
  const { collection, keys } = query;
  const [first] = keys;
  if (first === undefined || first.path.join('.') === 'id' || !collection.idsAscend)
    return undefined;
  if (!isEnabled(facts, 'column-order')) return undefined;
  const fields: readonly SortKey[] = keys.filter(({ path }) => path.join('.') !== 'id');
  const specs = fields.map(({ path }) => columnSpecOf(collection.definition, path));
  return specs.every((spec) => spec !== undefined) ? { specs } : undefined;
}
