/*
 * The jobs of the open databases, for pages: figures while somebody looks, acts on one job or on all that a filter
 * finds (job-acts.ts), and the workers of the sample.
 */
import type { DatabaseId, JobsInfo, Params, Result, TopicSink, WireErrorShape } from '#contract';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { JobActs } from './job-acts.ts';
import { carryOut, isBulk, orderText } from './job-orders.ts';
import { JobPayloadIndex } from './job-payload-index.ts';
import { countJobs, findJobs, type JobSearch } from './job-search.ts';
import { JobWatch } from './job-watch.ts';
import { JobWorkers } from './job-workers.ts';
import { serviceLimits } from './limits.ts';
import type { SettingsService } from './settings-service.ts';
import type { WriteGate } from './write-gate.ts';

export interface JobsServiceOptions {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly gate: WriteGate;
  readonly sampleFolder: string;
  readonly homeFolder: string;
  readonly settings: SettingsService;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

/** A page that looks. */
interface JobListener {
  readonly change: () => void;
  readonly fail: (error: unknown) => void;
}

interface DatabaseJobs {
  readonly listeners: Set<JobListener>;
  readonly payloads: JobPayloadIndex;
  watch: JobWatch | undefined;
  readonly acts: JobActs;
  readonly workers: JobWorkers;
}

export class JobsService {
  readonly #options: JobsServiceOptions;
  readonly #jobs = new Map<DatabaseId, DatabaseJobs>();

  constructor(options: JobsServiceOptions) {
    this.#options = options;
    options.databases.onWillClose(async (id) => {
      const jobs = this.#jobs.get(id);
      this.#jobs.delete(id);
      jobs?.watch?.close();
      jobs?.payloads.close();
      await jobs?.acts.close();
    });
  }

  /** Emits what is known now, and after changes, at most twice a second; also as time goes by. */
  watch(id: DatabaseId, sink: TopicSink<'jobs'>): () => void {
    const { databases, clock } = this.#options;
    const database = databases.get(id);
    const jobs = this.#jobsOf(id);
    let cancelTimer: (() => void) | undefined;
    let lastAt = 0;
    const emit = () => {
      cancelTimer = undefined;
      const figures = jobs.watch?.figures();
      lastAt = clock.now();
      if (figures !== undefined) sink.emit(infoOf(figures, jobs));
      cancelTimer = clock.after(serviceLimits.jobEventMs * 4, emit);
    };
    let isDue = false;
    const change = () => {
      if (isDue) return;
      isDue = true;
      cancelTimer?.();
      const waitMs = Math.max(0, lastAt + serviceLimits.jobEventMs - clock.now());
      cancelTimer = clock.after(waitMs, () => {
        isDue = false;
        emit();
      });
    };
    const listener = { change, fail: (error: unknown) => sink.end(error) };
    jobs.listeners.add(listener);
    jobs.watch ??= new JobWatch(database, clock, {
      onChange: () => this.#changed(jobs),
      onError: (error) => {
        for (const { fail } of [...jobs.listeners]) fail(error);
      },
    });
    const removeCloseListener = databases.onWillClose(async (closing) => {
      if (closing !== id) return;
      stop();
      sink.end();
    });
    const stop = () => {
      cancelTimer?.();
      jobs.listeners.delete(listener);
      removeCloseListener();
      if (jobs.listeners.size > 0) return;
      jobs.watch?.close();
      jobs.watch = undefined;
    };
    change();
    return stop;
  }

  /** The jobs that a filter finds; by what payloads hold from the second search on without reading them. */
  find(
    { database: id, filter, ...page }: Params<'jobs.find'>,
    signal: AbortSignal,
  ): Promise<Result<'jobs.find'>> {
    return findJobs(this.#searchOf(id, signal), filter, page);
  }

  /** How many jobs an order concerns, and what lets it be carried out. */
  async preview(
    { database: id, order }: Params<'jobs.preview'>,
    signal: AbortSignal,
  ): Promise<Result<'jobs.preview'>> {
    const { gate } = this.#options;
    const count = isBulk(order)
      ? await countJobs(this.#searchOf(id, signal), order.filter)
      : order.kind === 'undo'
        ? (this.#jobsOf(id).acts.outcome?.changedCount ?? 0)
        : 1;
    const isProduction = await gate.isProduction(id);
    return {
      count,
      confirmation: isProduction ? 'typed' : isBulk(order) ? 'click' : 'none',
      token: gate.issueToken({ database: id, text: orderText(order) }),
    };
  }

  /** Carries an order out; see the contract. @throws WireError `PreviewRequired`; AuroraError as the order throws */
  async order(
    { database: id, order, previewToken }: Params<'jobs.order'>,
    signal: AbortSignal,
  ): Promise<Result<'jobs.order'>> {
    const { databases, gate } = this.#options;
    await gate.admitAct({ database: id, text: orderText(order) }, previewToken);
    const database = databases.get(id);
    const { acts } = this.#jobsOf(id);
    if (order.kind === 'undo') await acts.undo();
    else if (!isBulk(order)) return { id: await carryOut(database, order, signal) };
    else if (order.filter.ids === undefined) acts.begin(order);
    else await acts.actOn(order, order.filter.ids);
    return { id: null };
  }

  cancelOrder(id: DatabaseId): void {
    this.#jobs.get(id)?.acts.cancel();
  }

  /** @throws AuroraError `InvalidOption` without any handlers, `OwnerOnly` where another process owns the database */
  async runWorkers({ database: id, isRunning, folder }: Params<'jobs.runWorkers'>): Promise<void> {
    this.#options.databases.get(id);
    await this.#jobsOf(id).workers.run(isRunning, folder);
  }

  #searchOf(id: DatabaseId, signal: AbortSignal): JobSearch {
    const { payloads } = this.#jobsOf(id);
    return { database: this.#options.databases.get(id), payloads, signal };
  }

  #changed(jobs: DatabaseJobs): void {
    for (const { change } of [...jobs.listeners]) change();
  }

  #jobsOf(id: DatabaseId): DatabaseJobs {
    const present = this.#jobs.get(id);
    if (present !== undefined) return present;
    const { databases, clock, sampleFolder, homeFolder, settings, toWireError } = this.#options;
    const database = databases.get(id);
    const info = databases.infoOf(id);
    const jobs: DatabaseJobs = {
      listeners: new Set(),
      payloads: new JobPayloadIndex(database, clock, () => this.#changed(jobs)),
      watch: undefined,
      acts: new JobActs({
        clock,
        search: (signal) => this.#searchOf(id, signal),
        toWireError,
        onChange: () => this.#changed(jobs),
      }),
      workers: new JobWorkers({
        database,
        path: info.path,
        sampleFolder: info.isSample ? sampleFolder : undefined,
        homeFolder,
        settings,
        toWireError,
        onChange: () => this.#changed(jobs),
      }),
    };
    this.#jobs.set(id, jobs);
    return jobs;
  }
}

function infoOf(
  figures: NonNullable<ReturnType<JobWatch['figures']>>,
  { workers, acts, payloads }: DatabaseJobs,
): JobsInfo {
  const { activity, outcome } = acts;
  return { ...figures, workers: workers.info, activity, outcome, reading: payloads.reading };
}
