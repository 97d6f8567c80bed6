/*
 * What the next commit is validated against: the store, and over it everything that is buffered, commits included
 * that are not visible yet because their log records are still on the way to the disk.
 */
import { readUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { readUniqueRow } from '../indexes/index-changes.ts';
import type { IndexKey } from '../indexes/index-layout.ts';
import { hashOfText, type KnownKeys } from '../indexes/known-keys.ts';
import { LookupKeys } from '../indexes/lookup-keys.ts';
import { readDocument } from '../storage/document-value.ts';
import { idKey } from '../storage/key-space.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { BufferView } from './buffer-view.ts';
import type { CodecTable } from './codec-table.ts';
import { type CollectionState, readCollectionState } from './collection-state.ts';
import type { StoreBase } from './store-base.ts';
import type { Version } from './version.ts';
import type { WriteBuffer } from './write-buffer.ts';

/** One for all states: a key is used up before the next is made, and most states look for one or none. */
const lookupKeys = new LookupKeys();

/** What lies below the buffers. */
type ReadBase = Pick<StoreBase, 'reader'>;

export interface LatestParts {
  readonly base: ReadBase;
  /** The LSN that the base shows, where that is known. */
  readonly baseSequence?: number;
  readonly buffers: readonly WriteBuffer[];
  readonly codecs: CodecTable;
  /** Of the unique keys that are in a buffer or in the store. */
  readonly known?: KnownKeys | undefined;
}

export class LatestState {
  readonly #base: ReadBase;
  readonly #baseSequence: number;
  readonly #view: BufferView;
  readonly #codecs: CodecTable;
  readonly #known: KnownKeys | undefined;

  constructor({
    base,
    baseSequence = Number.POSITIVE_INFINITY,
    buffers,
    codecs,
    known,
  }: LatestParts) {
    this.#known = known;
    this.#base = base;
    this.#baseSequence = baseSequence;
    this.#view = new BufferView(buffers, Number.POSITIVE_INFINITY);
    this.#codecs = codecs;
  }

  /** True when no commit above an LSN is known to have touched a row; false says nothing. */
  isUnchangedSince(collectionId: number, row: number, lsn: number | undefined): boolean {
    if (lsn === undefined) return false;
    const touchedAt = this.#view.document(collectionId, row)?.lsn ?? this.#baseSequence;
    return touchedAt <= lsn;
  }

  /** True when a row is as who read this store has found it: no commit has touched it, and it is still this store. */
  isUntouched(collectionId: number, row: number, readFrom: ReadBase | undefined): boolean {
    return readFrom === this.#base && this.#view.document(collectionId, row) === undefined;
  }

  document(entry: CollectionEntry, row: number): StoredDocument | undefined {
    const buffered = this.#view.document(entry.storageId, row);
    if (buffered !== undefined) return buffered.value.document;
    return readDocument(this.#codecs.of(entry), this.#base.reader, entry.storageId, row);
  }

  rowOfId(collectionId: number, id: string): number | undefined {
    const buffered = this.#view.rowOfId(collectionId, id);
    if (buffered !== undefined) return buffered.value;
    const value = this.#base.reader.peek(idKey(collectionId, id));
    return value === undefined ? undefined : readUint32(value, 0);
  }

  rowOfUniqueKey(collectionId: number, key: IndexKey): number | undefined {
    if (this.isNewText(key.mapKey)) return undefined;
    const buffered = this.#view.rowOfUniqueKey(collectionId, key);
    return buffered === undefined ? readUniqueRow(this.#base.reader, key.bytes) : buffered.value;
  }

  /** True when the whole key of a unique index is certainly in no buffer and not in the store. */
  isNewText(mapKey: string): boolean {
    return this.#known?.coversText(mapKey) === true && this.#known.isNew(hashOfText(mapKey));
  }

  /** The same as `isNewText`, by the hash of the key (`hashOfText`). */
  isNewHash(indexId: number, hash: number): boolean {
    return this.#known?.coversIndex(indexId) === true && this.#known.isNew(hash);
  }

  /** What the buffers say of the whole key of a unique index; `undefined` when only the store may know it. */
  bufferedRowOfText(collectionId: number, mapKey: string): Version<number | undefined> | undefined {
    return this.#view.rowOfUniqueText(collectionId, mapKey);
  }

  /** What the store says of it. */
  storedRowOfText(mapKey: string): number | undefined {
    return readUniqueRow(this.#base.reader, lookupKeys.of(mapKey));
  }

  counts(collectionId: number): CollectionState {
    return (
      this.#view.counts(collectionId)?.value ?? readCollectionState(this.#base.reader, collectionId)
    );
  }
}
