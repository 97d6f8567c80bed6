import { expect, it } from 'vitest';
import type { KvWriter } from '../storage/kv-store.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import type { Row } from '../values/stored-value.ts';
import { KnownKeys } from './known-keys.ts';
import { blockKey, readPostings } from './posting-block.ts';
import { PostingTable } from './posting-table.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

it.each(['a table of its own for each step', 'one table that is cleared'])(
  `leaves under each key the rows that came and did not go, whatever form a key was given in, with %s (seed ${seed})`,
  (way) => {
    const random = randomFrom(seed);
    const store = openMemoryStore();
    const model = new Map<string, Set<number>>();
    const keys = Array.from({ length: 3_000 }, () => randomKey(random));
    const shared = new PostingTable();
    // Fewer again, so that a cleared table has memory that was used, and gives it up.
    for (const noteCount of [1, 40, 5_000, 4_000, 20_000, 15_000, 10, 300]) {
      if (way === 'one table that is cleared') shared.clear();
      const table = way === 'one table that is cleared' ? shared : new PostingTable();
      const noted = new Set<string>();
      for (let count = 0; count < noteCount; count += 1) {
        const key = keys[Math.floor(random() ** 3 * keys.length)] ?? '';
        const rows = model.get(key) ?? new Set<number>();
        const [present] = rows;
        const isPresent = present !== undefined && random() < 0.3;
        const row = isPresent ? present : Math.floor(random() * 50_000);
        // A row changes once under a key.
        if (noted.has(`${key} ${row}`)) continue;
        noted.add(`${key} ${row}`);
        const isRemoved = rows.has(row);
        if (isRemoved) rows.delete(row);
        else rows.add(row);
        model.set(key, rows);
        if (random() < 0.5) table.noteText(key, row, isRemoved);
        else table.note(Buffer.from(`--${key}--`, 'latin1'), 2, 2 + key.length, row, isRemoved);
      }
      store.transact((writer) => {
        const copying = withKeysCopied(writer);
        for (let at = 0; at < table.count; at += 1) table.apply(copying, at);
      }, 0);
    }

    const found = keys.map((key) => rowsUnder(store.live(), key));
    expect(found).toEqual(keys.map((key) => [...(model.get(key) ?? [])].sort((a, b) => a - b)));
  },
);

it(`leaves the same where new keys go by a way of their own (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const [store, expected] = [openMemoryStore(), openMemoryStore()];
  const known = new KnownKeys();
  known.cover(7);
  // One of them is of an index that nothing is known of.
  const keys = Array.from(
    { length: 2_000 },
    (_, n) => `\0\0\0${n % 20 === 0 ? '\x08' : '\x07'}${randomKey(random)}`,
  );
  let newCount = 0;
  for (const noteCount of [1, 300, 2_000, 3_000]) {
    const table = new PostingTable();
    const noted = new Set<string>();
    for (let count = 0; count < noteCount; count += 1) {
      const key = keys[Math.floor(random() * keys.length)] ?? '';
      const row = Math.floor(random() * 5_000);
      if (noted.has(`${key} ${row}`)) continue;
      noted.add(`${key} ${row}`);
      table.noteText(key, row, random() < 0.1);
    }
    expected.transact((writer) => {
      for (let at = 0; at < table.count; at += 1) table.apply(writer, at);
    }, 0);
    store.transact((writer) => {
      const sink: Pick<KvWriter, 'put'> = {
        put: (key, value) => writer.put(new Uint8Array(key), new Uint8Array(value)),
      };
      for (let at = 0; at < table.count; at += 1) {
        if (table.putNew(sink, at, known)) newCount += 1;
        else table.apply(writer, at, known);
      }
    }, 0);
  }

  const left = (from: typeof store) => keys.map((key) => rowsUnder(from.live(), key));
  expect(left(store)).toEqual(left(expected));
  expect(newCount).toBeGreaterThan(500);
});

it('keeps memory for as many changes once it is cleared, and gives up what is large or was not used', () => {
  const table = new PostingTable();
  const least = table.bytesHeld;
  const held = (count: number, keyBytes: number): number => {
    for (let n = 0; n < count; n += 1) table.noteText(`${n}`.padEnd(keyBytes, 'x'), n);
    table.clear();
    return table.bytesHeld;
  };
  const kept = held(20_000, 10);
  expect(kept).toBeGreaterThan(20 * least);
  expect(held(15_000, 10)).toBe(kept);
  expect(held(10, 10)).toBe(least);
  // Of the keys alone, and then of the changes.
  expect(held(3_000, 1_500)).toBe(least);
  expect(held(140_000, 4)).toBe(least);
});

/** What a table that is cleared asks for. */
function withKeysCopied(writer: KvWriter): KvWriter {
  return {
    get: (key) => writer.get(key),
    peek: (key) => writer.peek(key),
    range: (range) => writer.range(range),
    visit: (range, visit) => writer.visit(range, visit),
    put: (key, value) => writer.put(new Uint8Array(key), value),
    remove: (key) => writer.remove(key),
  };
}

/** No key begins with another: the first byte says how long it is. */
function randomKey(random: () => number): string {
  const length = 1 + Math.floor(random() * 40);
  return String.fromCharCode(
    length,
    ...Array.from({ length }, () => Math.floor(random() ** 2 * 256)),
  );
}

function rowsUnder(reader: ReturnType<ReturnType<typeof openMemoryStore>['live']>, key: string) {
  const bytes = Buffer.from(key, 'latin1');
  const start = blockKey(bytes, 0);
  const end = blockKey(bytes, 0xffff_ffff);
  const rows: Row[] = [];
  for (const { value } of reader.range({ start, end, limit: 10_000 })) readPostings(value, rows);
  return rows;
}

function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
