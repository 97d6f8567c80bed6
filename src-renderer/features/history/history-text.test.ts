import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '#contract';
import { dayText, factsText, gistOf } from './history-text.ts';

const entry: HistoryEntry = {
  id: 'e',
  startedAt: 0,
  databaseName: 'shop',
  databasePath: '/shop.db',
  text: '',
  outcome: 'done',
  elapsedMs: 12.4,
  rowCount: 1,
};

describe('the words of the history', () => {
  it('tell what a run cost and how it ended', () => {
    expect(
      [
        entry,
        { ...entry, rowCount: 1200, elapsedMs: 0.3, outcome: 'stopped' as const },
        { ...entry, outcome: 'failed' as const, elapsedMs: 1500 },
        { ...entry, outcome: 'interrupted' as const },
      ].map(factsText),
    ).toEqual([
      '12 ms · 1 row',
      '< 1 ms · 1,200 rows · not read to its end',
      'failed · 1.50 s',
      'interrupted',
    ]);
  });

  it('show a text in one line, without its comments', () => {
    expect(gistOf('# films\nquery {\n  films { id }\n}\n')).toBe('query { films { id } }');
  });

  it('name the day as people do', () => {
    const now = new Date(2026, 0, 31, 9).getTime();
    const days = [now, now - 24 * 3_600_000, now - 48 * 3_600_000].map((at) => dayText(at, now));
    expect(days).toEqual(['Today', 'Yesterday', '29 January 2026']);
  });
});
