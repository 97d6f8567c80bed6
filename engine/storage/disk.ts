/* What the engine asks of the disk itself, beside the stores. */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { systemFailure } from './storage-failure.ts';

/** Space that is kept free: a disk that fills up inside lmdb ends the process. On a small disk a large reserve would leave nothing. */
export function reserveBytesOf(folder: string): number {
  const { blocks, bsize } = statOf(folder);
  const share = Math.floor((blocks * bsize) / limits.diskReserveShare);
  return Math.min(limits.diskReserveBytes, Math.max(limits.diskReserveBytesMin, share));
}

export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statOf(folder);
  return bavail * bsize;
}

/** @throws AuroraError `StorageFailure` when the folder is not there any more */
function statOf(folder: string) {
  try {
    return statfsSync(folder);
  } catch (error) {
    throw systemFailure(`The folder ${folder} cannot be reached`, folder, error);
  }
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly reserveBytes: number;
}

export function diskSpaceOf(folder: string): DiskSpace {
  return { freeBytes: freeBytesOf(folder), reserveBytes: reserveBytesOf(folder) };
}

/** Makes a file, or the names in a folder, durable. */
export function syncPath(path: string): void {
  // Windows cannot sync a folder; there a rename is written through by the file system's journal.
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A data file and the file of locks that lmdb keeps beside it. */
export function removeDataFiles(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}-lock`, { force: true });
}

/** What lmdb opens for one file: the data twice, its table of readers, and one to spare. */
const lmdbDescriptors = 4;

/**
 * lmdb ends the process when the system has no file descriptors left for it, which nobody can catch: so they are tried
 * out first. @throws the system's error (`EMFILE`, `ENFILE`) when there are too few
 */
export function assertDescriptorsLeft(path: string): void {
  // Windows counts handles, of which a process has millions.
  if (process.platform === 'win32') return;
  const tried: number[] = [];
  try {
    while (tried.length < lmdbDescriptors) tried.push(openSync(dirname(path), 'r'));
  } finally {
    for (const descriptor of tried) closeSync(descriptor);
  }
}

/** @throws AuroraError `DiskFull` when so many bytes more would take from the reserve */
export function assertFreeSpace(path: string, neededBytes: number, space: DiskSpace): void {
  const { freeBytes, reserveBytes } = space;
  if (freeBytes - neededBytes >= reserveBytes) return;
  throw new AuroraError(
    'DiskFull',
    `Not enough free space to write to ${path}: ${freeBytes} bytes are free.`,
    {
      details: { path, freeBytes, neededBytes: neededBytes + reserveBytes },
      hint: 'Free some space. Nothing was changed, and the database stays usable.',
    },
  );
}
