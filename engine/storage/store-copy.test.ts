import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { ChangedKeys } from './changed-keys.ts';
import { compactAside } from './compaction.ts';
import type { KvProgress, KvReader, KvStore } from './kv-store.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { openMemoryStore } from './memory-store.ts';

const folders: string[] = [];
const stores: KvStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-copy-'));
  folders.push(folder);
  return folder;
}

async function opened(path: string, freeBytes?: () => number): Promise<KvStore> {
  const options = { path, readOnly: false, initialize: () => undefined };
  const store = await openLmdbStore(freeBytes === undefined ? options : { ...options, freeBytes });
  stores.push(store);
  return store;
}

const keyOf = (number: number): Uint8Array => Buffer.from(`key ${String(number).padStart(7, '0')}`);

function put(store: KvStore, from: number, count: number, fill: number): void {
  store.transact((writer) => {
    for (let at = from; at < from + count; at += 1) writer.put(keyOf(at), Buffer.alloc(200, fill));
  }, 0);
}

/** Every key with the first byte of its value. */
function content(reader: KvReader): Map<string, number | undefined> {
  const range = { start: Buffer.from('key'), end: Buffer.from('kez'), limit: 1_000_000 };
  return new Map(
    reader.range(range).map(({ key, value }) => [Buffer.from(key).toString(), value[0]]),
  );
}

function contentOf(store: KvStore): Map<string, number | undefined> {
  const snapshot = store.snapshot();
  try {
    return content(snapshot);
  } finally {
    snapshot.release();
  }
}

/** A store of which most is free. */
async function mostlyFree(path: string): Promise<KvStore> {
  const store = await opened(path);
  for (let from = 0; from < 20_000; from += 1_000) put(store, from, 1_000, 1);
  store.transact((writer) => {
    for (let at = 0; at < 20_000; at += 1) if (at % 10 > 0) writer.remove(keyOf(at));
  }, 0);
  return store;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a copy of a store', () => {
  it('holds one state, with all that was written before it began and nothing later', async () => {
    const folder = newFolder();
    const store = await mostlyFree(join(folder, 'data.mdb'));
    const expected = contentOf(store);
    const target = join(folder, 'copy.mdb');
    const seen: KvProgress[] = [];
    let isBegun = false;
    const copying = store.copyTo(target, {
      onBegun: () => {
        isBegun = true;
        put(store, 50_000, 100, 9);
      },
      onProgress: (progress) => seen.push(progress),
    });
    await copying;
    expect(isBegun).toBe(true);
    expect(contentOf(await opened(target))).toEqual(expected);
    expect(seen.at(-1)).toEqual({ phase: 'copying', fraction: 1 });
  });

  it('ends at once when it is cancelled, and the store closes afterwards', async () => {
    const folder = newFolder();
    const store = await mostlyFree(join(folder, 'data.mdb'));
    const controller = new AbortController();
    const copying = store.copyTo(join(folder, 'copy.mdb'), { signal: controller.signal });
    controller.abort();
    await expect(copying).rejects.toMatchObject({ code: 'Cancelled' });
    await store.close();
  });

  it('is refused for lack of space, and where no file can be', async () => {
    const folder = newFolder();
    let free = Number.MAX_SAFE_INTEGER;
    const store = await opened(join(folder, 'data.mdb'), () => free);
    put(store, 0, 1, 1);
    writeFileSync(join(folder, 'file'), '');
    await expect(store.copyTo(join(folder, 'file'))).rejects.toMatchObject({
      code: 'StorageFailure',
    });
    free = limits.diskReserveBytes;
    for (const work of [store.copyTo(join(folder, 'copy.mdb')), store.compact()]) {
      await expect(work).rejects.toMatchObject({ code: 'DiskFull' });
    }
    const inMemory = openMemoryStore();
    for (const work of [inMemory.copyTo('anywhere'), inMemory.compact()]) {
      await expect(work).rejects.toMatchObject({ code: 'InvalidOption' });
    }
  });
});

describe('compacting a store', () => {
  it('gives space back and loses nothing of what is written meanwhile', async () => {
    const folder = newFolder();
    const path = join(folder, 'data.mdb');
    const store = await mostlyFree(path);
    const before = store.stats();
    const model = contentOf(store);
    const early = store.snapshot();
    let isDone = false;
    const compacting = store.compact().finally(() => {
      isDone = true;
    });
    let round = 0;
    for (; !isDone; round += 1) {
      store.transact((writer) => {
        for (const number of [round, 30_000 + round, 10 * round]) {
          writer.put(keyOf(number), Buffer.alloc(50, 7));
          model.set(Buffer.from(keyOf(number)).toString(), 7);
        }
        writer.remove(keyOf(20 * round));
        model.delete(Buffer.from(keyOf(20 * round)).toString());
      }, 0);
      await turn();
    }
    await compacting;
    put(store, 90_000, 1, 5);
    model.set('key 0090000', 5);
    expect(round).toBeGreaterThan(1);
    expect(contentOf(store)).toEqual(model);
    expect(content(early).size).toBe(2_000);
    early.release();
    const after = store.stats();
    expect(after.sizeBytes).toBeLessThan(before.sizeBytes / 2);
    await store.compact();
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['data.mdb', 'data.mdb-lock']);
    expect(contentOf(await opened(path))).toEqual(model);
  });

  it('changes nothing when it is cancelled, or the store is closed', async () => {
    const folder = newFolder();
    const path = join(folder, 'data.mdb');
    const store = await mostlyFree(path);
    const size = statSync(path).size;
    const controller = new AbortController();
    const cancelled = store.compact({
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'comparing') controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    const closed = store.compact();
    await expect(store.compact()).rejects.toMatchObject({ code: 'InvalidOption' });
    await Promise.all([expect(closed).rejects.toBeInstanceOf(AuroraError), store.close()]);
    expect(statSync(path).size).toBe(size);
    expect(readdirSync(folder).sort()).toEqual(['data.mdb', 'data.mdb-lock']);
    expect(contentOf(await opened(path)).size).toBe(2_000);
  });

  it('throws a copy away that differs from the store', async () => {
    const folder = newFolder();
    const sourcePath = join(folder, 'data.mdb');
    const path = join(folder, 'aside.mdb');
    const source = await mostlyFree(sourcePath);
    const wrongs = [
      (copy: KvStore) => put(copy, 500, 1, 3),
      (copy: KvStore) => put(copy, 99_999, 1, 3),
      (copy: KvStore) => copy.transact((writer) => writer.remove(keyOf(19_990)), 0),
    ];
    for (const wrong of wrongs) {
      let copy: KvStore | undefined;
      const compacting = compactAside({
        source,
        sourcePath,
        path,
        changed: new ChangedKeys(),
        copy: async (options) => {
          await source.copyTo(path, options);
          copy = await opened(path);
          wrong(copy);
        },
        open: () => copy ?? source,
        adopt: () => expect.unreachable('a wrong copy is never used'),
      });
      await expect(compacting).rejects.toMatchObject({ code: 'DatabaseCorrupt' });
      expect(existsSync(path)).toBe(false);
    }
    expect(contentOf(source).size).toBe(2_000);
  });

  it('leaves no file for ever when the process dies', async () => {
    const folder = newFolder();
    const path = join(folder, 'data.mdb');
    await (await opened(path)).close();
    writeFileSync(`${path}.compact-3`, 'half a copy');
    writeFileSync(`${path}.compact-3-lock`, '');
    await opened(path);
    expect(readdirSync(folder).sort()).toEqual(['data.mdb', 'data.mdb-lock']);
  });
});
