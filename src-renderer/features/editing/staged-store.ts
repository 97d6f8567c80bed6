/*
 * What is staged in one collection, for as long as the page shows it: kept in the journal with every change, and told what
 * others do to the same documents. Versions come from the host; until they are here, nothing can be committed.
 */
import type { DatabaseId, FollowedEvents, WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import type { MergedDocument } from './staged-document.ts';
import { mergedDocuments, nothingStaged, observe, type StagedEdits } from './staged-edits.ts';
import { decodeStaged, encodeStaged } from './staged-journal.ts';

export interface StagedJournal {
  load(): WireValue | undefined;
  save(value: WireValue): void;
}

const readPauseMs = 30;
const readsMax = 1_000;

export class StagedStore {
  readonly #client: Client;
  readonly #database: DatabaseId;
  readonly #collection: string;
  readonly #journal: StagedJournal;
  readonly #changes: TopicFeed<FollowedEvents>;
  readonly #listeners = new Set<() => void>();
  #state: StagedEdits;
  #merged: readonly MergedDocument[] | undefined;
  #version = 0;
  #unread = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #error: unknown;
  #isStarted = false;

  constructor(
    client: Client,
    place: { readonly database: DatabaseId; readonly collection: string },
    journal: StagedJournal,
  ) {
    this.#client = client;
    this.#database = place.database;
    this.#collection = place.collection;
    this.#journal = journal;
    this.#state = { ...nothingStaged, documents: decodeStaged(journal.load()) };
    const { database, collection } = place;
    this.#changes = client.feed('follow', { database, request: { kind: 'changes', collection } });
  }

  get collection(): string {
    return this.#collection;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Why the host could not say what the documents are now. */
  get error(): unknown {
    return this.#error;
  }

  state(): StagedEdits {
    return this.#state;
  }

  /** The staged documents over those of the host. */
  merged(): readonly MergedDocument[] {
    this.#merged ??= mergedDocuments(this.#state);
    return this.#merged;
  }

  /** True when the host has said which versions the staged documents have. */
  get isCurrent(): boolean {
    return this.#unread.size === 0;
  }

  apply(change: (state: StagedEdits) => StagedEdits): void {
    const before = this.#state;
    this.#state = change(before);
    if (this.#state === before) return;
    if (this.#state.documents !== before.documents) {
      this.#journal.save(encodeStaged(this.#state.documents));
    }
    for (const id of this.#state.documents.keys()) {
      if (!this.#state.live.has(id)) this.#unread.add(id);
    }
    this.#readSoon();
    this.#tell();
  }

  /** Follows the host until the returned function is called. */
  start(): () => void {
    this.#isStarted = true;
    this.readAnew();
    const stop = this.#changes.listen((event) => {
      if (event?.kind !== 'changes') return;
      for (const each of event.events) {
        if (each.changeType === 'Lagged') this.readAnew();
        else if (this.#state.documents.has(each.id)) this.#unread.add(each.id);
      }
      this.#readSoon();
    });
    const stopStates = this.#client.onStateChange(() => {
      if (this.#client.state().kind === 'ready') this.readAnew();
    });
    return () => {
      this.#isStarted = false;
      stop();
      stopStates();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Asks the host again what the staged documents are. */
  readAnew(): void {
    for (const id of this.#state.documents.keys()) this.#unread.add(id);
    this.#readSoon();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #readSoon(): void {
    if (!this.#isStarted || this.#unread.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, readPauseMs);
  }

  async #read(): Promise<void> {
    const ids = [...this.#unread].slice(0, readsMax);
    try {
      const { documents } = await this.#client.call('edits.read', {
        database: this.#database,
        collection: this.#collection,
        ids,
      });
      const found = new Map(documents.map((each) => [each.id, each]));
      for (const id of ids) this.#unread.delete(id);
      this.#error = undefined;
      this.apply((state) =>
        observe(
          state,
          ids.map((id) => ({
            id,
            document: found.get(id)?.document,
            version: found.get(id)?.version,
          })),
        ),
      );
    } catch (error) {
      // It is asked again with the next change, and when the connection is back.
      this.#error = error;
      this.#tell();
    }
  }

  #tell(): void {
    this.#version += 1;
    this.#merged = undefined;
    for (const listener of [...this.#listeners]) listener();
  }
}
