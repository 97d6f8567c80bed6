import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { BufferedIds } from './buffered-rows.ts';
import { IdHints } from './id-hints.ts';

const idOf = (n: number): string => `0190a1b2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

describe('hints of rows by id', () => {
  it('guess nothing of an id that was never noted', () => {
    const hints = new IdHints();
    expect(hints.rowOf(1, idOf(1))).toBeUndefined();
    hints.note(1, idOf(1), 0);
    expect(hints.rowOf(1, idOf(1))).toBe(0);
    expect(hints.rowOf(2, idOf(1))).toBeUndefined();
  });

  it('keep nearly all of many sequential ids while the table grows', () => {
    const hints = new IdHints();
    const count = 100_000;
    for (let n = 0; n < count; n += 1) hints.note(7, idOf(n), n);
    let rightCount = 0;
    for (let n = 0; n < count; n += 1) if (hints.rowOf(7, idOf(n)) === n) rightCount += 1;
    expect(rightCount / count).toBeGreaterThan(0.9);
  });

  /** All ids of a buffer were noted in one turn, which took 9 ms in an import. */
  it('note what has come to the store in steps of a hundred', () => {
    const hints = new IdHints();
    const [ids, gone] = [new BufferedIds(), new BufferedIds()];
    for (let n = 0; n < 2_500; n += 1) ids.set(1, idOf(n), n);
    gone.set(1, idOf(0), undefined);
    const collections = [
      { collectionId: 1, ids },
      { collectionId: 2, ids: gone },
    ];
    const stepCount = [...hints.noteAll({ collections })].length;
    const rows = [hints.rowOf(1, idOf(0)), hints.rowOf(1, idOf(2_499)), hints.rowOf(2, idOf(0))];
    expect({ stepCount, rows }).toEqual({ stepCount: 25, rows: [0, 2_499, undefined] });
  });

  it('tell texts by both of their ends', () => {
    const hints = new IdHints();
    const emailOf = (n: number): string => `user${n}@example.com`;
    for (let n = 0; n < 1_000; n += 1) hints.noteText(7, emailOf(100_000 + n), n);
    let rightCount = 0;
    for (let n = 0; n < 1_000; n += 1) {
      if (hints.rowOfText(7, emailOf(100_000 + n)) === n) rightCount += 1;
    }
    expect(rightCount).toBeGreaterThan(900);
    expect(hints.rowOfText(8, emailOf(100_000))).toBeUndefined();
  });

  it('give the last row noted for an id', () => {
    const hints = new IdHints();
    hints.note(1, idOf(5), 10);
    hints.note(1, idOf(5), 20);
    expect(hints.rowOf(1, idOf(5))).toBe(20);
  });

  /** A table of a million was moved in one turn, which took 10 ms in an import. */
  it('move into a larger table in pieces, and keep what was noted last meanwhile', () => {
    const hints = new IdHints();
    const last = new Map<number, number>();
    const note = (n: number, row: number): void => {
      hints.note(1, idOf(n), row);
      last.set(n, row);
    };
    const sizes = [0];
    for (let n = 0; n < 3_000; n += 1) {
      note(n, n);
      // Again, also while the first is still where it is moved from.
      note(n >> 1, 1_000_000 + n);
      if (hints.bytes !== sizes.at(-1)) sizes.push(hints.bytes);
    }
    const [small, large] = [1_024 * 8, 2_048 * 8];
    expect(sizes.slice(1, 4)).toEqual([small, small + large, large]);
    const right = [...last].filter(([n, row]) => hints.rowOf(1, idOf(n)) === row);
    expect(right.length / last.size).toBeGreaterThan(0.9);
  });

  it('stay within their bound', () => {
    const hints = new IdHints();
    for (let n = 0; n < limits.idHintsMax; n += 1) hints.note(1, idOf(n), n);
    expect(hints.bytes).toBe(limits.idHintsMax * 8);
  });
});
