import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KvEntry, KvRange, KvStore, KvWriter } from './kv-store.ts';
import { poolBytes } from './lmdb-instructions.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { openMemoryStore } from './memory-store.ts';
import { StagedWrites } from './staged-writes.ts';

let folder: string;
let store: KvStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-queue-'));
  const path = join(folder, 'data.mdb');
  store = await openLmdbStore({ path, readOnly: false, initialize: () => undefined });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const everything: KvRange = {
  start: new Uint8Array([0]),
  end: new Uint8Array([255, 255]),
  limit: 100_000,
};

function contentOf(kv: KvStore): readonly string[] {
  const snapshot = kv.snapshot();
  try {
    return snapshot.range(everything).map(text);
  } finally {
    snapshot.release();
  }
}

function text({ key, value }: KvEntry): string {
  return `${Buffer.from(key).toString('hex')}=${Buffer.from(value).toString('hex')}`;
}

const key = fc.uint8Array({ minLength: 1, maxLength: 2, max: 6 });
const change = fc.record({
  key,
  value: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined }),
});

describe('a queue', () => {
  it('leaves what a transaction of the same changes would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change), async (changes) => {
        const queue = store.queue(0);
        const expected = openMemoryStore();
        expected.transact((writer) => {
          for (const { key: each, value } of copyOf(contentEntries(store))) writer.put(each, value);
        }, 0);
        for (const { key: each, value } of changes) {
          if (value === undefined) queue?.remove(each);
          else queue?.put(each, value);
        }
        await queue?.done();
        expected.transact((writer) => {
          for (const { key: each, value } of changes) {
            if (value === undefined) writer.remove(each);
            else writer.put(each, value);
          }
        }, 0);
        expect(contentOf(store)).toEqual(contentOf(expected));
      }),
      { numRuns: 50 },
    );
  });

  it('writes many large and small values, and what belongs together at once', async () => {
    const queue = store.queue(0);
    const keyOf = (n: number): Uint8Array => new Uint8Array([1, n >> 8, n & 255]);
    for (let n = 0; n < 20_000; n += 1) {
      const value = new Uint8Array(n % 300).fill(n & 255);
      if (n % 2 === 0) queue?.put(keyOf(n), value);
      else queue?.putJoined(keyOf(n), value.subarray(0, n % 7), value.subarray(n % 7));
    }
    queue?.put(new Uint8Array([2]), new Uint8Array(3_000_000).fill(7));
    const entries = [3, 4, 5].map((n) => ({ key: new Uint8Array([n]), value: keyOf(n) }));
    queue?.putLast(entries);
    let isDone = false;
    const done = queue?.done().then(() => {
      isDone = true;
    });
    while (!isDone) {
      const seen = contentOf(store).filter((each) => /^0[345]=/.test(each)).length;
      expect([0, 3]).toContain(seen);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    await store.flushed();
    const snapshot = store.snapshot();
    const wrong: number[] = [];
    for (let n = 0; n < 20_000; n += 1) {
      const present = snapshot.get(keyOf(n));
      const isRight = present !== undefined && Buffer.alloc(n % 300, n & 255).equals(present);
      if (!isRight) wrong.push(n);
    }
    expect(wrong).toEqual([]);
    expect(snapshot.get(new Uint8Array([2]))?.length).toBe(3_000_000);
    snapshot.release();
  });

  it('takes values of any length, under keys of any length', async () => {
    // Instructions are padded to words: every length of a key, and values around where they go elsewhere.
    const queue = store.queue(0);
    const expected: string[] = [];
    for (let length = 2; length < 512; length += 1) {
      const longKey = new Uint8Array(length).fill(length & 127, 1);
      longKey[0] = 1;
      longKey[length - 1] = length >> 8;
      const value = new Uint8Array(length % 50 === 0 ? 65_530 + length / 25 : length % 9).fill(
        length,
      );
      queue?.put(longKey, value);
      queue?.put(new Uint8Array([2, length >> 8, length & 255]), longKey);
      if (length % 3 === 0) queue?.remove(new Uint8Array([2, length >> 8, length & 255]));
      else
        expected.push(
          text({ key: new Uint8Array([2, length >> 8, length & 255]), value: longKey }),
        );
      expected.push(text({ key: longKey, value }));
    }
    await queue?.done();
    expect(contentOf(store).toSorted()).toEqual(expected.sort());
  });

  it('leaves every value alone where a batch ends at the end of a pool', async () => {
    // 2,000 changes of 40 bytes with their values fill a pool but for so many bytes; what ends the batch, and what leads on
    // into the next pool, come behind them.
    const keyOf = (n: number): Uint8Array => new Uint8Array([1, n >> 16, n >> 8, n]);
    for (let leftBytes = 0; leftBytes < 56; leftBytes += 1) {
      const queue = store.queue(0);
      const valuesBytes = poolBytes - 8 - 2_000 * 40 - leftBytes;
      const valueBytes = Math.floor(valuesBytes / 2_000);
      const expected: string[] = [];
      for (let n = 0; n < 2_001; n += 1) {
        const length = n < 1_999 ? valueBytes : valuesBytes - 1_999 * valueBytes;
        const entry = { key: keyOf(n), value: new Uint8Array(length).fill(n + leftBytes) };
        queue?.put(entry.key, entry.value);
        expected.push(text(entry));
      }
      await queue?.done();
      expect(contentOf(store)).toEqual(expected);
    }
  });

  it('removes at the end of a pool as anywhere', async () => {
    // 2,000 removals take 128 bytes each, and those under a longer key 136.
    const longerMax = (poolBytes - 8 - 2_000 * 128) / 8;
    for (let longer = longerMax - 8; longer <= longerMax; longer += 1) {
      const queue = store.queue(0);
      for (let n = 0; n < 2_000; n += 1)
        queue?.remove(new Uint8Array(n < longer ? 108 : 107).fill(1));
      queue?.put(new Uint8Array([2]), new Uint8Array([longer]));
      await queue?.done();
      expect(contentOf(store)).toEqual([
        text({ key: new Uint8Array([2]), value: new Uint8Array([longer]) }),
      ]);
    }
  });

  it('keeps the order of changes, however many transactions its thread makes of them', async () => {
    const queue = store.queue(0);
    const values = new Map<number, number>();
    for (let n = 0; n < 60_000; n += 1) {
      const at = (n * 7) % 1_000;
      const place = new Uint8Array([1, at >> 8, at & 255]);
      if (n % 5 === 0) {
        queue?.remove(place);
        values.delete(at);
      } else {
        queue?.put(place, new Uint8Array([n >> 16, n >> 8, n]));
        values.set(at, n);
      }
      // The thread comes to an end of what it has, and is called again.
      if (n % 9_000 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await queue?.done();
    const expected = [...values].map(([at, n]) =>
      text({
        key: new Uint8Array([1, at >> 8, at & 255]),
        value: new Uint8Array([n >> 16, n >> 8, n]),
      }),
    );
    expect(contentOf(store).toSorted()).toEqual(expected.sort());
  });

  it('is on disk when the store says so, and when it is closed', async () => {
    const queue = store.queue(0);
    for (let n = 0; n < 5_000; n += 1)
      queue?.put(new Uint8Array([1, n >> 8, n]), new Uint8Array(200));
    await queue?.done();
    const path = join(folder, 'data.mdb');
    const closed = store.close();
    await closed;
    store = await openLmdbStore({ path, readOnly: false, initialize: () => undefined });
    expect(contentOf(store)).toHaveLength(5_000);
  });

  it('ends when the store is closed, which waits for what is being written', async () => {
    const path = join(folder, 'data.mdb');
    for (let round = 0; round < 10; round += 1) {
      const queue = store.queue(0);
      for (let n = 0; n < 7_000; n += 1)
        queue?.put(new Uint8Array([round + 1, n >> 8, n]), new Uint8Array(200));
      await store.close();
      await expect(queue?.done()).rejects.toMatchObject({ code: 'DatabaseClosed' });
      store = await openLmdbStore({ path, readOnly: false, initialize: () => undefined });
      const there = contentOf(store).filter((each) =>
        each.startsWith((round + 1).toString(16).padStart(2, '0')),
      );
      expect([2_000, 4_000, 6_000]).toContain(there.length);
      store.transact((writer) => {
        for (let n = 0; n < 7_000; n += 1) writer.remove(new Uint8Array([round + 1, n >> 8, n]));
      }, 0);
    }
  });

  it('takes over the room of those before it', async () => {
    // A pool of its own for each was memory outside of the heap: that brought a full collection every second of a copy.
    const write = async (n: number) => {
      const queue = store.queue(0);
      queue?.put(new Uint8Array([n]), new Uint8Array([n]));
      await queue?.done();
    };
    await write(1);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 2; n < 80; n += 1) await write(n);
    const grownBytes = process.memoryUsage().arrayBuffers - before;
    expect(grownBytes).toBeLessThan(8 * 1024 * 1024);
    expect(contentOf(store).length).toBe(79);
  });

  it('is alone: transactions wait until it is done', async () => {
    const queue = store.queue(0);
    queue?.put(new Uint8Array([1]), new Uint8Array([1]));
    expect(() => store.transact(() => undefined, 0)).toThrow('no transaction runs beside a queue');
    const idle = store.idle();
    await queue?.done();
    await idle;
    store.transact((writer) => writer.put(new Uint8Array([1]), new Uint8Array([2])), 0);
    expect(contentOf(store)).toContain('01=02');
  });

  it.each(['a queue', 'a transaction'])(
    'changes much at once after a compaction, by %s',
    async (means) => {
      // Where the list of free pages was empty, lmdb gave pages out twice, and ended the process.
      const keyOf = (n: number): Uint8Array => new Uint8Array([1, n >> 8, n]);
      const filled = (n: number): Uint8Array => new Uint8Array(n % 400).fill(n);
      for (const round of [0, 1]) {
        const queue = store.queue(0);
        for (let n = 0; n < 20_000; n += 1) queue?.put(keyOf(n), filled(n + round));
        await queue?.done();
      }
      await store.compact();
      const changeMuch = (writer: Pick<KvWriter, 'put' | 'remove'>, round: number) => {
        for (let n = 0; n < 3_000; n += 1) {
          const at = (n * 7_919 + round) % 20_000;
          if (n % 3 === 0) writer.remove(keyOf(at));
          else writer.put(keyOf(at), filled(n + round));
        }
      };
      const expected = openMemoryStore();
      expected.transact((writer) => {
        for (let n = 0; n < 20_000; n += 1) writer.put(keyOf(n), filled(n + 1));
      }, 0);
      for (let round = 0; round < 5; round += 1) {
        expected.transact((writer) => changeMuch(writer, round), 0);
        if (means === 'a transaction') {
          store.transact((writer) => changeMuch(writer, round), 0);
        } else {
          const queue = store.queue(0);
          if (queue !== undefined) changeMuch(queue, round);
          await queue?.done();
        }
      }
      expect(contentOf(store)).toEqual(contentOf(expected));
    },
  );

  it('ends before a compaction begins, and none begins meanwhile', async () => {
    const queue = store.queue(0);
    queue?.put(new Uint8Array([9]), new Uint8Array([9]));
    const compacted = store.compact();
    await queue?.done();
    expect(store.queue(0)).toBeUndefined();
    await compacted;
    expect(contentOf(store)).toEqual(['09=09']);
    await store.queue(0)?.done();
  });
});

function contentEntries(kv: KvStore): readonly KvEntry[] {
  const snapshot = kv.snapshot();
  const entries = snapshot.range(everything);
  snapshot.release();
  return entries;
}

function copyOf(entries: readonly KvEntry[]): readonly KvEntry[] {
  return entries.map(({ key: each, value }) => ({
    key: new Uint8Array(each),
    value: new Uint8Array(value),
  }));
}

describe('staged writes', () => {
  const bounds = fc.tuple(key, key, fc.boolean(), fc.nat({ max: 4 }));

  it('read as if they were in the store, and pass on what a transaction would write', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), bounds, (before, after, bound) => {
        const [start, end, reverse, limit] = bound;
        const range: KvRange = { start, end, reverse, limit };
        const [stored, expected] = [openMemoryStore(), openMemoryStore()];
        for (const each of [stored, expected]) apply(each, before);
        apply(expected, after);
        const passed: { key: Uint8Array; value: Uint8Array | undefined }[] = [];
        const staged = new StagedWrites(stored.live(), {
          put: (k, value) => passed.push({ key: k, value }),
          remove: (k) => passed.push({ key: k, value: undefined }),
        });
        for (const { key: each, value } of after) {
          if (value === undefined) staged.remove(each);
          else staged.put(each, value);
        }
        expect(staged.range(range).map(text)).toEqual(expected.live().range(range).map(text));
        for (const { key: each } of [...before, ...after]) {
          expect(staged.get(each)).toEqual(expected.live().get(each));
        }
        staged.pass();
        apply(stored, passed);
        expect(contentOf(stored)).toEqual(contentOf(expected));
      }),
    );
  });
});

function apply(
  kv: KvStore,
  changes: readonly { readonly key: Uint8Array; readonly value: Uint8Array | undefined }[],
): void {
  kv.transact((writer) => {
    for (const { key: each, value } of changes) {
      if (value === undefined) writer.remove(each);
      else writer.put(each, value);
    }
  }, 0);
}
