import type { KeyedRow } from './keyed-row.ts';
import type { Range } from './window.ts';
import type { WindowRequest } from './window-source.ts';

/*
 * Pieces of a long list that are loaded: windows that never overlap, in order. The list itself is nowhere; what is far
 * from the view is forgotten. Each row has its cursor, so that the rows next to a window are read by
 * key and not by counting.
 *
 *      0          200        400                          1,000,000
 *      ├──────────┤··········├──────────┤···························┤        ├ loaded ┤  ··· not
 */

export interface LoadedRow {
  readonly row: KeyedRow;
  /** Its place in the order, by which the rows next to it are read. */
  readonly cursor: string;
}

export interface LoadedWindow {
  readonly first: number;
  readonly rows: readonly LoadedRow[];
}

export class RowWindows {
  #windows: LoadedWindow[] = [];
  #places = new Map<string, number>();

  /** One behind the last loaded row. */
  get end(): number {
    const last = this.#windows.at(-1);
    return last === undefined ? 0 : last.first + last.rows.length;
  }

  get all(): readonly LoadedWindow[] {
    return this.#windows;
  }

  at(row: number): KeyedRow | undefined {
    const found = this.#windows[this.#after(row) - 1];
    return found?.rows[row - found.first]?.row;
  }

  placeOf(key: string): number | undefined {
    return this.#places.get(key);
  }

  find(key: string): KeyedRow | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.at(place);
  }

  /**
   * Adds rows; places that are loaded already stay as they are. False, and nothing is added, when one of the rows is
   * loaded at another place: then the list has moved, and what is loaded does not hold any more.
   */
  put(added: LoadedWindow): boolean {
    const hasMoved = added.rows.some(({ row }, at) => {
      const place = this.#places.get(row.key);
      return place !== undefined && place !== added.first + at;
    });
    if (hasMoved) return false;
    for (const piece of this.#uncovered(added)) {
      this.#windows.splice(this.#after(piece.first), 0, piece);
      this.#note(piece);
    }
    return true;
  }

  /** Only this window is loaded from now on. */
  reset(only?: LoadedWindow): void {
    this.#windows = only === undefined || only.rows.length === 0 ? [] : [only];
    this.#index();
  }

  /** Takes out a loaded row; those behind it move up. */
  remove(key: string): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    this.#windows = this.#windows.flatMap((window) => {
      if (window.first > place) return [{ ...window, first: window.first - 1 }];
      const rows = window.rows.filter(({ row }) => row.key !== key);
      return rows.length === 0 ? [] : [{ ...window, rows }];
    });
    this.#index();
    return true;
  }

  /** Adds a row behind the last loaded one. */
  append(added: LoadedRow): void {
    const place = this.end;
    const last = this.#windows.at(-1) ?? { first: 0, rows: [] };
    this.#windows = [...this.#windows.slice(0, -1), { ...last, rows: [...last.rows, added] }];
    this.#places.set(added.row.key, place);
  }

  /** Forgets the windows that are farthest from the view, until at most so many rows are left. */
  forget(view: Range, rowsMax: number): void {
    let rowCount = this.#windows.reduce((sum, window) => sum + window.rows.length, 0);
    if (rowCount <= rowsMax) return;
    const middle = (view.start + view.end) / 2;
    const far = this.#windows.toSorted((a, b) => distance(b, middle) - distance(a, middle));
    const gone = new Set<LoadedWindow>();
    for (const window of far.slice(0, -1)) {
      if (rowCount <= rowsMax) break;
      gone.add(window);
      for (const { row } of window.rows) this.#places.delete(row.key);
      rowCount -= window.rows.length;
    }
    this.#windows = this.#windows.filter((window) => !gone.has(window));
  }

  /** How to read the first rows of a range that are not loaded; `undefined` when all are. */
  requestFor(range: Range, total: number, rowsMax: number): PlacedRequest | undefined {
    const { start, end } = range;
    let row = start;
    while (row < end && this.at(row) !== undefined) row += 1;
    if (row >= end) return undefined;
    const before = this.#windows[this.#after(row) - 1];
    const next = this.#windows[this.#after(row)];
    const room = Math.min(rowsMax, (next?.first ?? total) - row);
    const cursorBefore = before?.rows.at(-1)?.cursor;
    if (cursorBefore !== undefined && previousEnd(before) === row) {
      return { first: row, request: { from: 'after', cursor: cursorBefore, rowsMax: room } };
    }
    const cursorBehind = next?.rows[0]?.cursor;
    if (
      next !== undefined &&
      cursorBehind !== undefined &&
      next.first <= Math.max(end, row + rowsMax)
    ) {
      const first = Math.max(0, next.first - rowsMax, previousEnd(before));
      const count = next.first - first;
      return { first, request: { from: 'before', cursor: cursorBehind, rowsMax: count } };
    }
    if (row + rowsMax >= total && next === undefined && row > 0) {
      const first = Math.max(total - rowsMax, previousEnd(before));
      return { first, request: { from: 'end', rowsMax: total - first } };
    }
    return { first: row, request: { from: 'offset', offset: row, rowsMax: room } };
  }

  #index(): void {
    this.#places = new Map();
    for (const window of this.#windows) this.#note(window);
  }

  #note({ first, rows }: LoadedWindow): void {
    for (const [at, { row }] of rows.entries()) this.#places.set(row.key, first + at);
  }

  /** The parts of a window whose places are not loaded. */
  #uncovered({ first, rows }: LoadedWindow): readonly LoadedWindow[] {
    const pieces: { readonly first: number; readonly rows: LoadedRow[] }[] = [];
    for (const [at, row] of rows.entries()) {
      const place = first + at;
      if (this.at(place) !== undefined) continue;
      const last = pieces.at(-1);
      if (last !== undefined && last.first + last.rows.length === place) last.rows.push(row);
      else pieces.push({ first: place, rows: [row] });
    }
    return pieces;
  }

  /** Index of the first window that begins after a row. */
  #after(row: number): number {
    let low = 0;
    let high = this.#windows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const window = this.#windows[middle];
      if (window !== undefined && window.first <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A request and the place of its first row. */
export interface PlacedRequest {
  readonly first: number;
  readonly request: WindowRequest;
}

function previousEnd(window: LoadedWindow | undefined): number {
  return window === undefined ? 0 : window.first + window.rows.length;
}

function distance(window: LoadedWindow, middle: number): number {
  return Math.abs(window.first + window.rows.length / 2 - middle);
}
