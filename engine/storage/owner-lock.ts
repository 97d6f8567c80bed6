/*
 * One process owns a database at a time; `aurora.lock` names it. The file is made aside and linked into place, which
 * is atomic: of several that try, one wins.
 *
 * The lock of a process that died is stale. Who wants to succeed it links a claim named after the stale lock's token;
 * only the holder of the claim may replace the lock, and only after reading that it is still the stale one. If a claim's
 * holder died as well, its own token is claimed in the same way, so every dead process has at most one successor.
 *
 * The owner also writes into its lock where it serves guests: null while it is still opening the database, nothing at
 * all when it serves none. And where the folder is: a folder that was copied while it was open holds a copy of its lock,
 * which locks nothing. A lock that somebody deletes is made again by its owner, who looks for it now and then.
 */
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AuroraError } from '../errors.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { systemFailure } from './storage-failure.ts';

const attemptsMax = 20;

/** What stands in the lock file. */
export interface LockOwner extends ProcessIdentity {
  /** Names this taking of the lock. */
  readonly token: string;
  /** The folder that is locked, as its owner names it; locks of earlier versions do not say it. */
  readonly folder?: string;
  /** The address at which guests are served; null before it is known, absent when there will be none. */
  readonly socket?: string | null;
}

/** Ownership of a database folder. */
export interface OwnerLock {
  readonly owner: LockOwner;
  /** The dead process that had it before, when its lock was taken over. */
  readonly predecessor: LockOwner | undefined;
  /** Writes down where guests are served; `undefined` when they are not. */
  announce(socket: string | undefined): void;
  /** Makes the lock again when somebody has deleted it. */
  keep(): void;
  /** Gives it up. Idempotent. */
  release(): void;
}

/**
 * Takes the lock of a folder. With `willServe` others are told to wait for `announce`.
 * @throws AuroraError `DatabaseLocked` when a running process has it, `StorageFailure`
 */
export function takeOwnerLock(
  folder: string,
  token: string,
  { willServe = false }: { readonly willServe?: boolean } = {},
): OwnerLock {
  const owner: LockOwner = {
    ...ownIdentity(),
    token,
    folder,
    ...(willServe ? { socket: null } : {}),
  };
  const lockPath = lockPathOf(folder);
  const workFolder = makeWorkFolder(folder);
  try {
    const aside = join(workFolder, 'aurora.lock');
    writeFileSync(aside, JSON.stringify(owner), { mode: 0o600, flush: true });
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (tryLink(aside, lockPath)) return heldLock(folder, owner, undefined);
      const present = readOwner(lockPath);
      if (present === undefined) continue;
      const isCopied = isCopyOfLiveLock(folder, present);
      if (!isCopied && isRunning(present)) throw locked(folder, present);
      if (takeOver({ folder, lockPath, aside }, present)) {
        // What the one who has the original still uses is not to be tidied away.
        return heldLock(folder, owner, isCopied ? undefined : present);
      }
    }
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
  throw new AuroraError('DatabaseLocked', `Other processes are opening ${folder} at this moment.`, {
    details: { path: folder },
    hint: 'Try again.',
  });
}

/** Who stands in the lock of a folder, dead or alive; `undefined` when nobody. @throws AuroraError `StorageFailure` */
export function readLockOwner(folder: string): LockOwner | undefined {
  return readOwner(lockPathOf(folder));
}

/** The running process that has a folder open; `undefined` when nobody has. @throws AuroraError `StorageFailure` */
export function runningOwnerOf(folder: string): LockOwner | undefined {
  const owner = readLockOwner(folder);
  if (owner === undefined || isCopyOfLiveLock(folder, owner)) return undefined;
  return isRunning(owner) ? owner : undefined;
}

/** True when a lock came here with a copy of the folder: where its owner has it, the same lock is another file. */
function isCopyOfLiveLock(folder: string, owner: LockOwner): boolean {
  if (owner.folder === undefined || owner.folder === folder) return false;
  const original = lockPathOf(owner.folder);
  try {
    const isSameFile = fileNumberOf(original) === fileNumberOf(lockPathOf(folder));
    return !isSameFile && readOwner(original)?.token === owner.token;
  } catch {
    // Its owner may name the folder differently than this process can: then it counts.
    return false;
  }
}

function fileNumberOf(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}

function lockPathOf(folder: string): string {
  return join(folder, 'aurora.lock');
}

/** Also readers must own the folder, because a writer in another process would change what they read. */
function makeWorkFolder(folder: string): string {
  try {
    return mkdtempSync(join(folder, 'lock-'));
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `The folder ${folder} cannot be written to.`, {
    cause,
    details: { path: folder },
    hint: 'A lock file has to be made there, also for reading. Work with a copy elsewhere.',
  });
}

interface LockFiles {
  readonly folder: string;
  readonly lockPath: string;
  readonly aside: string;
}

/** Replaces a stale lock; false when someone else was faster. */
function takeOver({ folder, lockPath, aside }: LockFiles, stale: LockOwner): boolean {
  const claims: string[] = [];
  let predecessor = stale;
  for (;;) {
    const claim = join(folder, `aurora.lock.${predecessor.token}`);
    claims.push(claim);
    if (tryLink(aside, claim)) break;
    const holder = readOwner(claim);
    if (holder === undefined) return false;
    if (isRunning(holder)) throw locked(folder, holder);
    predecessor = holder;
  }
  const isStillStale = readOwner(lockPath)?.token === stale.token;
  if (isStillStale) renameSync(aside, lockPath);
  const mine = isStillStale ? claims : claims.slice(-1);
  for (const claim of mine) rmSync(claim, { force: true });
  return isStillStale;
}

function heldLock(folder: string, owner: LockOwner, predecessor: LockOwner | undefined): OwnerLock {
  const lockPath = lockPathOf(folder);
  let isReleased = false;
  let announced = owner;
  const put = (place: (aside: string) => void): void => {
    const workFolder = makeWorkFolder(folder);
    try {
      const aside = join(workFolder, 'aurora.lock');
      writeFileSync(aside, JSON.stringify(announced), { mode: 0o600, flush: true });
      place(aside);
    } finally {
      rmSync(workFolder, { recursive: true, force: true });
    }
  };
  return {
    owner,
    predecessor,
    announce(socket) {
      if (isReleased || readOwner(lockPath)?.token !== owner.token) return;
      const { socket: _unknown, ...identity } = owner;
      announced = socket === undefined ? identity : { ...identity, socket };
      put((aside) => renameSync(aside, lockPath));
    },
    keep() {
      if (isReleased || existsSync(lockPath) || !existsSync(folder)) return;
      // Whoever was faster has it.
      put((aside) => void tryLink(aside, lockPath));
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      if (isHeldBy(owner, lockPath)) rmSync(lockPath, { force: true });
    },
  };
}

/** A lock that cannot be read now is taken for one's own: a process that lives is never succeeded. */
function isHeldBy(owner: LockOwner, lockPath: string): boolean {
  try {
    return readOwner(lockPath)?.token === owner.token;
  } catch {
    return true;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Who stands in a lock file; `undefined` when there is none. @throws AuroraError `StorageFailure` */
function readOwner(path: string): LockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw systemFailure(`${path}, which says who owns the database, cannot be read`, path, error);
  }
  const owner = parseOwner(text);
  if (owner !== undefined) return owner;
  throw new AuroraError(
    'StorageFailure',
    `${path} is damaged, so nobody can tell who owns the database.`,
    {
      details: { path },
      hint: 'If no process uses the database, delete this file.',
    },
  );
}

function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('pid' in value && typeof value.pid === 'number')) return undefined;
  if (!('token' in value && typeof value.token === 'string' && /^[\w-]+$/.test(value.token))) {
    return undefined;
  }
  const startTime =
    'startTime' in value && typeof value.startTime === 'string' ? value.startTime : null;
  const bootId = 'bootId' in value && typeof value.bootId === 'string' ? value.bootId : null;
  const socket =
    'socket' in value && (typeof value.socket === 'string' || value.socket === null)
      ? { socket: value.socket }
      : {};
  const folder =
    'folder' in value && typeof value.folder === 'string' ? { folder: value.folder } : {};
  return { pid: value.pid, token: value.token, startTime, bootId, ...folder, ...socket };
}

function locked(folder: string, owner: LockOwner): AuroraError {
  return new AuroraError('DatabaseLocked', `${folder} is open in process ${owner.pid}.`, {
    details: { path: folder, pid: owner.pid },
    hint: 'Close it there, or work with a copy.',
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
