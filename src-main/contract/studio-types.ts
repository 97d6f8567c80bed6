/*
 * What the studio's own services tell besides data: previews of writes, the history of runs, sampled values and saved
 * queries. Plain data, as everything that crosses.
 */
import type {
  ColumnBatch,
  ResultColumn,
  WireErrorShape,
  WireSpan,
  WireValue,
} from './wire-types.ts';

/** What a write does, by its kind in the language. */
export type WriteKind =
  | 'insert'
  | 'update'
  | 'upsert'
  | 'delete'
  | 'enqueue'
  | 'cancelJob'
  | 'retryJob'
  | 'defineCollection'
  | 'alterCollection'
  | 'dropCollection'
  | 'defineHandler'
  | 'dropHandler'
  | 'migrateData';

/** What a statement that writes is about to do, as the data is now. */
export interface WritePreview {
  readonly kind: WriteKind;
  /** `touches`: it changes or removes what is there. */
  readonly effect: 'adds' | 'touches';
  /** The collection, or the name of a handler or type of job. */
  readonly target: string;
  /** The place of the statement in the text. */
  readonly span: WireSpan;
  /** Documents that it touches or adds; absent when there are none to count, or they could not be counted. */
  readonly count?: number;
  /** True when counting took too long and `count` is only what was found until then. */
  readonly isAtLeast: boolean;
  readonly columns: readonly ResultColumn[];
  /** The first documents, as they are. */
  readonly rows: ColumnBatch;
  /** The same documents as they would be. */
  readonly after?: ColumnBatch;
  /** How many of them stay as they are. */
  readonly unchangedCount?: number;
  /** Fields whose new values would refer to documents that are not there; absent where there are none. */
  readonly danglingReferences?: readonly DanglingReferencesInfo[];
  /** Why the documents could not be counted, or how the write would end. */
  readonly error?: WireErrorShape;
}

/** A reference to nothing is written without being refused; a person is told. */
interface DanglingReferencesInfo {
  readonly field: string;
  /** The collection that has no such documents. */
  readonly target: string;
  readonly documentCount: number;
}

/**
 * What a person must do before a text runs: nothing, say so, or type the name of what is written to. The host decides,
 * and says `typed` for every write to a database that is marked as production.
 */
export type WriteConfirmation = 'none' | 'click' | 'typed';

/**
 * How a run ended. `stopped`: nobody read it to its end. `interrupted`: the host ended while it ran.
 */
export type RunOutcome = 'running' | 'done' | 'stopped' | 'failed' | 'cancelled' | 'interrupted';

/** One run as the history keeps it. */
export interface HistoryEntry {
  readonly id: string;
  /** Milliseconds since 1970, when the run began. */
  readonly startedAt: number;
  readonly databaseName: string;
  readonly databasePath: string;
  readonly text: string;
  readonly variables?: { readonly [name: string]: WireValue };
  readonly outcome: RunOutcome;
  /** Time that the host worked on the run. */
  readonly elapsedMs: number;
  /** Rows given, or documents changed. */
  readonly rowCount: number;
  /** What went wrong. */
  readonly message?: string;
}

/** A value that sampled documents hold, and how many of them. */
export interface SampledValueInfo {
  readonly value: WireValue;
  readonly count: number;
}

/** A query kept as a file beside its database. */
export interface SavedQuery {
  /** Place inside the folder, with slashes, such as `reports/best films.aql`. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** What came of a saved query that says in its comments what it must give. */
export interface SavedQueryTest {
  /** `none`: it expects nothing, and was not run. */
  readonly outcome: 'met' | 'unmet' | 'none';
  /** What differs, one sentence each. */
  readonly differences: readonly string[];
  readonly elapsedMs: number;
}

export interface SavedQueryList {
  /** The folder of the saved queries; made with the first of them. */
  readonly folder: string;
  readonly queries: readonly SavedQuery[];
  /** True when there are more files than a list holds. */
  readonly isCut: boolean;
}
