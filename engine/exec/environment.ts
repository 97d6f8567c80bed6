import type { CollectionDefinition } from '#engine/aql';
import type { Clock } from '../base/clock.ts';
import type { TimeSlicerOptions } from '../base/scheduler.ts';
import type { PlannerOptions } from '../plan/logical-query.ts';
import type { SpoolSpace } from '../storage/spool-space.ts';
import type { CatalogRewrite } from '../transactions/catalog-rewrite.ts';
import type { CommitReport, DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { JobMutations } from './job-mutations.ts';
import type { MigrationRunner } from './migration-runner.ts';
import type { PreparedTexts } from './prepared-text.ts';
import type { QueryMemory } from './query-memory.ts';

/** Reads of documents that the cache answered, and those that it did not, so far. */
export interface CacheCounts {
  readonly hitCount: number;
  readonly missCount: number;
}

/** What the executor needs around it, for one run. */
export interface ExecEnvironment {
  readonly clock: Clock;
  readonly planner?: PlannerOptions | undefined;
  readonly memory: QueryMemory;
  /** Carries the run's cancellation. */
  readonly slicerOptions: TimeSlicerOptions;
  /** Who has asked for it: the bearer of a token, or the person whose process it is. */
  caller(): string;
  /** A new id; ids of one database ascend. */
  newId(): string;
  /** A snapshot that the caller must release. It may show commits that are not in the store yet (`isSettled`). */
  snapshot(): Snapshot;
  /** A snapshot that may be scanned; the caller must release it. */
  settledSnapshot(): Promise<Snapshot>;
  /** Where results that wait for their consumer keep what they have not given. */
  readonly spoolSpace: SpoolSpace;
  /** Of the cache of decoded documents. */
  readonly cacheCounts?: () => CacheCounts;
  /** The documents of a collection that the engine keeps about itself, as they are now. */
  readonly engineDocuments?: (collection: string) => Promise<readonly StoredDocument[]>;
  /** The rules of jobs, for mutations that enqueue, cancel and retry them. */
  readonly jobs?: JobMutations;
  /** How the schema is altered, with its documents. */
  readonly migrations?: MigrationRunner;
  /** The texts of handlers, bound. */
  readonly handlerTexts?: PreparedTexts;
  /** Commits all changes with those of the handlers that they call, or none. @throws AuroraError `WriteConflict`, `UniqueConstraintViolation` … */
  commit(changes: readonly DocumentChange[]): Promise<CommitReport>;
  /**
   * Runs an operation before everything that waits to be committed: what it reads does not change before it commits.
   * The operation must use the environment that it is given.
   */
  exclusively<Result>(
    operation: (environment: ExecEnvironment) => Promise<Result>,
  ): Promise<Result>;
  /** True when something was defined; false when the same collection was there. */
  defineCollection(
    definition: CollectionDefinition,
    options: { readonly ifNotExists: boolean },
  ): Promise<boolean>;
  /** Changes several collections with their documents, all or nothing. */
  rewriteCatalog(rewrite: CatalogRewrite): Promise<void>;
  /** True when something was dropped. */
  dropCollection(
    name: string,
    options: { readonly ifExists: boolean; readonly ifEmpty?: boolean },
  ): Promise<boolean>;
}
