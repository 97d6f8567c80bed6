/*
 * Makes the entries of new indexes over the documents of a collection, which stay where they are, while others read and
 * write. Entries are gathered in row order, as many as there is memory for, and written in the order of their keys:
 * written as they come, each step would change most pages of the tree, and the file grow by as much.
 *
 *   rows below the cursor     have their entries, or those are gathered and not written yet
 *   changed                   such rows that a commit has changed since, with what their entries were made of: what is
 *                             gathered of them is left out, and what is written taken away again
 *   missing                   taken away, to be added as they are now
 *   rows from the cursor on   still to be read; inserts come to the end
 *
 * Nobody sees any of it before the catalog leads there: no commit maintains these indexes, and their storage ids are
 * leftovers, which a crash or a failure deletes. Nothing is buffered while a step runs, for it looks at what the store
 * holds, and nobody commits: what was taken away in one is put back in the same, as in a copy (collection-copy.ts).
 */
import { assert } from '../base/assert.ts';
import { BlockPool } from '../base/block-pool.ts';
import { ByteSorter, type SortedEntries } from '../base/byte-sorter.ts';
import { bytesToMapKey } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { IndexChanges, isUniqueKey, readUniqueRow } from '../indexes/index-changes.ts';
import {
  eachIndexKey,
  hasOneKey,
  IndexKey,
  type IndexLayout,
  indexKeys,
  indexLayout,
  writeOnlyKey,
} from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import type { DocumentDecoder } from '../storage/document-codec.ts';
import {
  decodeDocument,
  readDocument,
  recordLength,
  steadyValue,
} from '../storage/document-value.ts';
import { documentKey, documentRange, rowOfDocumentKey } from '../storage/key-space.ts';
import type { KvWriter } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { duplicateOfIndex } from './collection-copy.ts';
import type { PendingState, PublishedCommit, StoreStep, StoreTask } from './pipeline-task.ts';
import type { Snapshot } from './snapshot.ts';

export interface IndexAdditionOptions {
  /** The collection as it is. */
  readonly from: CollectionEntry;
  /** The same with the new indexes. */
  readonly to: CollectionEntry;
  readonly clock: Clock;
  /** Memory for entries that wait; `limits.addedEntriesBytesMax` unless told. */
  readonly bytesMax?: number | undefined;
}

const stepBytesExpected = 4 * 1024 * 1024;
/** Documents that are read without a look at the clock, fewer when they are large. */
const documentsPerTurn = 64;
const bytesPerTurn = 64 * 1024;

export class IndexAddition {
  readonly #from: CollectionEntry;
  readonly #layouts: readonly IndexLayout[];
  readonly #heads: readonly string[];
  readonly #fields: readonly string[];
  readonly #clock: Clock;
  readonly #bytesMax: number;
  readonly #changed = new Map<number, StoredDocument>();
  readonly #missing = new Set<number>();
  readonly #blocks = new BlockPool();
  #gathered = new ByteSorter(this.#blocks);
  /** Present while what was gathered is written. */
  #sorted: SortedEntries | undefined;
  #scratch = new Uint8Array(1_024);
  #cursor = 0;
  #documentsDone = 0;
  /** True once the end of the collection was seen. */
  #isAtEnd = false;

  constructor({ from, to, clock, bytesMax }: IndexAdditionOptions) {
    const present = new Set(from.indexes.map(({ storageId }) => storageId));
    const added = to.indexes.filter(({ storageId }) => !present.has(storageId));
    this.#from = from;
    this.#layouts = added.map((index) => indexLayout(to.definition, index));
    this.#fields = fieldsOf(this.#layouts);
    this.#heads = this.#layouts.map(({ head }) => bytesToMapKey(head));
    this.#clock = clock;
    this.#bytesMax = bytesMax ?? limits.addedEntriesBytesMax;
  }

  /** Documents that were read so far, of those that were there at first and came later. */
  get documentsDone(): number {
    return this.#documentsDone;
  }

  documentsIn(snapshot: Pick<Snapshot, 'documentCount'>): number {
    return snapshot.documentCount(this.#from);
  }

  /** To be told of every commit from before the first step on. */
  note({ changed }: PublishedCommit): void {
    for (const { entry, changes } of changed) {
      if (entry.storageId !== this.#from.storageId) continue;
      for (const { change } of changes) {
        if (change.kind === 'insert' || change.row >= this.#cursor) continue;
        const isNoted = this.#changed.has(change.row) || this.#missing.has(change.row);
        if (!isNoted) this.#changed.set(change.row, change.before);
      }
    }
  }

  /** True when what is left takes no time to speak of: others write on, so that there is always something. */
  get isNear(): boolean {
    const left = this.#changed.size + this.#missing.size;
    return this.#isAtEnd && !this.#hasGathered && left < limits.backgroundKeysMax;
  }

  /** Some milliseconds of the work; resolves to true when there was nothing left to do. What it throws ends it. */
  step(): StoreTask<boolean> {
    const addition = this;
    return {
      kind: 'store',
      bytesExpected: stepBytesExpected,
      needsSettled: true,
      *steps(writer, state, durationMs) {
        const endsAt = addition.#clock.elapsed() + durationMs;
        const place = { writer, state, endsAt, fields: addition.#fields };
        const step = new AdditionStep(addition.#from, place, addition.#clock);
        if (addition.#isFull) {
          addition.#sorted ??= addition.#gathered.sorted();
          yield* addition.#write(step, addition.#sorted);
          return false;
        }
        const isBehind = addition.#changed.size + addition.#missing.size > 0;
        if (isBehind && !addition.#hasGathered) {
          yield* addition.#renew(step);
          return false;
        }
        return yield* addition.#gather(step);
      },
    };
  }

  get #hasGathered(): boolean {
    return this.#sorted !== undefined || this.#gathered.count > 0;
  }

  /** True when what was gathered is to be written. */
  get #isFull(): boolean {
    if (this.#sorted !== undefined) return true;
    return this.#gathered.count > 0 && (this.#isAtEnd || this.#gathered.bytes >= this.#bytesMax);
  }

  /** Gives true when there was nothing to gather. */
  *#gather(step: AdditionStep): Generator<StoreStep, boolean> {
    const start = this.#cursor;
    do {
      const before = this.#cursor;
      step.visitDocuments(before, (row, document) => {
        this.#cursor = row + 1;
        this.#documentsDone += 1;
        for (let at = 0; at < this.#layouts.length; at += 1) this.#keepKeys(at, document, row);
      });
      yield 'pass';
      this.#isAtEnd = this.#cursor === before;
    } while (!this.#isAtEnd && !this.#isFull && !step.isDue);
    return this.#cursor === start && !this.#hasGathered;
  }

  #keepKeys(index: number, document: StoredDocument, row: number): void {
    const layout = this.#layouts[index];
    if (layout === undefined) return;
    if (hasOneKey(layout)) {
      const writer = layout.writer.reset();
      const hasNull = writeOnlyKey(writer, layout, document);
      this.#keep({ index, bytes: writer.bytes, end: writer.length, hasNull }, row);
      return;
    }
    for (const { bytes, hasNull } of indexKeys(layout, document)) {
      this.#keep({ index, bytes, end: bytes.length, hasNull }, row);
    }
  }

  /** Keeps an entry: the number of its index, the key behind its head, and whether it has a null. */
  #keep({ index, bytes, end, hasNull }: GatheredKey, row: number): void {
    const from = this.#heads[index]?.length ?? 0;
    const length = end - from + 2;
    const scratch = this.#scratchOf(length);
    scratch[0] = index;
    for (let at = from; at < end; at += 1) scratch[at - from + 1] = bytes[at] ?? 0;
    // No key begins with another, so that what stands behind them does not change their order.
    scratch[length - 1] = hasNull ? 1 : 0;
    this.#gathered.add(scratch, length, row);
  }

  #scratchOf(length: number): Uint8Array {
    if (length > this.#scratch.length) this.#scratch = new Uint8Array(2 * length);
    return this.#scratch;
  }

  *#write(step: AdditionStep, sorted: SortedEntries): Generator<StoreStep, void> {
    for (let count = 0; count < limits.addedEntriesMax; count += 1) {
      if (!sorted.next()) {
        this.#sorted = undefined;
        this.#gathered = new ByteSorter(this.#blocks);
        break;
      }
      const { number: row, bytes, start, end } = sorted;
      const layout = this.#layouts[bytes[start] ?? 0];
      if (layout === undefined || this.#changed.has(row)) continue;
      const head = this.#heads[bytes[start] ?? 0] ?? '';
      if (!layout.entry.unique) {
        const length = head.length + end - start - 2;
        const scratch = this.#scratchOf(length);
        for (let at = 0; at < head.length; at += 1) scratch[at] = head.charCodeAt(at);
        for (let at = head.length; at < length; at += 1) {
          scratch[at] = bytes[start + 1 + at - head.length] ?? 0;
        }
        step.addBytes(layout, scratch, length, row);
        yield 'pass';
        continue;
      }
      const mapKey = head + bytesToMapKey(bytes.subarray(start + 1, end - 1));
      const key = new IndexKey(mapKey, bytes[end - 1] === 1);
      const other = step.conflict(layout, key, row);
      // Whose value that was before it was changed: both are made anew at the end.
      if (other !== undefined && this.#changed.has(other)) this.#postpone(step, row);
      else step.add(layout, key, row);
      yield 'pass';
    }
    yield* step.apply();
  }

  #postpone(step: AdditionStep, row: number): void {
    const document = step.documentOf(row);
    assert(document !== undefined, 'a row that no commit has changed since has its document');
    this.#changed.set(row, document);
  }

  /** All are taken away before one is put back, since one may free what another needs. */
  *#renew(step: AdditionStep): Generator<StoreStep, void> {
    for (const [row, before] of this.#changed) {
      for (const layout of this.#layouts) {
        eachIndexKey(layout, before, (key) => step.remove(layout, key, row));
      }
      this.#changed.delete(row);
      this.#missing.add(row);
      yield 'pass';
      if (step.isDue) break;
    }
    yield* step.apply();
    if (this.#changed.size > 0) return;
    yield 'wait';
    for (const row of this.#missing) {
      const document = step.documentOf(row);
      for (const layout of document === undefined ? [] : this.#layouts) {
        if (document !== undefined) {
          eachIndexKey(layout, document, (key) => step.add(layout, key, row));
        }
      }
      this.#missing.delete(row);
      yield 'pass';
      if (step.isDue) break;
    }
    yield* step.apply();
  }
}

/** The fields of documents that the keys in some indexes are made of, or that errors speak of. */
function fieldsOf(layouts: readonly IndexLayout[]): readonly string[] {
  const keyed = layouts.flatMap(({ paths }) => paths.flatMap((path) => path.slice(0, 1)));
  return layouts.every(hasOneKey) ? keyed : [...keyed, 'id'];
}

/** The key `bytes[0..end)`, with its head. */
interface GatheredKey {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly hasNull: boolean;
}

interface StepPlace {
  readonly writer: KvWriter;
  readonly state: PendingState;
  readonly endsAt: number;
  /** Those that documents are visited for. */
  readonly fields: readonly string[];
}

/** Some milliseconds, with nothing of others in between. */
class AdditionStep {
  readonly #collection: CollectionEntry;
  readonly #place: StepPlace;
  readonly #clock: Clock;
  readonly #rowOfKey: (key: IndexKey) => number | undefined;
  readonly #decoder: DocumentDecoder;
  #changes = new IndexChanges();

  constructor(collection: CollectionEntry, place: StepPlace, clock: Clock) {
    this.#collection = collection;
    this.#decoder = place.state.codecs.of(collection).only(place.fields);
    this.#place = place;
    this.#clock = clock;
    this.#rowOfKey = ({ bytes }) => readUniqueRow(place.writer, bytes);
  }

  get isDue(): boolean {
    return this.#clock.elapsed() >= this.#place.endsAt;
  }

  /** The documents from a row on, as many as take about as long as one turn may. */
  visitDocuments(row: number, visit: (row: number, document: StoredDocument) => void): void {
    const { writer } = this.#place;
    const { storageId: collectionId } = this.#collection;
    const start = documentKey(collectionId, row);
    const { end } = documentRange(collectionId);
    let bytes = 0;
    writer.visit({ start, end, limit: documentsPerTurn }, (key, peeked) => {
      const value = steadyValue(peeked);
      const stored = { collectionId, row: rowOfDocumentKey(key), value };
      visit(stored.row, decodeDocument(this.#decoder, writer, stored));
      bytes += recordLength(value);
      return bytes < bytesPerTurn;
    });
  }

  documentOf(row: number): StoredDocument | undefined {
    const { writer, state } = this.#place;
    const codec = state.codecs.of(this.#collection);
    return readDocument(codec, writer, this.#collection.storageId, row);
  }

  /** The row that has a unique key already. */
  conflict(layout: IndexLayout, key: IndexKey, row: number): number | undefined {
    if (!isUniqueKey(layout, key)) return undefined;
    return this.#changes.findConflict(this.#rowOfKey, key, row);
  }

  /** @throws AuroraError `UniqueConstraintViolation` */
  add(layout: IndexLayout, key: IndexKey, row: number): void {
    if (this.conflict(layout, key, row) !== undefined) {
      throw duplicateOfIndex(layout, this.documentOf(row)?.id ?? '');
    }
    this.#changes.add(layout, key, row);
  }

  /** The key `bytes[0..length)` of an index that is not unique. */
  addBytes(layout: IndexLayout, bytes: Uint8Array, length: number, row: number): void {
    this.#changes.addBytes(layout, { bytes, start: 0, end: length, hasNull: false }, row);
  }

  remove(layout: IndexLayout, key: IndexKey, row: number): void {
    this.#changes.remove(layout, key, row);
  }

  *apply(): Generator<StoreStep, void> {
    for (const _ of this.#changes.steps(this.#place.writer)) yield 'pass';
    this.#changes = new IndexChanges();
  }
}
