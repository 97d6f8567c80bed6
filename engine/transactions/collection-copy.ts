/*
 * Writes the documents of a collection anew under another storage id, revised, with their indexes, while others read
 * and write the old ones. Rows stay what they are.
 *
 *   rows below the cursor       are there as the old collection has them, but for those that a commit has changed since
 *   changed                     such rows: taken away again first, all of them, since one may free what another needs
 *   missing                     taken away, to be written as they are now
 *   rows from the cursor on     still to be written; inserts come to the end
 *   held                        what indexes with many entries for each document are still to get (held-postings.ts)
 *
 * Nobody sees any of it before the catalog leads there; until then its storage ids are leftovers, which a crash or a
 * failure deletes. Nothing is buffered while a step runs, for it looks at what the store holds, and nobody commits: what was taken
 * away in one is put back in the same, or writers that never rest would keep it from ever coming to its end.
 */
import { writeUint32 } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { HeldPostings } from '../indexes/held-postings.ts';
import { IndexChanges, isUniqueKey, readUniqueRow } from '../indexes/index-changes.ts';
import {
  eachIndexKey,
  hasOneKey,
  type IndexKey,
  type IndexLayout,
  indexLayout,
} from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import type { ColdStoreMode } from '../storage/cold-mode.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import {
  decodeDocument,
  insertDocument,
  readDocument,
  recordLength,
  removeDocument,
} from '../storage/document-value.ts';
import {
  documentKey,
  documentRange,
  idKey,
  rowOfDocumentKey,
  structuresKey,
} from '../storage/key-space.ts';
import type { KvWriter } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { PendingState, PublishedCommit, StoreStep, StoreTask } from './pipeline-task.ts';
import type { Snapshot } from './snapshot.ts';

/** What a document becomes; `isAgain` for one that was revised before and has been changed by a commit since. */
export type ReviseDocument = (document: StoredDocument, isAgain: boolean) => StoredDocument;

export interface CollectionCopyOptions {
  readonly from: CollectionEntry;
  readonly to: CollectionEntry;
  readonly revise: ReviseDocument;
  readonly coldMode: ColdStoreMode;
  readonly clock: Clock;
}

const stepBytesExpected = 4 * 1024 * 1024;

export class CollectionCopy {
  readonly #options: CollectionCopyOptions;
  readonly #layouts: readonly IndexLayout[];
  readonly #changed = new Set<number>();
  readonly #missing = new Set<number>();
  readonly #held = new HeldPostings();
  /** True from when enough is held until all of it is written. */
  #isWritingHeld = false;
  #cursor = 0;
  #documentsDone = 0;
  /** True once the end of the collection was seen. */
  #isAtEnd = false;

  constructor(options: CollectionCopyOptions) {
    this.#options = options;
    const { to } = options;
    this.#layouts = to.indexes.map((index) => indexLayout(to.definition, index));
  }

  /** Documents that were written so far, of those that were there at first and came later. */
  get documentsDone(): number {
    return this.#documentsDone;
  }

  documentsIn(snapshot: Pick<Snapshot, 'documentCount'>): number {
    return snapshot.documentCount(this.#options.from);
  }

  /** To be told of every commit from before the first step on. */
  note({ changed }: PublishedCommit): void {
    for (const { entry, changes } of changed) {
      if (entry.storageId !== this.#options.from.storageId) continue;
      for (const { change } of changes) {
        if (change.kind !== 'insert' && change.row < this.#cursor) this.#changed.add(change.row);
      }
    }
  }

  /** True when what is left takes no time to speak of: others write on, so that there is always something. */
  get isNear(): boolean {
    const left = this.#changed.size + this.#missing.size + this.#held.count;
    return this.#isAtEnd && left < limits.backgroundKeysMax;
  }

  /**
   * Some milliseconds of the work; resolves to true when there was nothing left to do. What it throws, `revise`
   * included, ends the copy: no further step may follow.
   */
  step(): StoreTask<boolean> {
    const copy = this;
    return {
      kind: 'store',
      bytesExpected: stepBytesExpected,
      needsSettled: true,
      *steps(writer, state, durationMs) {
        const step = new CopyStep(copy.#options, copy.#layouts, {
          ...{ writer, state, durationMs },
          held: copy.#held,
        });
        const before = copy.#cursor;
        const isBehind = copy.#changed.size + copy.#missing.size + copy.#held.count > 0;
        if (copy.#changed.size > 0) {
          yield* copy.#takeAway(step);
          yield 'wait';
        }
        if (copy.#changed.size === 0) yield* copy.#putBack(step);
        if (copy.#missing.size === 0 && !step.isDue) {
          yield* copy.#writeHeld(step);
          if (!copy.#isWritingHeld && !step.isDue) yield* copy.#goOn(step);
        }
        yield* step.finish();
        return !isBehind && copy.#cursor === before;
      },
    };
  }

  *#takeAway(step: CopyStep): Generator<StoreStep, void> {
    for (const row of this.#changed) {
      step.remove(row);
      this.#changed.delete(row);
      this.#missing.add(row);
      yield 'pass';
      if (step.isDue) break;
    }
    yield* step.applyIndexes();
  }

  *#putBack(step: CopyStep): Generator<StoreStep, void> {
    for (const row of this.#missing) {
      step.addAgain(row);
      this.#missing.delete(row);
      yield 'pass';
      if (step.isDue) break;
    }
  }

  /** Once in a step, since it reads what is there: what was put back before must be written for that. */
  *#writeHeld(step: CopyStep): Generator<StoreStep, void> {
    if (this.#held.count === 0 || !(this.#isWritingHeld || this.#isAtEnd)) return;
    this.#isWritingHeld = true;
    yield* step.applyIndexes();
    yield 'wait';
    yield* step.writeHeld();
    this.#isWritingHeld = this.#held.count > 0;
  }

  *#goOn(step: CopyStep): Generator<StoreStep, void> {
    do {
      const { nextRow, isAtEnd, count } = yield* step.addFrom(this.#cursor);
      this.#documentsDone += count;
      this.#cursor = nextRow;
      this.#isAtEnd = isAtEnd;
      this.#isWritingHeld = this.#held.count >= limits.heldPostingsMax;
    } while (!this.#isAtEnd && !this.#isWritingHeld && !step.isDue);
  }
}

interface StepPlace {
  readonly writer: KvWriter;
  readonly state: PendingState;
  readonly durationMs: number;
  readonly held: HeldPostings;
}

/** Some milliseconds of a copy, with nothing of others in between. */
class CopyStep {
  readonly #from: CollectionEntry;
  readonly #to: CollectionEntry;
  readonly #options: CollectionCopyOptions;
  readonly #layouts: readonly IndexLayout[];
  readonly #writer: KvWriter;
  readonly #fromCodec: DocumentCodec;
  readonly #toCodec: DocumentCodec;
  readonly #held: HeldPostings;
  #changes = new IndexChanges();
  readonly #endsAt: number;
  readonly #rowOfKey = ({ bytes }: IndexKey) => readUniqueRow(this.#writer, bytes);
  #bytes = 0;

  constructor(
    options: CollectionCopyOptions,
    layouts: readonly IndexLayout[],
    { writer, state, durationMs, held }: StepPlace,
  ) {
    this.#options = options;
    this.#from = options.from;
    this.#to = options.to;
    this.#layouts = layouts;
    this.#writer = writer;
    this.#held = held;
    this.#fromCodec = state.codecs.of(options.from);
    this.#toCodec = state.codecs.of(options.to);
    this.#endsAt = options.clock.elapsed() + durationMs;
  }

  get isDue(): boolean {
    return this.#options.clock.elapsed() >= this.#endsAt || this.#bytes >= limits.batchBytesMax;
  }

  remove(row: number): void {
    const { storageId } = this.#to;
    const document = readDocument(this.#toCodec, this.#writer, storageId, row);
    if (document === undefined) return;
    for (const layout of this.#layouts) {
      eachIndexKey(layout, document, (key) => {
        const wasHeld = isHeld(layout) && this.#held.remove(key, row);
        if (!wasHeld) this.#changes.remove(layout, key, row);
      });
    }
    removeDocument(this.#writer, storageId, row);
    this.#writer.remove(idKey(storageId, document.id));
  }

  addAgain(row: number): void {
    const document = readDocument(this.#fromCodec, this.#writer, this.#from.storageId, row);
    if (document !== undefined) this.#add(row, this.#options.revise(document, true), true);
  }

  /** Adds rows from one on; gives the row to go on with, which is the same when there is none. */
  *addFrom(
    fromRow: number,
  ): Generator<
    StoreStep,
    { readonly nextRow: number; readonly isAtEnd: boolean; readonly count: number }
  > {
    const { storageId: collectionId } = this.#from;
    const { end } = documentRange(collectionId);
    const entries = this.#writer.range({
      start: documentKey(collectionId, fromRow),
      end,
      limit: limits.backgroundKeysMax,
      bytesMax: limits.batchBytesMax,
    });
    let nextRow = fromRow;
    let count = 0;
    for (const { key, value } of entries) {
      const row = rowOfDocumentKey(key);
      const stored = { collectionId, row, value };
      const document = decodeDocument(this.#fromCodec, this.#writer, stored);
      this.#add(row, this.#options.revise(document, false), false);
      nextRow = row + 1;
      count += 1;
      this.#bytes += recordLength(value);
      yield 'pass';
      if (this.isDue) break;
    }
    const isWhole = count === entries.length && count < limits.backgroundKeysMax;
    return { nextRow, count, isAtEnd: isWhole && !this.isDue };
  }

  /** What is taken away is gone from the indexes before anything else comes into them. */
  *applyIndexes(): Generator<StoreStep, void> {
    for (const _ of this.#changes.steps(this.#writer)) yield 'pass';
    this.#changes = new IndexChanges();
  }

  /** Writes what is held, as far as there is time. */
  *writeHeld(): Generator<StoreStep, void> {
    for (const _ of this.#held.steps(this.#writer)) {
      yield 'pass';
      if (this.isDue) break;
    }
  }

  *finish(): Generator<StoreStep, void> {
    yield* this.applyIndexes();
    const table = this.#toCodec.unsavedStructures();
    if (table !== undefined) this.#writer.put(structuresKey(this.#to.storageId), table.bytes);
  }

  #add(row: number, document: StoredDocument, isAgain: boolean): void {
    const { storageId } = this.#to;
    for (const layout of this.#layouts) {
      eachIndexKey(layout, document, (key) => {
        // A row that comes again is below others that are held.
        if (!isAgain && isHeld(layout)) {
          this.#held.add(key, row);
          return;
        }
        const isTaken =
          isUniqueKey(layout, key) &&
          this.#changes.findConflict(this.#rowOfKey, key, row) !== undefined;
        if (isTaken) throw duplicateOfIndex(layout, document.id);
        this.#changes.add(layout, key, row);
      });
    }
    const record = this.#toCodec.encode(document);
    insertDocument(this.#writer, storageId, row, record, this.#options.coldMode);
    const rowBytes = new Uint8Array(4);
    writeUint32(rowBytes, 0, row);
    this.#writer.put(idKey(storageId, document.id), rowBytes);
  }
}

function isHeld(layout: IndexLayout): boolean {
  return !hasOneKey(layout) && !layout.entry.unique;
}

/** What is said of a document whose value under a new unique index another one has. */
export function duplicateOfIndex({ entry }: IndexLayout, id: string): AuroraError {
  const { collection, name, fields } = entry;
  return new AuroraError(
    'UniqueConstraintViolation',
    `Cannot create unique index "${name}" on "${collection}": document ${id} shares its value with another.`,
    {
      details: { collection, fields, id },
      hint: 'Remove duplicates or drop "unique".',
    },
  );
}
