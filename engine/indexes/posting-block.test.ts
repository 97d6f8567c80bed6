import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import type { Row } from '../values/stored-value.ts';
import { blockKey, changePostings, readPostings } from './posting-block.ts';

const valuesKey = new Uint8Array([0, 0, 0, 9, 1, 0x30]);
const end = new Uint8Array([0, 0, 0, 9, 1, 0x31]);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe('the rows of a value', () => {
  it(`are those that were added and not removed, however many blocks change at once (seed ${seed})`, () => {
    const random = randomFrom(seed);
    const store = openMemoryStore();
    const model = new Set<number>();
    // More blocks than are read at once, and fewer in the end.
    for (const [count, share] of [
      [20_000, 0],
      [5, 0.5],
      [2_000, 0.5],
      [1, 1],
      [300, 0.5],
      [15_000, 0.95],
      [3, 0],
      [40_000, 1],
    ] as const) {
      const change = randomChange(random, count, share);
      // A load brings rows above all that there are, to a value with one block or with many.
      const top = Math.max(-1, ...model, ...change.added);
      const loaded = Array.from({ length: count % 700 }, (_, at) => top + 1 + 2 * at);
      for (const row of change.removed) model.delete(row);
      for (const row of change.added) model.add(row);
      store.transact((writer) => changePostings(writer, valuesKey, change), 0);
      for (const row of loaded) model.add(row);
      store.transact((writer) => {
        changePostings(writer, valuesKey, { added: loaded, removed: [] });
      }, 0);

      const blocks = store.live().range({ start: valuesKey, end, limit: 10_000 });
      const rows: Row[] = [];
      for (const { value } of blocks) readPostings(value, rows);
      expect(rows).toEqual([...model].sort((a, b) => a - b));
      expect(blocks.every(({ value }) => value.length <= 1 + 4 * limits.postingBlockRowsMax)).toBe(
        true,
      );
      const first = store.live().get(blockKey(valuesKey, 0));
      expect(first?.[0] ?? 0).toBe(blocks.length > 1 ? 1 : 0);
    }
  });
});

/** No row is both added and removed. */
function randomChange(random: () => number, count: number, removedShare: number) {
  const added = new Set<number>();
  const removed = new Set<number>();
  for (let at = 0; at < count; at += 1) {
    const row = Math.floor(random() * 25_000);
    if (random() < removedShare) removed.add(row);
    else added.add(row);
  }
  return { added: [...added].filter((row) => !removed.has(row)), removed: [...removed] };
}

function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
