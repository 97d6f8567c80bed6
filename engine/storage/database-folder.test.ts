import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabaseFolder } from './database-folder.ts';
import type { KvStore } from './kv-store.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-folder-'));
  folders.push(folder);
  return folder;
}

const open = (path: string, readOnly = false): Promise<KvStore> =>
  openDatabaseFolder({ path, create: true, readOnly, newId: () => 'token' });

async function newDatabase(): Promise<string> {
  const path = newFolder();
  const store = await open(path);
  store.transact((writer) => {
    for (let at = 0; at < 2_000; at += 1) {
      writer.put(Buffer.from(`key ${String(at).padStart(5, '0')}`), Buffer.alloc(100, at));
    }
  }, 0);
  await store.close();
  return path;
}

describe('a database folder', () => {
  // Lmdb maps what it is given: an empty file, one that was written over and one that was cut each ended the process
  // with a signal, where the caller had been promised an error.
  it.each([
    ['empty', (file: string) => truncateSync(file, 0)],
    ['cut to its first pages', (file: string) => truncateSync(file, 8_192)],
    ['cut in the middle', (file: string) => truncateSync(file, statSync(file).size / 2)],
    ['written over', (file: string) => writeFileSync(file, Buffer.alloc(100_000, 0xa7))],
  ])('whose data file is %s is refused as corrupt, and is free again', async (_what, damage) => {
    const path = await newDatabase();
    damage(join(path, 'data.mdb'));
    for (const readOnly of [false, true]) {
      await expect(open(path, readOnly)).rejects.toMatchObject({ code: 'DatabaseCorrupt' });
    }
    expect(readdirSync(path).filter((name) => name.includes('lock-'))).toEqual([]);
    expect(readdirSync(path)).not.toContain('aurora.lock');
  });

  // The bare message of the system ("ENOTDIR: not a directory, mkdir …") told nobody what to do.
  it('that cannot be made is an error of the engine', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    await expect(open(join(file, 'below.db'))).rejects.toMatchObject({
      code: 'StorageFailure',
      message: expect.stringContaining('below.db'),
    });
  });
});
