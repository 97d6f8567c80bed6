import type { ColumnBatch } from '#contract';
import type { Cell } from './cell-value.ts';
import type { RowCount, RowModel } from './row-model.ts';
import type { Range } from './window.ts';

/*
 * The rows of one result, as far as they have been fetched. Rows stay in the column arrays they came in, one page per
 * batch; no row objects are ever made. Pages are kept sorted by their first row and never overlap, so that a row is
 * found by binary search. The model never fetches: whoever shows it says how far it looks (`want`), whoever fills it
 * listens (`onDidWant`) and pulls no further than that, which is the back-pressure of the whole result.
 */

interface Page {
  readonly firstRow: number;
  readonly batch: ColumnBatch;
}

const missingCell: Cell = { state: 'missing' };
const pendingCell: Cell = { state: 'pending' };

/** Rows that come in order, from the first to as far as somebody looks, and never change. */
export class ResultRows implements RowModel {
  readonly columnCount: number;
  /** How many rows beyond the last visible one are asked for. */
  readonly marginRows: number;
  readonly #pages: Page[] = [];
  readonly #changeListeners = new Set<() => void>();
  readonly #wantListeners = new Set<(rows: number) => void>();
  #endRow = 0;
  #isComplete = false;
  #wantedRows = 0;
  #version = 0;
  #count: RowCount = { rows: 0, isKnown: false };

  constructor(columnCount: number, options: { readonly marginRows?: number } = {}) {
    this.columnCount = columnCount;
    this.marginRows = options.marginRows ?? 500;
  }

  /** Grows with every change; rows that are loaded never change. */
  get version(): number {
    return this.#version;
  }

  /** The same object until it changes. */
  get count(): RowCount {
    return this.#count;
  }

  get tailRow(): number {
    return -1;
  }

  /** Rows that are asked for, counted from the first. */
  get wantedRows(): number {
    return this.#wantedRows;
  }

  /** Adds rows behind the last one. */
  append(batch: ColumnBatch): void {
    this.put(this.#endRow, batch);
  }

  /**
   * Adds rows at a place.
   * @throws RangeError when the batch overlaps loaded rows or does not fit the columns.
   */
  put(firstRow: number, batch: ColumnBatch): void {
    if (batch.columns.length !== this.columnCount) {
      throw new RangeError(
        `A batch of ${batch.columns.length} columns does not fit ${this.columnCount} columns.`,
      );
    }
    if (batch.rowCount === 0) return;
    const at = this.#pageAfter(firstRow);
    const before = this.#pages[at - 1];
    const after = this.#pages[at];
    const overlaps =
      (before !== undefined && before.firstRow + before.batch.rowCount > firstRow) ||
      (after !== undefined && after.firstRow < firstRow + batch.rowCount);
    if (overlaps) throw new RangeError(`Rows from ${firstRow} on are already loaded.`);
    this.#pages.splice(at, 0, { firstRow, batch });
    this.#endRow = Math.max(this.#endRow, firstRow + batch.rowCount);
    this.#changed();
  }

  /** Says that no rows come after the last one. */
  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    this.#changed();
  }

  /** Says how far the view looks; asks for rows when the end of the loaded ones is nearer than the margin. */
  want({ end }: Range): void {
    const wanted = end + this.marginRows;
    if (wanted <= this.#wantedRows) return;
    this.#wantedRows = wanted;
    if (this.#isComplete || wanted <= this.#endRow) return;
    for (const listener of this.#wantListeners) listener(wanted);
  }

  /** Asks for every row there is. */
  wantAll(): void {
    this.want({ start: 0, end: Number.MAX_SAFE_INTEGER - this.marginRows });
  }

  cell(row: number, column: number): Cell {
    const page = this.#pages[this.#pageAfter(row) - 1];
    if (page === undefined || row >= page.firstRow + page.batch.rowCount) return pendingCell;
    const rowInPage = row - page.firstRow;
    const value = page.batch.columns[column]?.[rowInPage];
    if (value === undefined) return missingCell;
    if (value === null && holds(page.batch.missing?.[column], rowInPage)) return missingCell;
    return { state: 'value', value };
  }

  isLoaded(row: number): boolean {
    const page = this.#pages[this.#pageAfter(row) - 1];
    return page !== undefined && row < page.firstRow + page.batch.rowCount;
  }

  /** Rows of a result have no identity beyond their place. */
  keyOf(): undefined {
    return undefined;
  }

  rowOf(): undefined {
    return undefined;
  }

  /** The document of a row, where the run was asked for it. */
  documentOf(row: number): string | undefined {
    const page = this.#pages[this.#pageAfter(row) - 1];
    return page?.batch.origins?.ids[row - page.firstRow];
  }

  /** The document that a row refers to in a column; null where it refers to none. */
  referredOf(row: number, column: number): string | null | undefined {
    const page = this.#pages[this.#pageAfter(row) - 1];
    return page?.batch.origins?.referred[column]?.[row - page.firstRow];
  }

  revision(row: number): number {
    return this.isLoaded(row) ? 0 : -1;
  }

  flash(): number {
    return 0;
  }

  onDidChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onDidWant(listener: (rows: number) => void): () => void {
    this.#wantListeners.add(listener);
    return () => this.#wantListeners.delete(listener);
  }

  #changed(): void {
    this.#version += 1;
    this.#count = { rows: this.#endRow, isKnown: this.#isComplete };
    for (const listener of this.#changeListeners) listener();
  }

  /** Index of the first page that begins after `row`. */
  #pageAfter(row: number): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const page = this.#pages[middle];
      if (page !== undefined && page.firstRow <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function holds(ascending: readonly number[] | undefined, value: number): boolean {
  if (ascending === undefined) return false;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = ascending[middle];
    if (at === value) return true;
    if (at !== undefined && at < value) low = middle + 1;
    else high = middle;
  }
  return false;
}
