/*
 * How a process comes to a database: it tries to take the folder's lock and be the owner; when a running process has it,
 * it reads there where guests are served and attaches. Between the two, locks change hands, owners are still opening
 * or already closing, and sockets are not there yet or any more: then it looks again, less and less often.
 */
import type { DatabaseBackend } from '../database-backend.ts';
import { AuroraError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { type LockOwner, readLockOwner } from '../storage/owner-lock.ts';
import { OwnerConnection } from './owner-connection.ts';
import { RemoteBackend } from './remote-backend.ts';
import { waitFor } from './wait-for.ts';

export interface SettlingOptions {
  readonly path: string;
  readonly create: boolean;
  readonly readOnly: boolean;
  /** Attach to the process that has the lock; otherwise its being locked is final. */
  readonly guest: boolean;
  /** How long an opening or a call waits for an owner that is not there, and an owner may be silent. */
  readonly waitMsMax: number;
  /** Opens the database in this process. @throws AuroraError `DatabaseLocked` when another one has it */
  openLocal(options: { readonly create: boolean }): Promise<LocalOpening>;
}

interface LocalOpening {
  readonly backend: DatabaseBackend;
  /** Why nobody can be a guest here; `undefined` when guests are served. */
  readonly note: string | undefined;
}

/** A database that is open here, one way or the other. */
export interface Settled {
  readonly role: 'owner' | 'guest';
  readonly ownerPid: number;
  readonly backend: DatabaseBackend;
  readonly note?: string | undefined;
  /** Calls the listener once when the owner is lost; never where this process is the owner. */
  onLost(listener: (reason: string) => void): void;
}

/** After these nothing is different a moment later. */
const finalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DatabaseNotFound',
  'DatabaseCorrupt',
  'DatabaseClosed',
  'FormatTooNew',
]);

/**
 * Becomes owner or guest. Until the deadline when there is one; without, for as long as it takes: then only what is
 * final is thrown.
 * @throws AuroraError `DatabaseLocked`, `Cancelled`, and what opening throws
 */
export async function settle(
  options: SettlingOptions,
  until: { readonly deadline?: number; readonly signal?: AbortSignal },
): Promise<Settled> {
  const { deadline = Number.POSITIVE_INFINITY, signal } = until;
  const isFirst = until.deadline !== undefined;
  for (let pauseMs: number = limits.takeoverPollMsMin; ; pauseMs *= 2) {
    const step = await attempt(options, isFirst);
    if (step.kind === 'settled') return step.settled;
    if (performance.now() >= deadline) throw step.error;
    const timeoutMs = Math.min(pauseMs, limits.takeoverPollMsMax);
    // Those who wait for a takeover keep the program running; the takeover itself does not.
    await waitFor(undefined, { signal, timeoutMs, isIdle: !isFirst });
  }
}

type Attempt =
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'later'; readonly error: unknown };

async function attempt(options: SettlingOptions, isFirst: boolean): Promise<Attempt> {
  try {
    const { backend, note } = await options.openLocal(options);
    return {
      kind: 'settled',
      settled: { role: 'owner', ownerPid: process.pid, backend, note, onLost: () => undefined },
    };
  } catch (error) {
    if (!(error instanceof AuroraError) || finalCodes.has(error.code)) throw error;
    if (error.code !== 'DatabaseLocked') {
      if (isFirst) throw error;
      return { kind: 'later', error };
    }
    if (!options.guest) throw error;
    return attachTo(options, error, isFirst);
  }
}

async function attachTo(
  options: SettlingOptions,
  locked: AuroraError,
  isFirst: boolean,
): Promise<Attempt> {
  const { path, readOnly, waitMsMax } = options;
  const owner = readLockOwner(path);
  // An owner that will never serve is waited for only by those who were guests before.
  if (owner === undefined) return { kind: 'later', error: locked };
  if (owner.socket === undefined && isFirst) throw locked;
  if (typeof owner.socket !== 'string') return { kind: 'later', error: locked };
  try {
    const outcome = await OwnerConnection.attach(owner, { readOnly, silentMsMax: waitMsMax });
    if (outcome.kind === 'unreachable') {
      return { kind: 'later', error: unreachable(path, owner, outcome.reason) };
    }
    const { connection } = outcome;
    const backend = await openRemote(connection, options);
    return { kind: 'settled', settled: guestOf(connection, backend) };
  } catch (error) {
    // An owner that refuses guests, or is lost again already, may be another one a moment later.
    if (isFirst && error instanceof AuroraError && error.code !== 'OwnerLost') throw error;
    return { kind: 'later', error };
  }
}

async function openRemote(
  connection: OwnerConnection,
  { path, readOnly }: SettlingOptions,
): Promise<DatabaseBackend> {
  try {
    return await RemoteBackend.open({ path, connection, readOnly });
  } catch (error) {
    connection.close();
    throw error;
  }
}

function guestOf(connection: OwnerConnection, backend: DatabaseBackend): Settled {
  return {
    role: 'guest',
    ownerPid: connection.pid,
    backend,
    onLost: (listener) => connection.onLost(listener),
  };
}

function unreachable(path: string, owner: LockOwner, reason: string): AuroraError {
  return new AuroraError(
    'DatabaseLocked',
    `${path} is open in process ${owner.pid}, which cannot be reached: ${reason}`,
    {
      details: { path, pid: owner.pid },
      hint: 'Try again, or close it there.',
    },
  );
}
