import { assert } from '../base/assert.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { isIdIndex } from '../indexes/id-index.ts';
import { hasOneKey, type IndexLayout, idLayout, indexLayout } from '../indexes/index-layout.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { structuresKey } from '../storage/key-space.ts';
import type { KvReader } from '../storage/kv-store.ts';
import { InsertRoom } from './insert-room.ts';

/**
 * The document codecs of a database, by collection, and the layouts of its indexes, which cost more to make than to
 * use. A dropped collection keeps its codec for older snapshots.
 */
export class CodecTable {
  readonly #byStorageId = new Map<number, DocumentCodec>();
  readonly #rooms = new Map<number, InsertRoom>();
  readonly #revised = new Set<number>();
  readonly #layouts = new WeakMap<CollectionEntry, readonly IndexLayout[]>();
  readonly #idLayouts = new WeakMap<CollectionEntry, IndexLayout>();

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

  /** The documents under a storage id were written anew since this process opened the database. */
  noteRevised(storageId: number): void {
    this.#revised.add(storageId);
  }

  /** True when a writer may still go by the definition that the collection had before. */
  isRevised({ storageId }: CollectionEntry): boolean {
    return this.#revised.has(storageId);
  }

  has({ storageId }: CollectionEntry): boolean {
    return this.#byStorageId.has(storageId);
  }

  /** Takes over a table of structures from the log, which is at least as long as the one that is stored. */
  adopt(collection: CollectionEntry, table: Uint8Array): void {
    const { savedCount } = this.of(collection);
    const codec = new DocumentCodec(collection.definition.name, table, savedCount);
    this.#byStorageId.set(collection.storageId, codec);
  }

  of(collection: CollectionEntry): DocumentCodec {
    const codec = this.#byStorageId.get(collection.storageId);
    assert(codec !== undefined, 'every collection of the catalog has a codec');
    return codec;
  }

  /** The layout of a live index of a collection, its ids among them. */
  layoutOf(collection: CollectionEntry, index: IndexEntry): IndexLayout {
    const layout = isIdIndex(index, collection)
      ? this.#idLayoutOf(collection)
      : this.layouts(collection).find(({ entry }) => entry.storageId === index.storageId);
    assert(layout !== undefined, 'the index belongs to its collection');
    return layout;
  }

  #idLayoutOf(collection: CollectionEntry): IndexLayout {
    let layout = this.#idLayouts.get(collection);
    if (layout === undefined) {
      layout = idLayout(collection);
      this.#idLayouts.set(collection, layout);
    }
    return layout;
  }

  /**
   * Where the next document that is inserted by itself is prepared; `undefined` where one may have several keys in an
   * index.
   */
  insertRoom(collection: CollectionEntry): InsertRoom | undefined {
    const { storageId } = collection;
    const codec = this.of(collection);
    const present = this.#rooms.get(storageId);
    if (present?.isFor(collection, codec) === true) {
      if (!present.isFull) return present;
      const next = present.next();
      this.#rooms.set(storageId, next);
      return next;
    }
    const layouts = this.layouts(collection);
    if (!layouts.every(hasOneKey)) return undefined;
    const room = new InsertRoom(collection, codec, layouts);
    this.#rooms.set(storageId, room);
    return room;
  }

  /** The layouts of a collection's indexes, in the order of the catalog. */
  layouts(collection: CollectionEntry): readonly IndexLayout[] {
    const present = this.#layouts.get(collection);
    if (present !== undefined) return present;
    const { definition, indexes } = collection;
    const layouts = indexes.map((index) => indexLayout(definition, index));
    this.#layouts.set(collection, layouts);
    return layouts;
  }
}
