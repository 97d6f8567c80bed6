import type { CatalogState } from '../catalog/catalog-state.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { CodecTable } from './codec-table.ts';

/**
 * The state of the database inside a transaction of the store. Tasks replace parts of it as they write; it counts
 * only when the transaction does.
 */
export interface PendingState {
  catalog: CatalogState;
  nextStorageId: number;
  sequence: number;
  readonly codecs: CodecTable;
  /** What to do once the transaction is applied. */
  readonly onApplied: (() => void)[];
}

/** What a commit or schema change tells its listeners. */
export interface CommitEvent {
  readonly sequence: number;
  /** Names of the collections whose documents or definition changed. */
  readonly collections: readonly string[];
  readonly schemaChanged: boolean;
}

/** One change in the queue of the pipeline. Several may share a transaction of the store. */
export interface PipelineTask<Result> {
  /** How much it weighs against `groupWeightMax`; for a commit, its changes. */
  readonly weight: number;
  readonly bytesExpected: number;
  /** Checks without writing. When it throws, only this task is refused. It returns the writing half. */
  check(reader: KvReader, state: PendingState): (writer: KvWriter) => TaskOutcome<Result>;
}

export interface TaskOutcome<Result> {
  readonly result: Result;
  /** Absent when nothing that anybody can see has changed. */
  readonly event?: CommitEvent;
}
