import { expect, it } from 'vitest';
import { underWay } from './migration-watch.ts';

/* A version that had just been undone was shown as running, with all of its documents done, and could be cancelled. */
it('ends showing a version that is applied or undone, though it is among what runs still', () => {
  const undoing = new Set<string>();
  const shown = (isApplied: boolean, documentsDone: number) => {
    const progress = { name: '1', documentsDone, documentsTotal: 9, isPaused: false };
    return underWay([progress], new Set(isApplied ? ['1'] : []), undoing).length;
  };
  const applying = [shown(false, 0), shown(false, 9), shown(true, 9)];
  expect(underWay([], new Set(['1']), undoing)).toEqual([]);
  const backAgain = [shown(true, 0), shown(true, 9), shown(false, 9)];
  expect([applying, backAgain]).toEqual([
    [1, 1, 0],
    [1, 1, 0],
  ]);
});
