/* Reading and writing an lmdb environment as the contract of stores has it. */
import type { RootDatabase, Transaction } from 'lmdb';
import { compareBytes, viewOf } from '../base/bytes.ts';
import type { ChangedKeys } from './changed-keys.ts';
import type { KvEntry, KvRange, KvReader, KvWriter } from './kv-store.ts';

/** lmdb's own types leave out the transaction. */
interface UncopiedReads {
  getBinaryFast(
    key: Uint8Array,
    options: { readonly transaction: Transaction } | undefined,
  ): Buffer | undefined;
}

export class LmdbReader implements KvReader {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #options: { readonly transaction: Transaction } | undefined;

  constructor(environment: RootDatabase<Buffer, Uint8Array>, transaction: Transaction | undefined) {
    this.#environment = environment;
    this.#options = transaction === undefined ? undefined : { transaction };
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#environment.get(key, this.#options);
  }

  peek(key: Uint8Array): Uint8Array | undefined {
    const environment: UncopiedReads = this.#environment;
    return environment.getBinaryFast(key, this.#options);
  }

  range(range: KvRange): readonly KvEntry[] {
    if (compareBytes(range.start, range.end) >= 0 || range.limit <= 0) return [];
    const common = { limit: range.limit, ...this.#options };
    const entries = this.#environment.getRange(
      range.reverse === true
        ? {
            start: range.end,
            end: range.start,
            reverse: true,
            exclusiveStart: true,
            inclusiveEnd: true,
            ...common,
          }
        : { start: range.start, end: range.end, ...common },
    );
    const found: KvEntry[] = [];
    let bytesLeft = range.bytesMax ?? Number.POSITIVE_INFINITY;
    for (const { key, value } of entries) {
      found.push({ key, value });
      bytesLeft -= value.length;
      if (bytesLeft <= 0) break;
    }
    return found;
  }
}

/** Reads and writes inside the transaction that is open. */
export class LmdbWriter extends LmdbReader implements KvWriter {
  readonly #environment: RootDatabase<Buffer, Uint8Array>;
  readonly #changed: ChangedKeys | undefined;

  constructor(environment: RootDatabase<Buffer, Uint8Array>, changed: ChangedKeys | undefined) {
    super(environment, undefined);
    this.#environment = environment;
    this.#changed = changed;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#changed?.add(key);
    this.#environment.putSync(key, viewOf(value));
  }

  remove(key: Uint8Array): void {
    this.#changed?.add(key);
    this.#environment.removeSync(key);
  }
}
