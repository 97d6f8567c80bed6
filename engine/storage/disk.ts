/* What the engine asks of the disk itself, beside the stores. */
import { closeSync, fsyncSync, openSync, statfsSync } from 'node:fs';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
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

/** @throws AuroraError `DiskFull` when so many bytes more would take from the reserve */
export function assertFreeSpace(folder: string, neededBytes: number): void {
  const freeBytes = freeBytesOf(folder);
  if (freeBytes - neededBytes >= limits.diskReserveBytes) return;
  throw new AuroraError(
    'DiskFull',
    `Not enough free space in ${folder}: ${neededBytes} bytes are needed, ${freeBytes} are free.`,
    {
      details: { path: folder, freeBytes, neededBytes: neededBytes + limits.diskReserveBytes },
      hint: 'Free some space. Nothing was changed.',
    },
  );
}
