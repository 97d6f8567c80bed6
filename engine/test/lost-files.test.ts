import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const folders: string[] = [];
const databases: Database[] = [];

afterEach(async () => {
  for (const database of databases.splice(0)) await database.close().catch(() => undefined);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-lost-files-'));
  folders.push(folder);
  return folder;
}

async function open(
  path: string,
  options: { readonly readOnly?: boolean } = {},
): Promise<Database> {
  const database = await Aurora.open({ dbPath: path, ownerTimeoutMs: 200, ...options });
  databases.push(database);
  return database;
}

/** What a process leaves that is killed while 50 commits are in its log only. */
async function killedDatabase(): Promise<string> {
  const folder = newFolder();
  const db = await Aurora.open({
    dbPath: join(folder, 'live.db'),
    writeBufferFlushIntervalMs: 3_600_000,
    checkpointIntervalMs: 3_600_000,
  });
  databases.push(db);
  await db.execute('schema { define collection notes { text: String @unique } }');
  for (let at = 0; at < 50; at += 1) await db.insertInto('notes', { text: `note number ${at}` });
  const path = join(folder, 'killed.db');
  const isProcess = /(?:aurora\.(?:lock|sock)|-lock)$/;
  cpSync(join(folder, 'live.db'), path, {
    recursive: true,
    filter: (name) => !isProcess.test(name),
  });
  return path;
}

function firstSegment(path: string): string {
  const [name = ''] = readdirSync(join(path, 'wal'))
    .filter((file) => file.endsWith('.log'))
    .sort();
  return join(path, 'wal', name);
}

function emptyFolder(path: string): void {
  for (const name of readdirSync(path)) rmSync(join(path, name));
}

function change(file: string, at: (bytes: Buffer) => number): void {
  const bytes = readFileSync(file);
  const offset = at(bytes);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
}

describe('a database of which files were lost', () => {
  // A new, empty database was made beside the log, which then belonged "to another database": whoever followed the
  // advice to move it out threw away everything that had been acknowledged.
  it('is not taken for a new one when only its log is left', async () => {
    const path = await killedDatabase();
    rmSync(join(path, 'data.mdb'));
    for (const readOnly of [false, true]) {
      await expect(open(path, { readOnly })).rejects.toMatchObject({
        code: 'DatabaseCorrupt',
        message: expect.stringContaining('data.mdb is missing'),
      });
    }
    expect(readdirSync(path)).toEqual(['wal']);
  });

  // Calls failed with the bare message of statfs, closing among them, which left lock, files and timers behind.
  it('says so when its folder was moved away under it, and lets go of it', async () => {
    const folder = newFolder();
    const path = join(folder, 'a.db');
    const db = await open(path);
    await db.execute('schema { define collection notes { text: String } }');
    await db.insertInto('notes', { text: 'before' });
    renameSync(path, join(folder, 'moved.db'));
    await expect(db.stats()).rejects.toMatchObject({
      code: 'StorageFailure',
      message: expect.stringContaining(path),
    });
    await db.close();
    rmSync(join(folder, 'moved.db', 'aurora.lock'), { force: true });
    const again = await open(join(folder, 'moved.db'));
    expect(await again.query('notes').count()).toBe(1);
  });

  it('says what stands in the place of its lock', async () => {
    const path = await killedDatabase();
    mkdirSync(join(path, 'aurora.lock'));
    await expect(open(path)).rejects.toMatchObject({
      code: 'StorageFailure',
      message: expect.stringContaining('aurora.lock'),
    });
  });
});

describe('a database whose log is damaged', () => {
  // It opened with none of 50 commits and refused to write, while its verification called it sound.
  it.each([2, 20, 50, 60])('in its header, at byte %i, is not called sound', async (offset) => {
    const path = await killedDatabase();
    change(firstSegment(path), () => offset);
    const db = await open(path, { readOnly: true });
    expect(await db.verify()).toMatchObject({
      isSound: false,
      problems: [{ kind: 'logDamaged', message: expect.stringContaining('lost its header') }],
      log: { end: 'damaged' },
    });
  });

  // Without its log it opened with none of 50 acknowledged commits, was called sound, and took writes.
  it.each([
    ['folder', (path: string) => rmSync(join(path, 'wal'), { recursive: true })],
    ['files', (path: string) => emptyFolder(join(path, 'wal'))],
  ])('because its %s were deleted only reads, and says so', async (_what, remove) => {
    const path = await killedDatabase();
    remove(path);
    const db = await open(path);
    await expect(db.insertInto('notes', { text: 'new' })).rejects.toMatchObject({
      code: 'ReadOnly',
      message: expect.stringContaining('its files were deleted'),
    });
    expect(await db.verify()).toMatchObject({ isSound: false, problems: [{ kind: 'logDamaged' }] });
    const target = join(newFolder(), 'rescued.db');
    await db.backup(target);
    await db.close();
    const rescued = await open(target);
    await rescued.insertInto('notes', { text: 'new' });
    expect(await rescued.query('notes').count()).toBe(1);
  });

  it('is as it was when the log of a closed database is deleted', async () => {
    const path = join(newFolder(), 'a.db');
    const db = await open(path);
    await db.execute('schema { define collection notes { text: String } }');
    await db.insertInto('notes', { text: 'kept' });
    await db.close();
    rmSync(join(path, 'wal'), { recursive: true });
    const again = await open(path);
    await again.insertInto('notes', { text: 'new' });
    expect(await again.query('notes').count()).toBe(2);
    expect(await again.verify()).toMatchObject({ isSound: true });
  });

  // Each look at it wrote to the file, and said afterwards that the database had been closed as it should be.
  it('is left as it is', async () => {
    const path = await killedDatabase();
    change(firstSegment(path), (bytes) => bytes.indexOf('note number 20'));
    const before = readFileSync(join(path, 'data.mdb'));
    const db = await open(path);
    expect(await db.query('notes').count()).toBe(20);
    await db.close();
    expect(readFileSync(join(path, 'data.mdb')).equals(before)).toBe(true);
    expect((await (await open(path)).stats()).lastCloseAtMs).toBe(null);
  });

  // "Back up what can be read, and restore that backup" was the advice, and the backup was refused.
  it('is backed up as far as it can be read', async () => {
    const path = await killedDatabase();
    change(firstSegment(path), (bytes) => bytes.indexOf('note number 20'));
    const db = await open(path);
    expect(await db.query('notes').count()).toBe(20);
    const target = join(newFolder(), 'rescued.db');
    expect(await db.backup(target)).toMatchObject({
      verification: { isSound: true, sequence: 21 },
    });
    const stats = await db.stats();
    expect(stats.refusal).toContain('cannot be trusted');
    expect(stats.file?.sizeBytes).toBeGreaterThan(0);
    expect(stats.logFiles?.bytes).toBeGreaterThan(0);
    await db.close();
    const rescued = await open(target);
    expect(await rescued.query('notes').count()).toBe(20);
    await rescued.insertInto('notes', { text: 'note number 20' });
    expect(await rescued.verify()).toMatchObject({ isSound: true });
  });
});

describe('a database that was killed and is opened read-only', () => {
  it('is backed up with what only its log holds', async () => {
    const path = await killedDatabase();
    const db = await open(path, { readOnly: true });
    const target = join(newFolder(), 'copy.db');
    await db.backup(target);
    await db.close();
    const copy = await open(target);
    expect(await copy.query('notes').count()).toBe(50);
    expect(readdirSync(path)).not.toContain('aurora.lock');
  });
});
