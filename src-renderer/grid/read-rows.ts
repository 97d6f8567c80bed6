/*
 * Rows that are read for once, beside those that a model has loaded to show them: what a selection comes to, and what is
 * copied of it. They are read part by part, each behind the last row of the one before, so that a long range can be
 * given up, and so that rows which come and go meanwhile shift none of the others.
 */
import type { Cell } from './cell-value.ts';
import { KeyedRow } from './keyed-row.ts';
import type { RowCount, RowModel } from './row-model.ts';
import type { Range } from './window.ts';
import type { WindowRow, WindowSource } from './window-source.ts';

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Told after each part how many rows are there. */
  readonly onRead?: (rowCount: number) => void;
  /** Reads no further once the values are about as long as text. */
  readonly charactersMax?: number;
}

interface RowsRead {
  /** The rows under the numbers that they have in the model that is shown. */
  readonly model: RowModel;
  /** One behind the last row that was read. */
  readonly end: number;
}

/** Reads rows by their numbers, whether they are loaded or not. */
export type RowsReader = (rows: Range, options: ReadOptions) => Promise<RowsRead>;

const partRows = 2_000;
const pendingCell: Cell = { state: 'pending' };

/** @throws what the source throws, and the reason of the signal when nobody waits any more */
export async function readRange(
  source: WindowSource,
  { start, end }: Range,
  { signal, onRead, charactersMax = Number.POSITIVE_INFINITY }: ReadOptions,
): Promise<readonly WindowRow[]> {
  const rows: WindowRow[] = [];
  let characters = 0;
  while (rows.length < end - start && characters < charactersMax) {
    signal.throwIfAborted();
    const rowsMax = Math.min(partRows, end - start - rows.length);
    const cursor = rows.at(-1)?.cursor;
    const part = await source(
      cursor === undefined
        ? { from: 'offset', offset: start, rowsMax }
        : { from: 'after', cursor, rowsMax },
      signal,
    );
    for (const row of part) {
      if (characters >= charactersMax) break;
      characters += charactersOf(row);
      rows.push(row);
    }
    onRead?.(rows.length);
    if (part.length < rowsMax) break;
  }
  signal.throwIfAborted();
  return rows;
}

/** About as many as the values have as text. */
function charactersOf({ values }: WindowRow): number {
  let characters = 0;
  for (const value of values) {
    if (typeof value === 'string') characters += value.length;
    else characters += typeof value === 'object' ? JSON.stringify(value).length : 8;
  }
  return characters;
}

/** Rows that were read, as a model that never changes. */
export class ReadRows implements RowModel {
  readonly columnCount: number;
  readonly version = 0;
  readonly count: RowCount;
  readonly tailRow = -1;
  readonly #first: number;
  readonly #rows: readonly KeyedRow[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #others: RowModel;

  /** `others` are those that are shown, among which these have their numbers. */
  constructor(given: {
    readonly first: number;
    readonly rows: readonly WindowRow[];
    readonly others: RowModel;
  }) {
    const { first, rows, others } = given;
    this.#first = first;
    this.#rows = rows.map(({ key, values }) => new KeyedRow(key, values));
    this.#places = new Map(rows.map(({ key }, at) => [key, first + at]));
    this.#others = others;
    this.columnCount = others.columnCount;
    this.count = { rows: first + rows.length, isKnown: true };
  }

  cell(row: number, column: number): Cell {
    return this.#rows[row - this.#first]?.cell(column) ?? pendingCell;
  }

  isLoaded(row: number): boolean {
    return this.#rows[row - this.#first] !== undefined;
  }

  keyOf(row: number): string | undefined {
    return this.#rows[row - this.#first]?.key;
  }

  rowOf(key: string): number | undefined {
    return this.#places.get(key) ?? this.#others.rowOf(key);
  }

  revision(row: number): number {
    return this.isLoaded(row) ? 0 : -1;
  }

  flash(): number {
    return 0;
  }

  /** What is here was read already. */
  want(): void {}

  wantAll(): void {}

  onDidChange(): () => void {
    return () => undefined;
  }
}
