import type { JobActivity, JobActOutcome, JobOrder, JobState, JobsInfo } from '#contract';

/* The words of the page Jobs. */

export const stateNames: Readonly<Record<JobState, string>> = {
  Pending: 'Waiting',
  Running: 'Running',
  Failed: 'To be retried',
  DeadLetter: 'Dead letters',
  Completed: 'Completed',
  Cancelled: 'Cancelled',
};

/** A job in a state, in one word or two. */
export const stateWords: Readonly<Record<JobState, string>> = {
  ...stateNames,
  Failed: 'Will be retried',
  DeadLetter: 'Dead letter',
};

export const stateMarks: Readonly<Record<JobState, string>> = {
  Pending: '○',
  Running: '▶',
  Failed: '↻',
  DeadLetter: '✕',
  Completed: '✓',
  Cancelled: '⊘',
};

export const priorityWords = {
  LOW: 'Low',
  NORMAL: 'Normal',
  HIGH: 'High',
  CRITICAL: 'Critical',
} as const;

/** `12 jobs`, `1 job`. */
export function jobsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'job' : 'jobs'}`;
}

/** A duration to two figures: `340 ms`, `2.1 s`, `4 min`, `3 h`, `5 days`. */
export function shortDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/** `in 4 min` or `12 s ago`. */
export function fromNow(at: number, now: number): string {
  const ms = Math.abs(at - now);
  if (ms < 1_000) return 'now';
  return at > now ? `in ${shortDuration(ms)}` : `${shortDuration(ms)} ago`;
}

/** Date and time to the second, on the person's clock. */
export function momentText(at: number): string {
  return new Date(at).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
}

const doing: Readonly<Record<JobOrder['kind'], string>> = {
  cancel: 'Cancelling',
  retry: 'Retrying',
  delete: 'Deleting',
  setPriority: 'Changing the priority of',
  undo: 'Taking back',
  requeue: 'Requeueing',
  enqueue: 'Enqueueing',
  setQueue: 'Changing',
  setSchedule: 'Scheduling',
  pauseSchedule: 'Pausing',
  runSchedule: 'Running',
  deleteSchedule: 'Deleting',
};

const done: Partial<Record<JobOrder['kind'], string>> = {
  cancel: 'Cancelled',
  retry: 'Made ready again',
  delete: 'Deleted',
  setPriority: 'Changed the priority of',
  undo: 'Took back what was done with',
};

export function activityText({ order, foundCount, doneCount, isFinding }: JobActivity): string {
  if (isFinding) return `Finding jobs: ${foundCount.toLocaleString('en-US')} so far`;
  const of = foundCount.toLocaleString('en-US');
  return `${doing[order]} jobs: ${doneCount.toLocaleString('en-US')} of ${of}`;
}

export function readingText({ doneCount, allCount }: NonNullable<JobsInfo['reading']>): string {
  const [done, all] = [doneCount, allCount].map((count) => count.toLocaleString('en-US'));
  return `Reading payloads for the first search: ${done} of ${all}. The next ones need no reading.`;
}

export function outcomeText({ order, changedCount, ...rest }: JobActOutcome): string {
  const what = `${done[order] ?? 'Done with'} ${jobsText(changedCount)}`;
  if (rest.kind === 'done') return `${what}.`;
  return rest.kind === 'cancelled'
    ? `${what}; the rest was left when you cancelled.`
    : `${what}; then it failed.`;
}

/** What a button says that acts on so many jobs. */
export function orderVerb(order: JobOrder, count: number): string {
  const jobs = jobsText(count);
  switch (order.kind) {
    case 'cancel':
      return `Cancel ${jobs}`;
    case 'retry':
      return `Retry ${jobs}`;
    case 'delete':
      return `Delete ${jobs}`;
    case 'setPriority':
      return `Give ${jobs} ${priorityWords[order.priority].toLowerCase()} priority`;
    case 'undo':
      return 'Take it back';
    case 'enqueue':
      return 'Enqueue';
    case 'requeue':
      return 'Requeue';
    case 'setQueue':
      return order.isPaused === true ? 'Pause the queue' : 'Change the queue';
    case 'setSchedule':
      return 'Save the schedule';
    case 'pauseSchedule':
      return order.isPaused ? 'Pause the schedule' : 'Resume the schedule';
    case 'runSchedule':
      return 'Run now';
    case 'deleteSchedule':
      return 'Delete the schedule';
  }
}
