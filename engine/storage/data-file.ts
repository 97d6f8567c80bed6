/*
 * A look at a data file before lmdb maps it. lmdb trusts its file: an empty, overwritten or cut one ends the process
 * with a signal, which nobody can catch. So its meta pages are read by ordinary means first:
 *
 *     page 0, page 1:  … 24 magic (4)  48 page size (4)  52 flags (2)  88 root of the free list (8)
 *                        136 main root (8)  152 commit (8)
 *     half page 0:     the same without magic: the last commit that is known to be on disk
 *
 * and the roots of the commit that lmdb will open must lie inside the file. That is not always the newest: one whose
 * pages were not synced yet says so in its flags, and after a power cut parts of it may be missing; a writer goes back
 * to the one before (lmdb's `mdb_pick_meta`, with `safeRestore`). Damage farther down is not found here: lmdb keeps
 * no checksums, and its file may rightly end before the last page that it has ever given out.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AuroraError } from '../errors.ts';

const magic = 0xbeefc0de;
const metaBytes = 160;
/** lmdb's MDB_OVERLAPPINGSYNC: visible, but not known to be on disk. */
const unsyncedFlag = 0x1000;
const noRoot = 0xffffffffffffffffn;

interface MetaPage {
  readonly pageBytes: number;
  readonly roots: readonly bigint[];
  readonly commit: bigint;
  readonly isUnsynced: boolean;
}

/** @throws AuroraError `DatabaseCorrupt` for a file that lmdb must not be given, to read only or to write */
export function checkDataFile(path: string, { readOnly }: { readonly readOnly: boolean }): void {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const first = readMeta(descriptor, 0);
    if (first === undefined) throw corrupt(path, size, 'it does not begin as one');
    const second = readMeta(descriptor, first.pageBytes);
    if (second === undefined) throw corrupt(path, size, 'its second page is damaged');
    const flushed = readMetaAt(descriptor, first.pageBytes >>> 1);
    const newest = second.commit > first.commit ? second : first;
    const opened = readOnly ? newest : restored(restored(first, second), flushed ?? first);
    for (const root of opened.roots) {
      if (root !== noRoot && (root + 1n) * BigInt(first.pageBytes) > BigInt(size)) {
        throw corrupt(path, size, 'its end is missing');
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Which of two a writer opens: the newer one, unless it is not known to be on disk. */
function restored(one: MetaPage, other: MetaPage): MetaPage {
  if (other.commit === 0n) return one;
  const [newer, older] = one.commit >= other.commit ? [one, other] : [other, one];
  return newer.isUnsynced ? older : newer;
}

function readMeta(descriptor: number, position: number): MetaPage | undefined {
  const meta = readMetaAt(descriptor, position);
  if (meta?.magic !== magic) return undefined;
  const { pageBytes } = meta;
  const isPowerOfTwo = pageBytes >= 256 && (pageBytes & (pageBytes - 1)) === 0;
  return isPowerOfTwo ? meta : undefined;
}

function readMetaAt(descriptor: number, position: number) {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(descriptor, bytes, 0, metaBytes, position) < metaBytes) return undefined;
  return {
    magic: bytes.readUInt32LE(24),
    pageBytes: bytes.readUInt32LE(48),
    isUnsynced: (bytes.readUInt16LE(52) & unsyncedFlag) !== 0,
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
