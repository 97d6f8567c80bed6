/*
 * What plans cost, in documents of a full scan: one of them, read and decoded from the store, costs 1 (about a
 * microsecond). `npm run bench -- calibrate` measures these on a machine and prints them beside the ones that stand here,
 * which are the rounded medians of several runs; docs/planner.md says how they are used. They are ratios, and the same on
 * every machine, so that a plan never hangs on where it is made.
 */
export const costs = {
  /** One condition, tried on a document that was read. */
  filterTest: 0.05,
  /** A document that is held against the heap of the first few of an order. */
  heapRow: 0.1,
  /** One that takes a place there, and pushes others on. */
  heapPlace: 0.4,
  /** A document that is sorted with all others, and read again. */
  sortRow: 1.7,
  /** A range of an index, whatever is in it. */
  indexRange: 10,
  /** A key of an index, and a row under it. */
  indexKey: 0.25,
  indexRow: 0.025,
  /** A document by its row: from the cache, and from the store. */
  hotRead: 0.25,
  coldRead: 1.3,
  /** A row of a chunk of columns that has a document, and one condition on a number or a code. */
  columnRow: 0.002,
  columnTest: 0.0015,
  /** One condition on a text that few rows share, so that it is tried on each. */
  columnTextTest: 0.03,
  /** A row whose document is found by its code, one after the other. */
  columnWalkRow: 0.01,
  /** A row that is held against the heap of the first few, and one that is sorted with all others. */
  columnHeapRow: 0.007,
  columnSortRow: 0.75,
} as const;

/** What it takes to begin with columns. */
export const columnStart = 5;

/** A document by its row, where so many of all are cached. */
export function readCostOf(cachedCount: number, documentCount: number): number {
  const share = documentCount === 0 ? 0 : Math.min(1, cachedCount / documentCount);
  return costs.coldRead + share * (costs.hotRead - costs.coldRead);
}

/** The first few of an order: each document is held against them, and those that take a place are put there. */
export function heapCostOf(rowCount: number, wanted: number, rowCost: number): number {
  const placed = wanted * (1 + Math.log(Math.max(1, rowCount / wanted)));
  return rowCount * rowCost + Math.min(rowCount, placed) * costs.heapPlace;
}
