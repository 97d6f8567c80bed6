/*
 * One process owns a database at a time. The owner's `aurora.lock` names its process and when that process started,
 * so that a process id that the system gave to somebody else does not count. A lock whose process is gone is taken
 * over; of several that try, one wins: taking over needs a second, short-lived lock.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from './base/disposable.ts';
import { onceDisposable } from './base/disposable.ts';
import { AuroraError } from './errors.ts';

interface Owner {
  readonly processId: number;
  readonly startedAt: string;
}

/** A takeover lasts a few system calls; one that is older was left by a crash. */
const takeoverMsMax = 10_000;

/** @throws AuroraError `DatabaseLocked`, `StorageFailure` */
export function lockDatabase(folder: string): Disposable {
  const path = join(folder, 'aurora.lock');
  if (!tryCreate(path)) takeOver(path, folder);
  return onceDisposable(() => rmSync(path, { force: true }));
}

function takeOver(path: string, folder: string): void {
  const owner = readOwner(path);
  if (owner !== undefined && isAlive(owner)) throw lockedBy(owner.processId, folder);
  const takeover = `${path}.takeover`;
  removeStale(takeover);
  if (!tryCreate(takeover)) throw lockedBy(undefined, folder);
  try {
    const current = readOwner(path);
    if (current !== undefined && isAlive(current)) throw lockedBy(current.processId, folder);
    rmSync(path, { force: true });
    if (!tryCreate(path)) throw lockedBy(undefined, folder);
  } finally {
    rmSync(takeover, { force: true });
  }
}

/** Creates the file with this process as its owner; false when it is there. */
function tryCreate(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw cannotWrite(path, error);
  }
  try {
    const owner: Owner = { processId: process.pid, startedAt: startOf(process.pid) };
    writeSync(file, JSON.stringify(owner));
  } finally {
    closeSync(file);
  }
  return true;
}

function cannotWrite(path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `The lock "${path}" cannot be written.`, {
    cause,
    hint: 'Check that the folder exists and may be written to.',
  });
}

function removeStale(path: string): void {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs !== undefined && Date.now() - mtimeMs > takeoverMsMax) rmSync(path, { force: true });
}

/** `undefined` when the file is gone or holds no owner, as after a crash while it was written. */
function readOwner(path: string): Owner | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof record !== 'object' || record === null) return undefined;
    if (!('processId' in record) || !('startedAt' in record)) return undefined;
    const { processId, startedAt } = record;
    return typeof processId === 'number' && typeof startedAt === 'string'
      ? { processId, startedAt }
      : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive({ processId, startedAt }: Owner): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    // Without permission to signal it, the process is there.
    if (!isCode(error, 'EPERM')) return false;
  }
  return startOf(processId) === startedAt;
}

/** When a process started, where the system tells; else the same text for all. */
function startOf(processId: number): string {
  if (process.platform !== 'linux') return 'unknown';
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold spaces; the start is the 20th word behind it.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${boot}/${start}`;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH') || isCode(error, 'EACCES'))
      return 'unknown';
    throw error;
  }
}

function lockedBy(processId: number | undefined, folder: string): AuroraError {
  const owner = processId === undefined ? 'another process' : `process ${processId}`;
  return new AuroraError('DatabaseLocked', `The database "${folder}" is open in ${owner}.`, {
    hint: 'Close it there first.',
    details: { path: folder, ...(processId === undefined ? {} : { processId }) },
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
