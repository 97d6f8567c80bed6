/*
 * Finds rows by column vectors and reads only their documents; with an order of fields that have columns, and nothing
 * left to check on the documents, only those that are given. Unsafe before a check that stands above it when it has cut
 * the order short, and for a tie by id while ids do not ascend with rows. Columns that are not cached yet cost one pass
 * over the documents, which a query pays only where it would read them all anyway.
 */
import {
  columnSpecOf,
  columnsState,
  findColumnConjuncts,
  isWorthFilling,
  walkedValuesMax,
} from '../column-access.ts';
import { type Candidate, isEnabled, type RuleInput } from '../logical-query.ts';
import type { ColumnScanNode } from '../physical-plan.ts';
import { estimateSelectivity } from '../selectivity.ts';
import type { SortKey } from '../sort-key.ts';

/** Of one row and one column, beside reading a document in a scan. */
const columnRowCost = 0.004;
/** Filling columns beside reading all documents: a little less than nothing, for whoever asks next. */
const fillRowCost = 0.97;
/** A document by its row. */
const readCost = 1.6;
const sortRowCost = 1;
const topKRowCost = 0.02;

/** A way through columns; the planner adds the way without them. */
export interface ColumnCandidate extends Omit<Candidate, 'source'> {
  readonly scan: Omit<ColumnScanNode, 'fallback'>;
  readonly cost: number;
}

/** `bestCost` is what the best way costs that does without columns. */
export function proposeColumnScan(input: RuleInput, bestCost: number): ColumnCandidate | undefined {
  const { query, conjuncts, facts } = input;
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
  const matches = documentCount * estimateSelectivity(facts, collection, answered);
  const wanted = query.rowsMax === undefined ? undefined : query.offset + query.rowsMax;
  const orderedKeys = order === undefined ? (isById ? 1 : 0) : keys.length;
  // What stands above may stop early when the order is right and nothing else is checked.
  const isCut = wanted !== undefined && isWhole && orderedKeys === keys.length;
  const read = isCut ? Math.min(matches, wanted) : matches;
  const isWalked = wanted !== undefined && order !== undefined && isWalk(input);
  const sortCost =
    order === undefined || isWalked
      ? 0
      : matches * (wanted === undefined ? sortRowCost : topKRowCost);
  const scanned =
    isWalked || (order === undefined && isCut)
      ? scannedRows(documentCount, matches, wanted)
      : documentCount;
  const readyCost = scanned * columnRowCost * needed.length;
  // Whatever columns save is paid once more for not having them.
  const saved = bestCost - readyCost - sortCost - read * readCost;
  const isReady =
    state === 'held' ||
    state === 'ready' ||
    (saved > 0 && isWorthFilling(facts, collection, { specs: needed, cost: saved }));
  const scanCost = isReady ? readyCost : documentCount * fillRowCost;
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
    rowCost: readCost,
    cost: 5 + scanCost + sortCost + read * readCost,
  };
}

/**
 * Whether the order is that of one field with few values, whose rows are walked value by value. A field whose column was
 * never there may be one: that is found out once.
 */
function isWalk({ query, facts }: RuleInput): boolean {
  const { collection, keys } = query;
  const [first] = keys;
  if (first === undefined || keys.length !== 2) return false;
  const spec = columnSpecOf(collection.definition, first.path);
  const view = spec && facts.columns?.estimate(collection.storageId, spec);
  if (view === undefined) return spec !== undefined;
  return view.kind === 'coded' && view.dictionary.size <= walkedValuesMax;
}

function scannedRows(documentCount: number, matches: number, wanted: number): number {
  return Math.min(documentCount, (wanted * documentCount) / Math.max(1, matches));
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
