/*
 * The entries of the audit log as a grid shows them: windows of `_audit`, the newest first. No commit tells of entries;
 * the host says once a second how many there are, and then the view is read anew, or what came is counted while it is
 * held back.
 */
import { type AuditInfo, type DatabaseId, WireError } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import { beforePainting } from '../../grid/change-signal.ts';
import type { SortedBy } from '../../grid/column-state.ts';
import type { LiveMode } from '../../grid/live-mode.ts';
import { WindowRows } from '../../grid/window-rows.ts';
import type { WindowSource } from '../../grid/window-source.ts';
import { collectionSource } from '../data/collection-source.ts';
import { type CollectionView, totalQuery } from '../data/collection-text.ts';
import { tailOf } from '../data/tail-order.ts';
import { auditColumns, auditFields } from './audit-columns.ts';

export interface AuditRowsState {
  readonly mode: LiveMode;
  /** Grows whenever Tail is asked for, so that it is followed again. */
  readonly tailAsked: number;
  /** True while entries are held back because of a selection. */
  readonly isHeld: boolean;
  /** Entries since they are held back, those that the filter leaves out among them. */
  readonly pendingCount: number;
  /** Why the entries cannot be counted. */
  readonly error: unknown;
  readonly isLost: boolean;
}

export interface AuditRowsOptions {
  readonly database: DatabaseId;
  readonly where: string;
  readonly sort: readonly SortedBy[];
  readonly mode: LiveMode;
}

const newestFirst: readonly SortedBy[] = [{ column: 'id', direction: 'desc' }];

export class AuditRows {
  readonly rows: WindowRows;
  /** Where the rows come from, for those who read others than are looked at. */
  readonly source: WindowSource;
  readonly #client: Client;
  readonly #database: DatabaseId;
  readonly #view: CollectionView;
  readonly #log: TopicFeed<AuditInfo>;
  readonly #listeners = new Set<() => void>();
  #state: AuditRowsState;
  /** Entries that the host knew of when the rows were read. */
  #shownCount: number | undefined;
  #counting: AbortController | undefined;
  #isStale = false;

  constructor(client: Client, { database, where, sort, mode }: AuditRowsOptions) {
    this.#client = client;
    this.#database = database;
    this.#view = {
      ...{ collection: '_audit', fields: auditFields, where },
      sort: sort.length === 0 ? newestFirst : sort,
    };
    this.source = collectionSource(client, database, this.#view);
    this.rows = new WindowRows({
      columnCount: auditColumns.length,
      source: this.source,
      schedule: beforePainting,
      tail: tailOf(this.#view.sort).end,
    });
    this.#log = client.feed('audit', { database });
    this.#state = {
      ...{ mode, tailAsked: 0, isHeld: false, pendingCount: 0, error: undefined, isLost: false },
    };
  }

  state(): AuditRowsState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows the log until the returned function is called. */
  start(): () => void {
    this.rows.resume();
    void this.#count();
    const stops = [
      this.#log.listen(() => this.#look()),
      this.#client.onStateChange(() => this.#connection()),
    ];
    this.#look();
    return () => {
      for (const stop of stops) stop();
      this.#counting?.abort();
      this.rows.stop();
    };
  }

  setMode(mode: LiveMode): void {
    this.#change({ mode, tailAsked: this.#state.tailAsked + (mode === 'tail' ? 1 : 0) });
  }

  /** Holds entries back, whatever the mode: rows are being selected. */
  hold(isHeld: boolean): void {
    if (isHeld !== this.#state.isHeld) this.#change({ isHeld });
  }

  /** Forgets a failure and reads again. */
  retry(): void {
    this.#set({ error: undefined });
    this.rows.retry();
    void this.#count();
  }

  get #isPaused(): boolean {
    return this.#state.mode === 'paused' || this.#state.isHeld;
  }

  #change(change: Partial<AuditRowsState>): void {
    this.#set(change);
    this.#look();
  }

  #look(): void {
    const state = this.#log.state();
    if (state.status !== 'current') return;
    const { entryCount } = state.value;
    this.#shownCount ??= entryCount;
    // A log that was begun anew counts from zero.
    const newCount = entryCount - (entryCount < this.#shownCount ? 0 : this.#shownCount);
    this.#set({ pendingCount: this.#isPaused ? newCount : 0 });
    if (newCount === 0 || this.#isPaused) return;
    this.#shownCount = entryCount;
    this.rows.refresh();
    void this.#count();
  }

  /** Counts the entries that the filter leaves: one count at a time, and once more after a change during it. */
  async #count(): Promise<void> {
    this.#isStale = true;
    if (this.#counting !== undefined) return;
    const abort = new AbortController();
    this.#counting = abort;
    const params = { database: this.#database, text: totalQuery(this.#view), isForView: true };
    try {
      while (this.#isStale && !abort.signal.aborted) {
        this.#isStale = false;
        for await (const part of this.#client.run(params, { signal: abort.signal })) {
          if (part.kind === 'failed') throw new WireError(part.error);
          const total = part.kind === 'rows' ? part.batch.columns[0]?.[0] : undefined;
          if (typeof total === 'number') this.rows.setTotal(total);
        }
      }
    } catch (error) {
      if (!abort.signal.aborted && !this.#state.isLost) this.#set({ error });
    } finally {
      this.#counting = undefined;
    }
  }

  /** After a lost connection nobody knows what came meanwhile. */
  #connection(): void {
    const isLost = this.#client.state().kind !== 'ready';
    if (this.#state.isLost === isLost) return;
    this.#set({ isLost });
    if (!isLost) this.retry();
  }

  #set(change: Partial<AuditRowsState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
