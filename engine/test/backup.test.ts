import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, type MaintenanceProgress } from '#engine';

const folders: string[] = [];
const databases: Database[] = [];

afterEach(async () => {
  for (const db of databases.splice(0)) await db.close();
  for (const folder of folders.splice(0)) {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-backup-'));
  folders.push(folder);
  return folder;
}

async function opened(path: string): Promise<Database> {
  const db = await Aurora.open(path);
  databases.push(db);
  return db;
}

/** A database with numbered notes. */
async function notes(path: string, count: number): Promise<Database> {
  const db = await opened(path);
  await db.execute('schema { define collection notes { n: Int! @unique text: String @indexed } }');
  for (let from = 0; from < count; from += 500)
    await addNotes(db, from, Math.min(500, count - from));
  return db;
}

async function addNotes(db: Database, from: number, count: number): Promise<void> {
  const documents = Array.from({ length: count }, (_, at) => ({
    n: from + at,
    text: `note ${(from + at) % 50}`,
  }));
  await db.insertMany('notes', documents);
}

describe('a backup', () => {
  it('is a sound database of one commit, made while others write', async () => {
    const folder = newFolder();
    const db = await notes(join(folder, 'a.db'), 3_000);
    const seen: MaintenanceProgress[] = [];
    let next = 3_000;
    let isDone = false;
    const work = db
      .backup(join(folder, 'b.db'), { onProgress: (progress) => seen.push(progress) })
      .finally(() => {
        isDone = true;
      });
    while (!isDone) {
      // Two documents a commit: an odd number in the backup would be half a commit.
      await addNotes(db, next, 2);
      next += 2;
    }
    const report = await work;
    const copy = await opened(join(folder, 'b.db'));
    const count = await copy.query('notes').count();
    expect(report).toMatchObject({
      path: join(folder, 'b.db'),
      verification: { isSound: true, collections: [{ name: 'notes', documentCount: count }] },
    });
    expect([count >= 3_000, count % 2, await db.query('notes').count()]).toEqual([true, 0, next]);
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['copying', 'verifying']));
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'b.db']);
  });

  it('tells when it is as damaged as its database', async () => {
    const folder = newFolder();
    const db = await notes(join(folder, 'a.db'), 10);
    await db.close();
    const file = join(folder, 'a.db', 'data.mdb');
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('note 7'); at >= 0; at = bytes.indexOf('note 7', at + 1)) {
      bytes[at] = 'N'.charCodeAt(0);
    }
    writeFileSync(file, bytes);
    const damaged = await opened(join(folder, 'a.db'));
    const { verification } = await damaged.backup(join(folder, 'b.db'));
    expect(verification.isSound).toBe(false);
    expect(verification.problems.map(({ kind }) => kind)).toContain('documentDamaged');
  });

  it('is refused where it cannot be, and nothing is lost', async () => {
    const folder = newFolder();
    const path = join(folder, 'a.db');
    const db = await notes(path, 10);
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine'), 'mine');
    writeFileSync(join(folder, 'file'), 'mine');
    symlinkSync(path, join(folder, 'link.db'));
    const targets = [
      [path, 'is the database itself'],
      [join(folder, 'link.db'), 'is the database itself'],
      [join(path, 'inside'), 'lies inside the database'],
      [folder, 'holds the database'],
      [full, 'is not empty'],
      [join(folder, 'file'), 'is a file'],
    ];
    for (const [target = '', message] of targets) {
      await expect(db.backup(target)).rejects.toMatchObject({
        code: 'InvalidOption',
        message: expect.stringContaining(message ?? ''),
      });
    }
    await expect(db.backup(join(folder, 'file', 'b.db'))).rejects.toMatchObject({
      code: 'StorageFailure',
    });
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'file', 'full', 'link.db']);
    expect(readFileSync(join(full, 'mine'), 'utf8')).toBe('mine');
    const inMemory = await Aurora.open({ store: 'memory' });
    databases.push(inMemory);
    await expect(inMemory.backup(join(folder, 'm.db'))).rejects.toMatchObject({
      code: 'InvalidOption',
    });
    expect(existsSync(join(folder, 'm.db'))).toBe(false);
  });

  it.each(['copying', 'verifying'])(
    'leaves nothing when it is cancelled while %s',
    async (phase) => {
      const folder = newFolder();
      const db = await notes(join(folder, 'a.db'), 2_000);
      const controller = new AbortController();
      const work = db.backup(join(folder, 'b.db'), {
        signal: controller.signal,
        onProgress: (progress) => {
          if (progress.phase === phase) controller.abort();
        },
      });
      await expect(work).rejects.toMatchObject({ code: 'Cancelled' });
      expect(readdirSync(folder)).toEqual(['a.db']);
      expect(await db.query('notes').count()).toBe(2_000);
    },
  );
});

describe('a backup or a restored database', () => {
  // An empty path meant the folder of the program; others ended in a bare message of Node or of the system.
  it('goes to a path, and to nothing else', async () => {
    const folder = newFolder();
    const db = await notes(join(folder, 'a.db'), 10);
    writeFileSync(join(folder, 'file'), '');
    const wrong = ['', ' ', 'a\0b', undefined, 5].map((path) => path as string);
    for (const path of wrong) {
      await expect(db.backup(path)).rejects.toMatchObject({ code: 'InvalidOption' });
      await expect(Aurora.restore(path, join(folder, 'b.db'))).rejects.toMatchObject({
        code: 'InvalidOption',
      });
    }
    const impossible = [join(folder, 'file', 'below'), join(folder, 'x'.repeat(300))];
    for (const path of impossible) {
      await expect(db.backup(path)).rejects.toMatchObject({
        code: 'StorageFailure',
        message: expect.stringContaining('cannot be made'),
      });
    }
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'file']);
  });

  // It was said that the file could not be copied, and that the disk should be looked at; out of a timer, the same
  // mistake ended the process.
  it('ends with what the function for progress throws', async () => {
    const folder = newFolder();
    const db = await notes(join(folder, 'a.db'), 10);
    const onProgress = () => {
      throw new Error('not today');
    };
    await expect(db.backup(join(folder, 'b.db'), { onProgress })).rejects.toThrow(/^not today$/);
    await expect(db.compact({ onProgress })).rejects.toThrow(/^not today$/);
    expect(readdirSync(folder)).toEqual(['a.db']);
  });
});

describe('restoring', () => {
  /** A backup with 20 notes, beside a database that has 30. */
  async function prepared(): Promise<{ folder: string; backup: string; target: string }> {
    const folder = newFolder();
    const target = join(folder, 'a.db');
    const backup = join(folder, 'b.db');
    const db = await notes(target, 20);
    await db.backup(backup);
    await addNotes(db, 20, 10);
    await db.close();
    return { folder, backup, target };
  }

  async function countIn(path: string): Promise<number> {
    const db = await opened(path);
    const count = await db.query('notes').count();
    await db.close();
    return count;
  }

  it('gives a new folder what the backup holds', async () => {
    const { folder, backup, target } = await prepared();
    rmSync(target, { recursive: true });
    const seen = new Set<string>();
    const report = await Aurora.restore(backup, target, {
      onProgress: ({ phase }) => seen.add(phase),
    });
    expect(report).toMatchObject({ path: target, keptPath: null, verification: { isSound: true } });
    expect([...seen]).toEqual(['copying', 'verifying']);
    expect([await countIn(target), await countIn(backup)]).toEqual([20, 20]);
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'b.db']);
  });

  it('replaces a database only when told, and keeps it', async () => {
    const { folder, backup, target } = await prepared();
    await expect(Aurora.restore(backup, target)).rejects.toMatchObject({
      code: 'InvalidOption',
      hint: expect.stringContaining('force'),
    });
    expect(await countIn(target)).toBe(30);
    const { keptPath } = await Aurora.restore(backup, target, { force: true });
    expect(keptPath).toBe(`${target}.before-restore`);
    expect([await countIn(target), await countIn(keptPath ?? '')]).toEqual([20, 30]);
    const second = await Aurora.restore(backup, target, { force: true });
    expect(second.keptPath).toBe(`${target}.before-restore-2`);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('is refused while either is open, and for what is no backup', async () => {
    const { folder, backup, target } = await prepared();
    const open = await opened(target);
    await expect(Aurora.restore(backup, target, { force: true })).rejects.toMatchObject({
      code: 'DatabaseLocked',
    });
    await expect(Aurora.restore(target, join(folder, 'c.db'))).rejects.toMatchObject({
      code: 'DatabaseLocked',
    });
    await open.close();
    await expect(Aurora.restore(join(folder, 'none'), target)).rejects.toMatchObject({
      code: 'DatabaseNotFound',
    });
    await expect(Aurora.restore(backup, backup, { force: true })).rejects.toMatchObject({
      message: expect.stringContaining('is the backup itself'),
    });
    expect(await countIn(target)).toBe(30);
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'b.db']);
  });

  it('leaves the target as it was when the backup is cut, or when it is cancelled', async () => {
    const { folder, backup, target } = await prepared();
    const controller = new AbortController();
    const cancelled = Aurora.restore(backup, target, {
      force: true,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    const file = join(backup, 'data.mdb');
    writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    await expect(Aurora.restore(backup, target, { force: true })).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
    });
    expect(await countIn(target)).toBe(30);
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'b.db']);
  });
});

describe('compacting and figures', () => {
  it('give free space back and tell of it', async () => {
    const db = await notes(join(newFolder(), 'a.db'), 5_000);
    await db
      .query('notes')
      .filter((f) => f.gte('n', 100))
      .delete();
    // A verification scans, so the deletes are in the store then.
    expect(await db.verify()).toMatchObject({ isSound: true });
    const before = await db.stats();
    expect(before).toMatchObject({
      mode: 'owner',
      ownerPid: process.pid,
      documentCount: 100,
      collections: [{ name: 'notes', documentCount: 100, indexCount: 2 }],
      lastCloseAtMs: null,
      readers: [],
      durabilityMode: 'Strict',
      recovery: { wasClean: true, commitCount: 0 },
    });
    expect(before.file?.usedBytes).toBeLessThan((before.file?.sizeBytes ?? 0) / 2);
    const report = await db.compact();
    expect(report.sizeBytesBefore).toBe(before.file?.sizeBytes);
    expect(report.sizeBytesAfter).toBeLessThan(report.sizeBytesBefore / 2);
    expect(await db.verify()).toMatchObject({ isSound: true });
    await addNotes(db, 100, 100);
    await db.close();
    const again = await opened(db.path);
    expect(await again.query('notes').count()).toBe(200);
    const { lastCloseAtMs } = await again.stats();
    expect(Math.abs(Date.now() - (lastCloseAtMs ?? 0))).toBeLessThan(60_000);
  });

  it('are refused or plain where there is no file, or no leave to write', async () => {
    const inMemory = await Aurora.open({ store: 'memory' });
    databases.push(inMemory);
    await expect(inMemory.compact()).rejects.toMatchObject({ code: 'InvalidOption' });
    expect(await inMemory.stats()).toMatchObject({ mode: 'memory', file: null, ownerPid: null });
    const path = join(newFolder(), 'a.db');
    await (await notes(path, 1)).close();
    const reader = await Aurora.open({ dbPath: path, readOnly: true });
    databases.push(reader);
    await expect(reader.compact()).rejects.toMatchObject({ code: 'ReadOnly' });
  });
});
