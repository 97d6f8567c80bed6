/*
 * What is staged in one collection, for as long as the page shows it: kept in the journal with every change, and told what
 * others do to the same documents. Versions come from the host; until they are here, nothing can be committed.
 */
import { type DatabaseId, type FollowedEvents, WireError, type WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import { StagedChecks } from './staged-checks.ts';
import type { EditedDocument, MergedDocument } from './staged-document.ts';
import {
  committed,
  mergedDocuments,
  observe,
  type StagedEdits,
  withoutDone,
} from './staged-edits.ts';
import { decodeStaged, StagedEncoder } from './staged-journal.ts';
import type { StagedProblem } from './staged-problems.ts';

export interface StagedJournal {
  load(): WireValue | undefined;
  save(value: WireValue): void;
}

/** A document as this page has committed it; `undefined` when it was deleted. */
interface CommittedDocument {
  /** Counts the commits of this store. */
  readonly commit: number;
  readonly document: EditedDocument | undefined;
}

const readPauseMs = 30;
const readsMax = 1_000;
const committedMax = 10_000;

export class StagedStore {
  readonly #client: Client;
  readonly #database: DatabaseId;
  readonly #collection: string;
  readonly #journal: StagedJournal;
  readonly #changes: TopicFeed<FollowedEvents>;
  readonly #checks: StagedChecks;
  readonly #listeners = new Set<() => void>();
  #state: StagedEdits;
  #merged: readonly MergedDocument[] | undefined;
  #version = 0;
  /** What was staged comes from the journal, and may have been committed since it was kept. */
  #isRestored: boolean;
  #unread = new Set<string>();
  #reading: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #error: unknown;
  readonly #encoder = new StagedEncoder();
  readonly #committed = new Map<string, CommittedDocument>();
  #commitCount = 0;
  /** Parts of the page that show it. */
  #useCount = 0;
  #stop: () => void = () => undefined;

  constructor(
    client: Client,
    place: { readonly database: DatabaseId; readonly collection: string },
    journal: StagedJournal,
  ) {
    this.#client = client;
    this.#database = place.database;
    this.#collection = place.collection;
    this.#journal = journal;
    this.#state = decodeStaged(journal.load());
    this.#isRestored = this.#state.documents.size > 0;
    const { database, collection } = place;
    this.#changes = client.feed('follow', { database, request: { kind: 'changes', collection } });
    this.#checks = new StagedChecks(client, place, {
      documents: () => this.merged(),
      onChange: () => this.#tellListeners(),
    });
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

  /** What is wrong with the staged documents, by their id; see `staged-checks.ts`. */
  problems(): ReadonlyMap<string, readonly StagedProblem[]> {
    return this.#checks.problems();
  }

  /** What is wrong with a field of a staged document. */
  problemOf(id: string, field: string): StagedProblem | undefined {
    return this.problems()
      .get(id)
      ?.find((problem) => problem.field === field);
  }

  /** True when the host has said which versions the staged documents have. */
  get isCurrent(): boolean {
    return this.#unread.size === 0 && this.#reading.size === 0;
  }

  apply(change: (state: StagedEdits) => StagedEdits): void {
    const before = this.#state;
    this.#state = change(before);
    if (this.#state === before) return;
    if (this.#state.documents !== before.documents) {
      this.#journal.save(this.#encoder.encode(this.#state));
      this.#askForNew(before);
    }
    this.#readSoon();
    this.#tell();
  }

  /** Nobody told of documents that were not staged: what was known of them may be long past. */
  #askForNew(before: StagedEdits): void {
    const live = new Map(this.#state.live);
    for (const id of this.#state.documents.keys()) {
      if (before.documents.has(id)) continue;
      live.delete(id);
      this.#unread.add(id);
    }
    for (const id of before.documents.keys()) {
      if (this.#state.documents.has(id)) continue;
      live.delete(id);
      this.#unread.delete(id);
    }
    this.#state = { ...this.#state, live };
  }

  /** What is staged was committed: it is shown as it is now, and staged no more. */
  commit(): void {
    this.#commitCount += 1;
    for (const { id, mine } of this.merged()) {
      this.#committed.delete(id);
      this.#committed.set(id, { commit: this.#commitCount, document: mine });
    }
    for (const id of this.#committed.keys()) {
      if (this.#committed.size <= committedMax) break;
      this.#committed.delete(id);
    }
    this.apply(committed);
  }

  get commitCount(): number {
    return this.#commitCount;
  }

  /** A document that was committed here later than a commit, for rows that were read before. */
  committedAfter(commit: number, id: string): CommittedDocument | undefined {
    const found = this.#committed.get(id);
    return found !== undefined && found.commit > commit ? found : undefined;
  }

  /** Documents as the host has them now. @throws WireError */
  async read(ids: readonly string[]): Promise<ReadonlyMap<string, EditedDocument>> {
    const found = new Map<string, EditedDocument>();
    for (let at = 0; at < ids.length; at += readsMax) {
      const { documents } = await this.#client.call('edits.read', {
        ...{ database: this.#database, collection: this.#collection },
        ids: ids.slice(at, at + readsMax),
      });
      for (const { id, document } of documents) found.set(id, document);
    }
    return found;
  }

  /**
   * The ids of the documents that a condition leaves, as the host has them: `condition` is a `where` that may name the
   * variable `$sought`. @throws WireError
   */
  async idsWhere(
    asked: { readonly condition: string; readonly sought: WireValue; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { condition, sought, limit } = asked;
    const text = `query Find($sought: Any) { ${this.#collection}(where: ${condition}, limit: ${limit}) { id } }`;
    const request = { database: this.#database, text, variables: { sought }, isForView: true };
    const ids: string[] = [];
    for await (const part of this.#client.run(request, { signal })) {
      if (part.kind === 'failed') throw new WireError(part.error);
      if (part.kind === 'rows') ids.push(...(part.batch.columns[0] ?? []).map(String));
    }
    return ids;
  }

  /** Follows the host until the returned function is called. */
  start(): () => void {
    this.#useCount += 1;
    if (this.#useCount === 1) this.#stop = this.#follow();
    return () => {
      this.#useCount -= 1;
      if (this.#useCount === 0) this.#stop();
    };
  }

  #follow(): () => void {
    this.readAnew();
    const stop = this.#changes.listen((event) => {
      if (event?.kind !== 'changes') return;
      for (const each of event.events) {
        if (each.changeType === 'Lagged') this.readAnew();
        else if (this.#state.documents.has(each.id)) this.#unread.add(each.id);
      }
      this.#checks.askAnew();
      this.#readSoon();
    });
    const stopChecks = this.#checks.start();
    const stopStates = this.#client.onStateChange(() => {
      if (this.#client.state().kind === 'ready') this.readAnew();
    });
    return () => {
      stop();
      stopChecks();
      stopStates();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Asks the host again what the staged documents are. */
  readAnew(): void {
    for (const id of this.#state.documents.keys()) this.#unread.add(id);
    this.#checks.askAnew();
    this.#readSoon();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #readSoon(): void {
    if (this.#useCount === 0 || this.#unread.size === 0 || this.#reading.size > 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, readPauseMs);
  }

  /** One reading at a time; what others change meanwhile is read again after it. */
  async #read(): Promise<void> {
    const ids = [...this.#unread].slice(0, readsMax);
    this.#reading = new Set(ids);
    for (const id of ids) this.#unread.delete(id);
    try {
      const { documents } = await this.#client.call('edits.read', {
        ...{ database: this.#database, collection: this.#collection, ids },
      });
      const found = new Map(documents.map((each) => [each.id, each]));
      this.#error = undefined;
      const seen = ids.map((id) => ({
        id,
        document: found.get(id)?.document,
        version: found.get(id)?.version,
      }));
      this.#reading = new Set();
      this.apply((state) =>
        observe(
          state,
          seen.filter(({ id }) => state.documents.has(id)),
          (field) => this.#checks.isDeclared(field),
        ),
      );
      if (this.#isRestored && this.#unread.size === 0) {
        this.#isRestored = false;
        this.apply(withoutDone);
      }
      this.#readSoon();
    } catch (error) {
      // It is asked again with the next change, and when the connection is back.
      for (const id of ids) if (this.#state.documents.has(id)) this.#unread.add(id);
      this.#reading = new Set();
      this.#error = error;
      this.#tell();
    }
  }

  #tell(): void {
    this.#merged = undefined;
    this.#checks.changed();
    this.#tellListeners();
  }

  #tellListeners(): void {
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }
}
