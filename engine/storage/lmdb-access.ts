/* Reading and writing an lmdb environment as the contract of stores has it. */
import type { RootDatabase, Transaction } from 'lmdb';
import { compareBytes, viewOf } from '../base/bytes.ts';
import type { ChangedKeys } from './changed-keys.ts';
import type { KvEntry, KvRange, KvReader, KvVisit, KvWriter } from './kv-store.ts';
import { EntryCopies, type LmdbEncoding } from './lmdb-walk.ts';

/** An open file with what its keys and values are read by. */
export interface LmdbEnvironment {
  readonly root: RootDatabase<Buffer, Uint8Array>;
  readonly encoding: LmdbEncoding;
}

type ReadOptions = { readonly transaction: Transaction } | undefined;

/** lmdb's own types leave out the transaction. */
interface BinaryReads {
  getBinary(key: Uint8Array, options: ReadOptions): Buffer | undefined;
  getBinaryFast(key: Uint8Array, options: ReadOptions): Buffer | undefined;
}

export class LmdbReader implements KvReader {
  readonly #root: RootDatabase<Buffer, Uint8Array>;
  readonly #encoding: LmdbEncoding;
  readonly #options: ReadOptions;

  constructor({ root, encoding }: LmdbEnvironment, transaction: Transaction | undefined) {
    this.#root = root;
    this.#encoding = encoding;
    this.#options = transaction === undefined ? undefined : { transaction };
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const root: BinaryReads = this.#root;
    return root.getBinary(key, this.#options);
  }

  peek(key: Uint8Array): Uint8Array | undefined {
    const root: BinaryReads = this.#root;
    return root.getBinaryFast(key, this.#options);
  }

  range(range: KvRange): readonly KvEntry[] {
    const copies = new EntryCopies(range.limit);
    this.visit(range, (key, value) => copies.add(key, value));
    return copies.entries;
  }

  visit(range: KvRange, visit: KvVisit): void {
    if (compareBytes(range.start, range.end) >= 0 || range.limit <= 0) return;
    const common = { limit: range.limit, ...this.#options };
    const steps = this.#root.getRange(
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
    const encoding = this.#encoding;
    let bytesLeft = range.bytesMax ?? Number.POSITIVE_INFINITY;
    for (const _ of steps) {
      const { key, value } = encoding;
      bytesLeft -= value.length;
      if (visit(key, value) === false || bytesLeft <= 0) break;
    }
  }
}

/** Reads and writes inside the transaction that is open. */
export class LmdbWriter extends LmdbReader implements KvWriter {
  readonly #root: RootDatabase<Buffer, Uint8Array>;
  readonly #changed: ChangedKeys | undefined;

  constructor(environment: LmdbEnvironment, changed: ChangedKeys | undefined) {
    super(environment, undefined);
    this.#root = environment.root;
    this.#changed = changed;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#changed?.add(key);
    this.#root.putSync(key, viewOf(value));
  }

  remove(key: Uint8Array): void {
    this.#changed?.add(key);
    this.#root.removeSync(key);
  }
}
