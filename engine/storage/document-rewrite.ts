/*
 * What a compaction does to documents when it brings them into the form of a mode: values change, keys do not. A
 * document that is damaged stays byte for byte as it is, and one that is not keeps its checksum, so that a rewriting
 * neither hides damage nor makes it.
 */
import { crc32 } from 'node:zlib';
import { readUint32 } from '../base/bytes.ts';
import { AuroraError } from '../errors.ts';
import type { ColdStoreMode } from './cold-mode.ts';
import {
  checksumOf,
  hasPackedChunks,
  isInChunks,
  isPacked,
  recordOfValue,
  wholeValue,
  withChunksFor,
} from './document-value.ts';
import { documentKey, isChunkKey, isDocumentKey, rowOfDocumentKey } from './key-space.ts';
import type { KvEntry, KvReader, KvRewrite } from './kv-store.ts';
import { packChunk, unpackChunk } from './packed-record.ts';

/** Rewrites the documents of collections, by their storage ids, for a mode. */
export class DocumentRewrite implements KvRewrite {
  readonly #collectionIds: ReadonlySet<number>;
  readonly #mode: ColdStoreMode;
  #documentCount = 0;
  #packedCount = 0;

  constructor(collectionIds: ReadonlySet<number>, mode: ColdStoreMode) {
    this.#collectionIds = collectionIds;
    this.#mode = mode;
  }

  /** How many documents were looked at, and how many of them are packed now. */
  get counts(): { readonly documentCount: number; readonly packedCount: number } {
    return { documentCount: this.#documentCount, packedCount: this.#packedCount };
  }

  rewritten(entry: KvEntry, reader: KvReader): Uint8Array {
    if (!this.#collectionIds.has(readUint32(entry.key, 0))) return entry.value;
    if (isChunkKey(entry.key)) return this.#chunk(entry, reader);
    if (!isDocumentKey(entry.key)) return entry.value;
    const value = this.#document(entry, reader);
    this.#documentCount += 1;
    if (isPacked(value)) this.#packedCount += 1;
    return value;
  }

  content(entry: KvEntry, reader: KvReader): Uint8Array {
    const { key, value } = entry;
    if (!this.#collectionIds.has(readUint32(key, 0))) return value;
    if (isChunkKey(key)) {
      const head = headOf(key, reader);
      return head === undefined || !hasPackedChunks(head) ? value : (unpackedOr(value) ?? value);
    }
    if (!isDocumentKey(key)) return value;
    if (isInChunks(value)) return withChunksFor(value, 'HighThroughput');
    const record = recordOr(entry, reader);
    return record === undefined
      ? value
      : wholeValue(record, checksumOf(value) ?? crc32(record), 'HighThroughput');
  }

  #document(entry: KvEntry, reader: KvReader): Uint8Array {
    const { value } = entry;
    if (isInChunks(value)) return withChunksFor(value, this.#mode);
    const record = recordOr(entry, reader);
    if (record === undefined) return value;
    return wholeValue(record, checksumOf(value) ?? crc32(record), this.#mode);
  }

  #chunk({ key, value }: KvEntry, reader: KvReader): Uint8Array {
    const head = headOf(key, reader);
    if (head === undefined || !isInChunks(head)) return value;
    const bytes = hasPackedChunks(head) ? unpackedOr(value) : value;
    if (this.#mode === 'LowSpace') return bytes === undefined ? value : packChunk(bytes);
    return bytes ?? value;
  }
}

/** The value of the document that a chunk belongs to. */
function headOf(chunkKey: Uint8Array, reader: KvReader): Uint8Array | undefined {
  return reader.get(documentKey(readUint32(chunkKey, 0), rowOfDocumentKey(chunkKey)));
}

function recordOr({ key, value }: KvEntry, reader: KvReader): Uint8Array | undefined {
  const stored = { collectionId: readUint32(key, 0), row: rowOfDocumentKey(key), value };
  try {
    return recordOfValue(reader, stored);
  } catch (error) {
    if (error instanceof AuroraError) return undefined;
    throw error;
  }
}

function unpackedOr(chunk: Uint8Array): Uint8Array | undefined {
  try {
    return unpackChunk(chunk);
  } catch {
    // Damage: zlib's error or ours. A verification tells of it.
    return undefined;
  }
}
