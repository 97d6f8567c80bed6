import type { Cell } from './cell-value.ts';
import { ChangeSignal, type Schedule } from './change-signal.ts';
import { type ChangeMark, KeyedRow, type RowValues } from './keyed-row.ts';
import type { RowCount, RowModel } from './row-model.ts';

/** A row as it is now. The key stays with it wherever it moves. */
export interface LiveEntry {
  readonly key: string;
  readonly values: RowValues;
}

/*
 * Rows that somebody else keeps, shown as they were at the last painting, or when they were last let change. What is
 * shown is brought up to date before a painting: row by row when only values changed, as a whole when rows came, went
 * or moved. So thousands of changes a second cost what the paintings between them cost.
 */

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const pendingCell: Cell = { state: 'pending' };

export class LiveRows implements RowModel {
  readonly columnCount: number;
  readonly #signal = new ChangeSignal((run) => run());
  readonly #read: () => readonly LiveEntry[];
  readonly #schedule: Schedule;
  readonly #now: () => number;
  #shown: readonly KeyedRow[] = [];
  #places: Map<string, number> | undefined;
  #count: RowCount = { rows: 0, isKnown: true };
  #changed = new Map<number, LiveEntry>();
  #isReplaced = false;
  #isDue = false;
  #isPaused = false;
  #lastMark = 0;
  #tailRow = -1;

  constructor(options: {
    readonly columnCount: number;
    /** The rows as they are now, in their order. */
    readonly read: () => readonly LiveEntry[];
    readonly schedule: Schedule;
    /** Milliseconds on a clock that only goes forward. */
    readonly now?: () => number;
  }) {
    this.columnCount = options.columnCount;
    this.#read = options.read;
    this.#schedule = options.schedule;
    this.#now = options.now ?? (() => performance.now());
  }

  get version(): number {
    return this.#signal.version;
  }

  get count(): RowCount {
    return this.#count;
  }

  get tailRow(): number {
    return this.#tailRow;
  }

  cell(row: number, column: number): Cell {
    return this.#shown[row]?.cell(column) ?? pendingCell;
  }

  isLoaded(row: number): boolean {
    return row >= 0 && row < this.#shown.length;
  }

  keyOf(row: number): string | undefined {
    return this.#shown[row]?.key;
  }

  rowOf(key: string): number | undefined {
    this.#places ??= new Map(this.#shown.map((row, at) => [row.key, at]));
    return this.#places.get(key);
  }

  /** The document of a row, as far as the query tells: by the id that it selects, or that a change came with. */
  documentOf(row: number): string | undefined {
    const key = this.keyOf(row);
    return key !== undefined && idForm.test(key) ? key : undefined;
  }

  /** The document in a column, as far as the query selects its id. */
  referredOf(row: number, column: number): string | null | undefined {
    const cell = this.cell(row, column);
    if (cell.state !== 'value') return undefined;
    if (typeof cell.value !== 'object' || cell.value === null || !('id' in cell.value)) {
      return cell.value === null ? null : undefined;
    }
    return typeof cell.value['id'] === 'string' ? cell.value['id'] : undefined;
  }

  revision(row: number): number {
    return this.#shown[row]?.revision ?? -1;
  }

  flash(row: number, column: number): number {
    return this.#shown[row]?.flash(column, this.#now()) ?? 0;
  }

  /** All rows are here. */
  want(): void {}

  wantAll(): void {}

  onDidChange(listener: () => void): () => void {
    return this.#signal.listen(listener);
  }

  /** The first rows are there: they are shown at once, and nothing of them is pointed out. */
  begin(): void {
    this.#show(this.#read().map(({ key, values }) => new KeyedRow(key, values)));
    this.#signal.changed();
  }

  /** Says that rows came, went or moved. */
  replace(): void {
    this.#isReplaced = true;
    this.#changeSoon();
  }

  /** Says that a row only holds other values. */
  change(row: number, entry: LiveEntry): void {
    this.#changed.set(row, entry);
    this.#changeSoon();
  }

  /** While paused, what is shown stays as it is. */
  pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    // Places of single changes do not hold for rows that were not let move.
    if (isPaused) this.#isReplaced = true;
    else this.#update();
  }

  #changeSoon(): void {
    if (this.#isDue || this.#isPaused) return;
    this.#isDue = true;
    this.#schedule(() => {
      this.#isDue = false;
      if (!this.#isPaused) this.#update();
    });
  }

  #update(): void {
    const mark: ChangeMark = { number: this.#lastMark + 1, at: this.#now() };
    this.#lastMark += 1;
    if (this.#isReplaced) this.#showEntries(mark);
    else for (const [row, { values }] of this.#changed) this.#shown[row]?.assign(values, mark);
    this.#isReplaced = false;
    this.#changed = new Map();
    this.#signal.changed();
  }

  #showEntries(mark: ChangeMark): void {
    const known = new Map(this.#shown.map((row) => [row.key, row]));
    const rows = this.#read().map(({ key, values }, at) => {
      const row = known.get(key);
      if (row === undefined) {
        this.#tailRow = at;
        return new KeyedRow(key, values, mark);
      }
      row.assign(values, mark);
      return row;
    });
    this.#show(rows);
  }

  #show(rows: readonly KeyedRow[]): void {
    this.#shown = rows;
    this.#places = undefined;
    if (this.#count.rows !== rows.length) this.#count = { rows: rows.length, isKnown: true };
  }
}
