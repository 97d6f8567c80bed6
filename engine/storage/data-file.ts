/*
 * A look at a data file before lmdb maps it. lmdb trusts its file: an empty, overwritten or cut one ends the process
 * with a signal, which nobody can catch. So the two meta pages are read by ordinary means first:
 *
 *     page 0, page 1:  … 24 magic (4)  48 page size (4)  88 root of the free list (8)  136 main root (8)  152 commit (8)
 *
 * and the roots of the newest commit must lie inside the file. Damage farther down is not found here: lmdb keeps no
 * checksums, and its file may rightly end before the last page that it has ever given out.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AuroraError } from '../errors.ts';

const magic = 0xbeefc0de;
const metaBytes = 160;
const noRoot = 0xffffffffffffffffn;

interface MetaPage {
  readonly pageBytes: number;
  readonly roots: readonly bigint[];
  readonly commit: bigint;
}

/** @throws AuroraError `DatabaseCorrupt` for a file that lmdb must not be given */
export function checkDataFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const first = readMeta(descriptor, 0);
    if (first === undefined) throw corrupt(path, size, 'it does not begin as one');
    const second = readMeta(descriptor, first.pageBytes);
    if (second === undefined) throw corrupt(path, size, 'its second page is damaged');
    const newest = second.commit > first.commit ? second : first;
    for (const root of newest.roots) {
      if (root !== noRoot && (root + 1n) * BigInt(newest.pageBytes) > BigInt(size)) {
        throw corrupt(path, size, 'its end is missing');
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function readMeta(descriptor: number, position: number): MetaPage | undefined {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(descriptor, bytes, 0, metaBytes, position) < metaBytes) return undefined;
  if (bytes.readUInt32LE(24) !== magic) return undefined;
  const pageBytes = bytes.readUInt32LE(48);
  const isPowerOfTwo = pageBytes >= 256 && (pageBytes & (pageBytes - 1)) === 0;
  if (!isPowerOfTwo) return undefined;
  return {
    pageBytes,
    roots: [bytes.readBigUInt64LE(88), bytes.readBigUInt64LE(136)],
    commit: bytes.readBigUInt64LE(152),
  };
}

function corrupt(path: string, sizeBytes: number, what: string): AuroraError {
  return new AuroraError('DatabaseCorrupt', `${path} is no database file, or damaged: ${what}.`, {
    details: { path, sizeBytes },
    hint: 'Put back a copy of the file that was made while no process had it open.',
  });
}
