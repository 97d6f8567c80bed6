/*
 * What a transaction has changed so far. Each of its statements hands in the changes of a commit; they are checked
 * against what the transaction sees, and then taken in all together or not at all. New documents get rows above all
 * that a collection can have, so that everything which works with rows works with them; these rows end with the
 * transaction.
 */
import { assert } from '../base/assert.ts';
import type { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { limits } from '../limits.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { checkUnique } from './check-unique.ts';
import { tooLarge } from './find-documents.ts';
import { PendingIndex } from './pending-index.ts';

/** Rows of stored documents are below it. */
const firstNewRow = 2 ** 32;

/** The id of a collection's last document, without which nobody knows whether ids still ascend. */
type LastId =
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly id: string }
  | { readonly kind: 'unknown' };

/** What a collection's writes mean for one of its indexes. */
interface IndexWrites {
  /** The entries of all documents written. */
  readonly added: PendingIndex;
  /** The entries that the snapshot has for documents that were touched. */
  readonly hidden: PendingIndex;
}

/** A document of the snapshot that the transaction has touched. */
interface TouchedDocument {
  readonly before: StoredDocument;
  /** `undefined` once it is deleted. */
  readonly after: StoredDocument | undefined;
}

/** What a transaction has changed in one collection. */
export class CollectionWrites {
  readonly #entry: CollectionEntry;
  readonly #touched = new Map<Row, TouchedDocument>();
  /** In the order of their insertion, which is that of their rows. */
  readonly #inserted = new Map<Row, StoredDocument>();
  readonly #insertedRows = new Map<string, Row>();
  readonly #indexes = new Map<number, IndexWrites>();
  #nextRow = firstNewRow;
  #deletedCount = 0;
  #lastId: LastId;
  #idsAscend: boolean;

  constructor(entry: CollectionEntry, lastId: LastId) {
    this.#entry = entry;
    this.#lastId = lastId;
    this.#idsAscend = entry.idsAscend;
  }

  /** Number of documents that a commit would change. */
  get size(): number {
    return this.#touched.size + this.#inserted.size;
  }

  /** What the writes add to the number of documents; may be negative. */
  get countDifference(): number {
    return this.#inserted.size - this.#deletedCount;
  }

  /** False once a document was inserted whose id is below an earlier one. */
  get idsAscend(): boolean {
    return this.#idsAscend;
  }

  get touched(): ReadonlyMap<Row, TouchedDocument> {
    return this.#touched;
  }

  get inserted(): ReadonlyMap<Row, StoredDocument> {
    return this.#inserted;
  }

  insertedRow(id: string): Row | undefined {
    return this.#insertedRows.get(id);
  }

  /** What the writes mean for an index; kept up to date from its first use on. */
  index(index: IndexEntry): IndexWrites {
    const present = this.#indexes.get(index.storageId);
    if (present !== undefined) return present;
    const added = new PendingIndex(this.#entry, index);
    const hidden = new PendingIndex(this.#entry, index);
    for (const [row, { before, after }] of this.#touched) {
      hidden.add(before, row);
      if (after !== undefined) added.add(after, row);
    }
    for (const [row, document] of this.#inserted) added.add(document, row);
    const created = { added, hidden };
    this.#indexes.set(index.storageId, created);
    return created;
  }

  apply(change: DocumentChange): void {
    switch (change.kind) {
      case 'insert':
        this.#insert(change.document);
        return;
      case 'replace':
        this.#write(change.row, change.before, change.document);
        return;
      case 'delete':
        this.#write(change.row, change.before, undefined);
        return;
    }
  }

  #insert(document: StoredDocument): void {
    // Above all rows of storage, and counted up to a bound.
    const row = this.#nextRow as Row;
    this.#nextRow += 1;
    const isAbove =
      this.#lastId.kind === 'none' ||
      (this.#lastId.kind === 'known' && document.id > this.#lastId.id);
    if (!isAbove) this.#idsAscend = false;
    this.#lastId = { kind: 'known', id: document.id };
    this.#inserted.set(row, document);
    this.#insertedRows.set(document.id, row);
    for (const { added } of this.#indexes.values()) added.add(document, row);
  }

  #write(row: Row, before: StoredDocument, after: StoredDocument | undefined): void {
    const earlier = this.#inserted.get(row) ?? this.#touched.get(row)?.after;
    const isFirst = row < firstNewRow && !this.#touched.has(row);
    for (const { added, hidden } of this.#indexes.values()) {
      if (isFirst) hidden.add(before, row);
      if (earlier !== undefined) added.remove(earlier, row);
      if (after !== undefined) added.add(after, row);
    }
    if (row < firstNewRow) {
      this.#touched.set(row, { before: this.#touched.get(row)?.before ?? before, after });
      if (after === undefined) this.#deletedCount += 1;
    } else if (after === undefined) {
      this.#inserted.delete(row);
      this.#insertedRows.delete(before.id);
    } else {
      this.#inserted.set(row, after);
    }
  }
}

export class TransactionWrites {
  readonly #collections = new Map<string, CollectionWrites>();
  readonly #changesMax: number;

  /** `changesMax`: what one commit may hold, or more for writes that are never committed. */
  constructor(changesMax: number = limits.commitChangesMax) {
    this.#changesMax = changesMax;
  }

  of(collection: string): CollectionWrites | undefined {
    return this.#collections.get(collection);
  }

  /**
   * Takes the changes of one statement in, all or none. `view` is what the statement has read: the snapshot `base`
   * with the writes so far.
   * @throws AuroraError `UniqueConstraintViolation`, `TransactionTooLarge`, `Cancelled`
   */
  async absorb(
    changes: readonly DocumentChange[],
    { view, base }: { readonly view: Snapshot; readonly base: Snapshot },
    slicers: { readonly checking: TimeSlicer; readonly applying: TimeSlicer },
  ): Promise<void> {
    const byCollection = new Map<string, DocumentChange[]>();
    for (const change of changes) {
      const group = byCollection.get(change.collection) ?? [];
      group.push(change);
      byCollection.set(change.collection, group);
    }
    for (const [name, group] of byCollection) {
      this.#checkSize(name, changes);
      await checkUnique(entryOf(view, name), group, view, slicers.checking);
    }
    for (const change of changes) {
      await slicers.applying.yieldIfDue();
      this.#writes(change.collection, base).apply(change);
    }
  }

  /** All changes, in the order that a commit wants: deletions free what others may take. */
  changes(): readonly DocumentChange[] {
    const deletes: DocumentChange[] = [];
    const replaces: DocumentChange[] = [];
    const inserts: DocumentChange[] = [];
    for (const [collection, { touched, inserted }] of this.#collections) {
      for (const [row, { before, after }] of touched) {
        if (after === undefined) deletes.push({ kind: 'delete', collection, row, before });
        else replaces.push({ kind: 'replace', collection, row, before, document: after });
      }
      for (const document of inserted.values()) {
        inserts.push({ kind: 'insert', collection, document });
      }
    }
    return [...deletes, ...replaces, ...inserts];
  }

  #checkSize(collection: string, changes: readonly DocumentChange[]): void {
    let size = 0;
    for (const writes of this.#collections.values()) size += writes.size;
    for (const change of changes) {
      const writes = this.#collections.get(change.collection);
      if (change.kind === 'insert') size += 1;
      else if (change.row < firstNewRow && writes?.touched.has(change.row) !== true) size += 1;
      else if (change.row >= firstNewRow && change.kind === 'delete') size -= 1;
    }
    if (size > this.#changesMax) throw tooLarge(collection, 'transaction');
  }

  #writes(collection: string, base: Snapshot): CollectionWrites {
    const present = this.#collections.get(collection);
    if (present !== undefined) return present;
    const entry = entryOf(base, collection);
    const created = new CollectionWrites(entry, lastIdOf(base, entry));
    this.#collections.set(collection, created);
    return created;
  }
}

/** Only a settled snapshot can be asked for its last document; it is not worth settling one for that. */
function lastIdOf(base: Snapshot, entry: CollectionEntry): LastId {
  if (!entry.idsAscend || !base.isSettled) return { kind: 'unknown' };
  const cursor = base.scan(entry, { reverse: true });
  const [last] = cursor.next(1).documents;
  cursor.close();
  return last === undefined ? { kind: 'none' } : { kind: 'known', id: last.id };
}

function entryOf(snapshot: Snapshot, collection: string): CollectionEntry {
  const entry = snapshot.catalog.collection(collection);
  assert(entry !== undefined, 'a statement changes only collections that it has found');
  return entry;
}
