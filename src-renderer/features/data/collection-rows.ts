/*
 * A collection as a grid shows it: windows of its documents, kept current by its change feed. The feed tells what
 * became of each document. How many there are the catalog tells, and with a filter a live query. A change that moves no row is put in
 * place; any other makes the view be read anew. While changes are held back they are counted, and the view is read anew
 * when they are let in.
 */
import type { DatabaseId, FollowedEvents, WireChangeEvent, WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import { beforePainting, ChangeSignal } from '../../grid/change-signal.ts';
import type { LiveMode } from '../../grid/live-mode.ts';
import { WindowRows } from '../../grid/window-rows.ts';
import type { WindowSource } from '../../grid/window-source.ts';
import { collectionSource } from './collection-source.ts';
import { type CollectionView, totalQuery } from './collection-text.ts';
import { tailOf } from './tail-order.ts';

export interface CollectionRowsState {
  readonly mode: LiveMode;
  /** Grows whenever Tail is asked for, so that it is followed again. */
  readonly tailAsked: number;
  /** True while changes are held back because of a selection. */
  readonly isHeld: boolean;
  /** Changes since they are held back. */
  readonly pendingCount: number;
  /** Why changes cannot be followed. */
  readonly error: unknown;
  readonly isLost: boolean;
}

type DocumentChange = Exclude<WireChangeEvent, { readonly changeType: 'Lagged' }>;

export class CollectionRows {
  readonly rows: WindowRows;
  /** Where the rows come from, for those who read others than are looked at. */
  readonly source: WindowSource;
  readonly #client: Client;
  readonly #view: CollectionView;
  readonly #changes: TopicFeed<FollowedEvents>;
  /** Counts what a filter leaves; without one the catalog knows the number. */
  readonly #total: TopicFeed<FollowedEvents> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #pending = new ChangeSignal(beforePainting);
  #state: CollectionRowsState;
  #heldTotal: number | undefined;
  #stops: readonly (() => void)[] = [];

  constructor(
    client: Client,
    database: DatabaseId,
    options: {
      readonly view: CollectionView;
      readonly mode: LiveMode;
      /** How many rows there are, as far as that is known. */
      readonly total: number | undefined;
    },
  ) {
    const { view, mode, total } = options;
    this.#client = client;
    this.#view = view;
    this.source = collectionSource(client, database, view);
    this.rows = new WindowRows({
      columnCount: view.fields.length + 1,
      source: this.source,
      schedule: beforePainting,
      total,
      tail: tailOf(view.sort).end,
    });
    this.#pending.listen(() => this.#set({}));
    const { collection } = view;
    this.#changes = client.feed('follow', { database, request: { kind: 'changes', collection } });
    this.#total =
      view.where === ''
        ? undefined
        : client.feed('follow', { database, request: { kind: 'query', text: totalQuery(view) } });
    this.#state = {
      ...{ mode, tailAsked: 0, isHeld: false, pendingCount: 0, error: undefined, isLost: false },
    };
  }

  state(): CollectionRowsState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    this.rows.resume();
    this.#stops = [
      this.#changes.listen((event) => {
        if (event?.kind === 'changes') this.#take(event.events);
        this.#look();
      }),
      this.#total?.listen((event) => {
        if (event?.kind === 'query') for (const each of event.events) this.#count(each);
        this.#look();
      }) ?? (() => undefined),
      this.#client.onStateChange(() => this.#connection()),
    ];
    return () => {
      for (const stop of this.#stops) stop();
      this.#stops = [];
      this.rows.stop();
    };
  }

  /** Says how many documents there are. */
  setTotal(total: number): void {
    if (this.#isPaused && this.rows.count.isKnown) this.#heldTotal = total;
    else this.rows.setTotal(total);
  }

  setMode(mode: LiveMode): void {
    this.#change({ mode, tailAsked: this.#state.tailAsked + (mode === 'tail' ? 1 : 0) });
  }

  /** Holds changes back, whatever the mode: rows are being selected. */
  hold(isHeld: boolean): void {
    if (isHeld !== this.#state.isHeld) this.#change({ isHeld });
  }

  get #isPaused(): boolean {
    return this.#state.mode === 'paused' || this.#state.isHeld;
  }

  #change(change: Partial<CollectionRowsState>): void {
    const wasPaused = this.#isPaused;
    this.#set(change);
    if (!wasPaused || this.#isPaused) return;
    const hadChanges = this.#state.pendingCount > 0;
    this.#set({ pendingCount: 0 });
    if (this.#heldTotal !== undefined) this.rows.setTotal(this.#heldTotal);
    this.#heldTotal = undefined;
    if (hadChanges) this.rows.refresh();
  }

  #take(events: readonly WireChangeEvent[]): void {
    if (this.#isPaused) {
      // Told once for each painting, however fast the changes come.
      this.#state = { ...this.#state, pendingCount: this.#state.pendingCount + events.length };
      this.#pending.changed();
      return;
    }
    for (const event of events) {
      if (event.changeType === 'Lagged') this.rows.refresh();
      else this.#apply(event);
    }
  }

  #apply(event: DocumentChange): void {
    const { rows } = this;
    switch (event.changeType) {
      case 'Update':
        if (event.document !== undefined) rows.patch(event.id, this.#values(event));
        if (event.changedFields.some((field) => this.#decides(field))) rows.refresh();
        return;
      case 'Delete':
        rows.remove(event.id);
        rows.refresh();
        return;
      case 'Insert':
        if (rows.has(event.id)) return;
        if (!this.#isPlain || rows.isAmongLoaded(event.id)) rows.refresh();
        // A cursor may be the bare id of a document, where the order is by id.
        else rows.append({ key: event.id, cursor: event.id, values: this.#values(event) });
        return;
    }
  }

  /** All documents by id: then what comes has its place behind what is there. */
  get #isPlain(): boolean {
    return this.#view.where === '' && this.#view.sort.length === 0;
  }

  /** True when a field decides which documents are shown, or in which order. */
  #decides(field: string): boolean {
    const { where, sort } = this.#view;
    return where.includes(field) || sort.some(({ column }) => column === field);
  }

  #values({ id, document }: DocumentChange): readonly (WireValue | undefined)[] {
    const fields = new Map(Object.entries(document ?? {}));
    return [id, ...this.#view.fields.map((name) => fields.get(name))];
  }

  #count(event: Extract<FollowedEvents, { kind: 'query' }>['events'][number]): void {
    const totals = event.type === 'snapshot' ? [totalIn(event.data)] : event.changes.map(totalOf);
    for (const total of totals) if (total !== undefined) this.setTotal(total);
  }

  /** After a lost connection nobody knows what changed meanwhile. */
  #connection(): void {
    const isLost = this.#client.state().kind !== 'ready';
    if (this.#state.isLost === isLost) return;
    this.#set({ isLost });
    if (isLost) return;
    if (this.#isPaused) this.#set({ pendingCount: this.#state.pendingCount + 1 });
    else this.rows.retry();
  }

  #look(): void {
    const states = [this.#changes.state(), this.#total?.state()];
    const failed = states.find((state) => state?.status === 'failed');
    const cause = failed?.status === 'failed' ? failed.error : undefined;
    // A host that was started anew opens the database again, and then there is another id.
    const error = cause?.code === 'DatabaseNotOpen' ? undefined : cause;
    if (error !== this.#state.error) this.#set({ error });
  }

  #set(change: Partial<CollectionRowsState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

function totalIn(data: { readonly [root: string]: WireValue }): number | undefined {
  const root = data['rows'];
  if (typeof root !== 'object' || root === null || !('totalCount' in root)) return undefined;
  const { totalCount } = root;
  return typeof totalCount === 'number' ? totalCount : undefined;
}

type LiveDelta = Extract<
  Extract<FollowedEvents, { kind: 'query' }>['events'][number],
  { readonly type: 'delta' }
>;

function totalOf(change: LiveDelta['changes'][number]): number | undefined {
  if (change.type !== 'Value' || change.path.at(-1) !== 'totalCount') return undefined;
  return typeof change.value === 'number' ? change.value : undefined;
}
