/*
 * The rows of an index as a transaction sees it: those of the snapshot without the ones that it has touched, merged
 * with the entries of what it has written. To know where a row of the snapshot stands its document is read, but only
 * as long as there is something to merge.
 */
import { comparePrefix } from '../indexes/index-range.ts';
import type { RowCursor } from '../transactions/snapshot.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import type { PendingEntry } from './pending-index.ts';

export interface MergedIndexInput {
  readonly stored: RowCursor;
  readonly reverse: boolean;
  /** In the direction of the cursor; equal values by ascending rows. */
  readonly pending: readonly PendingEntry[];
  readonly isTouched: (row: Row) => boolean;
  /** The values under which the snapshot's index has a row; `undefined` when its order does not matter. */
  readonly valuesOf: ((row: Row) => readonly StoredValue[]) | undefined;
}

export class MergedIndexCursor implements RowCursor {
  readonly #input: MergedIndexInput;
  #pendingAt = 0;
  #rows: Row[] = [];
  #isStoredDone = false;

  constructor(input: MergedIndexInput) {
    this.#input = input;
  }

  next(rowsMax: number): readonly Row[] {
    while (this.#rows.length < rowsMax && !this.#isStoredDone) this.#readStored(rowsMax);
    const rows = this.#rows.slice(0, rowsMax);
    this.#rows = this.#rows.slice(rowsMax);
    return rows;
  }

  close(): void {
    this.#input.stored.close();
    this.#rows = [];
    this.#isStoredDone = true;
  }

  #readStored(rowsMax: number): void {
    const { stored, isTouched, pending } = this.#input;
    const rows = stored.next(rowsMax);
    for (const row of rows) {
      if (isTouched(row)) continue;
      this.#pushPendingBefore(row);
      this.#rows.push(row);
    }
    if (rows.length > 0) return;
    this.#isStoredDone = true;
    for (; this.#pendingAt < pending.length; this.#pendingAt += 1) this.#pushPending();
  }

  #pushPendingBefore(row: Row): void {
    const { pending, valuesOf, reverse } = this.#input;
    if (valuesOf === undefined || this.#pendingAt >= pending.length) return;
    const values = valuesOf(row);
    for (; this.#pendingAt < pending.length; this.#pendingAt += 1) {
      const entry = pending[this.#pendingAt];
      if (entry === undefined) return;
      const order = comparePrefix(entry.values, values);
      if ((reverse ? -order : order) > 0 || (order === 0 && entry.row > row)) return;
      this.#pushPending();
    }
  }

  #pushPending(): void {
    const entry = this.#input.pending[this.#pendingAt];
    if (entry !== undefined) this.#rows.push(entry.row);
  }
}

/** Entries by descending values, equal ones still by ascending rows. */
export function reverseEntries(entries: readonly PendingEntry[]): readonly PendingEntry[] {
  return [...entries].sort(
    (left, right) => -comparePrefix(left.values, right.values) || left.row - right.row,
  );
}
