/*
 * Where documents that are inserted one by one are prepared: what goes into the log, records among it, and the index keys
 * lie behind each other, as those of documents that come together do (prepared-inserts.ts). So what is left of them in the
 * write buffer is a block too (inserted-rows.ts), whose rows are those that were committed one after the other; nothing is
 * made for one of them, and nothing is copied but into the log's own buffer.
 *
 *     payload   commit head (20) | change head (9) | record | length of the old image (4), 0     as log-payload.ts has it
 */
import { writeUint32 } from '../base/bytes.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { IndexLayout } from '../indexes/index-layout.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import { type RecordRoom, roomOf } from '../storage/plain-record.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { InsertedIds } from './inserted-ids.ts';
import type { InsertedKeys, InsertedSource } from './inserted-rows.ts';
import {
  commitHeadBytes,
  insertHeadBytes,
  writeCommitHead,
  writeInsertHead,
} from './log-payload.ts';
import { WrittenKeys } from './written-keys.ts';

const roomBytesMin = 8 * 1024;
const roomBytesMax = 64 * 1024;
/** A room is full with fewer small documents. */
const bytesPerDocument = 256;
/** What most documents need. */
const leftBytesMin = 2 * 1024;
const recordLengthOffset = commitHeadBytes + insertHeadBytes - 4;
/** The length of the old image, which is none. */
const tailBytes = 4;

export class InsertRoom implements InsertedSource {
  readonly entry: CollectionEntry;
  readonly codec: DocumentCodec;
  readonly recordPlaces: Uint32Array;
  readonly ids: InsertedIds;
  readonly #room: RecordRoom;
  readonly #keys: WrittenKeys;
  #end = 0;
  #count = 0;
  #isClosed = false;

  /** `layouts`: those of the collection, each of one key for each document. */
  constructor(
    entry: CollectionEntry,
    codec: DocumentCodec,
    layouts: readonly IndexLayout[],
    bytes = roomBytesMin,
  ) {
    const documentsMax = Math.ceil(bytes / bytesPerDocument);
    this.entry = entry;
    this.codec = codec;
    this.recordPlaces = new Uint32Array(documentsMax);
    this.ids = new InsertedIds(documentsMax);
    this.#room = roomOf(bytes);
    this.#keys = new WrittenKeys(layouts, documentsMax);
  }

  /** Another for the documents that follow, larger where many do. */
  next(): InsertRoom {
    const bytes = Math.min(2 * this.#room.bytes.length, roomBytesMax);
    return new InsertRoom(this.entry, this.codec, this.#keys.layouts, bytes);
  }

  /** True when documents of the collection, as it is now, may be prepared here. */
  isFor({ storageId, indexes }: CollectionEntry, codec: DocumentCodec): boolean {
    return (
      this.entry.storageId === storageId && this.entry.indexes === indexes && this.codec === codec
    );
  }

  get keys(): InsertedKeys {
    return this.#keys;
  }

  get records(): Uint8Array {
    return this.#room.bytes;
  }

  /** True when another document should get another room. */
  get isFull(): boolean {
    return (
      this.#isClosed ||
      this.#count === this.recordPlaces.length ||
      this.#end + leftBytesMin > this.#room.bytes.length
    );
  }

  /**
   * Prepares a document, and gives its position; -1 when it has no place here, or its record must be made by Packr.
   * @throws AuroraError `InvalidValue`
   */
  add(document: StoredDocument): number {
    const start = this.#end;
    const recordStart = start + commitHeadBytes + insertHeadBytes;
    const recordEnd = this.codec.encodeInto(this.#room, recordStart, document);
    const { bytes } = this.#room;
    if (recordEnd < 0 || recordEnd + tailBytes > bytes.length) {
      // It may have been for want of room.
      this.#isClosed = 2 * start > bytes.length;
      return -1;
    }
    // Closed if it throws: the next key would seem to begin where this document's first did.
    this.#isClosed = true;
    this.#keys.add(this.#count, document);
    this.#isClosed = false;
    writeInsertHead(bytes, start + commitHeadBytes, recordEnd - recordStart);
    writeUint32(bytes, recordEnd, 0);
    const position = this.#count;
    this.recordPlaces[position] = start + recordLengthOffset;
    this.ids.set(position, this.entry.storageId, document.id);
    this.#end = recordEnd + tailBytes;
    this.#count += 1;
    return position;
  }

  /** How long a record is. */
  recordBytes(position: number): number {
    return this.#endOf(position) - tailBytes - (this.recordPlaces[position] ?? 0) - 4;
  }

  record(position: number): Uint8Array {
    const at = (this.recordPlaces[position] ?? 0) + 4;
    const { bytes } = this.#room;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + at, this.recordBytes(position));
  }

  /** What the log is to have of a document that comes into a row, in a commit without structures. */
  payload(position: number, { timeMs, row }: { timeMs: number; row: number }): Uint8Array {
    const { bytes } = this.#room;
    const start = (this.recordPlaces[position] ?? 0) - recordLengthOffset;
    writeCommitHead(bytes, start, { timeMs, collectionId: this.entry.storageId, changeCount: 1 });
    writeUint32(bytes, start + commitHeadBytes + 1, row);
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, this.#endOf(position) - start);
  }

  #endOf(position: number): number {
    const next = this.recordPlaces[position + 1];
    return position + 1 < this.#count && next !== undefined ? next - recordLengthOffset : this.#end;
  }
}
