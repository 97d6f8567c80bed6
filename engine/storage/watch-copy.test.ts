import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { copyFailure } from './storage-failure.ts';
import { ProgressRefused, watchCopy } from './watch-copy.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a copy that is watched', () => {
  // The function is called out of a timer: what it threw was an uncaught exception.
  it('ends with what the function for progress throws while the copy goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-watch-'));
    folders.push(folder);
    const path = join(folder, 'copy');
    writeFileSync(path, 'begun');
    const error = new Error('not today');
    const watched = watchCopy(new Promise(() => undefined), {
      path,
      bytesAll: 100,
      onProgress: () => {
        throw error;
      },
    });
    await expect(watched).rejects.toThrow(ProgressRefused);
    await expect(watched).rejects.toMatchObject({ cause: error });
  });

  // A full disk was a StorageFailure, although the documentation promises DiskFull.
  it('says that the disk is full when it is', () => {
    expect(copyFailure('b', new Error('No space left on device')).code).toBe('DiskFull');
    expect(copyFailure('b', new Error('Input/output error')).code).toBe('StorageFailure');
  });
});
