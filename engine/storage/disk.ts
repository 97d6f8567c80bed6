/* What the engine asks of the disk itself, beside the stores. */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync } from 'node:fs';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Space that is kept free: a disk that fills up inside lmdb ends the process. On a small disk a large reserve would leave nothing. */
export function reserveBytesOf(folder: string): number {
  const { blocks, bsize } = statfsSync(folder);
  const share = Math.floor((blocks * bsize) / limits.diskReserveShare);
  return Math.min(limits.diskReserveBytes, Math.max(limits.diskReserveBytesMin, share));
}

export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
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
