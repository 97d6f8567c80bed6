/*
 * Documents that are watched, on their way to one consumer: those that are there at first, then what becomes of them.
 * Without a limit nothing is kept of the result: whether a document begins to belong to it, ceases to or has changed
 * follows from its two images. What is not taken waits one by one up to a bound, and collapses beyond.
 */
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { FilterListener } from './filter-node.ts';
import { type NetChange, NetChanges } from './net-changes.ts';
import type { RowTracker } from './row-tracker.ts';

export interface FlowingChange extends NetChange {
  readonly lsn: number;
  readonly isInitial: boolean;
}

export interface DocumentFlow {
  /** True when the documents that were there at first are known. */
  readonly isLoaded: boolean;
  /** What has not been taken; `isDue` allows what waits for more to come. */
  next(isDue: boolean): readonly FlowingChange[];
  end(): void;
}

/** All documents that satisfy a filter. */
export class FilterFlow implements DocumentFlow, FilterListener {
  readonly #onChanged: () => void;
  readonly #collapses: boolean;
  readonly #net = new NetChanges();
  #queue: FlowingChange[] = [];
  #commit: NetChange[] = [];
  #backlog: { readonly lsn: number; readonly changes: readonly NetChange[] }[] | undefined = [];
  #lsn = 0;
  #end: () => void = () => undefined;

  /** `collapses`: changes are gathered to their net effect from the start. */
  constructor(options: { readonly collapses: boolean; readonly onChanged: () => void }) {
    this.#collapses = options.collapses;
    this.#onChanged = options.onChanged;
  }

  get isLoaded(): boolean {
    return this.#backlog === undefined;
  }

  endWith(end: () => void): void {
    this.#end = end;
  }

  /** The documents that were there at first, as of a commit; changes up to it are in them. */
  loaded(lsn: number, documents: readonly StoredDocument[]): void {
    this.#queue = documents.map((after) => ({ before: undefined, after, lsn, isInitial: true }));
    const backlog = this.#backlog ?? [];
    this.#backlog = undefined;
    for (const waiting of backlog) if (waiting.lsn > lsn) this.#put(waiting.lsn, waiting.changes);
    this.#onChanged();
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    this.#commit.push({ before, after });
  }

  committed(lsn: number): void {
    const changes = this.#commit;
    this.#commit = [];
    if (this.#backlog !== undefined) {
      this.#backlog.push({ lsn, changes });
      return;
    }
    this.#put(lsn, changes);
    this.#onChanged();
  }

  next(isDue: boolean): readonly FlowingChange[] {
    if (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      return queue;
    }
    if (!isDue) return [];
    const lsn = this.#lsn;
    return this.#net.take().map((change) => ({ ...change, lsn, isInitial: false }));
  }

  end(): void {
    this.#end();
  }

  #put(lsn: number, changes: readonly NetChange[]): void {
    this.#lsn = lsn;
    const isFull = this.#queue.length + changes.length > limits.livePendingMax;
    if (this.#collapses || this.#net.size > 0 || isFull) {
      for (const change of changes) this.#net.add(change);
    } else {
      for (const change of changes) this.#queue.push({ ...change, lsn, isInitial: false });
    }
  }
}

/** The documents inside a window of an order. */
export class WindowFlow implements DocumentFlow {
  readonly #tracker: RowTracker;
  readonly #lsn: () => number;
  readonly #end: () => void;
  #hasBegun = false;

  constructor(
    tracker: RowTracker,
    options: { readonly lsn: () => number; readonly end: () => void },
  ) {
    this.#tracker = tracker;
    this.#lsn = options.lsn;
    this.#end = options.end;
  }

  get isLoaded(): boolean {
    return this.#hasBegun || this.#tracker.isCurrent;
  }

  next(isDue: boolean): readonly FlowingChange[] {
    if (!this.#tracker.isCurrent) return [];
    const lsn = this.#lsn();
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const rows = this.#tracker.begin();
      return rows.map((after) => ({ before: undefined, after, lsn, isInitial: true }));
    }
    if (!isDue) return [];
    return this.#tracker
      .take()
      .map(({ before, after }) => ({ before, after, lsn, isInitial: false }));
  }

  end(): void {
    this.#tracker.end();
    this.#end();
  }
}
