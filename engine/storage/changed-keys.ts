import { bytesToMapKey } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

/** The keys that transactions wrote while a store was being compacted. */
export class ChangedKeys {
  readonly #keys = new Map<string, Uint8Array>();
  #isOverfull = false;

  get size(): number {
    return this.#keys.size;
  }

  add(key: Uint8Array): void {
    if (this.#isOverfull) return;
    this.#keys.set(bytesToMapKey(key), new Uint8Array(key));
    if (this.#keys.size <= limits.compactionKeysMax) return;
    this.#isOverfull = true;
    this.#keys.clear();
  }

  has(key: Uint8Array): boolean {
    return this.#keys.has(bytesToMapKey(key));
  }

  /** Takes some of the keys out. */
  take(countMax: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    for (const [mapKey, key] of this.#keys) {
      if (taken.length >= countMax) break;
      taken.push(key);
      this.#keys.delete(mapKey);
    }
    return taken;
  }

  /** @throws AuroraError `LimitExceeded` when there were more than can be kept, so that some are not known */
  assertComplete(): void {
    if (!this.#isOverfull) return;
    throw new AuroraError(
      'LimitExceeded',
      `More than ${limits.compactionKeysMax} keys were written while the database was being compacted.`,
      {
        details: { keysMax: limits.compactionKeysMax },
        hint: 'Compact it when less is written. Nothing has changed.',
      },
    );
  }
}
