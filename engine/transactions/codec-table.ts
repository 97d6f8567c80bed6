import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { structuresKey } from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';

/** The document codecs of a database, by collection. A dropped collection keeps its codec for older snapshots. */
export class CodecTable {
  readonly #byStorageId = new Map<number, DocumentCodec>();

  /** Makes the codec of a collection from what is stored. */
  load(collection: CollectionEntry, reader: KvReader): void {
    const stored = reader.get(structuresKey(collection.storageId));
    this.#byStorageId.set(
      collection.storageId,
      new DocumentCodec(collection.definition.name, stored),
    );
  }

  /** Makes the codec of a new collection. */
  create(storageId: number, name: string): void {
    this.#byStorageId.set(storageId, new DocumentCodec(name, undefined));
  }

  of(collection: CollectionEntry): DocumentCodec {
    const codec = this.#byStorageId.get(collection.storageId);
    assert(codec !== undefined, 'every collection of the catalog has a codec');
    return codec;
  }
}
