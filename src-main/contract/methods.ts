import type {
  DocumentChangeInfo,
  InverseObstacleInfo,
  StagedChange,
  VersionedDocument,
} from './edit-types.ts';
import type { WirePosition } from './follow-types.ts';
import type { MaintenanceTask } from './health-types.ts';
import type {
  JobDetail,
  JobErrorGroup,
  JobFilter,
  JobHandlerFolder,
  JobOrder,
  JobRow,
} from './job-types.ts';
import type {
  AppliedVersion,
  MigrationOrder,
  MigrationPlanInfo,
  RollbackInfo,
} from './migration-types.ts';
import type { PlanInfo } from './plan-types.ts';
import type { SavedQueryMethods } from './saved-query-methods.ts';
import type {
  HistoryEntry,
  SampledValueInfo,
  WriteConfirmation,
  WritePreview,
} from './studio-types.ts';
import type { TransferMethods } from './transfer-methods.ts';
import type {
  CatalogInfo,
  DatabaseId,
  DatabaseInfo,
  DatabaseList,
  HostInfo,
  IndexFigures,
  None,
  ResultPart,
  WireValue,
} from './wire-types.ts';

/** Every method a host answers. Parameters are validated at the boundary; failures are WireErrors. */
export interface Methods extends SavedQueryMethods, TransferMethods {
  'host.info': { readonly params: None; readonly result: HostInfo };
  /** Native folder dialog; only with the `dialogs` capability. Null when the person cancels. */
  'host.pickFolder': {
    readonly params: { readonly purpose: 'open' | 'create' };
    readonly result: { readonly path: string | null };
  };

  'databases.list': { readonly params: None; readonly result: DatabaseList };
  'databases.open': {
    readonly params: {
      readonly path: string;
      /** Create the database when there is none; otherwise a missing one is `DatabaseNotFound`. */
      readonly create?: boolean;
      readonly readOnly?: boolean;
    };
    readonly result: DatabaseInfo;
  };
  /** Opens the sample database, building it in the host's data folder the first time. */
  'databases.openSample': { readonly params: None; readonly result: DatabaseInfo };
  'databases.close': { readonly params: { readonly database: DatabaseId }; readonly result: None };
  'databases.forget': { readonly params: { readonly path: string }; readonly result: None };

  'catalog.get': {
    readonly params: { readonly database: DatabaseId };
    readonly result: CatalogInfo;
  };
  /**
   * Values with their counts in a bounded sample of a collection's documents, the most frequent first, by collection
   * and path: `users.role`, `users.address.city`. Fields with many different values are left out.
   */
  'catalog.samples': {
    readonly params: { readonly database: DatabaseId; readonly collection: string };
    readonly result: {
      readonly samples: { readonly [path: string]: readonly SampledValueInfo[] };
      /** About how many different values fields have in all documents, where that is known. */
      readonly distinctCounts: { readonly [path: string]: number };
      /** Names of fields in the sample that an open collection does not define, and that a text can name. */
      readonly undeclared: readonly string[];
    };
  };

  /** All indexes, how large about (told by a sample), and how often queries have read them. */
  'catalog.indexes': {
    readonly params: { readonly database: DatabaseId };
    readonly result: { readonly indexes: readonly IndexFigures[] };
  };

  /**
   * What the statements of a text that change or remove something would touch, in text order, without running them; on
   * a database that is marked as production, those that add something too. None for a text that is wrong: running it
   * is refused as a whole.
   */
  'query.preview': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      readonly variables?: { readonly [name: string]: WireValue };
      /** Looks at the text as `edits.commit` does: what adds is shown too, and what it would refuse is refused. */
      readonly isForCommit?: boolean;
    };
    readonly result: {
      readonly previews: readonly WritePreview[];
      /** Statements beyond the bound, which were not looked into. */
      readonly omitted: number;
      readonly confirmation: WriteConfirmation;
      /**
       * Lets exactly this text with these variables run once on this database within ten minutes. Without one, a text
       * that writes is refused with `PreviewRequired` on a database that is marked as production. Absent when the text
       * writes nothing or is wrong.
       */
      readonly token?: string;
    };
  };

  /** Parses and binds, and prepares to run. All findings of a wrong text come in one error, before anything runs. */
  'query.open': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      readonly variables?: { readonly [name: string]: WireValue };
      /** The token of the text's preview. */
      readonly previewToken?: string;
      /** What the page reads for a view of its own does not go into the history of runs. */
      readonly isForView?: boolean;
      /** Gives with columns and rows where their values come from. */
      readonly hasOrigins?: boolean;
    };
    readonly result: { readonly cursor: string };
  };
  /**
   * Runs on until `rowsMax` rows or about 50 ms are there, and gives what there is. Statements run only as far as they
   * are pulled. Calls may be sent ahead; they are answered in order. Cancelling a call cancels the run.
   */
  'query.next': {
    readonly params: { readonly cursor: string; readonly rowsMax: number };
    readonly result: { readonly parts: readonly ResultPart[]; readonly done: boolean };
  };
  /** Ends a run wherever it is; unknown cursors are ignored. */
  'query.close': { readonly params: { readonly cursor: string }; readonly result: None };

  /**
   * How the queries of a text would find their documents. With `analyze` they are run, and each operator is measured; with
   * `tryIndex` they are also run with an index that is made in memory and dropped again. Cancelling the call ends it.
   */
  'query.explain': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      readonly variables?: { readonly [name: string]: WireValue };
      readonly analyze?: boolean;
      readonly tryIndex?: { readonly collection: string; readonly fields: readonly string[] };
    };
    readonly result: PlanInfo;
  };

  /** How a text would find its documents, asked by an editor while it is written. Nothing is run. */
  'query.hints': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      readonly variables?: { readonly [name: string]: WireValue };
    };
    readonly result: PlanInfo;
  };

  /** Documents with their versions, as they are now; those that are not there are left out. */
  'edits.read': {
    readonly params: {
      readonly database: DatabaseId;
      readonly collection: string;
      readonly ids: readonly string[];
    };
    readonly result: { readonly documents: readonly VersionedDocument[] };
  };
  /**
   * Runs the text of one mutation and says which commit it became. A text that names versions (`ifVersion`) fails with
   * `VersionMismatch` when somebody was faster, and changes nothing.
   */
  'edits.commit': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      /** The token of the text's preview, as for a run. */
      readonly previewToken?: string;
    };
    readonly result: {
      /** Absent when nothing was changed. */
      readonly position?: WirePosition;
      /** Documents that the mutation found and wrote. */
      readonly documentCount: number;
      /** What its statements write to, each name once. */
      readonly collections: readonly string[];
    };
  };
  /** What commits have made of a document, the newest first, as far as the log reaches. */
  'edits.history': {
    readonly params: {
      readonly database: DatabaseId;
      readonly collection: string;
      readonly id: string;
      readonly limit: number;
    };
    readonly result: {
      readonly changes: readonly DocumentChangeInfo[];
      /** True when they reach back to where the document was inserted. */
      readonly isComplete: boolean;
    };
  };
  /** The mutation that takes a commit back, or what stands in its way. */
  'edits.inverse': {
    readonly params: { readonly database: DatabaseId; readonly position: WirePosition };
    readonly result: {
      /** Absent when there are obstacles. */
      readonly text?: string;
      readonly documentCount: number;
      readonly obstacles: readonly InverseObstacleInfo[];
    };
  };

  /** The runs of all pages, newest first. */
  'history.list': {
    readonly params: {
      /** Words that text or database must hold, whatever their case. */
      readonly search?: string;
      readonly limit: number;
      /** Id of an entry: only older ones are given. */
      readonly before?: string;
    };
    readonly result: { readonly entries: readonly HistoryEntry[]; readonly hasMore: boolean };
  };
  'history.clear': { readonly params: None; readonly result: None };

  /** Begins a task of maintenance and gives at once; the topic `health` tells how far it is and how it ends. */
  'maintenance.start': {
    readonly params: { readonly database: DatabaseId; readonly task: MaintenanceTask };
    readonly result: None;
  };
  /** Cancels the task that is under way, if there is one. */
  'maintenance.cancel': {
    readonly params: { readonly database: DatabaseId };
    readonly result: None;
  };

  /** Keeps an audit log of a database in a file, relative to its folder, or none; for this opening and all that follow. */
  'audit.keep': {
    readonly params: { readonly database: DatabaseId; readonly file: string | null };
    readonly result: None;
  };

  /** Jobs that a filter finds, the newest first. @throws WireError with the findings of a filter's text */
  'jobs.find': {
    readonly params: {
      readonly database: DatabaseId;
      readonly filter: JobFilter;
      readonly limit: number;
      /** Id of a job: only older ones are given. */
      readonly before?: string;
    };
    readonly result: { readonly jobs: readonly JobRow[]; readonly hasMore: boolean };
  };
  /** One job with its attempts and children; null when it is gone. */
  'jobs.get': {
    readonly params: { readonly database: DatabaseId; readonly id: string };
    readonly result: { readonly job: JobDetail | null };
  };
  /** Errors of jobs, by their likeness, the most frequent first. */
  'jobs.errors': {
    readonly params: { readonly database: DatabaseId };
    readonly result: {
      readonly groups: readonly JobErrorGroup[];
      /** True when there were more failed jobs than are looked at. */
      readonly isPartial: boolean;
    };
  };
  /** What an order would concern, without doing it; with the token that lets exactly this order be carried out once. */
  'jobs.preview': {
    readonly params: { readonly database: DatabaseId; readonly order: JobOrder };
    readonly result: {
      readonly count: number;
      readonly confirmation: WriteConfirmation;
      readonly token: string;
    };
  };
  /**
   * Carries an order out. Of many jobs it begins, and the topic `jobs` tells how far it is and how it ends; anything else
   * is durable when this resolves. Gives the id of a job that was enqueued. On a database that is marked as production
   * it is refused with `PreviewRequired` without the token of its preview.
   */
  'jobs.order': {
    readonly params: {
      readonly database: DatabaseId;
      readonly order: JobOrder;
      readonly previewToken?: string;
    };
    readonly result: { readonly id: string | null };
  };
  /** Cancels the act on many jobs that is under way, if there is one; what is done stays done. */
  'jobs.cancelOrder': { readonly params: { readonly database: DatabaseId }; readonly result: None };
  /**
   * Starts or stops workers in the host: with the handlers of the sample, and those of a folder. What is in the folder
   * runs as the person's own code.
   */
  'jobs.runWorkers': {
    readonly params: {
      readonly database: DatabaseId;
      readonly isRunning: boolean;
      readonly folder?: JobHandlerFolder;
    };
    readonly result: None;
  };

  /** Versions of migrations that are applied, in the order in which they were. */
  'migrations.applied': {
    readonly params: { readonly database: DatabaseId };
    readonly result: { readonly versions: readonly AppliedVersion[] };
  };
  /** Holds, lets go on or ends what is being applied or undone; nothing when there is nothing. */
  'migrations.order': {
    readonly params: { readonly database: DatabaseId; readonly order: MigrationOrder };
    readonly result: None;
  };
  /** Tries a text with migrate blocks on the documents as they are; nothing is written. */
  'migrations.plan': {
    readonly params: { readonly database: DatabaseId; readonly text: string };
    readonly result: MigrationPlanInfo;
  };
  /** What undoing the version that was applied last would do; the token lets it be undone once. */
  'migrations.planRollback': {
    readonly params: { readonly database: DatabaseId };
    readonly result: RollbackInfo & {
      readonly confirmation: WriteConfirmation;
      readonly token: string;
    };
  };
  /** Undoes the version that was applied last, if it is the one that is named. */
  'migrations.rollBack': {
    readonly params: {
      readonly database: DatabaseId;
      readonly version: string;
      readonly previewToken?: string;
    };
    readonly result: RollbackInfo;
  };

  /** The settings of this person on this host, by key; kept across restarts. */
  'settings.get': {
    readonly params: None;
    readonly result: { readonly values: { readonly [key: string]: WireValue } };
  };
  'settings.set': {
    readonly params: { readonly key: string; readonly value: WireValue };
    readonly result: None;
  };
  /**
   * Keeps what has changed of the edits that are staged under a key; `settings.get` gives all of them as the setting of
   * that key: `{ documents: [{ id, … } …], …steps }`. On disk when it resolves. `LimitExceeded` where it is too much.
   */
  'staged.save': { readonly params: StagedChange; readonly result: None };
}

/**
 * What a table of methods looks like. The peers work over any; the page's is `Methods`, and a guest of a database has
 * its own.
 */
export type MethodTable<Table> = {
  readonly [Name in keyof Table]: { readonly params: unknown; readonly result: unknown };
};

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]['params'];
export type Result<M extends MethodName> = Methods[M]['result'];
