import { compareBytes } from '../base/bytes.ts';
import {
  type KvEntry,
  type KvQueue,
  type KvRange,
  type KvReader,
  type KvVisit,
  type KvWriter,
  visitEntries,
} from './kv-store.ts';

const writesKeptMax = 16;

class StagedWrite {
  readonly key: Uint8Array;
  /** `undefined` when the key is removed. */
  readonly value: Uint8Array | undefined;

  constructor(key: Uint8Array, value: Uint8Array | undefined) {
    this.key = key;
    this.value = value;
  }
}

/**
 * Lets code that reads what it has written work on a queue, whose writes nobody can read yet: what was written since the
 * last `pass` is laid over the store. It is looked through from end to end, so it must stay small: the writes of one
 * document, or of one value of an index.
 */
export class StagedWrites implements KvWriter {
  readonly #reader: KvReader;
  readonly #queue: Pick<KvQueue, 'put' | 'remove'>;
  /**
   * Always the same list, which keeps its memory: one for each document would be made in the old heap (index-layout.ts),
   * with all that it holds. Those from `#count` on are over.
   */
  readonly #writes: StagedWrite[] = [];
  #count = 0;

  constructor(reader: KvReader, queue: Pick<KvQueue, 'put' | 'remove'>) {
    this.#reader = reader;
    this.#queue = queue;
  }

  /** Passes on what was written. Nothing that comes later may depend on it. */
  pass(): void {
    if (this.#count === 0) return;
    const writes = this.#writes;
    for (let at = 0; at < this.#count; at += 1) {
      const write = writes[at];
      if (write === undefined) continue;
      if (write.value === undefined) this.#queue.remove(write.key);
      else this.#queue.put(write.key, write.value);
    }
    this.#count = 0;
    // What one large document has written does not stay in memory for it.
    if (writes.length > writesKeptMax) writes.length = writesKeptMax;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#stage(new StagedWrite(key, value));
  }

  remove(key: Uint8Array): void {
    this.#stage(new StagedWrite(key, undefined));
  }

  #stage(write: StagedWrite): void {
    this.#writes[this.#count] = write;
    this.#count += 1;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    for (let at = this.#count - 1; at >= 0; at -= 1) {
      const write = this.#writes[at];
      if (write !== undefined && compareBytes(write.key, key) === 0) return write.value;
    }
    return this.#reader.get(key);
  }

  peek(key: Uint8Array): Uint8Array | undefined {
    return this.get(key);
  }

  range(range: KvRange): readonly KvEntry[] {
    const isInside = ({ key }: StagedWrite): boolean =>
      compareBytes(key, range.start) >= 0 && compareBytes(key, range.end) < 0;
    const writes = this.#writes.slice(0, this.#count);
    if (!writes.some(isInside)) return this.#reader.range(range);
    const written = new Map<string, StagedWrite>();
    for (const write of writes) written.set(Buffer.from(write.key).toString('latin1'), write);
    const limit = range.limit + written.size;
    const stored = this.#reader
      .range({ start: range.start, end: range.end, reverse: range.reverse === true, limit })
      .filter(({ key }) => !written.has(Buffer.from(key).toString('latin1')));
    const added = [...written.values()].flatMap((write) => {
      const { key, value } = write;
      return value === undefined || !isInside(write) ? [] : [{ key, value }];
    });
    const direction = range.reverse === true ? -1 : 1;
    return [...stored, ...added]
      .sort((a, b) => direction * compareBytes(a.key, b.key))
      .slice(0, range.limit);
  }

  visit(range: KvRange, visit: KvVisit): void {
    if (this.#count === 0) this.#reader.visit(range, visit);
    else visitEntries(this.range(range), visit);
  }
}
