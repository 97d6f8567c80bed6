import { expect, it } from 'vitest';
import { commitWords } from './commit-words.ts';

it.each([
  [undefined, 'Pending', 'Enqueued'],
  [undefined, 'Running', 'Enqueued, and claimed'],
  ['Pending', 'Running', 'Claimed'],
  ['Running', 'Running', 'Heard of'],
  ['Running', 'Pending', 'Handed back'],
  ['DeadLetter', 'Pending', 'Made ready again'],
  ['Running', 'Completed', 'Completed'],
  ['Running', 'DeadLetter', 'Dead letter'],
  ['Cancelled', undefined, 'Deleted'],
] as const)('tells of a job that was %s and is %s: %s', (before, after, words) => {
  expect(commitWords(before, after)).toBe(words);
});
