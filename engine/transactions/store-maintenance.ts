import type { Clock } from '../base/clock.ts';
import { readCatalog } from '../catalog/catalog-codec.ts';
import { readColdMark } from '../storage/cold-mode.ts';
import { type CompactionRecord, noteCompaction } from '../storage/compaction-record.ts';
import { DocumentRewrite } from '../storage/document-rewrite.ts';
import type { KvCopyOptions, KvReader, KvStats, KvStore } from '../storage/kv-store.ts';
import type { BufferFlusher } from './buffer-flusher.ts';

export interface StoreMaintenanceParts {
  readonly store: KvStore;
  readonly flusher: BufferFlusher;
  readonly clock: Clock;
  /** Brings what only the log holds into a copy; `undefined` when the store holds everything once it is settled. */
  readonly completeCopy: ((copy: KvStore) => Promise<void>) | undefined;
  readonly assertOpen: () => void;
  readonly assertWritable: () => void;
}

export interface CompactStoreOptions extends KvCopyOptions {
  /** Somebody asked for it unless told. */
  readonly cause?: CompactionRecord['cause'] | undefined;
}

/** What is done with the store of a pipeline as a whole, while it is used. */
export class StoreMaintenance {
  readonly #parts: StoreMaintenanceParts;

  constructor(parts: StoreMaintenanceParts) {
    this.#parts = parts;
  }

  /** What the store takes up. @throws AuroraError `DatabaseClosed` */
  stats(): KvStats {
    this.#parts.assertOpen();
    return this.#parts.store.stats();
  }

  /** Reads what the store holds now, which may be less than what is published. @throws AuroraError `DatabaseClosed` */
  readStore<Result>(read: (reader: KvReader) => Result): Result {
    this.#parts.assertOpen();
    const snapshot = this.#parts.store.snapshot();
    try {
      return read(snapshot);
    } finally {
      snapshot.release();
    }
  }

  /**
   * Copies the store with everything that was committed before the call, but for what `completeCopy` adds.
   * @throws AuroraError as `KvStore.copyTo`
   */
  async copyTo(path: string, options?: KvCopyOptions): Promise<void> {
    const { assertOpen, flusher, store } = this.#parts;
    assertOpen();
    await flusher.copy((onBegun) => store.copyTo(path, { ...options, onBegun }));
  }

  /** Makes a copy whole, which was opened for writing. @throws AuroraError as opening a database with a log does */
  async completeCopy(copy: KvStore): Promise<void> {
    await this.#parts.completeCopy?.(copy);
  }

  /**
   * Gives free space of the store back to the disk, and brings every document into the form of the cold mode.
   * @throws AuroraError as `KvStore.compact`
   */
  async compact(options: CompactStoreOptions = {}): Promise<CompactionRecord> {
    const { assertWritable, store, clock } = this.#parts;
    assertWritable();
    const { cause = 'asked', ...copyOptions } = options;
    const sizeBytesBefore = store.sizeBytes();
    const rewriting = this.readStore(rewritingFor);
    await store.compact({ ...copyOptions, rewrite: rewriting?.rewrite });
    const sizeBytesAfter = store.sizeBytes();
    await store.idle();
    const record: CompactionRecord = {
      atMs: clock.now(),
      cause,
      sizeBytesBefore,
      sizeBytesAfter,
      rewritten: rewriting && { mode: rewriting.mode, ...rewriting.rewrite.counts },
    };
    noteCompaction(store, record);
    return record;
  }
}

/**
 * How a compaction changes documents; `undefined` when it leaves them as they are. In `LowSpace` it always writes the
 * file anew, because that also fills the pages.
 */
function rewritingFor(reader: KvReader) {
  const { mode, isApplied } = readColdMark(reader);
  if (mode === 'HighThroughput' && isApplied) return undefined;
  const ids = readCatalog(reader).catalog.collections.map(({ storageId }) => storageId);
  return { mode, rewrite: new DocumentRewrite(new Set(ids), mode) };
}
