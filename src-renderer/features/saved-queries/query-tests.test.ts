import { expect, it } from 'vitest';
import { summaryOf } from './query-tests.tsx';
import type { QueryTestState } from './use-query-tests.ts';

const done = (outcome: 'met' | 'unmet' | 'none'): QueryTestState => ({
  kind: 'done',
  test: { outcome, differences: [], elapsedMs: 1 },
});
const failed: QueryTestState = { kind: 'failed', error: new Error('The file is gone.') };

it.each([
  [[done('met')], '1 of 1 query is as expected.'],
  [[done('met'), done('unmet'), done('none'), failed], '1 of 3 queries are as expected.'],
] as const)('tests are summed up', (states, text) => {
  expect(summaryOf(states, false)).toBe(text);
});

it('queries that expect nothing are told how to', () => {
  expect(summaryOf([done('none')], false)).toContain('# expect count');
});
