import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { KvReader, KvStore } from './kv-store.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { openMemoryStore } from './memory-store.ts';

const folders: string[] = [];
const stores: KvStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function openLmdb(freeBytes?: () => number): Promise<KvStore> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-store-'));
  folders.push(folder);
  return openLmdbStore({
    path: join(folder, 'data.mdb'),
    readOnly: false,
    initialize: () => undefined,
    ...(freeBytes === undefined ? {} : { freeBytes }),
  });
}

const kinds: readonly { name: string; open: () => Promise<KvStore> }[] = [
  { name: 'memory', open: async () => openMemoryStore() },
  { name: 'lmdb', open: () => openLmdb() },
];

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('latin1');

function all(
  reader: KvReader,
  start = '\x01',
  end = '\xff',
  reverse = false,
  limit = 1000,
): string[] {
  return reader
    .range({ start: bytes(start), end: bytes(end), reverse, limit })
    .map(({ key, value }) => `${text(key)}=${text(value)}`);
}

describe.each(kinds)('the $name store', ({ open }) => {
  async function opened(): Promise<KvStore> {
    const store = await open();
    stores.push(store);
    return store;
  }

  function put(store: KvStore, entries: Record<string, string>): void {
    store.transact((writer) => {
      for (const [key, value] of Object.entries(entries)) writer.put(bytes(key), bytes(value));
    }, 0);
  }

  function state(store: KvStore): string[] {
    const snapshot = store.snapshot();
    try {
      return all(snapshot);
    } finally {
      snapshot.release();
    }
  }

  it('gives what was put, overwrites, and forgets what was removed', async () => {
    const store = await opened();
    put(store, { a: '1', b: '2', c: '3' });
    store.transact((writer) => {
      writer.put(bytes('b'), bytes('two'));
      writer.remove(bytes('c'));
      writer.remove(bytes('not there'));
    }, 0);
    expect(state(store)).toEqual(['a=1', 'b=two']);
  });

  it('gives ranges that include their start and exclude their end, in both directions', async () => {
    const store = await opened();
    put(store, { a: '1', b: '2', bb: '3', c: '4', d: '5' });
    const snapshot = store.snapshot();
    expect([
      all(snapshot, 'b', 'd'),
      all(snapshot, 'b', 'd', true),
      all(snapshot, 'b', 'd', false, 2),
      all(snapshot, 'b', 'd', true, 1),
      all(snapshot, 'ba', 'bz', true),
      all(snapshot, 'x', 'z'),
      all(snapshot, 'x', 'z', true),
      all(snapshot, 'd', 'b'),
      all(snapshot, 'b', 'b'),
      all(snapshot, 'a', 'e', true, 0),
    ]).toEqual([
      ['b=2', 'bb=3', 'c=4'],
      ['c=4', 'bb=3', 'b=2'],
      ['b=2', 'bb=3'],
      ['c=4'],
      ['bb=3'],
      [],
      [],
      [],
      [],
      [],
    ]);
    snapshot.release();
  });

  it('goes over what it gives as a range, in place, until it is told to stop', async () => {
    const store = await opened();
    put(store, { a: '1', b: '', bb: '3'.repeat(300), c: 'x'.repeat(100_000), d: '5' });
    const snapshot = store.snapshot();
    const visited = (options: { reverse?: boolean; limit?: number; bytesMax?: number }) => {
      const found: string[] = [];
      const range = { start: bytes('a'), end: bytes('d'), limit: 1000, ...options };
      snapshot.visit(range, (key, value) => {
        found.push(`${text(key)}=${text(value.subarray(0, value.length))}`);
      });
      const entries = snapshot.range(range).map(({ key, value }) => `${text(key)}=${text(value)}`);
      expect(found).toEqual(entries);
      return found.length;
    };
    const counts = [visited({}), visited({ reverse: true }), visited({ limit: 2 })];
    counts.push(visited({ limit: 0 }), visited({ bytesMax: 2 }));
    const until: (string | undefined)[] = [];
    snapshot.visit({ start: bytes('a'), end: bytes('z'), limit: 1000 }, (key) => {
      until.push(text(key));
      return until.length < 2;
    });
    snapshot.release();
    expect({ counts, until }).toEqual({ counts: [4, 4, 2, 0, 3], until: ['a', 'b'] });
  });

  it('may be read and gone over by whoever goes over it', async () => {
    const store = await opened();
    put(store, { a: '1', b: '2', c: '3' });
    const snapshot = store.snapshot();
    const found: string[] = [];
    snapshot.visit({ start: bytes('a'), end: bytes('z'), limit: 1000 }, (key, value) => {
      found.push(`${text(key)}=${text(value.subarray(0, value.length))}`);
      found.push(`${text(snapshot.get(bytes('c')))}`, ...all(snapshot, 'b', 'c'));
    });
    snapshot.release();
    expect(found).toEqual(['a=1', 'b=2', 'c=3'].flatMap((entry) => [entry, '3', 'b=2']));
  });

  it('shows a transaction its own writes', async () => {
    const store = await opened();
    put(store, { a: '1', c: '3' });
    const seen = store.transact((writer) => {
      writer.put(bytes('b'), bytes('2'));
      writer.remove(bytes('a'));
      return [text(writer.get(bytes('a'))), text(writer.get(bytes('b'))), ...all(writer)];
    }, 0);
    expect(seen).toEqual([undefined, '2', 'b=2', 'c=3']);
  });

  it('applies nothing of a transaction that throws', async () => {
    const store = await opened();
    put(store, { a: '1' });
    const failing = (): void =>
      store.transact((writer) => {
        writer.put(bytes('a'), bytes('changed'));
        writer.put(bytes('b'), bytes('2'));
        throw new Error('stop');
      }, 0);
    expect(failing).toThrow('stop');
    expect(state(store)).toEqual(['a=1']);
  });

  it('keeps snapshots as they were, across turns of the event loop', async () => {
    const store = await opened();
    put(store, { a: '1', b: '2' });
    const first = store.snapshot();
    put(store, { b: 'two', c: '3' });
    const second = store.snapshot();
    store.transact((writer) => writer.remove(bytes('a')), 0);
    await new Promise((resolve) => setTimeout(resolve, 10));
    put(store, { d: '4' });
    const third = store.snapshot();
    expect([all(first), all(second), all(third), text(first.get(bytes('b')))]).toEqual([
      ['a=1', 'b=2'],
      ['a=1', 'b=two', 'c=3'],
      ['b=two', 'c=3', 'd=4'],
      '2',
    ]);
    first.release();
    second.release();
    third.release();
  });

  it('refuses to be used after close, and closes twice', async () => {
    const store = await opened();
    put(store, { a: '1' });
    await store.flushed();
    await store.close();
    await store.close();
    expect(() => store.snapshot()).toThrow('closed');
    expect(() => put(store, { b: '2' })).toThrow('closed');
  });

  it('agrees with a sorted list over any sequence of transactions', async () => {
    const key = fc.array(fc.constantFrom(1, 2, 127, 255), { minLength: 1, maxLength: 4 });
    const change = fc.record({ key, value: fc.option(fc.integer({ min: 0, max: 255 })) });
    const transactions = fc.array(fc.array(change, { maxLength: 30 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(transactions, key, key, async (steps, low, high) => {
        const store = await open();
        const model = new Map<string, number>();
        for (const step of steps) {
          store.transact((writer) => {
            for (const entry of step) {
              const mapKey = Buffer.from(entry.key).toString('latin1');
              if (entry.value === null) {
                writer.remove(Buffer.from(entry.key));
                model.delete(mapKey);
              } else {
                writer.put(Buffer.from(entry.key), Buffer.from([entry.value]));
                model.set(mapKey, entry.value);
              }
            }
          }, 0);
        }
        const start = Buffer.from(low).toString('latin1');
        const end = Buffer.from(high).toString('latin1');
        const expected = [...model]
          .filter(([mapKey]) => mapKey >= start && mapKey < end)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([mapKey, value]) => `${mapKey}=${String.fromCharCode(value)}`);
        const snapshot = store.snapshot();
        expect(all(snapshot, start, end)).toEqual(expected);
        expect(all(snapshot, start, end, true)).toEqual([...expected].reverse());
        snapshot.release();
        await store.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('the lmdb store', () => {
  /** Two arrays for each entry were what pauses of the collector came from (lmdb-walk.ts). */
  it('goes over many entries in the same memory', async () => {
    const store = await openLmdb();
    stores.push(store);
    store.transact((writer) => {
      for (let at = 1_000; at < 2_000; at += 1) writer.put(bytes(`${at}`), bytes(`value ${at}`));
    }, 0);
    const snapshot = store.snapshot();
    const [keys, values] = [new Set<Uint8Array>(), new Set<Uint8Array>()];
    let count = 0;
    snapshot.visit({ start: bytes('1'), end: bytes('2'), limit: 10_000 }, (key, value) => {
      keys.add(key);
      values.add(value);
      count += 1;
    });
    snapshot.release();
    expect([count, keys.size, values.size]).toEqual([1_000, 1, 1]);
  });

  it('finds everything after it is opened again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-store-'));
    folders.push(folder);
    const options = {
      path: join(folder, 'data.mdb'),
      readOnly: false,
      initialize: (writer: { put(key: Uint8Array, value: Uint8Array): void }) =>
        writer.put(bytes('born'), bytes('yes')),
    };
    const first = await openLmdbStore(options);
    first.transact((writer) => writer.put(bytes('key'), bytes('value')), 0);
    await first.flushed();
    await first.close();
    const second = await openLmdbStore({ ...options, readOnly: true });
    stores.push(second);
    const snapshot = second.snapshot();
    expect(all(snapshot)).toEqual(['born=yes', 'key=value']);
    snapshot.release();
    expect(() => second.transact(() => undefined, 0)).toThrow('read-only');
  });

  it('refuses to write when the disk is nearly full, and goes on when there is space again', async () => {
    let free = 1024;
    const folder = mkdtempSync(join(tmpdir(), 'aurora-store-'));
    folders.push(folder);
    free = Number.MAX_SAFE_INTEGER;
    const store = await openLmdb(() => free);
    stores.push(store);
    free = 1024;
    expect(() => store.transact((writer) => writer.put(bytes('a'), bytes('1')), 0)).toThrow(
      'Not enough free space',
    );
    free = Number.MAX_SAFE_INTEGER;
    store.transact((writer) => writer.put(bytes('a'), bytes('1')), 0);
    const snapshot = store.snapshot();
    expect(all(snapshot)).toEqual(['a=1']);
    snapshot.release();
  });
});
