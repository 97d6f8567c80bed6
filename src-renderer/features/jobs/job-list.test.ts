import { describe, expect, it } from 'vitest';
import type { JobRow } from '#contract';
import { changesText, leftIds, modelOf, refreshed } from './job-list.ts';

const job = (id: string, state: JobRow['state'] = 'Pending'): JobRow => ({
  id,
  type: 'mail',
  queue: 'default',
  state,
  priority: 'NORMAL',
  attempts: 0,
  attemptsMax: 4,
  progress: null,
  progressNote: null,
  payload: {},
  error: null,
  createdAt: 0,
  runAt: 0,
  startedAt: null,
  finishedAt: null,
});
const rows = [job('3'), job('2'), job('1')];
const shown = { rows, hasMore: false, newCount: 0, leftCount: 0 };

describe('a list of jobs that is read', () => {
  it('keeps its rows where they are, tells what became of them, and counts what is new', () => {
    const found = { jobs: [job('5'), job('4'), job('3', 'Running'), job('1')], hasMore: false };
    expect(leftIds(shown.rows, found.jobs)).toEqual(['2']);
    const others = [job('2', 'Completed')];
    const after = refreshed(shown, found, { isHeld: true, others });
    expect(after.rows.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '3 Running',
      '2 Completed',
      '1 Pending',
    ]);
    expect([after.newCount, after.leftCount]).toEqual([2, 1]);
    expect(changesText(after)).toBe('Show what matches: 2 new, 1 that match no longer');
    expect(changesText({ ...after, leftCount: 0 })).toBe('Show 2 new');
    expect(changesText(shown)).toBeUndefined();
  });

  it('does not take jobs for left that new ones have moved behind what was read', () => {
    const found = { jobs: [job('5'), job('4'), job('3')], hasMore: true };
    expect(refreshed(shown, found, { isHeld: true }).leftCount).toBe(0);
    expect(refreshed(shown, { ...found, hasMore: false }, { isHeld: true }).leftCount).toBe(2);
  });

  it('shows what there is as soon as nobody reads it', () => {
    const found = { jobs: [job('5'), job('3')], hasMore: true };
    expect(refreshed(shown, found, { isHeld: false })).toEqual({
      rows: found.jobs,
      hasMore: true,
      newCount: 0,
      leftCount: 0,
    });
  });

  it('does not take older jobs that it has not loaded for new ones', () => {
    const found = { jobs: [job('3'), job('2'), job('1'), job('0')], hasMore: false };
    expect(refreshed(shown, found, { isHeld: true }).newCount).toBe(0);
  });

  it('marks what a job has not as not set', () => {
    const model = modelOf(shown);
    expect(model.cell(0, 0)).toEqual({ state: 'value', value: '○ Waiting' });
    expect(model.cell(0, 9)).toEqual({ state: 'missing' });
    expect(model.count).toEqual({ rows: 3, isKnown: true });
  });
});
