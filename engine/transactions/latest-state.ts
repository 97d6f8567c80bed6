/*
 * What the next commit is validated against: the store, and over it everything that is buffered, commits included
 * that are not visible yet because their log records are still on the way to the disk.
 */
import { readUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { readUniqueRow } from '../indexes/index-changes.ts';
import type { IndexKey } from '../indexes/index-layout.ts';
import { readDocument } from '../storage/document-value.ts';
import { idKey } from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { BufferView } from './buffer-view.ts';
import type { CodecTable } from './codec-table.ts';
import { type CollectionState, readCollectionState } from './collection-state.ts';
import type { WriteBuffer } from './write-buffer.ts';

export class LatestState {
  readonly #kv: KvReader;
  readonly #view: BufferView;
  readonly #codecs: CodecTable;

  constructor(kv: KvReader, buffers: readonly WriteBuffer[], codecs: CodecTable) {
    this.#kv = kv;
    this.#view = new BufferView(buffers, Number.POSITIVE_INFINITY);
    this.#codecs = codecs;
  }

  document(entry: CollectionEntry, row: number): StoredDocument | undefined {
    const buffered = this.#view.document(entry.storageId, row);
    if (buffered !== undefined) return buffered.value.document;
    return readDocument(this.#codecs.of(entry), this.#kv, entry.storageId, row);
  }

  rowOfId(collectionId: number, id: string): number | undefined {
    const buffered = this.#view.rowOfId(collectionId, id);
    if (buffered !== undefined) return buffered.value;
    const value = this.#kv.get(idKey(collectionId, id));
    return value === undefined ? undefined : readUint32(value, 0);
  }

  rowOfUniqueKey(collectionId: number, key: IndexKey): number | undefined {
    const buffered = this.#view.rowOfUniqueKey(collectionId, key);
    return buffered === undefined ? readUniqueRow(this.#kv, key.bytes) : buffered.value;
  }

  counts(collectionId: number): CollectionState {
    return this.#view.counts(collectionId)?.value ?? readCollectionState(this.#kv, collectionId);
  }
}
