import type { Cell } from './cell-value.ts';
import { ChangeSignal, type Schedule } from './change-signal.ts';
import { type ChangeMark, KeyedRow, type RowValues } from './keyed-row.ts';
import type { RowCount, RowModel } from './row-model.ts';
import { type LoadedRow, type PlacedRequest, RowWindows } from './row-windows.ts';
import type { Range } from './window.ts';
import type { WindowRow, WindowSource } from './window-source.ts';

/*
 * The rows of a long ordered set of which only what is looked at is loaded, window by window, and kept current. What
 * only changes a row is put into it (`patch`); what changes which rows there are or where they stand makes the model
 * read the view anew (`refresh`), because only the engine knows the order. Until that is there, what is shown stays.
 */

export interface WindowRowsOptions {
  readonly columnCount: number;
  readonly source: WindowSource;
  readonly schedule: Schedule;
  /** How many rows there are, as far as that is known; `setTotal` tells it later. */
  readonly total?: number | undefined;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
  readonly windowRows?: number;
  /** Loaded rows that are kept. */
  readonly rowsMax?: number;
  /** Where what comes is put: behind the last row, unless told. */
  readonly tail?: 'first' | 'last';
}

/** A window on its way. It may show less than what was told meanwhile, so that this is done to it again. */
interface WindowFetch {
  readonly abort: AbortController;
  readonly rows: Range;
  readonly told: (() => void)[];
}

const marginRows = 60;
/** More than this, and the view is read once more instead. */
const toldMax = 10_000;
const pendingCell: Cell = { state: 'pending' };
/** Reading anew takes at most a third of the time, however often the rows change. */
const refreshPauseMsMin = 120;
const refreshPauseFactor = 2;

export class WindowRows implements RowModel {
  readonly columnCount: number;
  readonly #source: WindowSource;
  readonly #signal: ChangeSignal;
  readonly #now: () => number;
  readonly #windowRows: number;
  readonly #rowsMax: number;
  readonly #tail: 'first' | 'last';
  readonly #windows = new RowWindows();
  #total: number | undefined;
  /** What `setTotal` was told last, which a reading that began before it may not know. */
  #toldTotal: number | undefined;
  #view: Range = { start: 0, end: 0 };
  #count: RowCount = { rows: 0, isKnown: false };
  #fetch: WindowFetch | undefined;
  #mustRefresh = false;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #lastTookMs = 0;
  #lastMark = 0;
  #error: unknown;
  #isStopped = false;

  constructor(options: WindowRowsOptions) {
    this.columnCount = options.columnCount;
    this.#source = options.source;
    this.#signal = new ChangeSignal(options.schedule);
    this.#now = options.now ?? (() => performance.now());
    this.#windowRows = options.windowRows ?? 200;
    this.#rowsMax = options.rowsMax ?? 10_000;
    this.#tail = options.tail ?? 'last';
    this.#total = options.total;
    this.#toldTotal = options.total;
    this.#count = { rows: options.total ?? 0, isKnown: options.total !== undefined };
  }

  get version(): number {
    return this.#signal.version;
  }

  get count(): RowCount {
    return this.#count;
  }

  /** What comes is added behind the last row, as far as the order of the rows lets it. */
  get tailRow(): number {
    return this.#tail === 'last' ? this.#count.rows - 1 : Math.min(0, this.#count.rows - 1);
  }

  /** Why the last window could not be read; `undefined` when it could. */
  get error(): unknown {
    return this.#error;
  }

  cell(row: number, column: number): Cell {
    return this.#windows.at(row)?.cell(column) ?? pendingCell;
  }

  isLoaded(row: number): boolean {
    return this.#windows.at(row) !== undefined;
  }

  keyOf(row: number): string | undefined {
    return this.#windows.at(row)?.key;
  }

  rowOf(key: string): number | undefined {
    return this.#windows.placeOf(key);
  }

  revision(row: number): number {
    return this.#windows.at(row)?.revision ?? -1;
  }

  flash(row: number, column: number): number {
    return this.#windows.at(row)?.flash(column, this.#now()) ?? 0;
  }

  want(rows: Range): void {
    this.#view = rows;
    const { rows: asked } = this.#fetch ?? {};
    // A window that the view has left behind is not waited for.
    if (asked !== undefined && (asked.end <= rows.start || asked.start >= rows.end)) this.#drop();
    this.#readOn();
  }

  /** All rows are here as far as their number goes; the end is read when it is looked at. */
  wantAll(): void {
    this.#readOn();
  }

  onDidChange(listener: () => void): () => void {
    return this.#signal.listen(listener);
  }

  /** Says how many rows there are. */
  setTotal(total: number): void {
    this.#toldTotal = total;
    if (this.#total === total) return;
    this.#total = total;
    this.#changed();
    this.#readOn();
  }

  /** True when the row with the key is loaded. */
  has(key: string): boolean {
    return this.#windows.placeOf(key) !== undefined;
  }

  /** Puts other values into a loaded row. */
  patch(key: string, values: RowValues): void {
    this.#tell(() => this.#patch(key, values));
  }

  #patch(key: string, values: RowValues): void {
    const row = this.#windows.find(key);
    if (row !== undefined && row.assign(values, this.#mark()).length > 0) this.#changed();
  }

  /** Takes out a row that is gone, if it is loaded. */
  remove(key: string): void {
    this.#tell(() => {
      if (this.#windows.remove(key)) this.#changed();
    });
  }

  /** Does what was told, and again to the window that is on its way. */
  #tell(change: () => void): void {
    const { told } = this.#fetch ?? {};
    if (told !== undefined && told.length < toldMax) told.push(change);
    else if (told !== undefined) this.refresh();
    change();
  }

  /** Where the rows are in the order of their keys: true when a row with this key stands before the last loaded one. */
  isAmongLoaded(key: string): boolean {
    const last = this.keyOf(this.#windows.end - 1);
    return last !== undefined && key < last;
  }

  /** Adds a row behind the last of all, if that one is loaded; else it comes when it is looked at. */
  append(row: WindowRow): void {
    this.#tell(() => this.#append(row));
  }

  #append({ key, cursor, values }: WindowRow): void {
    const isEndLoaded = this.#total !== undefined && this.#windows.end >= this.#total;
    if (!isEndLoaded || this.has(key)) return;
    this.#windows.append({ row: new KeyedRow(key, values, this.#mark()), cursor });
    this.#total = Math.max(this.#total ?? 0, this.#windows.end);
    this.#changed();
  }

  /** Reads the view anew, soon: which rows there are, or their order, may be another. */
  refresh(): void {
    this.#mustRefresh = true;
    this.#refreshSoon();
  }

  /** Reads no more, until `resume`. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = undefined;
    this.#drop();
  }

  resume(): void {
    this.#isStopped = false;
    this.#readOn();
  }

  #changed(): void {
    const { end } = this.#windows;
    const rows = Math.max(this.#total ?? 0, end);
    const isKnown = this.#total !== undefined;
    if (rows !== this.#count.rows || isKnown !== this.#count.isKnown) {
      this.#count = { rows, isKnown };
    }
    this.#signal.changed();
  }

  #mark(): ChangeMark {
    this.#lastMark += 1;
    return { number: this.#lastMark, at: this.#now() };
  }

  #drop(): void {
    this.#fetch?.abort.abort();
    this.#fetch = undefined;
  }

  #refreshSoon(): void {
    if (this.#refreshTimer !== undefined || this.#isStopped) return;
    const pause = Math.max(refreshPauseMsMin, this.#lastTookMs * refreshPauseFactor);
    this.#refreshTimer = setTimeout(() => {
      this.#refreshTimer = undefined;
      this.#readOn();
    }, pause);
  }

  /** Reads what is to be read next, if anything is. One window is on its way at a time. */
  #readOn(): void {
    if (this.#isStopped || this.#fetch !== undefined || this.#error !== undefined) return;
    if (this.#mustRefresh && this.#refreshTimer === undefined) {
      this.#mustRefresh = false;
      const offset = Math.max(0, this.#view.start - marginRows);
      const rowsMax = Math.max(this.#windowRows, this.#view.end - offset + marginRows);
      this.#read({ first: offset, request: { from: 'offset', offset, rowsMax } }, true);
      return;
    }
    const total = this.#total ?? Number.MAX_SAFE_INTEGER;
    const { start, end } = this.#view;
    const range = {
      start: Math.max(0, start - marginRows),
      end: Math.min(total, end + marginRows),
    };
    // What is in view comes before what is beside it.
    const inView = { start: Math.max(0, start), end: Math.min(total, Math.max(end, 1)) };
    const placed =
      this.#windows.requestFor(inView, total, this.#windowRows) ??
      this.#windows.requestFor(range, total, this.#windowRows);
    if (placed !== undefined) this.#read(placed, false);
  }

  #read(placed: PlacedRequest, isRefresh: boolean): void {
    const abort = new AbortController();
    const { first, request } = placed;
    const rows = { start: first, end: first + request.rowsMax };
    const fetch: WindowFetch = { abort, rows, told: [] };
    const startedAt = this.#now();
    this.#fetch = fetch;
    this.#source(request, abort.signal).then(
      (rows) => {
        if (this.#fetch !== fetch) return;
        this.#fetch = undefined;
        this.#lastTookMs = this.#now() - startedAt;
        this.#take(placed, rows, isRefresh);
        for (const change of fetch.told) change();
        this.#readOn();
      },
      (error: unknown) => {
        if (this.#fetch !== fetch) return;
        this.#fetch = undefined;
        this.#error = error;
        this.#changed();
      },
    );
  }

  /** Forgets a failure and reads on. */
  retry(): void {
    this.#error = undefined;
    this.#changed();
    this.refresh();
  }

  #take({ first, request }: PlacedRequest, rows: readonly WindowRow[], isRefresh: boolean): void {
    const isShort = rows.length < request.rowsMax;
    const wanted = Math.min(first + request.rowsMax, this.#total ?? 0);
    const isBackward = request.from === 'before' || request.from === 'end';
    // Whoever counted the rows before did not know of the last changes; the next count heals what this leaves open.
    const at = isBackward ? Math.max(0, first + request.rowsMax - rows.length) : first;
    const mark = isRefresh ? this.#mark() : undefined;
    const loaded = rows.map((row) => this.#rowOf(row, mark));
    if (isRefresh) this.#windows.reset({ first: at, rows: loaded });
    else if (!this.#windows.put({ first: at, rows: loaded })) this.refresh();
    // Fewer than there are: then those that are loaded do not stand where they are thought to be.
    else if (isShort && !isBackward && first + rows.length < wanted) this.refresh();
    if (isShort && !isBackward && (rows.length > 0 || at === 0)) this.#total = at + rows.length;
    else if (isShort && !isBackward) this.#total = Math.min(this.#total ?? at, at);
    else if (this.#total !== undefined && this.#total < at + rows.length) {
      this.#total = Math.max(this.#toldTotal ?? 0, at + rows.length);
    }
    this.#windows.forget(this.#view, this.#rowsMax);
    this.#changed();
  }

  /** The row as it is shown already, with what it holds now, or a new one. */
  #rowOf({ key, cursor, values }: WindowRow, mark: ChangeMark | undefined): LoadedRow {
    const known = this.#windows.find(key);
    if (known === undefined) return { row: new KeyedRow(key, values, mark), cursor };
    known.assign(values, mark);
    return { row: known, cursor };
  }
}
