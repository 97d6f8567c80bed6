/* The jobs of an open database, as the page Jobs shows them. Times are milliseconds since 1970. */
import type { WireErrorShape, WireValue } from './wire-types.ts';

export const jobStates = [
  'Pending',
  'Running',
  'Failed',
  'DeadLetter',
  'Completed',
  'Cancelled',
] as const;

/** `Failed`: it will be tried again. */
export type JobState = (typeof jobStates)[number];

export const jobPriorityNames = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;

export type JobPriorityName = (typeof jobPriorityNames)[number];

type WireObject = { readonly [field: string]: WireValue };

export type JobStateCounts = Readonly<Record<JobState, number>>;

export interface JobTypeInfo {
  readonly name: string;
  readonly counts: JobStateCounts;
  /** Runs that ended in each of the last minutes, the oldest first. */
  readonly recent: readonly { readonly completed: number; readonly failed: number }[];
}

export interface JobQueueInfo {
  readonly name: string;
  readonly isPaused: boolean;
  /** Jobs that may run at a time; null for no bound. */
  readonly concurrency: number | null;
  readonly counts: JobStateCounts;
  /** As those of a type. */
  readonly recent: JobTypeInfo['recent'];
}

export interface JobScheduleInfo {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly isPaused: boolean;
  readonly jobType: string;
  readonly payload: WireValue;
  /** None while it is paused. */
  readonly nextRuns: readonly number[];
  readonly lastRunAt: number | null;
  readonly lastJobId: string | null;
}

/** Attempts that ended in a span of time. Percentiles are null when none did, or when none was looked at. */
export interface JobSpan {
  readonly at: number;
  readonly completed: number;
  readonly failed: number;
  /** How long attempts took. */
  readonly runMsP50: number | null;
  readonly runMsP95: number | null;
  /** From when a job was due to its start; of starts before somebody looked, only of first attempts. */
  readonly waitMsP50: number | null;
  readonly waitMsP95: number | null;
  /** How old jobs were when they ended, since they were enqueued. */
  readonly ageMsP50: number | null;
  readonly ageMsP95: number | null;
}

export interface JobSeries {
  readonly stepMs: number;
  /** The oldest first; the last one is under way. */
  readonly spans: readonly JobSpan[];
}

/** An act on many jobs that is under way. */
export interface JobActivity {
  readonly order: JobOrder['kind'];
  /** Jobs that were found, and of those the ones that are done with. */
  readonly foundCount: number;
  readonly doneCount: number;
  /** Those of them that were in a state for it. */
  readonly changedCount: number;
  readonly isFinding: boolean;
}

/** How the last act on many jobs ended. */
export type JobActOutcome = {
  readonly order: JobOrder['kind'];
  readonly at: number;
  /** Jobs that were in a state for it. */
  readonly changedCount: number;
  /** Until when the order `undo` takes it back; null when it cannot be. */
  readonly undoUntil: number | null;
} & (
  | { readonly kind: 'done' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WireErrorShape }
);

/** How the modules of a folder run that do jobs. */
export interface JobHandlerFolder {
  /** Of the host. */
  readonly path: string;
  readonly isolation: 'process' | 'thread';
  /** Memory that one job may take, in MiB. */
  readonly memoryMb: number;
}

/** Workers that run in the host, when the person says so. */
export interface JobWorkersInfo {
  readonly state: 'stopped' | 'starting' | 'running' | 'stopping';
  /** The sample has handlers of its own; other databases those of a folder. */
  readonly isSample: boolean;
  /** Whose modules do jobs, or did when workers ran last; null when none was chosen. */
  readonly folder: JobHandlerFolder | null;
  /** Types of jobs that they know, and what does them. */
  readonly handlers: readonly { readonly type: string; readonly meaning: string }[];
  readonly error: WireErrorShape | null;
}

export interface JobsInfo {
  readonly counts: JobStateCounts;
  readonly types: readonly JobTypeInfo[];
  readonly queues: readonly JobQueueInfo[];
  readonly schedules: readonly JobScheduleInfo[];
  /** Fine to coarse: seconds, minutes, and a day. */
  readonly series: readonly JobSeries[];
  readonly workers: JobWorkersInfo;
  readonly activity: JobActivity | null;
  readonly outcome: JobActOutcome | null;
  /** Payloads that are being read for the first search by what they hold; null when none are. */
  readonly reading: { readonly doneCount: number; readonly allCount: number } | null;
  /** Grows whenever a job has changed. */
  readonly revision: number;
}

/** Which jobs are meant; all that is named must hold. */
export interface JobFilter {
  /** The inside of a `where` of AQL, or plain words that type, queue, error or id hold. */
  readonly text?: string;
  readonly states?: readonly JobState[];
  readonly type?: string;
  readonly queue?: string;
  /** A regular expression over the error, as `jobs.errors` gives it. */
  readonly error?: string;
  readonly ids?: readonly string[];
}

/** A job in a list. */
export interface JobRow {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly state: JobState;
  readonly priority: JobPriorityName;
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly payload: WireValue;
  readonly error: string | null;
  readonly createdAt: number;
  readonly runAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** One attempt that has ended. */
export interface JobRunInfo {
  readonly id: string;
  readonly attempt: number;
  /** `Completed`, `Failed`, `TimedOut`, `Cancelled`, `Released` or `Lost`. */
  readonly status: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly elapsedMs: number;
  readonly error: string | null;
  readonly errorStack: string | null;
  readonly logs: readonly { readonly at: number; readonly text: string }[];
}

/** The jobs above and below a job, from the one at the top down: each child stands behind its parent. */
export interface JobFamily {
  readonly members: readonly {
    readonly id: string;
    readonly type: string;
    readonly state: JobState;
    /** 0 for the one at the top. */
    readonly depth: number;
    /** Children of it that are not among the members: there are too many, or they are deleted. */
    readonly leftCount: number;
  }[];
}

/** All that is known of a job. */
export interface JobDetail {
  readonly row: JobRow;
  readonly result: WireValue;
  readonly errorStack: string | null;
  readonly worker: string | null;
  readonly timeoutMs: number | null;
  readonly uniqueKey: string | null;
  readonly schedule: string | null;
  /** Children that have not ended; it waits for them. */
  readonly openChildren: number;
  /** Null for a job without parent and children. */
  readonly family: JobFamily | null;
  /** The oldest first. */
  readonly runs: readonly JobRunInfo[];
}

/** Errors of jobs that are tried again or were given up, which differ in numbers, ids and quoted words alone. */
export interface JobErrorGroup {
  /** For `JobFilter.error`. */
  readonly pattern: string;
  readonly type: string;
  /** One of them. */
  readonly message: string;
  /** The first line of its stack that is not the engine's. */
  readonly place: string | null;
  readonly count: number;
  readonly deadCount: number;
  readonly lastAt: number;
}

/** Something to do with jobs, queues or schedules. */
export type JobOrder =
  | { readonly kind: 'cancel' | 'retry' | 'delete'; readonly filter: JobFilter }
  | {
      readonly kind: 'setPriority';
      readonly filter: JobFilter;
      readonly priority: JobPriorityName;
    }
  /** Takes the last act back, of jobs that are as it left them. */
  | { readonly kind: 'undo' }
  /** Ready again with another payload. */
  | { readonly kind: 'requeue'; readonly id: string; readonly payload: WireObject }
  | {
      readonly kind: 'enqueue';
      readonly type: string;
      readonly payload: WireObject;
      readonly priority?: JobPriorityName;
      readonly queue?: string;
      readonly delayMs?: number;
      readonly maxRetries?: number;
      readonly uniqueKey?: string;
    }
  | {
      readonly kind: 'setQueue';
      readonly queue: string;
      readonly isPaused?: boolean;
      /** Null takes the bound away. */
      readonly concurrency?: number | null;
    }
  | {
      readonly kind: 'setSchedule';
      readonly name: string;
      readonly cron: string;
      readonly timeZone: string;
      readonly type: string;
      readonly payload: WireObject;
    }
  | { readonly kind: 'pauseSchedule'; readonly name: string; readonly isPaused: boolean }
  | { readonly kind: 'runSchedule' | 'deleteSchedule'; readonly name: string };
