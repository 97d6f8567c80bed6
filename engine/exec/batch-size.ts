/*
 * How many documents a scan reads at once. Documents may have a hundred bytes or a megabyte, so the size follows the
 * time: a batch should take about half a millisecond, an eighth of a time slice.
 */
const rowsStart = 64;
const rowsMax = 256;
const batchMsMax = 0.6;
const batchMsMin = 0.25;

export interface BatchSizer {
  readonly rows: number;
  /** Reports how long the last batch took, the operators above included. */
  took(milliseconds: number): void;
}

/** Whoever knows that no more than so many rows are wanted has the first batch no larger. */
export function createBatchSizer(wanted = rowsStart): BatchSizer {
  let rows = Math.max(1, Math.min(rowsMax, wanted));
  return {
    get rows() {
      return rows;
    },
    took(milliseconds) {
      if (milliseconds > batchMsMax) rows = Math.max(1, rows >> 1);
      else if (milliseconds < batchMsMin) rows = Math.min(rowsMax, rows << 1);
    },
  };
}
