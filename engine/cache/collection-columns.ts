/*
 * The columns of one collection, and what commits have changed since. What is published is taken in at once when it is
 * little; else it is noted, and the next query takes it in, in steps. All columns stand at one moment, the LSN of what
 * was taken in last: they serve readers of that moment and, while nothing is noted between, of later ones, whether the
 * store has those commits yet or not.
 *
 * Columns are filled from the documents of one LSN while commits go on. What those change is noted for the fill as well,
 * and taken in before its columns join the others; so is what was published between that LSN and the beginning.
 */
import { assert } from '../base/assert.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { numberRooms, rowRooms } from './chunk-rooms.ts';
import { Column, type ColumnSpec, type ColumnView, presence } from './column.ts';

/** What the rows of a collection have become with the commits up to an LSN. */
export interface PublishedRows {
  readonly lsn: number;
  /** Rows with their documents; without one when it is gone. A row may come again. */
  readonly rows: readonly (readonly [number, StoredDocument | undefined])[];
}

/** Columns at one moment, which stay as they are until they are released. */
export class PinnedColumns {
  readonly #views: ReadonlyMap<string, ColumnView>;
  /** Chunks that may have documents. */
  readonly chunkCount: number;
  readonly #numberRooms: ReturnType<typeof numberRooms.take>[] = [];
  #room: ReturnType<typeof rowRooms.take> | undefined;
  #isReleased = false;

  constructor(views: ReadonlyMap<string, ColumnView>) {
    this.#views = views;
    this.chunkCount = views.get(presence.name)?.chunks.length ?? 0;
    this.#pin(1);
  }

  get documentCount(): number {
    const view = this.view(presence);
    if (view.kind === 'numbers') return 0;
    return view.chunks.reduce((sum, chunk) => sum + (chunk?.counts?.[1] ?? 0), 0);
  }

  view({ name }: Pick<ColumnSpec, 'name'>): ColumnView {
    const view = this.#views.get(name);
    assert(view !== undefined, 'a query reads only columns that it has asked for');
    return view;
  }

  has({ name }: ColumnSpec): boolean {
    return this.#views.has(name);
  }

  /** The same once more, to be released by itself. */
  again(): PinnedColumns {
    return new PinnedColumns(this.#views);
  }

  /** Room for the places of all rows of a chunk. There is one, which the next call gives again: one reader uses it at a time. */
  room(): Uint16Array {
    this.#room ??= rowRooms.take();
    return this.#room;
  }

  /** Room for a number of each row of a chunk, with whatever is in it; each call gives another. Gone with the release. */
  numberRoom(): Uint32Array {
    const room = numberRooms.take();
    this.#numberRooms.push(room);
    return room;
  }

  /** These columns and others of the same moment; releasing the result releases these. */
  with(columns: readonly Column[]): PinnedColumns {
    const views = new Map(this.#views);
    for (const column of columns) views.set(column.spec.name, column.view());
    const joined = new PinnedColumns(views);
    this.release();
    return joined;
  }

  /** May be called again. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#pin(-1);
    if (this.#room !== undefined) rowRooms.give(this.#room);
    this.#room = undefined;
    for (const room of this.#numberRooms.splice(0)) numberRooms.give(room);
  }

  #pin(change: 1 | -1): void {
    for (const { chunks } of this.#views.values()) {
      for (const chunk of chunks) if (chunk !== undefined) chunk.pinCount += change;
    }
  }
}

/** Columns that are being filled, as of one LSN. */
export class ColumnFill {
  readonly lsn: number;
  readonly columns: readonly Column[];
  /** What was published since, in order. */
  readonly deltas: PublishedRows[];

  constructor(lsn: number, specs: readonly ColumnSpec[], since: PublishedRows) {
    this.lsn = lsn;
    this.deltas = since.rows.length === 0 ? [] : [since];
    this.columns = specs.map((spec) => new Column(spec));
  }

  add(row: number, document: StoredDocument): void {
    for (const column of this.columns) column.set(row, document);
  }

  get bytes(): number {
    return bytesOf(this.columns);
  }

  get isUnfit(): boolean {
    return this.columns.some(({ isUnfit }) => isUnfit);
  }

  /** Its columns as they are now, with others of the same moment; releasing the result releases those. */
  pin(others: PinnedColumns | undefined): PinnedColumns {
    return (others ?? new PinnedColumns(new Map())).with(this.columns);
  }
}

/** What is noted, above this the columns are given up and filled anew when they are wanted again. */
const deltaRowsMax = 50_000;
/** So many values are taken in at once. */
const valuesPerStep = 16_384;

export class CollectionColumns {
  readonly #columns = new Map<string, Column>();
  readonly #fills = new Set<ColumnFill>();
  #deltas: PublishedRows[] = [];
  /** What is left of the delta that is being taken in; `#lsn` is that of the delta already. */
  #taking: RowsLeft | undefined;
  #lsn = 0;

  get bytes(): number {
    return bytesOf(this.#columns.values());
  }

  get names(): Iterable<string> {
    return this.#columns.keys();
  }

  get isEmpty(): boolean {
    return this.#columns.size === 0 && this.#fills.size === 0;
  }

  has({ name, kind }: ColumnSpec): boolean {
    const column = this.#columns.get(name);
    return column !== undefined && column.spec.kind === kind && !column.isUnfit;
  }

  isUnfit({ name }: ColumnSpec): boolean {
    return this.#columns.get(name)?.isUnfit === true;
  }

  /** True when nothing is left to be taken in for a reader of an LSN. */
  isCurrent(lsn: number): boolean {
    const [first] = this.#deltas;
    return this.#taking === undefined && (first === undefined || first.lsn > lsn);
  }

  /** True when it shows a later moment than a reader of an LSN sees. */
  isBeyond(lsn: number): boolean {
    return this.#lsn > lsn;
  }

  /** One column as it is now, whatever was not taken in: good for estimates. */
  viewOf({ name }: ColumnSpec): ColumnView | undefined {
    return this.#columns.get(name)?.view();
  }

  /** The columns for a reader of an LSN for which they are current; `undefined` when they are not there or go beyond. */
  pin(specs: readonly ColumnSpec[], lsn: number): PinnedColumns | undefined {
    if (this.#lsn > lsn || !this.isCurrent(lsn)) return undefined;
    const views = new Map<string, ColumnView>();
    for (const spec of specs) {
      const column = this.has(spec) ? this.#columns.get(spec.name) : undefined;
      if (column === undefined) return undefined;
      views.set(spec.name, column.view());
    }
    return new PinnedColumns(views);
  }

  /** Notes what was published. */
  didPublish(delta: PublishedRows): void {
    if (this.isEmpty) return;
    for (const fill of this.#fills) fill.deltas.push(delta);
    this.#deltas.push(delta);
    let rowCount = 0;
    for (const { rows } of this.#deltas) rowCount += rows.length;
    if (rowCount > deltaRowsMax) this.clear();
    else if (rowCount * this.#columns.size <= valuesPerStep) {
      while (!this.isCurrent(delta.lsn)) this.takeIn(delta.lsn);
    }
  }

  /** Takes in some of what commits up to an LSN have changed. Whoever calls it goes on with what others have begun. */
  takeIn(lsn: number): void {
    if (this.#taking === undefined) {
      const [next] = this.#deltas;
      if (next === undefined || next.lsn > lsn) return;
      this.#deltas.shift();
      this.#lsn = next.lsn;
      this.#taking = { rows: next.rows, next: 0 };
    }
    const rowsMax = Math.max(1, Math.floor(valuesPerStep / Math.max(1, this.#columns.size)));
    if (takeRows(this.#taking, this.#columns.values(), rowsMax)) this.#taking = undefined;
  }

  /** Begins to fill columns from the documents of an LSN; `since` is all that was published after it. */
  beginFill(specs: readonly ColumnSpec[], lsn: number, since: PublishedRows): ColumnFill {
    const fill = new ColumnFill(lsn, specs, since);
    this.#fills.add(fill);
    return fill;
  }

  /** Ends a fill. Its columns join the others when it was completed, and not given up meanwhile. */
  endFill(fill: ColumnFill, isComplete: boolean): void {
    if (!this.#fills.delete(fill) || !isComplete) return;
    if (this.#columns.size === 0) {
      this.#taking = undefined;
      this.#deltas = fill.deltas.slice();
      this.#lsn = fill.lsn;
    }
    // Columns that were there may be anywhere between the fill's moment and now: both go on to one of them.
    const [since] = fill.deltas;
    const goal = Math.max(fill.lsn, since?.lsn ?? 0);
    while (!this.isCurrent(goal) || this.#taking !== undefined) this.takeIn(goal);
    for (const { lsn, rows } of fill.deltas) {
      if (lsn > this.#lsn) break;
      takeRows({ rows, next: 0 }, fill.columns, Number.POSITIVE_INFINITY);
    }
    for (const column of fill.columns) this.#columns.set(column.spec.name, column);
  }

  drop(name: string): void {
    this.#columns.delete(name);
    if (this.#columns.size === 0) this.clear();
  }

  /** Gives up all columns and fills. */
  clear(): void {
    this.#columns.clear();
    this.#fills.clear();
    this.#deltas = [];
    this.#taking = undefined;
    this.#lsn = 0;
  }
}

interface RowsLeft {
  readonly rows: PublishedRows['rows'];
  next: number;
}

/** True when there are no more. */
function takeRows(left: RowsLeft, columns: Iterable<Column>, rowsMax: number): boolean {
  const targets = [...columns];
  const end = Math.min(left.rows.length, left.next + rowsMax);
  for (; left.next < end; left.next += 1) {
    const changed = left.rows[left.next];
    if (changed === undefined) break;
    for (const column of targets) column.set(changed[0], changed[1]);
  }
  return end === left.rows.length;
}

function bytesOf(columns: Iterable<Column>): number {
  let bytes = 0;
  for (const column of columns) bytes += column.bytes;
  return bytes;
}
