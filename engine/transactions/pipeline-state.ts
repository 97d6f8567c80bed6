/*
 * Which state of the database is visible, and what lies between it and the store:
 *
 *     published state = store as of a base LSN  +  frozen buffer (being applied)  +  active buffer (takes new commits)
 *
 * A commit becomes visible by publishing: one assignment, after which every new snapshot sees it. Applying freezes the
 * active buffer; when the store holds it, the base moves on and the frozen buffer is forgotten. Snapshots keep the
 * base and buffers of their moment.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import type { ColumnReader } from '../cache/column-reader.ts';
import type { RowCache } from '../cache/row-cache.ts';
import { readCatalog } from '../catalog/catalog-codec.ts';
import type { CatalogState } from '../catalog/catalog-state.ts';
import { IndexChanges } from '../indexes/index-changes.ts';
import { KnownKeys } from '../indexes/known-keys.ts';
import { type ColdStoreMode, readColdMark } from '../storage/cold-mode.ts';
import { readFormat } from '../storage/format.ts';
import type { KvSnapshot, KvStore } from '../storage/kv-store.ts';
import type { ApplyTarget } from './apply-buffer.ts';
import { withoutEmpty } from './buffer-view.ts';
import { CodecTable } from './codec-table.ts';
import { type ChangedRows, ColumnFeed, changesSince, withRows } from './column-feed.ts';
import { EngineSnapshot, type PublishedState, type StoredSnapshot } from './engine-snapshot.ts';
import { IdHints } from './id-hints.ts';
import { IndexUses } from './index-uses.ts';
import type { PendingState } from './pipeline-task.ts';
import type { PreparationSource } from './prepared-changes.ts';
import { type DocumentCacheAccess, StateLookup } from './state-lookup.ts';
import { StoreBase } from './store-base.ts';
import { readSequence } from './stored-sequence.ts';
import { versionAt } from './version.ts';
import { WriteBuffer } from './write-buffer.ts';

export interface PipelineStateOptions {
  readonly clock: Clock;
  readonly isLogged: boolean;
  readonly cache: RowCache | undefined;
  readonly columnCache: ColumnCache | undefined;
}

type TakenState = Pick<PendingState, 'sequence' | 'catalog'>;

/** A snapshot that somebody holds. */
export interface OpenReader {
  readonly sequence: number;
  /** Of the clock's `elapsed`. */
  readonly openedMs: number;
}

export class PipelineState {
  readonly databaseId: string;
  readonly indexUses = new IndexUses();
  /** How documents lie in the store. It stays as long as the database is open. */
  readonly #coldMode: ColdStoreMode;
  readonly #store: KvStore;
  readonly #options: PipelineStateOptions;
  readonly #codecs = new CodecTable();
  readonly #bases = new Set<StoreBase>();
  readonly #readers = new Set<OpenReader>();
  readonly #documents: DocumentCacheAccess;
  readonly #columns: ColumnFeed | undefined;
  #published: PublishedState;
  #lookup: { readonly state: PublishedState; readonly lookup: StateLookup } | undefined;
  #catalog: CatalogState;
  #nextStorageId: number;
  #sequence: number;
  readonly #known = new KnownKeys();
  readonly #indexChanges = new IndexChanges(this.#known);
  #active = new WriteBuffer({ known: this.#known });
  #frozen: WriteBuffer | undefined;
  /** Both of them, the newer first. */
  #buffers: readonly WriteBuffer[] = [this.#active];

  /** @throws AuroraError `FormatTooNew`, `DatabaseCorrupt` */
  constructor(store: KvStore, options: PipelineStateOptions) {
    this.#store = store;
    this.#options = options;
    const { cache, columnCache } = options;
    this.#columns = columnCache && new ColumnFeed(columnCache);
    this.#documents = {
      cache,
      hints: new IdHints(),
      isCurrent: (state, id, row) => this.#isCurrent(state, id, row),
    };
    const kv = store.snapshot();
    try {
      this.databaseId = readFormat(kv).databaseId;
      this.#coldMode = readColdMark(kv).mode;
      const { catalog, nextStorageId } = readCatalog(kv);
      for (const entry of [...catalog.collections, ...catalog.owned]) {
        this.#codecs.load(entry, kv);
      }
      this.#catalog = catalog;
      this.#nextStorageId = nextStorageId;
      this.#sequence = readSequence(kv);
      this.#published = this.#newState(this.#addBase(kv), this.#sequence, []);
    } catch (error) {
      kv.release();
      throw error;
    }
  }

  /** The last published state. */
  get published(): PublishedState {
    return this.#published;
  }

  get codecs(): CodecTable {
    return this.#codecs;
  }

  /** The buffer that takes new commits. */
  get active(): WriteBuffer {
    return this.#active;
  }

  /** The buffer that is being applied. */
  get frozen(): WriteBuffer | undefined {
    return this.#frozen;
  }

  /** True when the store holds everything that is published. */
  get isSettled(): boolean {
    return this.#active.isEmpty && this.#frozen === undefined;
  }

  /** Snapshots that somebody holds. */
  get readers(): Iterable<OpenReader> {
    return this.#readers;
  }

  get applyTarget(): ApplyTarget {
    return {
      catalog: this.#catalog,
      nextStorageId: this.#nextStorageId,
      codecs: this.#codecs,
      coldMode: this.#coldMode,
      indexChanges: this.#indexChanges,
    };
  }

  /** What the next task starts from. Its catalog, storage id and sequence are taken over by `take`. */
  begin(): PendingState {
    const nextStorageId = this.#nextStorageId;
    this.#known.uncoverFrom(nextStorageId);
    return {
      ...this.taken,
      nextStorageId,
      codecs: this.#codecs,
      known: this.#known,
      base: this.#published.base,
      baseSequence: this.#published.baseSequence,
      buffers: this.#buffers,
      isLogged: this.#options.isLogged,
      now: this.#options.clock.now(),
    };
  }

  /** What changes are prepared against at this moment. */
  get preparationSource(): PreparationSource {
    return {
      catalog: this.#catalog,
      codecs: this.#codecs,
      keepsBefore: this.#options.isLogged,
      buffers: this.#buffers,
    };
  }

  /** The next task starts from what a task has made; nobody sees it yet. */
  take(next: TakenState & Pick<PendingState, 'nextStorageId'>): void {
    this.#catalog = next.catalog;
    this.#nextStorageId = next.nextStorageId;
    this.#sequence = next.sequence;
  }

  /** What was taken so far. */
  get taken(): TakenState {
    return { sequence: this.#sequence, catalog: this.#catalog };
  }

  /** Makes visible what was taken at a moment; all of it unless told. */
  publish(taken: TakenState = this.taken): void {
    const { base, baseSequence } = this.#published;
    const older = this.#frozen && this.#takeChanged(this.#frozen, taken.sequence);
    const newer = this.#takeChanged(this.#active, taken.sequence);
    this.#published = this.#newState(base, baseSequence, this.#buffers, taken);
    this.#columns?.publish(taken.sequence, older);
    this.#columns?.publish(taken.sequence, newer);
  }

  /** Forgets what a task has put into the buffer that was not taken. */
  dropUntaken(): void {
    if (this.#active.lastLsn > this.#sequence) this.#active.dropAbove(this.#sequence);
  }

  /** Forgets what was taken and not published: it could not be made durable. */
  dropPending(): void {
    const { sequence } = this.#published;
    this.#active.dropAbove(sequence);
    if (this.#frozen !== undefined && this.#frozen.lastLsn > sequence) this.#frozen = undefined;
    this.#gather();
    this.#sequence = sequence;
  }

  get hints(): IdHints {
    return this.#documents.hints;
  }

  /** Sets the active buffer aside to be applied; later commits go into a new one. */
  freeze(): WriteBuffer {
    assert(this.#frozen === undefined, 'one buffer is applied at a time');
    this.#frozen = this.#active;
    this.#active = new WriteBuffer({ known: this.#known });
    this.#gather();
    this.#published.base.supersede();
    this.floatBase();
    return this.#frozen;
  }

  /** Lets the base float while a buffer is applied, once nobody else stands on it; false as long as somebody does. */
  floatBase(): boolean {
    const { base } = this.#published;
    if (!base.isFloating && base.isHeldOnce) base.float(this.#store);
    return base.isFloating;
  }

  /** The store holds the frozen buffer now. Gives the state of the store, which is settled and may be behind. */
  rebase(): PublishedState {
    const frozen = this.#frozen;
    assert(frozen !== undefined, 'a buffer was applied');
    const lsn = frozen.lastLsn;
    const changed = this.#takeChanged(frozen, lsn);
    this.#frozen = undefined;
    this.#gather();
    const base = this.#addBase(this.#store.snapshot());
    const sequence = Math.max(this.#published.sequence, lsn);
    const { taken } = this;
    const stored = this.#newState(base, lsn, [], { ...taken, sequence: lsn });
    this.#supersede(this.#newState(base, lsn, this.#buffers, { ...taken, sequence }));
    this.#columns?.publish(sequence, changed);
    return stored;
  }

  /** A task has changed the store itself, while nothing was buffered: makes that visible. */
  publishStored(): void {
    assert(this.isSettled, 'the store is changed directly only while nothing is buffered');
    const base = this.#addBase(this.#store.snapshot());
    this.#supersede(this.#newState(base, this.#sequence, []));
    this.#columns?.retain((id) => this.#catalog.collectionById(id) !== undefined);
  }

  /** Reads catalog and LSN again, after the store was changed by what the log says of the catalog. */
  reload(): void {
    const base = this.#addBase(this.#store.snapshot());
    const { catalog, nextStorageId } = readCatalog(base.reader);
    for (const entry of [...catalog.collections, ...catalog.owned]) {
      if (!this.#codecs.has(entry)) this.#codecs.load(entry, base.reader);
    }
    this.take({ catalog, nextStorageId, sequence: readSequence(base.reader) });
    this.#supersede(this.#newState(base, this.#sequence, []));
  }

  /** Takes over a buffer that was read from the log. */
  recover(buffer: WriteBuffer, state: PendingState): void {
    assert(this.isSettled, 'recovery comes before the first commit');
    this.#active = buffer;
    this.#gather();
    this.take(state);
    this.publish();
  }

  /**
   * Looks single documents up in what is published now. To be used within this turn of the event loop: it holds
   * nothing.
   */
  get lookup(): StateLookup {
    return this.#lookupOf(this.#published);
  }

  /** Columns of what is published now, to be used within this turn like `lookup`. */
  get columns(): ColumnReader | undefined {
    return this.#columns?.shared(this.#published);
  }

  /** A snapshot of a state; the caller must release it. */
  snapshot(state: PublishedState = this.#published): EngineSnapshot {
    const reader = { sequence: state.sequence, openedMs: this.#options.clock.elapsed() };
    this.#readers.add(reader);
    return new EngineSnapshot(state, {
      lookup: this.#lookupOf(state),
      columnCache: this.#options.columnCache,
      changesSince: (collectionId, lsn) => changesSince(this.#published, collectionId, lsn),
      onRelease: () => this.#readers.delete(reader),
    });
  }

  /** A settled state as bytes; the caller must release it. */
  storedSnapshot(state: PublishedState): StoredSnapshot {
    assert(state.buffers.length === 0, 'only a settled state is read as bytes');
    state.base.hold();
    const { sequence, catalog, codecs } = state;
    return {
      sequence,
      catalog,
      codecs,
      get kv() {
        return state.base.reader;
      },
      release: () => state.base.letGo(),
    };
  }

  /** Ends all snapshots. */
  close(): void {
    for (const base of this.#bases) base.close();
    this.#bases.clear();
    this.#options.cache?.clear();
    this.#columns?.clear();
  }

  #lookupOf(state: PublishedState): StateLookup {
    if (this.#lookup?.state === state) return this.#lookup.lookup;
    const lookup = new StateLookup(state, this.#documents);
    if (state === this.#published) this.#lookup = { state, lookup };
    return lookup;
  }

  #gather(): void {
    this.#buffers = this.#frozen === undefined ? [this.#active] : [this.#active, this.#frozen];
  }

  /** Publishes a state on another base. */
  #supersede(state: PublishedState): void {
    const { base } = this.#published;
    this.#published = state;
    base.letGo();
    if (!base.isReleased) base.fix();
    base.supersede();
    for (const old of this.#bases) if (old.isReleased) this.#bases.delete(old);
  }

  #addBase(kv: KvSnapshot): StoreBase {
    const base = new StoreBase(kv);
    this.#bases.add(base);
    return base;
  }

  #newState(
    base: StoreBase,
    baseSequence: number,
    buffers: readonly WriteBuffer[],
    { sequence, catalog }: TakenState = this.taken,
  ): PublishedState {
    return {
      base,
      baseSequence,
      buffers: withoutEmpty(buffers),
      sequence,
      catalog,
      codecs: this.#codecs,
      indexUses: this.indexUses,
    };
  }

  /** True when the base is still the newest one and no visible commit has changed the row since. */
  #isCurrent({ base }: PublishedState, collectionId: number, row: number): boolean {
    if (base !== this.#published.base) return false;
    return this.#buffers.every((each) => each.collection(collectionId)?.rows.has(row) !== true);
  }

  /**
   * What is new in a buffer up to an LSN. What the cache has of it becomes new at once: later readers find it there, and
   * earlier ones do not take it, since its LSN is above theirs. Gives rows of collections with columns; others are let go.
   */
  #takeChanged(buffer: WriteBuffer, lsn: number): ChangedRows | undefined {
    const { cache } = this.#options;
    let changed: ChangedRows | undefined;
    for (const touched of buffer.takeTouched(lsn)) {
      const { collection } = touched;
      const { collectionId } = collection;
      const isFollowed = this.#columns?.isFollowing(collectionId) === true;
      if ('inserted' in touched) {
        if (isFollowed) changed = withRows(changed, collection, touched.numbers);
        else touched.inserted.forget(touched);
        continue;
      }
      const { row } = touched;
      const version = versionAt(collection.rows.get(row)?.newest, lsn);
      if (version === undefined) continue;
      const isCached = !touched.isNew && cache?.has(collectionId, row) === true;
      if (isCached) cache.change(collectionId, row, version.value, version.lsn);
      if (isFollowed) changed = withRows(changed, collection, [row]);
      else if (!isCached) version.value.forget();
    }
    return changed;
  }
}
