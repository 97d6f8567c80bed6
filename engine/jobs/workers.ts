/*
 * What programs do with jobs: register handlers, start, enqueue, look, stop. It works on the jobs of one database,
 * which it is given when it needs it first.
 */
import { randomUUID } from 'node:crypto';
import { requireList, wrong } from '../base/arguments.ts';
import { AuroraError } from '../errors.ts';
import { toJsonObject } from '../fluent/json-input.ts';
import { limits } from '../limits.ts';
import type { HandlerOptions, JobHandler } from './handler.ts';
import {
  HandlerFolder,
  type HandlerFolderOptions,
  type RegisteredFolder,
} from './handler-folder.ts';
import { checkFolderOptions, checkHandler } from './handler-options.ts';
import { Job, type JobPriority } from './job.ts';
import type { RegisteredHandler } from './job-attempt.ts';
import type { JobAct } from './job-batches.ts';
import type { JobCommand, JobOutcome, QueueChange, ScheduleRequest } from './job-commands.ts';
import type { JobDoor } from './job-door.ts';
import { jobPriorities } from './job-record.ts';
import { systemTimers } from './job-timers.ts';
import { WorkerChores } from './worker-chores.ts';
import {
  type ResolvedWorkerOptions,
  resolveWorkerOptions,
  type WorkerOptions,
} from './worker-options.ts';
import { WorkerPool } from './worker-pool.ts';

/** How many jobs there are in each state. `failed`: they will be tried again. */
export interface WorkerStats {
  readonly pending: number;
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly deadLetter: number;
  readonly cancelled: number;
}

/** Where the jobs are. */
export interface JobSource {
  /** Of the database. */
  readonly path: string;
  readonly jobs: JobDoor;
  /** Lets go of the database, if it is the workers' own. */
  readonly close: () => Promise<void>;
}

/** When a schedule runs. */
export type ScheduleOptions = Omit<ScheduleRequest, 'name' | 'job'>;

export interface StopOptions {
  /** How long handlers that run may go on, in milliseconds; 10,000 unless told. Then their jobs are handed back. */
  readonly deadlineMs?: number;
}

export interface ActOptions {
  /**
   * Keeps what is changed under this name, so that `undo` can take it back: of the last four names, up to 200,000 jobs
   * each, as long as the process lives.
   */
  readonly undoName?: string;
}

export class Workers {
  readonly #openSource: () => Promise<JobSource>;
  readonly #options: ResolvedWorkerOptions;
  readonly #handlers = new Map<string, RegisteredHandler>();
  readonly #folders: HandlerFolder[] = [];
  #source: Promise<JobSource> | undefined;
  #pool: WorkerPool | undefined;
  #chores: WorkerChores | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(openSource: () => Promise<JobSource>, options: WorkerOptions = {}) {
    this.#openSource = openSource;
    this.#options = resolveWorkerOptions(options);
  }

  /**
   * Says what does the jobs of a type, in place of what did them before. May be called before and after `start`; jobs
   * of types without a handler wait.
   * @throws AuroraError `InvalidOption`
   */
  registerHandler(type: string, handler: JobHandler, options: HandlerOptions = {}): void {
    checkHandler(type, handler, options);
    this.#register(type, { run: handler, options });
  }

  /**
   * Does the jobs of each type `x` for which the folder has a module `x.mjs` that exports a function `handler`
   * (`ModuleHandler`), in processes of their own, or threads, with limits of time and memory. Modules are loaded again
   * when they change; the folder is watched for new ones. What runs there is the user's code: name only folders that
   * the user has chosen.
   * @throws AuroraError `InvalidOption`, also when the folder cannot be read
   */
  async registerHandlerFolder(
    folder: string,
    options: HandlerFolderOptions = {},
  ): Promise<RegisteredFolder> {
    checkFolderOptions(options);
    const { path: databasePath } = await this.source();
    const handlers = new HandlerFolder(
      folder,
      {
        databasePath,
        transact: async (work, signal) => {
          const { transact } = await this.#jobs();
          await transact(async (tx) => {
            await work(tx);
            return [];
          }, signal);
        },
        register: (type, handler) => this.#register(type, handler),
        unregister: (type) => {
          this.#handlers.delete(type);
          this.#pool?.unregister(type);
        },
      },
      options,
    );
    this.#folders.push(handlers);
    return handlers;
  }

  /**
   * Begins to run jobs. Resolves when what an earlier process left is read, and what it was running is taken back.
   * @throws AuroraError what opening the database throws; `OwnerOnly` where another process owns it, `ReadOnly`
   */
  start(): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping.then(() => this.start());
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /**
   * Adds a job and gives its id; for a unique key that is taken, the id of the job that has it. Resolves when it is
   * durable.
   * @throws AuroraError `InvalidValue`, `LimitExceeded`, `ReadOnly`, `DiskFull`
   */
  async enqueue(job: Job): Promise<string> {
    const [id] = await this.enqueueMany([job]);
    if (id === undefined) throw new AuroraError('StorageFailure', 'The job got no id.');
    return id;
  }

  /** Adds jobs in one commit, or none, and gives their ids in order. @throws AuroraError as `enqueue` */
  async enqueueMany(jobs: readonly Job[]): Promise<readonly string[]> {
    requireList(jobs, 'What is enqueued together');
    const requests = jobs.map(requestOf);
    return (await this.#jobs()).enqueue(requests);
  }

  /** How many jobs there are in each state. */
  async stats(): Promise<WorkerStats> {
    const counts = await (await this.#jobs()).counts();
    return {
      pending: counts.Pending,
      running: counts.Running,
      completed: counts.Completed,
      failed: counts.Failed,
      deadLetter: counts.DeadLetter,
      cancelled: counts.Cancelled,
    };
  }

  /** Cancels a job; one that runs is told by its signal. @throws AuroraError `JobNotFound`, `JobStateConflict` */
  async cancel(id: string): Promise<void> {
    await this.#command({ kind: 'cancel', id });
  }

  /**
   * Makes a job ready again that has failed, was given up or cancelled, or waits for its time; with another payload if
   * one is given.
   * @throws AuroraError `JobNotFound`, `JobStateConflict`, `InvalidValue`
   */
  async retry(
    id: string,
    { payload }: { readonly payload?: { readonly [field: string]: unknown } } = {},
  ): Promise<void> {
    const given = payload === undefined ? {} : { payload: toJsonObject(payload) };
    await this.#command({ kind: 'retry', id, ...given });
  }

  /** Cancels those of the jobs that have not ended, and gives how many. O(ids), in commits of at most 1,000. */
  cancelMany(ids: readonly string[], options: ActOptions = {}): Promise<number> {
    return this.#act({ kind: 'cancel' }, ids, options);
  }

  /** Makes those of the jobs ready that neither run nor are completed, and gives how many. As `cancelMany`. */
  retryMany(ids: readonly string[], options: ActOptions = {}): Promise<number> {
    return this.#act({ kind: 'retry' }, ids, options);
  }

  /**
   * Deletes jobs with their runs, whatever their state, and gives how many; those that run stay, and ids that are not
   * there are ignored.
   */
  delete(ids: readonly string[], options: ActOptions = {}): Promise<number> {
    return this.#act({ kind: 'delete' }, ids, options);
  }

  /** Takes back what was done under a name, as long as it is kept, and gives of how many jobs. Others have moved on. */
  async undo(undoName: string): Promise<number> {
    return (await this.#command({ kind: 'undo', undoName })).changedCount;
  }

  /** Lets go of what is kept under a name. */
  async forgetUndo(undoName: string): Promise<void> {
    await this.#command({ kind: 'forget', undoName });
  }

  /** Gives jobs that wait another priority, and gives how many it concerned; others stay as they are. */
  async setPriority(
    ids: readonly string[],
    priority: JobPriority,
    options: ActOptions = {},
  ): Promise<number> {
    const stored = jobPriorities.find((each) => each === priority.toUpperCase());
    if (stored === undefined) {
      throw new AuroraError('InvalidValue', `There is no priority ${JSON.stringify(priority)}.`);
    }
    return this.#act({ kind: 'setPriority', priority: stored }, ids, options);
  }

  /** No further job of a queue starts, on any worker system, until it is resumed; also after a restart. */
  async pauseQueue(queue: string): Promise<void> {
    await this.#command({ kind: 'setQueue', queue, paused: true });
  }

  async resumeQueue(queue: string): Promise<void> {
    await this.#command({ kind: 'setQueue', queue, paused: false });
  }

  /** Limits how many jobs of a queue run at a time, and how many start in a period; null takes a limit away. */
  async limitQueue(queue: string, change: Omit<QueueChange, 'paused'>): Promise<void> {
    await this.#command({ kind: 'setQueue', queue, ...change });
  }

  /**
   * Enqueues a job again and again, at the times of a cron expression, while a worker system is started.
   * @throws AuroraError `InvalidValue`
   */
  async schedule(name: string, job: Job, options: ScheduleOptions): Promise<void> {
    await this.#command({ kind: 'setSchedule', name, job: requestOf(job), ...options });
  }

  /** @throws AuroraError `JobNotFound` */
  async unschedule(name: string): Promise<void> {
    await this.#command({ kind: 'deleteSchedule', name });
  }

  /** Runs of a time when a schedule is paused are not made up for. @throws AuroraError `JobNotFound` */
  async pauseSchedule(name: string, paused = true): Promise<void> {
    await this.#command({ kind: 'pauseSchedule', name, paused });
  }

  /**
   * Takes no further job, waits for handlers that run up to a deadline, then aborts their signals and hands their jobs
   * back. Resolves when all of it is durable, and a store of its own is closed. What cannot be written until the deadline,
   * because the disk is full, is written by the next start in this process. May be started again.
   */
  stop(options: StopOptions = {}): Promise<void> {
    const { deadlineMs = limits.workerStopMs } = options;
    this.#stopping ??= this.#stop(deadlineMs).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** Ends as `stop`, for good: folders of handlers are no longer watched. The database that it belongs to calls it. */
  async close(): Promise<void> {
    await this.stop();
    for (const folder of this.#folders.splice(0)) folder.close();
  }

  /** Where the jobs are, for workers with other options on the same database. */
  async source(): Promise<JobSource> {
    this.#source ??= this.#openSource();
    try {
      return await this.#source;
    } catch (error) {
      this.#source = undefined;
      throw error;
    }
  }

  #register(type: string, handler: RegisteredHandler): void {
    this.#handlers.set(type, handler);
    this.#pool?.register(type, handler);
  }

  async #command(command: JobCommand): Promise<JobOutcome> {
    return (await this.#jobs()).command(command);
  }

  async #act(act: JobAct, ids: readonly string[], { undoName }: ActOptions): Promise<number> {
    const kept = undoName === undefined ? {} : { undoName };
    return (await this.#command({ kind: 'act', act, ids, ...kept })).changedCount;
  }

  async #jobs(): Promise<JobDoor> {
    return (await this.source()).jobs;
  }

  async #start(): Promise<void> {
    try {
      const jobs = await this.#jobs();
      const queue = jobs.queue();
      const { concurrency, pollIntervalMs } = this.#options;
      const pool = new WorkerPool({
        queue,
        transact: jobs.transact,
        timers: systemTimers,
        worker: `${process.pid}-${randomUUID().slice(0, 8)}`,
        concurrency,
        pollIntervalMs,
      });
      for (const [type, handler] of this.#handlers) pool.register(type, handler);
      await pool.start();
      this.#pool = pool;
      this.#chores = new WorkerChores(queue, systemTimers, this.#options);
      this.#chores.start();
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  async #stop(deadlineMs: number): Promise<void> {
    const starting = this.#starting;
    this.#starting = undefined;
    await starting?.catch(() => undefined);
    const pool = this.#pool;
    this.#pool = undefined;
    await this.#chores?.stop();
    this.#chores = undefined;
    await pool?.stop(deadlineMs);
    for (const folder of this.#folders) folder.pause();
    const source = this.#source;
    this.#source = undefined;
    if (source !== undefined) await (await source).close();
  }
}

function requestOf(job: unknown): ReturnType<Job['toRequest']> {
  if (!(job instanceof Job)) throw wrong('What is enqueued', 'a Job', job);
  return job.toRequest();
}
