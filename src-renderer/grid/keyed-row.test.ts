import { expect, it } from 'vitest';
import { KeyedRow } from './keyed-row.ts';

it('points out each change for a while, and what changes again and again a few times a second', () => {
  const row = new KeyedRow('a', [0, 'same']);
  const shown: number[] = [];
  for (let number = 1; number <= 20; number += 1) {
    const at = number * 50;
    row.assign([number, 'same'], { number, at });
    shown.push(row.flash(0, at));
  }
  // 50 ms apart: the first, then each time that half of the 700 ms is over.
  expect([...new Set(shown)]).toEqual([1, 8, 15]);
  expect([row.flash(1, 1_000), row.flash(0, 1_449), row.flash(0, 1_450)]).toEqual([0, 15, 0]);
});
