/*
 * Everything live about one database: who follows what, and what a commit means to whom. There is one for each pipeline,
 * whatever the number of database objects and guests over it, so that equal queries are kept once. It hears of commits
 * only while somebody follows something.
 *
 *     commit ──▶ feeds            each takes what it is about
 *            ──▶ live-views.ts    filters found by the values of the change ──▶ rows, totals, watched documents
 *            ──▶ reruns           queries that read a collection that was touched
 *            ──▶ consumers wake, when all of it is up to date
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { Operations, type OperationsOptions } from '../exec/operations.ts';
import { PreparedTexts } from '../exec/prepared-text.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { PublishedCommit } from '../transactions/pipeline-task.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ChangeFeed } from './change-feed.ts';
import { collectionGone } from './collection-gone.ts';
import { deltasOf } from './document-delta.ts';
import type { EndableStream } from './event-stream.ts';
import type { FollowRequest } from './follow-request.ts';
import { LiveViews } from './live-views.ts';
import { openChanges, openSubscription } from './open-feed.ts';
import { openLiveQuery } from './open-live-query.ts';
import { openWatch } from './open-watch.ts';
import type { RerunView } from './rerun-view.ts';
import type { WatcherFacts } from './watcher-facts.ts';

/** Reads the documents of a collection that the engine keeps about itself. */
export type EngineDocuments = (collection: string) => Promise<readonly StoredDocument[]>;

/** Whoever follows a query, for `_watchers` and for changes of the schema. */
export interface Follower {
  readonly facts: WatcherFacts;
  /** The collections that it reads, as they were when it began. */
  readonly entries: () => readonly CollectionEntry[];
  /** The definition of one of its collections has changed; absent when it is gone. */
  redefined(entry: CollectionEntry | undefined, name: string): void;
}

/** Whoever has to look whether there is something for it. */
interface Consumer {
  changed(): void;
}

export class LiveHub {
  readonly pipeline: CommitPipeline;
  readonly clock: OperationsOptions['clock'];
  readonly startedMs: number;
  readonly newId: () => string;
  readonly operations: Operations;
  readonly prepared = new PreparedTexts();
  readonly views: LiveViews;
  readonly feeds = new Set<ChangeFeed>();
  readonly followers = new Set<Follower>();
  readonly reruns = new Map<RerunView, ReadonlySet<string>>();
  /** Where the documents of each collection are, as of the last commit. */
  #storageIds: ReadonlyMap<string, number> = new Map();
  #endListening: (() => void) | undefined;
  #waking: Set<Consumer> | undefined;
  #lsn = 0;

  constructor(options: Omit<OperationsOptions, 'readOnly'>) {
    this.pipeline = options.pipeline;
    this.clock = options.clock;
    this.startedMs = options.clock.now();
    this.newId = options.newId;
    this.operations = new Operations({ ...options, readOnly: true });
    this.views = new LiveViews((work) => this.operations.run(undefined, work));
  }

  /** The last commit that everything which is kept has been told of. */
  get lsn(): number {
    return this.#lsn;
  }

  /**
   * Begins to follow what is asked for. The kind of the request decides the type of the events.
   * @throws AuroraError `CollectionNotFound`, and what a wrong filter or text throws
   */
  follow(request: FollowRequest, engineDocuments: EngineDocuments): EndableStream<unknown> {
    switch (request.kind) {
      case 'changes':
        return openChanges(this, request);
      case 'subscription':
        return openSubscription(this, request);
      case 'watch':
        return openWatch(this, request);
      case 'query':
        return openLiveQuery(this, request, engineDocuments);
    }
  }

  /** Ends what runs, before the pipeline closes; streams end with the database objects that they belong to. */
  close(): Promise<void> {
    this.#endListening?.();
    this.#endListening = undefined;
    return this.operations.close();
  }

  /** The documents of `_watchers`. */
  watchers(): readonly StoredDocument[] {
    return [...this.followers].map(({ facts }) => facts.document());
  }

  /** @throws AuroraError `CollectionNotFound` */
  collection(name: string): CollectionEntry {
    const entry = this.pipeline.catalog.collection(name);
    if (entry !== undefined) return entry;
    throw collectionGone(name);
  }

  /** Tells it at once, or when the present commit was told to all; then once, however often it is asked for. */
  wakeSoon(consumer: Consumer): void {
    if (this.#waking === undefined) consumer.changed();
    else this.#waking.add(consumer);
  }

  began(follower: Follower): void {
    this.followers.add(follower);
    this.listenWhileNeeded();
  }

  ended(follower: Follower): void {
    this.followers.delete(follower);
    this.listenWhileNeeded();
  }

  /** To be called whenever something begins or ends to be followed. */
  listenWhileNeeded(): void {
    const isNeeded = this.feeds.size > 0 || this.followers.size > 0;
    if (isNeeded === (this.#endListening !== undefined)) return;
    if (isNeeded) {
      this.#lsn = Math.max(this.#lsn, this.pipeline.changeLog.position.lsn);
      this.#storageIds = this.#readStorageIds();
      this.#endListening = this.pipeline.onDidPublish((commit) => this.#committed(commit));
    } else {
      this.#endListening?.();
      this.#endListening = undefined;
    }
  }

  #committed(commit: PublishedCommit): void {
    const { sequence: lsn, collections, schemaChanged } = commit.event;
    this.#lsn = Math.max(this.#lsn, lsn);
    const deltas = deltasOf(commit);
    const anew = schemaChanged ? this.#writtenAnew() : [];
    if (this.feeds.size > 0) {
      const { epoch } = this.pipeline.changeLog.position;
      for (const feed of [...this.feeds]) {
        feed.committed({ epoch, lsn }, deltas);
        if (anew.length > 0) feed.writtenAnew({ epoch, lsn }, anew);
        if (schemaChanged) this.#redefine(feed, collections);
      }
    }
    if (this.followers.size === 0) return;
    const waking = new Set<Consumer>();
    this.#waking = waking;
    this.views.committed(deltas, lsn);
    for (const [view, read] of this.reruns) {
      if (collections.some((name) => read.has(name))) view.touched(lsn);
    }
    if (schemaChanged) this.#schemaChanged(new Set(collections));
    this.#waking = undefined;
    for (const consumer of waking) consumer.changed();
  }

  #redefine(feed: ChangeFeed, names: readonly string[]): void {
    const { collection } = feed;
    if (collection === undefined || !names.includes(collection)) return;
    if (this.pipeline.catalog.collection(collection) !== undefined) feed.redefined();
    else feed.stream.finish(collectionGone(collection));
  }

  /** Collections whose documents a migration has written to another place, which no commit tells of. */
  #writtenAnew(): readonly string[] {
    const before = this.#storageIds;
    this.#storageIds = this.#readStorageIds();
    return [...this.#storageIds].flatMap(([name, storageId]) => {
      const storageIdBefore = before.get(name);
      return storageIdBefore === undefined || storageIdBefore === storageId ? [] : [name];
    });
  }

  #readStorageIds(): ReadonlyMap<string, number> {
    const { collections } = this.pipeline.catalog;
    return new Map(collections.map((each) => [each.definition.name, each.storageId]));
  }

  #schemaChanged(names: ReadonlySet<string>): void {
    for (const follower of [...this.followers]) {
      for (const { definition, storageId } of follower.entries()) {
        if (!names.has(definition.name)) continue;
        const now = this.pipeline.catalog.collection(definition.name);
        if (now?.definition === definition && now.storageId === storageId) continue;
        follower.redefined(now, definition.name);
        break;
      }
    }
  }
}
