/*
 * The operations of one database object: each gets an environment whose signal is cancelled by its caller or by the
 * closing of the database, and closing waits until all have ended.
 */
import type { Clock } from '../base/clock.ts';
import { throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import type { PlannerOptions } from '../plan/logical-query.ts';
import type { SpoolSpace } from '../storage/spool-space.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { withHandlerChanges } from './call-handlers.ts';
import { cancellationOf } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import type { JobMutations } from './job-mutations.ts';
import type { MigrationRunner } from './migration-runner.ts';
import { currentBearer } from './operation-caller.ts';
import { PreparedTexts } from './prepared-text.ts';
import { defaultQueryMemory, type QueryMemory } from './query-memory.ts';

export interface OperationsOptions {
  readonly pipeline: CommitPipeline;
  readonly spoolSpace: SpoolSpace;
  readonly clock: Clock;
  readonly planner?: PlannerOptions | undefined;
  /** The defaults unless told. */
  readonly memory?: QueryMemory | undefined;
  readonly newId: () => string;
  /** Who works here when nobody else has asked. */
  readonly user?: string;
  readonly jobs?: JobMutations;
  readonly migrations?: MigrationRunner;
  /** The documents of a collection that the engine keeps about itself, as they are now. */
  readonly engineDocuments?: (
    collection: string,
    signal: AbortSignal,
  ) => Promise<readonly StoredDocument[]>;
  /** Refuses every write, also when the pipeline itself may write for others. */
  readonly readOnly: boolean;
}

export class Operations {
  readonly #options: OperationsOptions;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #handlerTexts = new PreparedTexts();
  #shared: ExecEnvironment | undefined;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** @throws AuroraError `DatabaseClosed` */
  assertOpen(): void {
    throwReason(this.#closing.signal);
  }

  /** Starts an operation and gives its outcome. @throws AuroraError `DatabaseClosed`, `Cancelled`, `Timeout` */
  async run<Result>(
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment) => Promise<Result>,
  ): Promise<Result> {
    this.assertOpen();
    const combined = this.combine(signal);
    try {
      throwIfCancelled(combined);
      const operation = work(this.environment(combined));
      this.#running.add(operation);
      try {
        return await operation;
      } finally {
        this.#running.delete(operation);
      }
    } catch (error) {
      throw cancellationOf(error);
    }
  }

  /** A signal that is aborted when one of the given is, or when the database closes. */
  combine(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
    const closing = this.#closing.signal;
    if (signals.every((signal) => signal === undefined)) return closing;
    const given = signals.filter((signal) => signal !== undefined);
    return given.length === 0 ? closing : AbortSignal.any([closing, ...given]);
  }

  /** What an operation works in that is cancelled by a signal. Most are by the closing alone, and share theirs. */
  environment(signal: AbortSignal): ExecEnvironment {
    if (signal !== this.#closing.signal) return this.#newEnvironment(signal);
    this.#shared ??= this.#newEnvironment(signal);
    return this.#shared;
  }

  #newEnvironment(signal: AbortSignal): ExecEnvironment {
    const { pipeline, spoolSpace, clock, planner, newId } = this.#options;
    const { memory = defaultQueryMemory } = this.#options;
    const { jobs, migrations, engineDocuments } = this.#options;
    const environment: ExecEnvironment = {
      clock,
      planner,
      memory,
      slicerOptions: { signal },
      newId,
      caller: () => currentBearer() ?? this.#options.user ?? '',
      spoolSpace,
      cacheCounts: () => pipeline.cacheStats() ?? uncached,
      ...(jobs === undefined ? {} : { jobs }),
      ...(migrations === undefined ? {} : { migrations }),
      ...(engineDocuments === undefined
        ? {}
        : { engineDocuments: (name) => engineDocuments(name, signal) }),
      snapshot: () => pipeline.snapshot(),
      settledSnapshot: () => pipeline.settledSnapshot(),
      handlerTexts: this.#handlerTexts,
      commit: async (changes) => {
        this.assertWritable();
        if (pipeline.catalog.handlers.length === 0) return pipeline.commit(changes, { signal });
        return pipeline.commit(await withHandlerChanges(environment, changes), { signal });
      },
      exclusively: async (operation) => {
        this.assertWritable();
        return pipeline.exclusively((commit) =>
          operation({
            ...environment,
            commit: async (changes) =>
              commit(await withHandlerChanges(environment, changes), { signal }),
          }),
        );
      },
      defineCollection: async (definition, options) => {
        this.assertWritable();
        return pipeline.schema.defineCollection(definition, options);
      },
      rewriteCatalog: async (rewrite) => {
        this.assertWritable();
        return pipeline.schema.rewrite(rewrite, { signal });
      },
      dropCollection: async (name, options) => {
        this.assertWritable();
        return pipeline.schema.dropCollection(name, options);
      },
    };
    return environment;
  }

  /** Cancels what reads, and resolves when everything has ended; commits that have begun are finished. */
  async close(): Promise<void> {
    this.#closing.abort(new AuroraError('DatabaseClosed', 'The database was closed.'));
    await Promise.allSettled(this.#running);
  }

  /** @throws AuroraError `ReadOnly` */
  assertWritable(): void {
    if (!this.#options.readOnly) return;
    throw new AuroraError('ReadOnly', 'The database was opened read-only.', {
      hint: 'Open it without readOnly to change it.',
    });
  }
}

const uncached = { hitCount: 0, missCount: 0 };

function throwReason(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const reason: unknown = signal.reason;
  throw new AuroraError('DatabaseClosed', 'The database was closed.', { cause: reason });
}
