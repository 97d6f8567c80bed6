import {
  type JobQueueInfo,
  type JobScheduleInfo,
  type JobSeries,
  type JobState,
  type JobStateCounts,
  type JobTypeInfo,
  jobStates,
} from '#contract';
import { applyLiveDelta, type Database, type EventStream, type ResultData } from '#engine';
import type { Clock } from './clock.ts';
import { schedulesOf } from './job-schedules.ts';
import { JobTimes, seriesMsMax } from './job-series.ts';
import { serviceLimits } from './limits.ts';
import { readRows } from './read-rows.ts';
import { type Fields, fieldsOf, timeOf } from './result-fields.ts';

/*
 * The figures of a database's jobs while somebody looks. Counts are a live query over `_jobs`, so that they cost what
 * changes and not what is there; curves are filled from the newest runs once, and then follow.
 */

export interface JobFigures {
  readonly counts: JobStateCounts;
  readonly types: readonly JobTypeInfo[];
  readonly queues: readonly JobQueueInfo[];
  readonly schedules: readonly JobScheduleInfo[];
  readonly series: readonly JobSeries[];
  readonly revision: number;
}

const figuresText = `query {
  _jobs { groupBy(fields: ["job_type", "queue", "status"]) { key count } }
  _job_queues(orderBy: { name: ASC }, limit: ${serviceLimits.jobGroupsMax}) { name paused concurrency }
  _job_schedules(orderBy: { name: ASC }, limit: ${serviceLimits.jobGroupsMax}) { name cron time_zone paused job last_run_at last_job_id }
}`;
const recentSteps = 20;

type MutableCounts = Record<JobState, number>;

export class JobWatch {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #streams: readonly EventStream<unknown>[];
  readonly #times = new JobTimes();
  readonly #timesByType = new Map<string, JobTimes>();
  readonly #timesByQueue = new Map<string, JobTimes>();
  readonly #reading = new AbortController();
  #data: ResultData | undefined;
  #revision = 0;

  /** `onError` is told once of what ends the watch. */
  constructor(
    database: Database,
    clock: Clock,
    {
      onChange,
      onError,
    }: { readonly onChange: () => void; readonly onError: (error: unknown) => void },
  ) {
    this.#clock = clock;
    this.#onChange = onChange;
    const groups = database.live(figuresText, { debounceMs: serviceLimits.jobEventMs / 2 });
    const jobs = database.listen('_jobs', { fields: ['status', 'progress', 'priority', 'run_at'] });
    const runs = database.listen('_job_runs');
    this.#streams = [groups, jobs, runs];
    const ends = [this.#followGroups(groups), this.#followJobs(jobs), this.#followRuns(runs)];
    Promise.all([...ends, this.#readPast(database)]).catch((error: unknown) => {
      if (!this.#reading.signal.aborted) onError(error);
    });
  }

  close(): void {
    this.#reading.abort();
    for (const stream of this.#streams) stream.close();
  }

  /** `undefined` until they are read. */
  figures(): JobFigures | undefined {
    if (this.#data === undefined) return undefined;
    const { counts, types, queues } = this.#grouped(this.#data);
    return {
      counts,
      types: [...types].map(([name, own]) => ({
        name,
        counts: own,
        recent: this.#recentOf(this.#timesByType.get(name)),
      })),
      queues: queuesOf(this.#data, queues).map((queue) => ({
        ...queue,
        recent: this.#recentOf(this.#timesByQueue.get(queue.name)),
      })),
      schedules: schedulesOf(this.#data, this.#clock.now()),
      series: this.#times.series(this.#clock.now()),
      revision: this.#revision,
    };
  }

  async #followGroups(stream: ReturnType<Database['live']>): Promise<void> {
    for await (const event of stream) {
      if (event.type === 'snapshot') this.#data = event.data;
      else if (this.#data !== undefined) applyLiveDelta(this.#data, event.changes);
      this.#onChange();
    }
  }

  async #followJobs(stream: ReturnType<Database['listen']>): Promise<void> {
    for await (const event of stream) {
      this.#revision += 1;
      if (event.changeType === 'Update') {
        const [before, after] = [fieldsOf(event.old), fieldsOf(event.document)];
        if (before['status'] !== 'Running') this.#noteStart(after, timeOf(before['run_at']));
        if (timeOf(before['finished_at']) === null) this.#noteEnd(after);
      } else if (event.changeType === 'Insert') {
        // What is enqueued while a worker has a place for it comes claimed.
        const after = fieldsOf(event.document);
        this.#noteStart(after, timeOf(after['run_at']));
      }
      this.#onChange();
    }
  }

  #noteStart(after: Fields, dueAt: number | null): void {
    const startedAt = timeOf(after['started_at']);
    if (after['status'] !== 'Running' || startedAt === null || dueAt === null) return;
    this.#times.started(startedAt, Math.max(0, startedAt - dueAt));
  }

  #noteEnd({ created_at: created, finished_at: finished }: Fields): void {
    const [createdAt, finishedAt] = [timeOf(created), timeOf(finished)];
    if (createdAt === null || finishedAt === null) return;
    this.#times.jobEnded(finishedAt, Math.max(0, finishedAt - createdAt));
  }

  async #followRuns(stream: ReturnType<Database['listen']>): Promise<void> {
    for await (const event of stream) {
      if (event.changeType === 'Insert') this.#takeRun(fieldsOf(event.document));
    }
  }

  /** The newest runs and starts there are, as far as the curves reach. */
  async #readPast(database: Database): Promise<void> {
    const until = this.#clock.now();
    const limits = { signal: this.#reading.signal, rowsMax: serviceLimits.jobRunsReadMax };
    const runs =
      'query { _job_runs(orderBy: { id: DESC }) { job_type status finished_at elapsed_ms queue } }';
    await readRows(database, runs, limits, (run) => {
      const at = timeOf(run['finished_at']) ?? 0;
      if (at <= until && at >= until - seriesMsMax) this.#takeRun(run);
      return at >= until - seriesMsMax;
    });
    // Those that were tried again have another time by now at which they were due.
    const jobs =
      'query { _jobs(orderBy: { id: DESC }) { created_at run_at started_at finished_at attempts status } }';
    await readRows(database, jobs, limits, (job) => {
      const [startedAt, dueAt] = [timeOf(job['started_at']), timeOf(job['run_at'])];
      if ((timeOf(job['finished_at']) ?? 0) <= until) this.#noteEnd(job);
      const isFirst = job['attempts'] === 1 && job['status'] !== 'Failed';
      if (isFirst && startedAt !== null && dueAt !== null && startedAt <= until) {
        this.#times.started(startedAt, Math.max(0, startedAt - dueAt));
      }
      return (timeOf(job['created_at']) ?? 0) >= until - seriesMsMax;
    });
    this.#onChange();
  }

  #takeRun(run: Fields): void {
    const at = timeOf(run['finished_at']);
    const status = run['status'];
    if (at === null || status === 'Released' || status === 'Cancelled') return;
    const ended = { at, isFailed: status !== 'Completed', elapsedMs: Number(run['elapsed_ms']) };
    this.#times.ended(ended);
    timesOf(this.#timesByType, String(run['job_type']))?.ended(ended);
    timesOf(this.#timesByQueue, String(run['queue']))?.ended(ended);
  }

  #recentOf(times: JobTimes | undefined): JobTypeInfo['recent'] {
    const minutes = times?.series(this.#clock.now())[1]?.spans ?? [];
    return minutes.slice(-recentSteps).map(({ completed, failed }) => ({ completed, failed }));
  }

  #grouped(data: ResultData) {
    const counts = noCounts();
    const types = new Map<string, MutableCounts>();
    const queues = new Map<string, MutableCounts>();
    for (const group of listOf(fieldsOf(data['_jobs'])['groupBy'])) {
      const { key, count } = fieldsOf(group);
      const { job_type: type, queue, status } = fieldsOf(key);
      const state = jobStates.find((each) => each === status);
      if (state === undefined) continue;
      const number = Number(count);
      counts[state] += number;
      countsOf(types, String(type))[state] += number;
      countsOf(queues, String(queue))[state] += number;
    }
    return { counts, types: bySize(types), queues: bySize(queues) };
  }
}

/** `undefined` for more groups than are followed. */
function timesOf(groups: Map<string, JobTimes>, name: string): JobTimes | undefined {
  const present = groups.get(name);
  if (present !== undefined || groups.size >= serviceLimits.jobGroupsMax) return present;
  const created = new JobTimes();
  groups.set(name, created);
  return created;
}

function queuesOf(
  data: ResultData,
  counted: readonly (readonly [string, JobStateCounts])[],
): readonly Omit<JobQueueInfo, 'recent'>[] {
  const settings = new Map(
    listOf(data['_job_queues']).map((each) => {
      const fields = fieldsOf(each);
      return [String(fields['name']), fields];
    }),
  );
  const names = new Set([...counted.map(([name]) => name), ...settings.keys()]);
  const counts = new Map(counted);
  return [...names].slice(0, serviceLimits.jobGroupsMax).map((name) => {
    const own = settings.get(name);
    const concurrency = own?.['concurrency'];
    return {
      name,
      isPaused: own?.['paused'] === true,
      concurrency: typeof concurrency === 'number' ? concurrency : null,
      counts: counts.get(name) ?? noCounts(),
    };
  });
}

/** The most used first, within the bound. */
function bySize(
  groups: ReadonlyMap<string, JobStateCounts>,
): readonly (readonly [string, JobStateCounts])[] {
  const size = (counts: JobStateCounts) => jobStates.reduce((all, state) => all + counts[state], 0);
  return [...groups]
    .sort(([one, left], [other, right]) => size(right) - size(left) || one.localeCompare(other))
    .slice(0, serviceLimits.jobGroupsMax);
}

function countsOf(groups: Map<string, MutableCounts>, name: string): MutableCounts {
  const present = groups.get(name);
  if (present !== undefined) return present;
  const counts = noCounts();
  groups.set(name, counts);
  return counts;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function noCounts(): MutableCounts {
  return { Pending: 0, Running: 0, Failed: 0, DeadLetter: 0, Completed: 0, Cancelled: 0 };
}
