/*
 * What a mutation has changed so far, before it is committed. Later fields of the same mutation see it: documents
 * that were touched are taken from here, all others from the snapshot. Changes of one document collapse into one,
 * so a commit says about each document only what it becomes.
 */
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';

/** A document as a mutation sees it: stored in a row, or inserted by the mutation itself. */
export interface PendingDocument {
  readonly row: Row | undefined;
  /** As the snapshot has it; `undefined` for a new document. */
  readonly before: StoredDocument | undefined;
  /** `undefined` once it is deleted. */
  readonly after: StoredDocument | undefined;
}

interface CollectionWrites {
  /** Documents of the snapshot that were touched, by row. */
  readonly stored: Map<Row, PendingDocument>;
  /** New documents by id, in the order of their insertion. */
  readonly inserted: Map<string, PendingDocument>;
}

export class WriteSet {
  readonly #collections = new Map<string, CollectionWrites>();

  /** Number of documents that a commit would change. */
  get size(): number {
    let size = 0;
    for (const { stored, inserted } of this.#collections.values()) {
      size += stored.size + inserted.size;
    }
    return size;
  }

  /** True when nothing of the collection was touched. */
  isUntouched(collection: string): boolean {
    return !this.#collections.has(collection);
  }

  /** True when the row's document was touched, so that the snapshot no longer tells the truth about it. */
  isTouched(collection: string, row: Row): boolean {
    return this.#collections.get(collection)?.stored.has(row) ?? false;
  }

  /** The documents of the collection that were touched and still exist. */
  touched(collection: string): readonly PendingDocument[] {
    const writes = this.#collections.get(collection);
    if (writes === undefined) return [];
    return [...writes.stored.values(), ...writes.inserted.values()].filter(
      ({ after }) => after !== undefined,
    );
  }

  /** True when the mutation itself has inserted a document with this id. */
  hasInserted(collection: string, id: string): boolean {
    return this.#collections.get(collection)?.inserted.has(id) ?? false;
  }

  insert(collection: string, document: StoredDocument): void {
    const pending = { row: undefined, before: undefined, after: document };
    this.#writes(collection).inserted.set(document.id, pending);
  }

  /** Replaces or, with `after` undefined, deletes a document. */
  change(collection: string, document: PendingDocument, after: StoredDocument | undefined): void {
    const writes = this.#writes(collection);
    if (document.row !== undefined) writes.stored.set(document.row, { ...document, after });
    else if (after !== undefined) writes.inserted.set(after.id, { ...document, after });
    else if (document.after !== undefined) writes.inserted.delete(document.after.id);
  }

  /** All changes: deletions first, so that what they held (unique values, ids) is free for the others. */
  changes(): readonly DocumentChange[] {
    const deletes: DocumentChange[] = [];
    const replaces: DocumentChange[] = [];
    const inserts: DocumentChange[] = [];
    for (const [collection, { stored, inserted }] of this.#collections) {
      for (const { row, before, after } of stored.values()) {
        if (row === undefined || before === undefined) continue;
        if (after === undefined) deletes.push({ kind: 'delete', collection, row, before });
        else if (after !== before) {
          replaces.push({ kind: 'replace', collection, row, before, document: after });
        }
      }
      for (const { after } of inserted.values()) {
        if (after !== undefined) inserts.push({ kind: 'insert', collection, document: after });
      }
    }
    return [...deletes, ...replaces, ...inserts];
  }

  #writes(collection: string): CollectionWrites {
    const known = this.#collections.get(collection);
    if (known !== undefined) return known;
    const writes = { stored: new Map(), inserted: new Map() };
    this.#collections.set(collection, writes);
    return writes;
  }
}
