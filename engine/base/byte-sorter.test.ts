import { describe, expect, it } from 'vitest';
import { BlockPool, blockBytes } from './block-pool.ts';
import { ByteSorter } from './byte-sorter.ts';
import { compareBytes } from './bytes.ts';

interface Entry {
  readonly key: Uint8Array;
  readonly number: number;
}

/** Short keys of few different bytes: many are equal, or begin with each other. */
function randomEntries(count: number, next: () => number): readonly Entry[] {
  return Array.from({ length: count }, () => ({
    key: Uint8Array.from({ length: Math.floor(next() * 12) }, () => Math.floor(next() * 3) * 127),
    number: Math.floor(next() * 2 ** 34),
  }));
}

function sortedBy(entries: readonly Entry[]): readonly Entry[] {
  const sorter = new ByteSorter();
  for (const { key, number } of entries) sorter.add(key, key.length, number);
  const found: Entry[] = [];
  const sorted = sorter.sorted();
  while (sorted.next()) {
    found.push({ key: sorted.bytes.slice(sorted.start, sorted.end), number: sorted.number });
  }
  return found;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a sort of bytes', () => {
  it.each([0, 1, 2, 2_048, 2_049, 10_000, 30_000])('gives %i entries in order', (count) => {
    const entries = randomEntries(count, generator(count + 1));
    const expected = entries.toSorted((a, b) => compareBytes(a.key, b.key) || a.number - b.number);
    expect(sortedBy(entries)).toEqual(expected);
  });

  it('orders keys that begin with each other by their length, and equal ones by their number', () => {
    const keys = ['aaaaaaaa', 'aaaaaaaa\0', 'aaaaaaaab', 'aaaa', 'aaaa\0', '', 'aaaaaaaa'];
    const entries = keys.map((key, number) => ({ key: Buffer.from(key), number: 10 - number }));
    expect(sortedBy(entries).map(({ number }) => number)).toEqual([5, 7, 6, 4, 10, 9, 8]);
  });

  /** Each sort of a million rows made 80 MB of typed arrays, and so one or two full collections. */
  it('lies in the memory of the sort before it, once that was read or let go of', () => {
    const pool = new BlockPool();
    const sort = (entriesRead: number) => {
      const sorter = new ByteSorter(pool);
      const entries = randomEntries(20_000, generator(entriesRead));
      for (const { key, number } of entries) sorter.add(key, key.length, number);
      const sorted = sorter.sorted();
      const memory = new Set<ArrayBufferLike>();
      const found: Entry[] = [];
      while (found.length < entriesRead && sorted.next()) {
        if (sorted.bytes.buffer.byteLength === blockBytes) memory.add(sorted.bytes.buffer);
        found.push({ key: sorted.bytes.slice(sorted.start, sorted.end), number: sorted.number });
      }
      if (entriesRead < entries.length) sorted.close();
      else expect(sorted.next()).toBe(false);
      expect(found).toEqual(
        entries
          .toSorted((a, b) => compareBytes(a.key, b.key) || a.number - b.number)
          .slice(0, entriesRead),
      );
      return memory;
    };
    const first = sort(20_000);
    const second = sort(5_000);
    const third = sort(20_000);
    const sizes = [first, second, third].map(({ size }) => size > 0);
    const others = [...second, ...third].filter((block) => !first.has(block));
    expect({ sizes, otherCount: others.length }).toEqual({
      sizes: [true, true, true],
      otherCount: 0,
    });
  });

  it('tells the memory that its entries take', () => {
    const sorter = new ByteSorter();
    for (let n = 0; n < 5_000; n += 1) sorter.add(Buffer.alloc(20), 20, n);
    expect({ count: sorter.count, bytes: sorter.bytes }).toEqual({ count: 5_000, bytes: 200_000 });
  });
});
