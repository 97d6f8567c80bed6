/*
 * What a result has not given yet, without the snapshot that it was read from: documents as bytes, first in, first
 * out, in blocks that lie in memory or in a file. A block is a list of records, each behind its length:
 *
 *   length (4) | record | length (4) | record | …
 *
 * The records are those of a codec that lives as long as the result, so that they need nothing of the database.
 */
import { assert } from '../base/assert.ts';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import type { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import type { SpoolFile, SpoolPlace } from '../storage/spool-file.ts';
import type { SpoolSpace } from '../storage/spool-space.ts';
import type { StoredDocument } from '../values/stored-value.ts';

type Block =
  | { readonly kind: 'memory'; readonly bytes: Uint8Array; readonly isCounted: boolean }
  | { readonly kind: 'file'; readonly place: SpoolPlace };

/** Keeps the blocks of one result, which may have several roots. */
export class ResultSpool {
  readonly #space: SpoolSpace;
  #memoryBytes = 0;
  #file: SpoolFile | undefined;

  constructor(space: SpoolSpace) {
    this.#space = space;
  }

  /** @throws AuroraError `SnapshotExpired` above the bounds, `DiskFull`, `StorageFailure` */
  async keep(bytes: Uint8Array): Promise<Block> {
    if (this.#space.takeMemory(bytes.length, this.#memoryBytes)) {
      this.#memoryBytes += bytes.length;
      return { kind: 'memory', bytes, isCounted: true };
    }
    this.#file ??= await this.#space.openFile();
    return { kind: 'file', place: await this.#file.append(bytes) };
  }

  /** The bytes of a block, once. @throws AuroraError `StorageFailure` */
  async take(block: Block): Promise<Uint8Array> {
    if (block.kind === 'memory') {
      if (block.isCounted) this.#giveBack(block.bytes.length);
      return block.bytes;
    }
    assert(this.#file !== undefined, 'a block in a file has one');
    return this.#file.read(block.place);
  }

  /** Forgets all blocks; may be called again. */
  async close(): Promise<void> {
    this.#giveBack(this.#memoryBytes);
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #giveBack(bytes: number): void {
    this.#space.giveBackMemory(bytes);
    this.#memoryBytes -= bytes;
  }
}

/** The documents of one root that were read and not given yet. Calls must not overlap. */
export class SpooledDocuments {
  readonly #spool: ResultSpool;
  readonly #slicer: TimeSlicer;
  readonly #codec: DocumentCodec;
  #blocks: Block[] = [];
  #records: Uint8Array[] = [];
  #recordBytes = 0;
  /** The block that is being given, from where on. */
  #given: { readonly bytes: Uint8Array; offset: number } | undefined;

  constructor(spool: ResultSpool, slicer: TimeSlicer, collection: string) {
    this.#spool = spool;
    this.#slicer = slicer;
    this.#codec = new DocumentCodec(collection, undefined);
  }

  /**
   * Keeps documents, in time slices. Gives `undefined`, or why these should be the last: they are kept all the same.
   * @throws AuroraError `Cancelled`
   */
  async append(documents: readonly StoredDocument[]): Promise<AuroraError | undefined> {
    let refusal: AuroraError | undefined;
    for (const document of documents) {
      if (this.#slicer.isDue) await this.#slicer.yieldIfDue();
      const record = this.#codec.encode(document);
      this.#records.push(record);
      this.#recordBytes += lengthBytes + record.length;
      if (this.#recordBytes >= limits.spoolBlockBytes)
        refusal = (await this.#keep(this.#takeRecords())) ?? refusal;
    }
    return refusal;
  }

  /** Tries again to keep what it was refused last. Gives `undefined`, or why that still does not fit. */
  async retry(): Promise<AuroraError | undefined> {
    const last = this.#blocks.at(-1);
    if (last === undefined || last.kind === 'file' || last.isCounted) return undefined;
    this.#blocks.pop();
    return this.#keep(last.bytes);
  }

  /** The next documents; `undefined` when all were given. @throws AuroraError `Cancelled`, `StorageFailure` */
  async next(): Promise<readonly StoredDocument[] | undefined> {
    await this.#slicer.yieldIfDue();
    this.#given ??= await this.#nextBlock();
    const given = this.#given;
    if (given === undefined) return undefined;
    const documents: StoredDocument[] = [];
    const { bytes } = given;
    const end = Math.min(bytes.length, given.offset + givenBytesMax);
    while (given.offset < end && documents.length < givenRowsMax) {
      const start = given.offset + lengthBytes;
      given.offset = start + readUint32(bytes, given.offset);
      documents.push(this.#codec.decode(bytes.subarray(start, given.offset)));
    }
    if (given.offset === bytes.length) this.#given = undefined;
    return documents;
  }

  async #nextBlock(): Promise<{ readonly bytes: Uint8Array; offset: number } | undefined> {
    const block = this.#blocks.shift();
    if (block !== undefined) return { bytes: await this.#spool.take(block), offset: 0 };
    return this.#records.length === 0 ? undefined : { bytes: this.#takeRecords(), offset: 0 };
  }

  async #keep(bytes: Uint8Array): Promise<AuroraError | undefined> {
    try {
      this.#blocks.push(await this.#spool.keep(bytes));
      return undefined;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      this.#blocks.push({ kind: 'memory', bytes, isCounted: false });
      return error;
    }
  }

  #takeRecords(): Uint8Array {
    const bytes = new Uint8Array(this.#recordBytes);
    let offset = 0;
    for (const record of this.#records) {
      writeUint32(bytes, offset, record.length);
      bytes.set(record, offset + lengthBytes);
      offset += lengthBytes + record.length;
    }
    this.#records = [];
    this.#recordBytes = 0;
    return bytes;
  }
}

const lengthBytes = 4;
/** What is decoded in one go. */
const givenRowsMax = 128;
const givenBytesMax = 1024 * 1024;
