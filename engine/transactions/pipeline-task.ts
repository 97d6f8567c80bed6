/* What the commit pipeline runs, one after the other. */
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { CatalogState } from '../catalog/catalog-state.ts';
import type { KnownKeys } from '../indexes/known-keys.ts';
import type { KvWriter } from '../storage/kv-store.ts';
import type { CodecTable } from './codec-table.ts';
import type { LatestState } from './latest-state.ts';
import type { DocumentChange } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import type { StoreBase } from './store-base.ts';
import type { WriteBuffer } from './write-buffer.ts';

/** The database as the next task finds it, commits included that are not visible yet. Tasks replace parts of it. */
export interface PendingState {
  catalog: CatalogState;
  nextStorageId: number;
  sequence: number;
  readonly codecs: CodecTable;
  readonly known: KnownKeys;
  /** The store, and over it what is buffered, newest first. */
  readonly base: StoreBase;
  /** The LSN that the base shows. */
  readonly baseSequence: number;
  readonly buffers: readonly WriteBuffer[];
  /** True when changes go into a log. */
  readonly isLogged: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a commit or schema change tells its listeners. */
export interface CommitEvent {
  readonly sequence: number;
  /** Names of the collections whose documents or definition changed. */
  readonly collections: readonly string[];
  readonly schemaChanged: boolean;
}

/** The changes of one commit to one collection, in the order of their statements; each document is there once. */
export interface ChangedCollection {
  readonly entry: CollectionEntry;
  readonly changes: readonly PublishedChange[];
  /** The row of each change, where they are at hand. */
  readonly rows?: readonly number[];
}

interface PublishedChange {
  readonly change: DocumentChange;
  /** The bytes of the document as it has become, where they are at hand. */
  readonly record?: Uint8Array | undefined;
}

/**
 * A commit or schema change that has just become visible, as the engine itself hears of it. The changes are those that
 * were committed, not copies: nobody may alter them, and a commit costs the same whether anybody listens or not.
 */
export interface PublishedCommit {
  readonly event: CommitEvent;
  readonly changed: readonly ChangedCollection[];
}

/** A commit of documents. Several go together into one write of the log. */
export type CommitTask = ImmediateCommit | SteppedCommit;

interface CommitOfDocuments {
  /** How many documents it changes. */
  readonly weight: number;
  /** True when it need not wait for the disk. */
  readonly isRelaxed: boolean;
  /** True when probably nobody else is about to commit. */
  readonly isAlone?: boolean;
  readonly bytesExpected: number;
}

/** One that is so small that it takes its place at once. */
export interface ImmediateCommit extends CommitOfDocuments {
  readonly pace: 'atOnce';
  /** Puts it into the buffer. When it throws, only this commit is refused. */
  stage(state: PendingState, latest: LatestState): StagedCommit;
}

export interface SteppedCommit extends CommitOfDocuments {
  readonly pace: 'inSteps';
  /** Puts it into the buffer, in steps of some dozen changes. When it throws, only this commit is refused. */
  stage(state: PendingState): Generator<void, StagedCommit>;
}

/** A change of the catalog. It runs alone, when nothing is buffered, and is logged as the keys that it writes. */
export interface SchemaTask<Result> {
  readonly kind: 'schema';
  readonly bytesExpected: number;
  /** Checks without writing, and returns the writing half. The writer only takes puts and removals. */
  check(state: PendingState): (writer: KeyChanges) => SchemaOutcome<Result>;
}

/** The writing half of a store's transaction. */
export type KeyChanges = Pick<KvWriter, 'put' | 'remove'>;

export interface SchemaOutcome<Result> {
  readonly result: Result;
  /** Absent when nothing that anybody can see has changed. */
  readonly event?: CommitEvent;
}

/**
 * Work on the store that no reader sees yet, such as a step in building an index. It is not logged. It goes through the
 * store's own thread where that is possible, in any number of transactions: a crash in between must leave nothing that
 * is not deleted or done again.
 */
export interface StoreTask<Result> {
  readonly kind: 'store';
  readonly bytesExpected: number;
  /** True when nothing may be buffered while it runs, because it looks at what the store holds. */
  readonly needsSettled: boolean;
  /** Stops after each small step; should end once it has taken so long. */
  steps(writer: KvWriter, state: PendingState, durationMs: number): Generator<StoreStep, Result>;
}

/** `pass`: what comes later in the task reads nothing that was written so far. `wait`: it does, from here on. */
export type StoreStep = 'pass' | 'wait';
