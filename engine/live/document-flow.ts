/*
 * Documents that are watched, on their way to one consumer: those that are there at first, then what becomes of them.
 * Without a limit nothing is kept of the result: whether a document begins to belong to it, ceases to or has changed
 * follows from its two images. What is not taken waits one by one up to a bound, and collapses beyond.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { limits } from '../limits.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { FilterListener, FilterNode } from './filter-node.ts';
import type { LiveViews } from './live-views.ts';
import { type NetChange, NetChanges } from './net-changes.ts';
import type { RowTracker } from './row-tracker.ts';

export interface FlowingChange extends NetChange {
  readonly lsn: number;
  readonly isInitial: boolean;
}

/** Whose documents flow. */
export interface FlowOwner {
  readonly views: LiveViews;
  readonly entry: CollectionEntry;
  /** True when changes are gathered to their net effect from the start. */
  readonly collapses: boolean;
  /** Something may have come. */
  flowed(): void;
}

export interface DocumentFlow {
  /** True when the documents that were there at first are known. */
  readonly isLoaded: boolean;
  /** What has not been taken; `isDue` allows what waits for more to come. */
  next(isDue: boolean): readonly FlowingChange[];
  end(): void;
}

const nothing: readonly FlowingChange[] = [];

/** All documents that satisfy a filter. What it keeps of changes is made when there are some. */
export class FilterFlow implements DocumentFlow, FilterListener {
  readonly #owner: FlowOwner;
  #node: FilterNode | undefined;
  #net: NetChanges | undefined;
  #queue: FlowingChange[] | undefined;
  #commit: NetChange[] | undefined;
  /** Commits that come before the documents which were there at first. */
  #backlog: { readonly lsn: number; readonly changes: readonly NetChange[] }[] | undefined = [];
  #lsn = 0;

  constructor(owner: FlowOwner) {
    this.#owner = owner;
  }

  get isLoaded(): boolean {
    return this.#backlog === undefined;
  }

  /** Begins to hear of changes. */
  follow(filter: ResolvedFilter): void {
    const { views, entry } = this.#owner;
    this.#node = views.followFilter(entry, filter, this);
  }

  /** The documents that were there at first, as of a commit; changes up to it are in them. */
  loaded(lsn: number, documents: readonly StoredDocument[]): void {
    if (documents.length > 0) {
      this.#queue = documents.map((after) => ({ before: undefined, after, lsn, isInitial: true }));
    }
    const backlog = this.#backlog ?? [];
    this.#backlog = undefined;
    for (const waiting of backlog) if (waiting.lsn > lsn) this.#put(waiting.lsn, waiting.changes);
    this.#owner.flowed();
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    this.#commit ??= [];
    this.#commit.push({ before, after });
  }

  committed(lsn: number): void {
    const changes = this.#commit ?? [];
    this.#commit = undefined;
    if (this.#backlog !== undefined) {
      this.#backlog.push({ lsn, changes });
      return;
    }
    this.#put(lsn, changes);
    this.#owner.flowed();
  }

  next(isDue: boolean): readonly FlowingChange[] {
    const queue = this.#queue;
    if (queue !== undefined) {
      this.#queue = undefined;
      return queue;
    }
    if (!isDue || this.#net === undefined) return nothing;
    const lsn = this.#lsn;
    const changes = this.#net.take();
    this.#net = undefined;
    return changes.map(({ before, after }) => ({ before, after, lsn, isInitial: false }));
  }

  end(): void {
    const { views, entry } = this.#owner;
    if (this.#node !== undefined) views.unfollowFilter(entry, this.#node, this);
    this.#node = undefined;
  }

  #put(lsn: number, changes: readonly NetChange[]): void {
    this.#lsn = lsn;
    const isFull = (this.#queue?.length ?? 0) + changes.length > limits.livePendingMax;
    if (this.#owner.collapses || this.#net !== undefined || isFull) {
      this.#net ??= new NetChanges();
      for (const change of changes) this.#net.add(change);
      if (this.#net.size === 0) this.#net = undefined;
      return;
    }
    this.#queue ??= [];
    for (const { before, after } of changes) {
      this.#queue.push({ before, after, lsn, isInitial: false });
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
