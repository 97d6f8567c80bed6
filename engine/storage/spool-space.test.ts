import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeBytesOf, reserveBytesOf } from './disk.ts';
import { removeSpools, SpoolSpace } from './spool-space.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-spool-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const block = (byte: number) => new Uint8Array(1_000).fill(byte);

describe('the file of a spool', () => {
  it('gives back what was appended, in any order', async () => {
    const file = await new SpoolSpace({ folder }).openFile();
    const places = [];
    for (const byte of [1, 2, 3]) places.push(await file.append(block(byte)));
    const read = [];
    for (const place of places.reverse()) read.push(await file.read(place));
    await file.close();
    expect(read).toEqual([block(3), block(2), block(1)]);
  });

  it.skipIf(process.platform === 'win32')('has no name while it is open', async () => {
    const file = await new SpoolSpace({ folder }).openFile();
    expect(readdirSync(folder)).toEqual([]);
    await file.close();
  });

  it('says so when it does not hold what was written to it', async () => {
    const file = await new SpoolSpace({ folder }).openFile();
    const place = await file.append(block(1));
    const outcomes = [];
    for (const wrong of [
      { ...place, checksum: place.checksum ^ 1 },
      { ...place, length: 1_001 },
    ]) {
      outcomes.push(await file.read(wrong).catch((error: unknown) => error));
    }
    await file.close();
    expect(outcomes).toMatchObject([{ code: 'StorageFailure' }, { code: 'StorageFailure' }]);
  });

  it('leaves the reserve of the disk alone, and keeps what it has', async () => {
    let freeBytes = freeBytesOf(folder);
    const file = await new SpoolSpace({ folder, freeBytes: () => freeBytes }).openFile();
    const place = await file.append(block(1));
    freeBytes = reserveBytesOf(folder) + 999;
    await expect(file.append(block(2))).rejects.toMatchObject({ code: 'DiskFull' });
    freeBytes += 1;
    const later = await file.append(block(3));
    expect([await file.read(place), await file.read(later)]).toEqual([block(1), block(3)]);
    await file.close();
  });

  it('shares one bound with the files of other results, until it is closed', async () => {
    const space = new SpoolSpace({ folder, fileBytesMax: 1_500 });
    const first = await space.openFile();
    const second = await space.openFile();
    await first.append(block(1));
    await expect(second.append(block(2))).rejects.toMatchObject({ code: 'SnapshotExpired' });
    await first.close();
    await second.append(block(2));
    await second.close();
    expect(space.keptBytes).toBe(0);
  });

  it('cannot be made where the folder is gone', async () => {
    const space = new SpoolSpace({ folder: join(folder, 'gone') });
    await expect(space.openFile()).rejects.toMatchObject({ code: 'StorageFailure' });
  });

  it('is removed by name when a crash has left it', () => {
    writeFileSync(join(folder, 'spool-1'), 'left');
    writeFileSync(join(folder, 'data.mdb'), 'data');
    removeSpools(folder);
    expect(readdirSync(folder)).toEqual(['data.mdb']);
  });
});

describe('the memory of spools', () => {
  it('has one bound for all results, and a lower one for each that may have a file', () => {
    const space = new SpoolSpace({ folder, memoryBytesMax: 6 * 1024 * 1024 });
    const taken = [
      space.takeMemory(3 * 1024 * 1024, 0),
      space.takeMemory(2 * 1024 * 1024, 3 * 1024 * 1024),
      space.takeMemory(3 * 1024 * 1024, 0),
      space.takeMemory(1, 0),
    ];
    expect(taken).toEqual([true, false, true, false]);
  });

  it('is all there is where no file may be made', async () => {
    const space = new SpoolSpace({ folder: undefined, memoryBytesMax: 1_000 });
    expect([space.takeMemory(1_000, 0), space.takeMemory(1, 1_000)]).toEqual([true, false]);
    await expect(space.openFile()).rejects.toMatchObject({ code: 'SnapshotExpired' });
  });
});
