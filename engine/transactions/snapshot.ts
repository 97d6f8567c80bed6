/*
 * What readers and writers of the engine see of storage. Queries read one snapshot; changes go through
 * `CommitPipeline.commit`, the only place that changes data.
 */
import type { ColumnReader } from '../cache/column-reader.ts';
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';

/** A bound of an index range: a prefix of the index's fields, and whether equal keys are inside. */
export interface IndexBound {
  readonly values: readonly StoredValue[];
  readonly inclusive: boolean;
}

/** A range of an index in key order. Null and missing are stored as null and sort first. */
export interface IndexRange {
  readonly lower?: IndexBound;
  readonly upper?: IndexBound;
  readonly reverse: boolean;
}

/** Rows in order, pulled in batches. `next` gives an empty array at the end. Not safe for concurrent calls. */
export interface RowCursor {
  next(rowsMax: number): readonly Row[];
  close(): void;
}

/** Documents in row order, pulled in batches. */
export interface DocumentCursor {
  next(rowsMax: number): {
    readonly rows: readonly Row[];
    readonly documents: readonly StoredDocument[];
  };
  close(): void;
}

export interface ScanOptions {
  readonly reverse?: boolean;
  /** Where it begins, in its direction; the row need not exist. */
  readonly from?: Row;
  /** The fields that are looked at: documents may lack all others, their ids included. All unless told. */
  readonly fields?: readonly string[];
}

export interface ReadOptions {
  /**
   * True for one of so many that they would push everything else out of the cache, and each other, before anybody asks
   * for them again: the cache stays as it is.
   */
  readonly isSweep?: boolean;
}

/** One moment of the database. All calls are synchronous; whoever loops over them yields (base/scheduler.ts). */
export interface Snapshot {
  readonly catalog: Catalog;
  /** The commit this snapshot shows; grows by one with each commit. */
  readonly sequence: number;
  /**
   * False while commits that it shows are not in the store yet. Then it answers by id, row and unique key, counts
   * collections, and has columns; whoever scans takes a settled one (`ExecEnvironment.settledSnapshot`).
   */
  readonly isSettled: boolean;
  /** Fields as vectors, of this moment; absent where none are kept: of what lies over the store, and without a cache. */
  readonly columns?: ColumnReader | undefined;
  /**
   * The same moment as a snapshot that may be scanned; both must be released. Where commits are not in the store yet,
   * they are laid over it in memory. O(buffered documents × indexes), in steps between which the event loop turns.
   */
  settled(): Promise<Snapshot>;
  documentCount(collection: CollectionEntry): number;
  /** About how many of them are cached, for planning. */
  cachedCount(collection: CollectionEntry): number;
  /** Row of a document id; `undefined` when there is none. */
  rowOf(collection: CollectionEntry, id: string): Row | undefined;
  read(collection: CollectionEntry, row: Row, options?: ReadOptions): StoredDocument | undefined;
  /**
   * The row of the document before which so many others stand in row order, where that is told without reading them:
   * while no document was ever deleted. `undefined` else, and beyond the last one. O(1)
   */
  rowAt(collection: CollectionEntry, offset: number): Row | undefined;
  /** All documents in ascending row order, which is id order only while `collection.idsAscend`. */
  scan(collection: CollectionEntry, options?: ScanOptions): DocumentCursor;
  /** Rows of an index in key order (ties in row order). A multi-entry index may give a row more than once. */
  scanIndex(index: IndexEntry, range: IndexRange): RowCursor;
  /** The different words of a text index, ascending; absent, or gives nothing, where they cannot be told. */
  indexWords?(index: IndexEntry): Iterable<string> | undefined;
  /** Number of entries in a range, without reading documents; counting stops at `most`. */
  countIndex(index: IndexEntry, range: IndexRange, most: number): number;
  /** Counts that a query reads an index; not what only looks whether a value is taken. */
  noteUse(index: IndexEntry): void;
  /**
   * Calls back once, when the store begins to go on to a later state; at once when it has begun. From when that is done
   * the snapshot keeps the file from reusing space. The returned function ends it.
   */
  onDidSupersede(listener: () => void): () => void;
  /** Must be called exactly once; an unreleased snapshot makes the file grow. */
  release(): void;
}

/** A document as a writer has read it, to be replaced or deleted. */
interface ReadDocument {
  readonly collection: string;
  readonly row: Row;
  /** The document as it was read (identity of content, not of object). */
  readonly before: StoredDocument;
  /**
   * The sequence of a published state in which the row held just this document. While no later commit has touched the
   * row, the document need not be read again to see that it is as it was. Not known unless told.
   */
  readonly asOf?: number | undefined;
  /** The bytes of `before`, where the writer has them at hand. */
  readonly beforeRecord?: Uint8Array | undefined;
  /** The storage id that those bytes were encoded for; that of the collection at the time of the commit unless told. */
  readonly beforeRecordOf?: number | undefined;
}

/** One change of a commit. */
export type DocumentChange =
  | { readonly kind: 'insert'; readonly collection: string; readonly document: StoredDocument }
  | (ReadDocument & { readonly kind: 'replace'; readonly document: StoredDocument })
  | (ReadDocument & { readonly kind: 'delete' });

export interface CommitReport {
  readonly sequence: number;
  readonly insertedCount: number;
  readonly replacedCount: number;
  readonly deletedCount: number;
}
