/*
 * A store that cannot be written, with changes over it that are kept in memory: for a database that is opened
 * read-only while its log holds commits which its store does not, and for one whose disk is full. Nobody else ever
 * sees these changes, and they are gone when it is closed; the log still has them.
 *
 * An entry of the overlay begins with one byte: 1 for a value, 0 for a key that was removed.
 */
import { compareBytes } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import {
  type KvEntry,
  type KvRange,
  type KvReader,
  type KvSnapshot,
  type KvStore,
  type KvVisit,
  type KvWriter,
  visitEntries,
} from './kv-store.ts';
import { openMemoryStore } from './memory-store.ts';

const removed = Uint8Array.of(0);

/** Lays an overlay over a state of a store. Closing it releases the state, and leaves the store as it is. */
export function openOverlayStore(under: KvSnapshot): KvStore {
  const overlay = openMemoryStore();
  return {
    readOnly: false,
    failure: undefined,
    live: () => new OverlayReader(under, overlay.live()),
    snapshot: () => {
      const over = overlay.snapshot();
      const reader = new OverlayReader(under, over);
      return {
        get: (key) => reader.get(key),
        peek: (key) => reader.get(key),
        range: (range) => reader.range(range),
        visit: (range, visit) => reader.visit(range, visit),
        release: () => over.release(),
      };
    },
    transact: (action, bytesExpected) =>
      overlay.transact((writer) => action(new OverlayWriter(under, writer)), bytesExpected),
    queue: () => undefined,
    hasQueue: false,
    idle: () => overlay.idle(),
    flushed: () => overlay.flushed(),
    roomBytes: () => Number.POSITIVE_INFINITY,
    sizeBytes: () => 0,
    stats: () => ({ sizeBytes: 0, usedBytes: 0, entryCount: 0 }),
    copyTo: async () => {
      throw notWhole('copied');
    },
    compact: async () => {
      throw notWhole('compacted');
    },
    close: async () => {
      await overlay.close();
      under.release();
    },
  };
}

function notWhole(what: string): AuroraError {
  return new AuroraError(
    'ReadOnly',
    `The file of the database lacks commits that only its log has; it cannot be ${what} now.`,
    { hint: 'Open the database for writing first, on a disk with free space.' },
  );
}

class OverlayReader implements KvReader {
  readonly #under: KvReader;
  readonly #over: KvReader;

  constructor(under: KvReader, over: KvReader) {
    this.#under = under;
    this.#over = over;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const entry = this.#over.get(key);
    if (entry === undefined) return this.#under.get(key);
    return entry[0] === 1 ? entry.subarray(1) : undefined;
  }

  peek(key: Uint8Array): Uint8Array | undefined {
    return this.get(key);
  }

  range(range: KvRange): readonly KvEntry[] {
    const found: KvEntry[] = [];
    // Without the bound on bytes: a list that it cuts could not be merged. Who gives more than the bound is no harm.
    const { bytesMax: _bytesMax, ...whole } = range;
    let rest = whole;
    while (found.length < range.limit) {
      const limit = range.limit - found.length;
      const under = this.#under.range({ ...rest, limit });
      const over = this.#over.range({ ...rest, limit });
      // Behind the end of a list that was cut by the limit, the other one does not tell the whole truth.
      const bound = nearest(range, endOf(under, limit), endOf(over, limit));
      for (const entry of merge(range, under, over, bound)) {
        if (found.length < range.limit) found.push(entry);
      }
      if (bound === undefined) break;
      rest = range.reverse === true ? { ...rest, end: bound } : { ...rest, start: behind(bound) };
    }
    return found;
  }

  visit(range: KvRange, visit: KvVisit): void {
    visitEntries(this.range(range), visit);
  }
}

class OverlayWriter extends OverlayReader implements KvWriter {
  readonly #writer: KvWriter;

  constructor(under: KvReader, writer: KvWriter) {
    super(under, writer);
    this.#writer = writer;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const entry = new Uint8Array(value.length + 1);
    entry[0] = 1;
    entry.set(value, 1);
    this.#writer.put(key, entry);
  }

  remove(key: Uint8Array): void {
    this.#writer.put(key, removed);
  }
}

/** The last key of a list that was cut by its limit. */
function endOf(entries: readonly KvEntry[], limit: number): Uint8Array | undefined {
  return entries.length < limit ? undefined : entries.at(-1)?.key;
}

/** The one that comes first in the direction of the range. */
function nearest(
  { reverse }: KvRange,
  a: Uint8Array | undefined,
  b: Uint8Array | undefined,
): Uint8Array | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareBytes(a, b) < 0 === (reverse !== true) ? a : b;
}

/** Both lists in order up to a key, without what the overlay has removed. */
function* merge(
  { reverse }: KvRange,
  under: readonly KvEntry[],
  over: readonly KvEntry[],
  bound: Uint8Array | undefined,
): Generator<KvEntry> {
  const sign = reverse === true ? -1 : 1;
  const order = (a: Uint8Array, b: Uint8Array) => sign * compareBytes(a, b);
  let underAt = 0;
  let overAt = 0;
  for (;;) {
    const below = under[underAt];
    const above = over[overAt];
    const which = below && above ? order(below.key, above.key) : below ? -1 : 1;
    const entry = which < 0 ? below : above;
    if (entry === undefined || (bound !== undefined && order(entry.key, bound) > 0)) return;
    if (which <= 0) underAt += 1;
    if (which >= 0) overAt += 1;
    if (which < 0) yield entry;
    else if (entry.value[0] === 1) yield { key: entry.key, value: entry.value.subarray(1) };
  }
}

/** The lowest key above a key. */
function behind(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
