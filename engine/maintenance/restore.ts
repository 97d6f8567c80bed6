/*
 * Puts a backup back: its files are copied aside and verified as an opened database before anything else happens. Only
 * then is the database that is there, if any, moved to another name and the copy given its place.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { canonicalDatabasePath, dataFile } from '../storage/database-folder.ts';
import { assertFreeSpace, diskSpaceOf, syncPath } from '../storage/disk.ts';
import { runningOwnerOf, takeOwnerLock } from '../storage/owner-lock.ts';
import type { RestoreOptions, RestoreReport } from './maintenance-report.ts';
import {
  assertPath,
  assertVacant,
  makeTarget,
  type TargetFolder,
  targetPath,
} from './target-folder.ts';
import type { VerifyRequest } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';

const pieceBytes = 1024 * 1024;
/** What belongs to a process that has the database open. */
const processFiles = /^(aurora\.lock.*|lock-.*|aurora\.sock|data\.mdb-lock|data\.mdb\..*)$/;

/** Opens a database as every program does, its log included. */
export type OpenRestored = (path: string) => Promise<RestoredDatabase>;

interface RestoredDatabase {
  verify(options: VerifyRequest): Promise<VerifyReport>;
  close(): Promise<void>;
}

/**
 * Restores a backup, or any database folder that nobody has open, to a folder.
 * @throws AuroraError `DatabaseNotFound` when there is no backup, `InvalidOption` when the target is not empty,
 * `DatabaseLocked`, `DatabaseCorrupt`, `StorageFailure`, `DiskFull`, `Cancelled`; then the target is as it was
 */
export async function restoreDatabase(
  backup: string,
  target: string,
  openRestored: OpenRestored,
  options: RestoreOptions & { readonly clock?: Clock } = {},
): Promise<RestoreReport> {
  const { clock = systemClock } = options;
  const startedMs = clock.elapsed();
  assertPath(backup);
  const from = canonicalDatabasePath(backup);
  assertUnused(from);
  const path = targetPath(target, { path: from, what: 'backup' });
  if (options.force !== true) assertReplaceable(path);
  const folder = await makeTarget(path);
  try {
    const sizeBytes = await copyFolder(from, folder.aside, options);
    const verification = await verifyRestored(folder.aside, openRestored, options);
    throwIfCancelled(options.signal);
    const keptPath = putInPlace(folder);
    return { path, sizeBytes, verification, keptPath, elapsedMs: clock.elapsed() - startedMs };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** A live file must not be copied by ordinary means. */
function assertUnused(path: string): void {
  if (!existsSync(join(path, dataFile))) {
    throw new AuroraError('DatabaseNotFound', `There is no backup at ${path}.`, {
      details: { path },
      hint: `A backup is a folder with a file ${dataFile} in it.`,
    });
  }
  const owner = runningOwnerOf(path);
  if (owner === undefined) return;
  throw new AuroraError('DatabaseLocked', `${path} is open in process ${owner.pid}.`, {
    details: { path, pid: owner.pid },
    hint: 'Close it there, or make a backup of it and restore that.',
  });
}

function assertReplaceable(path: string): void {
  if (!existsSync(join(path, dataFile))) {
    assertVacant(path);
    return;
  }
  throw new AuroraError('InvalidOption', `There is a database at ${path}.`, {
    details: { path, option: 'force' },
    hint: 'Restore to another folder, or use force: the database that is there is kept under another name.',
  });
}

/** Copies what makes a database and brings it to the disk; gives the number of bytes. */
async function copyFolder(from: string, to: string, options: RestoreOptions): Promise<number> {
  const files = await filesOf(from);
  const bytesAll = files.reduce((sum, { bytes }) => sum + bytes, 0);
  assertFreeSpace(to, bytesAll, diskSpaceOf(to));
  let bytesDone = 0;
  for (const { name } of files) {
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(from, name), target, (bytes) => {
      throwIfCancelled(options.signal);
      bytesDone += bytes;
      options.onProgress?.({ phase: 'copying', fraction: Math.min(1, bytesDone / bytesAll) });
    });
    syncPath(dirname(target));
  }
  return bytesAll;
}

async function filesOf(folder: string): Promise<readonly { name: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !processFiles.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: relative(folder, path), bytes: statSync(path).size };
    });
}

async function copyFile(from: string, to: string, onPiece: (bytes: number) => void): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx');
    try {
      const piece = Buffer.alloc(pieceBytes);
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, pieceBytes);
        if (bytesRead === 0) break;
        await target.writeFile(piece.subarray(0, bytesRead));
        onPiece(bytesRead);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function verifyRestored(
  path: string,
  openRestored: OpenRestored,
  { signal, onProgress }: RestoreOptions,
): Promise<VerifyReport> {
  const database = await openRestored(path);
  try {
    return await database.verify({
      signal,
      onProgress: ({ documentsDone, documentsAll }) =>
        onProgress?.({
          phase: 'verifying',
          fraction: Math.min(1, documentsDone / Math.max(1, documentsAll)),
        }),
    });
  } finally {
    await database.close();
  }
}

/** Gives the path of the folder that was there; null when there was none. */
function putInPlace(folder: TargetFolder): string | null {
  const { path } = folder;
  if (!existsSync(join(path, dataFile))) {
    folder.complete();
    return null;
  }
  // Owning it proves that nobody else has it open; the lock goes with the folder that is moved.
  const lock = takeOwnerLock(path, randomUUID());
  const keptPath = freeName(`${path}.before-restore`);
  try {
    rename(path, keptPath);
    try {
      folder.complete();
    } catch (error) {
      rename(keptPath, path);
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
  rmSync(join(keptPath, 'aurora.lock'), { force: true });
  return keptPath;
}

function freeName(name: string): string {
  let path = name;
  for (let number = 2; existsSync(path); number += 1) path = `${name}-${number}`;
  return path;
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw notMoved(from, to, error);
  }
}

function notMoved(from: string, to: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `${from} cannot be moved to ${to}.`, {
    cause,
    details: { path: from },
    hint: 'Check that you may write there.',
  });
}
