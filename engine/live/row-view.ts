/*
 * The rows of one query, kept in order while documents change. Without a limit it is all of them. With one it is a
 * window and some more behind it:
 *
 *     [ offset … | limit … | slack … ]  ┊ not kept
 *                                       boundary: the last row that is kept
 *
 * A change behind the boundary is none of its business. Rows that leave are replaced out of the slack; when that is used
 * up, the query runs again, which is the only case in which it does. While it runs, changes wait, and those that the
 * result does not show yet are applied to it.
 */
import { assert } from '../base/assert.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { FilterListener } from './filter-node.ts';
import type { NetChange } from './net-changes.ts';
import type { DocumentOrder } from './row-order.ts';
import { SortedList } from './sorted-list.ts';

/** Rows as of a commit. */
export interface LoadedRows {
  readonly lsn: number;
  readonly documents: readonly StoredDocument[];
}

export interface RowWindow {
  readonly offset: number;
  /** `undefined`: all that follow. */
  readonly limit: number | undefined;
}

export interface RowViewParts {
  readonly order: DocumentOrder;
  readonly window: RowWindow;
  /** Runs the query for its first rows; all without a number. */
  readonly load: (rowsMax: number | undefined) => Promise<LoadedRows>;
  /** Called when the query has to run again after it was loaded once. */
  readonly onRerun: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** Whoever has a copy of the rows that must follow. */
export interface RowListener {
  /** A document changed that is or was among the rows; not called where there is a limit. */
  changed(change: NetChange): void;
  /** The rows are different, and current. */
  committed(lsn: number): void;
}

export class RowView implements FilterListener {
  readonly order: DocumentOrder;
  readonly window: RowWindow;
  readonly #parts: RowViewParts;
  readonly #listeners = new Set<RowListener>();
  #rows: SortedList<StoredDocument>;
  /** True when no row is left out behind the boundary. */
  #isComplete = false;
  #changes: NetChange[] = [];
  /** Commits that came while the query runs; absent when it does not. */
  #backlog: { readonly lsn: number; readonly changes: readonly NetChange[] }[] | undefined = [];
  #lsn = 0;
  #isOver = false;

  constructor(parts: RowViewParts) {
    this.#parts = parts;
    this.order = parts.order;
    this.window = parts.window;
    this.#rows = new SortedList(parts.order);
  }

  /** False while the query runs. */
  get isCurrent(): boolean {
    return this.#backlog === undefined;
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  get isWhole(): boolean {
    return this.window.limit === undefined && this.window.offset === 0;
  }

  add(listener: RowListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: RowListener): void {
    this.#listeners.delete(listener);
  }

  /** Nobody needs it any more. */
  end(): void {
    this.#isOver = true;
  }

  /** How many rows come before a document. */
  rank(document: StoredDocument): number {
    return this.#rows.rank(document);
  }

  /** The rows inside the window. O(rows). */
  visible(): readonly StoredDocument[] {
    const { offset, limit } = this.window;
    return this.#rows.slice(offset, limit === undefined ? this.#rows.length : offset + limit);
  }

  /** Runs the query. Resolves when the rows are current; never rejects. */
  async load(): Promise<void> {
    this.#backlog ??= [];
    try {
      let loaded = await this.#parts.load(this.#rowsKept());
      for (;;) {
        if (this.#isOver) return;
        this.#take(loaded);
        const isShort = this.#applyBacklog(loaded.lsn);
        if (!isShort) break;
        this.#parts.onRerun();
        loaded = await this.#parts.load(this.#rowsKept());
      }
    } catch (error) {
      this.#parts.onFailed(error);
      return;
    }
    this.#backlog = undefined;
    for (const listener of [...this.#listeners]) listener.committed(this.#lsn);
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    if (this.#backlog === undefined && !this.#isComplete) {
      // The boundary does not move away from the window within a commit, so what lies behind it now stays there.
      const wasKept = before !== undefined && this.#isKept(before);
      if (!wasKept && (after === undefined || !this.#isKept(after))) return;
    }
    this.#changes.push({ before, after });
  }

  committed(lsn: number): void {
    const changes = this.#changes;
    this.#changes = [];
    if (this.#backlog !== undefined) {
      this.#backlog.push({ lsn, changes });
      return;
    }
    this.#lsn = lsn;
    if (changes.length === 0) return;
    const isTouched = this.#apply(changes);
    if (this.#isShort()) {
      this.#parts.onRerun();
      void this.load();
      return;
    }
    if (!isTouched) return;
    for (const listener of this.#listeners) {
      if (this.isWhole) for (const change of changes) listener.changed(change);
      listener.committed(lsn);
    }
  }

  #take({ lsn, documents }: LoadedRows): void {
    const kept = this.#rowsKept();
    this.#rows = new SortedList(this.order, documents);
    this.#isComplete = kept === undefined || documents.length < kept;
    this.#lsn = lsn;
  }

  /** Gives whether rows are missing then. */
  #applyBacklog(loadedLsn: number): boolean {
    const backlog = this.#backlog ?? [];
    this.#backlog = [];
    for (const { lsn, changes } of backlog) {
      if (lsn <= loadedLsn) continue;
      this.#lsn = lsn;
      this.#apply(changes);
    }
    return this.#isShort();
  }

  /** Gives whether the window may be different. */
  #apply(changes: readonly NetChange[]): boolean {
    const end = this.#windowEnd();
    let isTouched = false;
    for (const { before } of changes) {
      if (before !== undefined && this.#isKept(before)) {
        if (end === undefined || this.#rows.rank(before) < end) isTouched = true;
        const wasThere = this.#rows.remove(before);
        assert(wasThere, 'a row that comes before the boundary is kept');
      }
    }
    for (const { after } of changes) {
      if (after === undefined || !this.#isKept(after)) continue;
      if (end === undefined || this.#rows.rank(after) < end) isTouched = true;
      this.#rows.insert(after);
    }
    this.#trim();
    return isTouched;
  }

  #isKept(document: StoredDocument): boolean {
    if (this.#isComplete) return true;
    const { last } = this.#rows;
    return last !== undefined && this.order(document, last) <= 0;
  }

  #trim(): void {
    const kept = this.#rowsKept();
    if (kept === undefined || this.#rows.length <= kept + this.#slack()) return;
    this.#rows.cut(kept);
    this.#isComplete = false;
  }

  #isShort(): boolean {
    const end = this.#windowEnd();
    return end !== undefined && !this.#isComplete && this.#rows.length < end;
  }

  #windowEnd(): number | undefined {
    const { offset, limit } = this.window;
    return limit === undefined ? undefined : offset + limit;
  }

  #rowsKept(): number | undefined {
    const end = this.#windowEnd();
    return end === undefined ? undefined : end + this.#slack();
  }

  #slack(): number {
    const { limit = 0 } = this.window;
    return Math.min(limits.liveSlackMax, Math.max(limits.liveSlackMin, limit));
  }
}
