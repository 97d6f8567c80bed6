/*
 * Where an owner listens: `aurora.sock` in the database's folder, a named pipe on Windows. The path of a Unix socket has
 * about a hundred bytes, and Node cuts longer ones in silence: then the socket stands in a temporary folder that
 * only its owner may enter. Guests read the place in the lock.
 *
 * A socket gets its rights after it was made. So it is made inside a folder that nobody else may enter, and moved to
 * its place with its rights.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AuroraError } from '../errors.ts';

const pathBytesMax = 100;
const socketName = 'aurora.sock';

export interface OwnSocket {
  /** What guests connect to. */
  readonly address: string;
  /** Removes the file; the server must have been closed. */
  remove(): void;
}

/**
 * Whoever deletes the lock of an open database leaves its socket. While somebody listens there the folder is owned, and
 * its owner will make the lock again. @throws AuroraError `DatabaseLocked`
 */
export async function assertNobodyServes(folder: string): Promise<void> {
  const place = join(folder, socketName);
  if (!existsSync(place) || existsSync(join(folder, 'aurora.lock'))) return;
  if (!(await answers(place))) return;
  throw new AuroraError(
    'DatabaseLocked',
    `${folder} is open in another process, although its lock was deleted.`,
    { details: { path: folder }, hint: 'Try again, or close it there.' },
  );
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (isAnswered: boolean) => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Lets a server listen for a database. The caller holds the folder's lock, so a socket that is there is stale. */
export async function listenFor(server: Server, folder: string, token: string): Promise<OwnSocket> {
  if (process.platform === 'win32') {
    const address = `\\\\.\\pipe\\aurora-${token}`;
    await listen(server, address);
    return { address, remove: () => undefined };
  }
  const place = join(folder, socketName);
  return Buffer.byteLength(place) <= pathBytesMax
    ? listenInFolder(server, folder, place)
    : listenInTemporaryFolder(server);
}

/**
 * Removes what a process that died left outside the database's folder. The place stands in a file that others may have
 * written: only a socket of our name, in a folder of our naming that holds nothing else, is removed.
 */
export function removeStaleSocket(address: string): void {
  const workFolder = dirname(address);
  const isOurs = basename(address) === socketName && /^aurora-\w{6}$/.test(basename(workFolder));
  if (!isOurs || lstatSync(address, { throwIfNoEntry: false })?.isSocket() !== true) return;
  unlinkSync(address);
  if (readdirSync(workFolder).length === 0) rmdirSync(workFolder);
}

async function listenInFolder(server: Server, folder: string, place: string): Promise<OwnSocket> {
  const workFolder = mkdtempSync(join(folder, 'lock-'));
  try {
    const made = join(workFolder, 's');
    await listen(server, made);
    chmodSync(made, 0o600);
    renameSync(made, place);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
  return { address: place, remove: () => rmSync(place, { force: true }) };
}

async function listenInTemporaryFolder(server: Server): Promise<OwnSocket> {
  const workFolder = mkdtempSync(join(temporaryRoot(), 'aurora-'));
  const remove = () => rmSync(workFolder, { recursive: true, force: true });
  try {
    const address = join(workFolder, socketName);
    await listen(server, address);
    chmodSync(address, 0o600);
    return { address, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The system's folder for temporary files, unless that is itself too deep for a socket. */
function temporaryRoot(): string {
  const root = tmpdir();
  return Buffer.byteLength(join(root, 'aurora-XXXXXX', socketName)) <= pathBytesMax ? root : '/tmp';
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
