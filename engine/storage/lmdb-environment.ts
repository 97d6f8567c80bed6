/* An open lmdb file, with what belongs to it. */
import * as lmdb from 'lmdb';
import { assertDescriptorsLeft } from './disk.ts';
import type { KvSnapshot } from './kv-store.ts';
import type { LmdbEnvironment } from './lmdb-access.ts';
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
    const thread = lmdbThread(root, Reflect.get(lmdb, 'nativeAddon'));
    return { root, encoding, thread, snapshots: new Set(), unfinished: new Set() };
  } catch (error) {
    throw openFailure(path, error);
  }
}

export async function closeEnvironment({ root, unfinished }: OpenEnvironment): Promise<void> {
  await Promise.allSettled(unfinished);
  await root.close();
}
