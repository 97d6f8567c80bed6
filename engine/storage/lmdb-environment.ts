/* An open lmdb file, with what belongs to it. */
import * as lmdb from 'lmdb';
import { assertDescriptorsLeft } from './disk.ts';
import type { KvSnapshot } from './kv-store.ts';
import { type LmdbEnvironment, LmdbWriter } from './lmdb-access.ts';
import { readLmdbStats } from './lmdb-stats.ts';
import { type LmdbThread, lmdbThread } from './lmdb-thread.ts';
import { assertLmdbVersion } from './lmdb-version.ts';
import { LmdbEncoding } from './lmdb-walk.ts';
import { openFailure } from './storage-failure.ts';

/** A compaction leaves one behind, which is closed after its last reader. */
export interface OpenEnvironment extends LmdbEnvironment {
  readonly thread: LmdbThread;
  readonly snapshots: Set<KvSnapshot>;
  /** What queues have written that is not on disk yet; of that, lmdb's package knows nothing. */
  readonly unfinished: Set<Promise<unknown>>;
}

/** @throws AuroraError `StorageFailure`, `DependencyMismatch` */
export function openEnvironment(path: string, readOnly: boolean): OpenEnvironment {
  assertLmdbVersion(import.meta.url);
  try {
    assertDescriptorsLeft(path);
    const encoding = new LmdbEncoding();
    const settings = {
      path,
      noSubdir: true,
      readOnly,
      keyEncoder: encoding.keyEncoder,
      encoding: 'binary' as const,
      encoder: encoding.encoder,
      maxReaders: 1024,
      safeRestore: true,
      eventTurnBatching: false,
    };
    const root = lmdb.open<Buffer, Uint8Array>(settings);
    root.readerCheck();
    if (!readOnly) beginFreeList({ root, encoding });
    const thread = lmdbThread(root, Reflect.get(lmdb, 'nativeAddon'));
    return { root, encoding, thread, snapshots: new Set(), unfinished: new Set() };
  } catch (error) {
    throw openFailure(path, error);
  }
}

/**
 * lmdb 3.5.6 destroys a file that was just compacted with its first transaction, if that changes many pages: there is no
 * list of freed pages, and its search for one goes wrong after the file's very first transaction. A small transaction
 * begins the list.
 */
function beginFreeList(environment: LmdbEnvironment): void {
  const { root } = environment;
  const { entryCount, freeListCount, lastTransaction } = readLmdbStats(root.getStats());
  root.resetReadTxn();
  if (entryCount === 0 || freeListCount > 0 || lastTransaction <= 1) return;
  const writer = new LmdbWriter(environment, undefined);
  root.transactionSync(() => {
    const [first] = writer.range({ ...wholeRange, limit: 1 });
    if (first !== undefined) writer.put(first.key, first.value);
  });
}

const wholeRange = { start: new Uint8Array([0]), end: new Uint8Array(8).fill(255) };

export async function closeEnvironment({ root, unfinished }: OpenEnvironment): Promise<void> {
  await Promise.allSettled(unfinished);
  await root.close();
}
