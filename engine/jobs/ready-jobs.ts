/*
 * The jobs that wait, in memory, in the order in which they are to be claimed.
 *
 *   delayed   heap by time ── due ──▶ lanes: one for each queue and type, in each a heap by (due, id) for each priority;
 *                                     those that were lost with a process, or free a key by starting, have their own
 *
 * The order is priority, then due time, then id, over all lanes that may be taken from. So that low priorities are not
 * starved, every sixteenth claim goes to the job that has been due the longest, whatever its priority. Entries that
 * left are only marked, and thrown away when they come up.
 *
 * Some small jobs are kept as they are, up to a bound: those that were enqueued when there were fewer. Claiming them
 * reads nothing.
 */
import { createHeap, type Heap } from '../exec/entry-heap.ts';
import { limits } from '../limits.ts';
import type { Row } from '../values/stored-value.ts';
import { type JobRecord, jobPriorities } from './job-record.ts';

const fairClaimInterval = 16;
/** Jobs that become ready in one call. */
const dueStepMax = 2_000;

/** A job that waits. */
export interface WaitingJob {
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  /** Of `jobPriorities`. */
  readonly priority: number;
  readonly dueAt: number;
  /** True when it is to be claimed only by who starts it at once: it may kill its process, or its start is heard of. */
  readonly isRisky: boolean;
  /** Where it is stored, if that is known. */
  row: Row | undefined;
  /** The job itself, of some, and its bytes: as of the last commit that the owner of the list has followed. */
  job: JobRecord | undefined;
  record: Uint8Array | undefined;
  /** True once it was taken or withdrawn, or is replaced by another entry. */
  isGone: boolean;
}

/** What is known of where a job is stored. */
export interface JobPlace {
  readonly row?: Row | undefined;
  /** The bytes of the job; one that comes without them is not kept. */
  readonly record?: Uint8Array | undefined;
}

const nowhere: JobPlace = {};

/** Where jobs of one queue and type wait that are due. */
interface Lane {
  readonly key: string;
  readonly queue: string;
  readonly type: string;
  readonly isRisky: boolean;
  /** By priority, the lowest first. */
  readonly heaps: readonly Heap<WaitingJob>[];
}

/** Whether one more job of a queue and type may be taken at this moment. */
export type MayTake = (queue: string, type: string, isRisky: boolean) => boolean;

export class ReadyJobs {
  readonly #jobs = new Map<string, WaitingJob>();
  readonly #lanes = new Map<string, Lane>();
  readonly #delayed = createHeap<WaitingJob>(isBefore);
  #claimCount = 0;
  #keptCount = 0;

  /** Number of jobs that wait, due or not. */
  get size(): number {
    return this.#jobs.size;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** Adds a job that waits, or puts it in its new place. */
  put(job: JobRecord, now: number, place: JobPlace = nowhere): void {
    const priority = jobPriorities.indexOf(job.priority);
    const present = this.#jobs.get(job.id);
    if (present !== undefined) {
      const isSame = present.dueAt === job.run_at && present.priority === priority;
      this.#letGo(present);
      if (isSame && present.queue === job.queue) {
        this.#keep(present, job, place);
        return;
      }
      present.isGone = true;
    }
    const entry: WaitingJob = {
      id: job.id,
      queue: job.queue,
      type: job.job_type,
      priority,
      dueAt: job.run_at,
      isRisky: isRisky(job),
      row: undefined,
      job: undefined,
      record: undefined,
      isGone: false,
    };
    this.#keep(entry, job, place);
    this.#jobs.set(job.id, entry);
    if (job.run_at > now) this.#delayed.push(entry);
    else this.#addDue(entry);
  }

  withdraw(id: string): void {
    const entry = this.#jobs.get(id);
    if (entry === undefined) return;
    entry.isGone = true;
    this.#letGo(entry);
    this.#jobs.delete(id);
  }

  /** Makes ready what has become due; after a sleep of the machine that may be much, so it goes in steps. */
  advance(now: number): void {
    for (let count = 0; count < dueStepMax; count += 1) {
      const next = this.#delayed.root;
      if (next === undefined || (!next.isGone && next.dueAt > now)) return;
      this.#delayed.pop();
      if (!next.isGone) this.#addDue(next);
    }
  }

  /** When the next job becomes due that is not yet; `undefined` when there is none. */
  nextDueAt(): number | undefined {
    let next = this.#delayed.root;
    while (next?.isGone === true) {
      this.#delayed.pop();
      next = this.#delayed.root;
    }
    return next?.dueAt;
  }

  /** True when a job is due that may be taken. O(lanes). */
  hasDue(mayTake: MayTake): boolean {
    return this.#lanes.size > 0 && this.#longestDue(mayTake) !== undefined;
  }

  /** Takes the next job that may be taken; `undefined` when there is none. O(lanes + log jobs). */
  take(mayTake: MayTake): WaitingJob | undefined {
    const isFair = (this.#claimCount + 1) % fairClaimInterval === 0;
    const found = isFair ? this.#longestDue(mayTake) : this.#first(mayTake);
    if (found === undefined) return undefined;
    this.#claimCount += 1;
    const entry = found.pop();
    if (entry === undefined) return undefined;
    entry.isGone = true;
    if (entry.job !== undefined) this.#keptCount -= 1;
    this.#jobs.delete(entry.id);
    return entry;
  }

  #keep(entry: WaitingJob, job: JobRecord, { row, record }: JobPlace): void {
    entry.row = row;
    const isSmall = record !== undefined && record.length <= limits.jobKeptBytesMax;
    if (row === undefined || !isSmall || this.#keptCount >= limits.jobsKeptMax) return;
    entry.job = job;
    entry.record = record;
    this.#keptCount += 1;
  }

  #letGo(entry: WaitingJob): void {
    if (entry.job === undefined) return;
    entry.job = undefined;
    entry.record = undefined;
    this.#keptCount -= 1;
  }

  #first(mayTake: MayTake): Heap<WaitingJob> | undefined {
    for (let priority = jobPriorities.length - 1; priority >= 0; priority -= 1) {
      const best = this.#best([priority], mayTake);
      if (best !== undefined) return best;
    }
    return undefined;
  }

  #longestDue(mayTake: MayTake): Heap<WaitingJob> | undefined {
    return this.#best([...jobPriorities.keys()], mayTake);
  }

  #best(priorities: readonly number[], mayTake: MayTake): Heap<WaitingJob> | undefined {
    let best: { readonly heap: Heap<WaitingJob>; readonly entry: WaitingJob } | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.heaps.every(({ size }) => size === 0)) this.#lanes.delete(lane.key);
      let isAllowed: boolean | undefined;
      for (const priority of priorities) {
        const heap = lane.heaps[priority];
        const entry = heap === undefined ? undefined : firstOf(heap);
        if (heap === undefined || entry === undefined) continue;
        if (best !== undefined && !isBefore(entry, best.entry)) continue;
        isAllowed ??= mayTake(lane.queue, lane.type, lane.isRisky);
        if (!isAllowed) break;
        best = { heap, entry };
      }
    }
    return best?.heap;
  }

  #addDue(entry: WaitingJob): void {
    const { queue, type, isRisky } = entry;
    const key = `${queue}\n${type}${isRisky ? '\n' : ''}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const heaps = jobPriorities.map(() => createHeap<WaitingJob>(isBefore));
      lane = { key, queue, type, isRisky, heaps };
      this.#lanes.set(key, lane);
    }
    lane.heaps[entry.priority]?.push(entry);
  }
}

/** True for a job that may kill its process, or that gives its unique key free by starting. */
export function isRisky({ crashes, unique_until: uniqueUntil }: JobRecord): boolean {
  return crashes > 0 || uniqueUntil === 'Started';
}

/** The first entry that is still there. */
function firstOf(heap: Heap<WaitingJob>): WaitingJob | undefined {
  let entry = heap.root;
  while (entry?.isGone === true) {
    heap.pop();
    entry = heap.root;
  }
  return entry;
}

function isBefore(one: WaitingJob, other: WaitingJob): boolean {
  return one.dueAt === other.dueAt ? one.id < other.id : one.dueAt < other.dueAt;
}
