/*
 * One statement that is followed: the data of all its roots, the rows of each of its results, and what has changed. It
 * lives from the first time that somebody asks for it to the next run, over lost connections and other hosts: each gives
 * a whole result again, which is compared with what is shown.
 */
import type { DatabaseId, FollowedEvents, FollowRequest, WireLiveEvent } from '#contract';
import type { Client } from '../../../client/client.ts';
import { beforePainting, ChangeSignal } from '../../../grid/change-signal.ts';
import type { LiveMode } from '../../../grid/live-mode.ts';
import { type LiveEntry, LiveRows } from '../../../grid/live-rows.ts';
import type { QueryResult } from '../query-run.ts';
import { type DataChange, type DataRow, type DataUpdate, LiveData } from './live-data.ts';
import { documentValues, partEntries, rootOf } from './live-table.ts';

/** A change with when it came, for the log. */
export interface LoggedChange extends DataChange {
  readonly number: number;
  readonly lsn: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface LiveQueryState {
  readonly mode: LiveMode;
  /** Grows whenever Tail is asked for, so that it is followed again. */
  readonly tailAsked: number;
  readonly isHeld: boolean;
  readonly pendingCount: number;
  readonly isLost: boolean;
  /** Why it cannot be followed, as the engine says. */
  readonly error: unknown;
  /** The commit that the data is as of; `undefined` until the first result is there. */
  readonly lsn: number | undefined;
  /** All changes so far; the log keeps the last ones. */
  readonly changeCount: number;
  /** Newest first. */
  readonly log: readonly LoggedChange[];
}

interface Table {
  readonly result: QueryResult;
  readonly rows: LiveRows;
}

const logMax = 1_000;

export class LiveQuery {
  readonly #client: Client;
  readonly #request: Extract<FollowRequest, { kind: 'query' }>;
  readonly #now: () => number;
  readonly #data = new LiveData();
  readonly #tables = new Map<string, Table>();
  /** A list of documents has one result, so that each row has one entry. */
  readonly #known = new WeakMap<DataRow, LiveEntry>();
  readonly #listeners = new Set<() => void>();
  readonly #signal = new ChangeSignal(beforePainting);
  #state: LiveQueryState;
  #stop: () => void = () => undefined;

  constructor(
    client: Client,
    request: Extract<FollowRequest, { kind: 'query' }>,
    results: readonly QueryResult[],
    { mode, now = () => Date.now() }: { readonly mode: LiveMode; readonly now?: () => number },
  ) {
    this.#client = client;
    this.#request = request;
    this.#now = now;
    for (const result of results) {
      const rows = new LiveRows({
        columnCount: result.columns.length,
        read: () => this.#entries(result),
        schedule: beforePainting,
      });
      this.#tables.set(result.head.title, { result, rows });
    }
    this.#signal.listen(() => this.#set({}));
    this.#state = {
      ...{ mode, tailAsked: 0, isHeld: false, pendingCount: 0, isLost: false, error: undefined },
      ...{ lsn: undefined, changeCount: 0, log: [] },
    };
  }

  get text(): string {
    return this.#request.text;
  }

  state(): LiveQueryState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The rows of a result, once the first are there. */
  rowsOf(title: string): LiveRows | undefined {
    return this.#state.lsn === undefined ? undefined : this.#tables.get(title)?.rows;
  }

  /** Follows the statement in a database until the returned function is called. */
  follow(database: DatabaseId): () => void {
    const feed = this.#client.feed('follow', { database, request: this.#request });
    const stopFeed = feed.listen((event) => {
      if (event?.kind === 'query') this.#take(event);
      const state = feed.state();
      const cause = state.status === 'failed' ? state.error : undefined;
      // A host that was started anew opens the database again, and then it is followed by another id.
      const error = cause?.code === 'DatabaseNotOpen' ? undefined : cause;
      if (error !== this.#state.error) this.#set({ error });
    });
    const stopState = this.#client.onStateChange(() => {
      const isLost = this.#client.state().kind !== 'ready';
      if (isLost !== this.#state.isLost) this.#set({ isLost });
    });
    this.#stop = () => {
      stopFeed();
      stopState();
    };
    return this.#stop;
  }

  setMode(mode: LiveMode): void {
    this.#change({ mode, tailAsked: this.#state.tailAsked + (mode === 'tail' ? 1 : 0) });
  }

  /** Holds changes back, whatever the mode: rows are being selected. */
  hold(isHeld: boolean): void {
    if (isHeld !== this.#state.isHeld) this.#change({ isHeld });
  }

  #change(change: Partial<LiveQueryState>): void {
    this.#set(change);
    const isPaused = this.#isPaused;
    if (!isPaused) this.#set({ pendingCount: 0 });
    for (const { rows } of this.#tables.values()) rows.pause(isPaused);
  }

  get #isPaused(): boolean {
    return this.#state.mode === 'paused' || this.#state.isHeld;
  }

  #take({ events }: Extract<FollowedEvents, { kind: 'query' }>): void {
    const logged: LoggedChange[] = [];
    let { lsn, changeCount } = this.#state;
    for (const event of events) {
      const update = this.#data.take(event);
      this.#show(update, { isFirst: lsn === undefined });
      lsn = event.lsn;
      for (const change of update.changes) {
        changeCount += 1;
        logged.push({ ...change, number: changeCount, lsn, at: this.#now() });
      }
    }
    const isAgain = this.#state.lsn !== undefined && events.some(isSnapshot);
    const pending = logged.length + (isAgain ? 1 : 0);
    this.#setSoon({
      lsn,
      changeCount,
      log: [...logged.reverse(), ...this.#state.log].slice(0, logMax),
      pendingCount: this.#isPaused ? this.#state.pendingCount + pending : 0,
    });
  }

  /** Gives what changed to the rows that are shown. */
  #show({ roots }: DataUpdate, { isFirst }: { readonly isFirst: boolean }): void {
    for (const [title, { result, rows }] of this.#tables) {
      const root = rootOf(title);
      const change = roots.get(root);
      if (change === undefined) continue;
      if (isFirst) rows.begin();
      else if (change.isReplaced) rows.replace();
      else {
        for (const at of change.rows) {
          const row = this.#data.list(root)?.[at];
          if (row !== undefined) rows.change(at, this.#entryOf(row, result));
        }
      }
    }
  }

  #entries(result: QueryResult): readonly LiveEntry[] {
    const { title } = result.head;
    const root = rootOf(title);
    const list = this.#data.list(root);
    if (list !== undefined) return list.map((row) => this.#entryOf(row, result));
    return partEntries(this.#data.value(root), title, result.columns);
  }

  /** Rows that did not change are the same entries, so that a long list is cheap to look through. */
  #entryOf(row: DataRow, { columns }: QueryResult): LiveEntry {
    const known = this.#known.get(row);
    if (known !== undefined) return known;
    const entry = { key: row.key, values: documentValues(row.row, columns) };
    this.#known.set(row, entry);
    return entry;
  }

  #set(change: Partial<LiveQueryState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Changes come hundreds of times a second: what is drawn of them is told once for each painting. */
  #setSoon(change: Partial<LiveQueryState>): void {
    const isFirst = this.#state.lsn === undefined;
    this.#state = { ...this.#state, ...change };
    if (isFirst) this.#set({});
    else this.#signal.changed();
  }
}

function isSnapshot(event: WireLiveEvent): boolean {
  return event.type === 'snapshot';
}
