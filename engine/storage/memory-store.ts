/*
 * A key-value store in memory: for tests and for databases that need not outlive their process. Entries lie in a
 * sorted list of sorted chunks. A snapshot keeps the list as it is: whoever changes something afterwards copies the
 * list of chunks once per transaction and each chunk that it touches, so a snapshot costs nothing to take.
 */
import { compareBytes } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import {
  type KvEntry,
  type KvRange,
  type KvReader,
  type KvSnapshot,
  type KvStats,
  type KvStore,
  type KvVisit,
  type KvWriter,
  visitEntries,
} from './kv-store.ts';

const chunkEntriesMax = 256;

interface Chunk {
  /** The transaction that made it; only that one may change it in place. */
  readonly owner: number;
  readonly entries: KvEntry[];
}

/** Opens an empty store. */
export function openMemoryStore(): KvStore {
  return new MemoryStore();
}

class MemoryStore implements KvStore {
  readonly readOnly = false;
  readonly failure = undefined;
  #chunks: readonly Chunk[] = [];
  #transactionCount = 0;
  #isClosed = false;
  #isInTransaction = false;

  live(): KvReader {
    this.#assertOpen();
    return new ChunkReader(this.#chunks);
  }

  snapshot(): KvSnapshot {
    this.#assertOpen();
    const reader = new ChunkReader(this.#chunks);
    return {
      get: (key) => reader.get(key),
      peek: (key) => reader.get(key),
      range: (range) => reader.range(range),
      visit: (range, visit) => reader.visit(range, visit),
      release: () => undefined,
    };
  }

  transact<T>(action: (writer: KvWriter) => T): T {
    this.#assertOpen();
    if (this.#isInTransaction) {
      throw new Error('Broken invariant: transactions are not nested');
    }
    this.#transactionCount += 1;
    const writer = new ChunkWriter(this.#chunks, this.#transactionCount);
    this.#isInTransaction = true;
    try {
      const result = action(writer);
      this.#chunks = writer.chunks;
      return result;
    } finally {
      this.#isInTransaction = false;
    }
  }

  queue(): undefined {
    return undefined;
  }

  get hasQueue(): boolean {
    return false;
  }

  async idle(): Promise<void> {
    // Nothing is ever written in the background.
  }

  async flushed(): Promise<void> {
    this.#assertOpen();
  }

  roomBytes(): number {
    return Number.POSITIVE_INFINITY;
  }

  sizeBytes(): number {
    return 0;
  }

  stats(): KvStats {
    const entryCount = this.#chunks.reduce((sum, { entries }) => sum + entries.length, 0);
    return {
      sizeBytes: 0,
      usedBytes: 0,
      entryCount,
    };
  }

  async copyTo(): Promise<void> {
    throw noFile('copied');
  }

  async compact(): Promise<void> {
    throw noFile('compacted');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#chunks = [];
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AuroraError('DatabaseClosed', 'The store was closed.');
  }
}

function noFile(what: string): AuroraError {
  return new AuroraError('InvalidOption', `A database in memory has no file that can be ${what}.`);
}

class ChunkReader implements KvReader {
  chunks: readonly Chunk[];

  constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const entries = this.chunks[this.findChunk(key)]?.entries;
    if (entries === undefined) return undefined;
    const entry = entries[lowerBound(entries, key)];
    if (entry === undefined || compareBytes(entry.key, key) !== 0) return undefined;
    return entry.value;
  }

  peek(key: Uint8Array): Uint8Array | undefined {
    return this.get(key);
  }

  range(range: KvRange): readonly KvEntry[] {
    if (compareBytes(range.start, range.end) >= 0) return [];
    return range.reverse === true ? this.#descending(range) : this.#ascending(range);
  }

  visit(range: KvRange, visit: KvVisit): void {
    visitEntries(this.range(range), visit);
  }

  /** The last chunk whose first key is not above the key; the first chunk when all are. */
  findChunk(key: Uint8Array): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.chunks[middle]?.entries[0];
      if (first !== undefined && compareBytes(first.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #ascending(range: KvRange): readonly KvEntry[] {
    const found: KvEntry[] = [];
    let bytesLeft = range.bytesMax ?? Number.POSITIVE_INFINITY;
    let chunkIndex = this.findChunk(range.start);
    let entries = this.chunks[chunkIndex]?.entries ?? [];
    let index = lowerBound(entries, range.start);
    while (found.length < range.limit && bytesLeft > 0) {
      const entry = entries[index];
      if (entry === undefined) {
        chunkIndex += 1;
        const next = this.chunks[chunkIndex];
        if (next === undefined) break;
        entries = next.entries;
        index = 0;
        continue;
      }
      if (compareBytes(entry.key, range.end) >= 0) break;
      found.push(entry);
      bytesLeft -= entry.value.length;
      index += 1;
    }
    return found;
  }

  #descending(range: KvRange): readonly KvEntry[] {
    const found: KvEntry[] = [];
    let bytesLeft = range.bytesMax ?? Number.POSITIVE_INFINITY;
    let chunkIndex = this.findChunk(range.end);
    let entries = this.chunks[chunkIndex]?.entries ?? [];
    let index = lowerBound(entries, range.end) - 1;
    while (found.length < range.limit && bytesLeft > 0) {
      const entry = entries[index];
      if (entry === undefined) {
        chunkIndex -= 1;
        const previous = this.chunks[chunkIndex];
        if (previous === undefined) break;
        entries = previous.entries;
        index = entries.length - 1;
        continue;
      }
      if (compareBytes(entry.key, range.start) < 0) break;
      found.push(entry);
      bytesLeft -= entry.value.length;
      index -= 1;
    }
    return found;
  }
}

class ChunkWriter extends ChunkReader implements KvWriter {
  readonly #owner: number;
  #ownChunks: Chunk[] | undefined;

  constructor(chunks: readonly Chunk[], owner: number) {
    super(chunks);
    this.#owner = owner;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const entry = { key: key.slice(), value: value.slice() };
    const chunkIndex = this.findChunk(key);
    if (this.chunks.length === 0) {
      this.#writableChunks().push({ owner: this.#owner, entries: [entry] });
      return;
    }
    const entries = this.#writableEntries(chunkIndex);
    const index = lowerBound(entries, key);
    const present = entries[index];
    if (present !== undefined && compareBytes(present.key, key) === 0) entries[index] = entry;
    else entries.splice(index, 0, entry);
    if (entries.length > chunkEntriesMax) this.#split(chunkIndex, entries);
  }

  remove(key: Uint8Array): void {
    if (this.get(key) === undefined) return;
    const chunkIndex = this.findChunk(key);
    const entries = this.#writableEntries(chunkIndex);
    entries.splice(lowerBound(entries, key), 1);
    if (entries.length === 0) this.#writableChunks().splice(chunkIndex, 1);
  }

  #split(chunkIndex: number, entries: KvEntry[]): void {
    const upper = entries.splice(entries.length >>> 1);
    this.#writableChunks().splice(chunkIndex + 1, 0, { owner: this.#owner, entries: upper });
  }

  #writableChunks(): Chunk[] {
    if (this.#ownChunks === undefined) {
      this.#ownChunks = [...this.chunks];
      this.chunks = this.#ownChunks;
    }
    return this.#ownChunks;
  }

  #writableEntries(chunkIndex: number): KvEntry[] {
    const chunks = this.#writableChunks();
    const chunk = chunks[chunkIndex];
    if (chunk === undefined) throw new Error('Broken invariant: the chunk of a key exists');
    if (chunk.owner === this.#owner) return chunk.entries;
    const copy = { owner: this.#owner, entries: [...chunk.entries] };
    chunks[chunkIndex] = copy;
    return copy.entries;
  }
}

/** Index of the first entry whose key is not below the key. */
function lowerBound(entries: readonly KvEntry[], key: Uint8Array): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && compareBytes(entry.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
