import type { JobState } from '#contract';
import { stateWords } from './job-text.ts';

/** What a commit made of a job, from its state before and after; `undefined` where there was none. */
export function commitWords(before: JobState | undefined, after: JobState | undefined): string {
  if (after === undefined) return 'Deleted';
  if (before === undefined) return after === 'Running' ? 'Enqueued, and claimed' : 'Enqueued';
  if (before === after) return after === 'Running' ? 'Heard of' : 'Changed';
  if (after === 'Running') return 'Claimed';
  if (after === 'Pending') return before === 'Running' ? 'Handed back' : 'Made ready again';
  return stateWords[after];
}
