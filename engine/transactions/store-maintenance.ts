import type { KvCopyOptions, KvReader, KvStats, KvStore } from '../storage/kv-store.ts';
import type { BufferFlusher } from './buffer-flusher.ts';

export interface StoreMaintenanceParts {
  readonly store: KvStore;
  readonly flusher: BufferFlusher;
  readonly assertOpen: () => void;
  readonly assertWritable: () => void;
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

  /** Copies the store with everything that was committed before the call. @throws AuroraError as `KvStore.copyTo` */
  async copyTo(path: string, options?: KvCopyOptions): Promise<void> {
    const { assertOpen, flusher, store } = this.#parts;
    assertOpen();
    await flusher.copy((onBegun) => store.copyTo(path, { ...options, onBegun }));
  }

  /** Gives free space of the store back to the disk. @throws AuroraError as `KvStore.compact` */
  async compact(options?: KvCopyOptions): Promise<void> {
    this.#parts.assertWritable();
    await this.#parts.store.compact(options);
  }
}
