import { assert } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import type { KvReader, KvSnapshot } from '../storage/kv-store.ts';

/**
 * One state of the store, shared by all snapshots that stand on it. It is let go when a later one has taken its place
 * and its last reader has released it; until then the store cannot reuse the space of what was replaced since.
 */
export class StoreBase {
  readonly #kv: KvSnapshot;
  readonly #onSupersede = new Map<symbol, () => void>();
  #holderCount = 1;
  #isSuperseded = false;
  #isClosed = false;

  constructor(kv: KvSnapshot) {
    this.#kv = kv;
  }

  /** The stored state. @throws AuroraError `DatabaseClosed` */
  get reader(): KvReader {
    if (this.#isClosed) {
      throw new AuroraError('DatabaseClosed', 'The database was closed while it was being read.');
    }
    return this.#kv;
  }

  /** True when nobody reads it any more. */
  get isReleased(): boolean {
    return this.#holderCount === 0;
  }

  hold(): void {
    this.#holderCount += 1;
  }

  /** Calls back once, when it is superseded; at once when it is. The returned function ends it. */
  onDidSupersede(listener: () => void): () => void {
    if (this.#isSuperseded) {
      listener();
      return () => undefined;
    }
    const key = Symbol('listener');
    this.#onSupersede.set(key, listener);
    return () => {
      this.#onSupersede.delete(key);
    };
  }

  /**
   * A later state begins to take its place, or has taken it. Whoever lets go of it before that is done costs the store
   * nothing, since it keeps it meanwhile anyway. May be called again.
   */
  supersede(): void {
    this.#isSuperseded = true;
    const listeners = [...this.#onSupersede.values()];
    this.#onSupersede.clear();
    for (const listener of listeners) listener();
  }

  letGo(): void {
    this.#holderCount -= 1;
    assert(this.#holderCount >= 0, 'a snapshot is released once');
    if (this.#holderCount === 0 && !this.#isClosed) this.#kv.release();
  }

  /** Ends it under its readers, whose next read fails. */
  close(): void {
    if (this.#isClosed || this.#holderCount === 0) return;
    this.#isClosed = true;
    this.#kv.release();
  }
}
