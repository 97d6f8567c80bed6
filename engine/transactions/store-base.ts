import { assert } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import type { KvReader, KvSnapshot, KvStore } from '../storage/kv-store.ts';

/** What a base reads while it floats. */
type FloatingStore = Pick<KvStore, 'live' | 'snapshot'>;

/**
 * One state of the store, shared by all snapshots that stand on it. It is let go when a later one has taken its place
 * and its last reader has released it; until then the store cannot reuse the space of what was replaced since.
 *
 * While a buffer is applied in steps, that space would be most of the file. So a base that only the published state
 * stands on *floats* meanwhile: it reads the store as it is at each moment, between two steps. That is right for whoever
 * looks into the buffers first, since the steps change nothing but what those hold. A reader that comes meanwhile and
 * stays, or scans, makes it stand still again (`fix`).
 */
export class StoreBase {
  #kv: KvSnapshot;
  #floatsOver: FloatingStore | undefined;
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
    return this.#floatsOver?.live() ?? this.#kv;
  }

  /** True when only one holder has it: the published state. */
  get isHeldOnce(): boolean {
    return this.#holderCount === 1;
  }

  get isFloating(): boolean {
    return this.#floatsOver !== undefined;
  }

  /** Lets go of the state that it shows, and reads the store as it is until `fix`. */
  float(store: FloatingStore): void {
    assert(this.isHeldOnce && this.#floatsOver === undefined, 'nobody else stands on what floats');
    this.#kv.release();
    this.#floatsOver = store;
  }

  /** Shows the store as it is now from now on, if it floats. */
  fix(): void {
    if (this.#floatsOver === undefined || this.#isClosed) return;
    this.#kv = this.#floatsOver.snapshot();
    this.#floatsOver = undefined;
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
    if (this.#holderCount === 0 && !this.#isClosed) this.#release();
  }

  /** Ends it under its readers, whose next read fails. */
  close(): void {
    if (this.#isClosed || this.#holderCount === 0) return;
    this.#isClosed = true;
    this.#release();
  }

  #release(): void {
    if (this.#floatsOver === undefined) this.#kv.release();
  }
}
