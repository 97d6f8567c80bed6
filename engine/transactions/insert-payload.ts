/*
 * The changes of a commit that only inserts, as the log is to have them (log-payload.ts), put together while its documents
 * are encoded: the records are copied once, to where the log and the write buffer read them. Rows are known later, and
 * filled in then.
 */
import { writeUint32 } from '../base/bytes.ts';
import type { RecordPlace } from '../storage/document-codec.ts';
import { commitHead, insertHeadBytes, writeInsertHead } from './log-payload.ts';

const bytesPerChangeExpected = 256;
/** Room for documents that are longer than those before. */
const growth = 1.05;
/** The length of the old image, which is none. */
const tailBytes = 4;
const recordLengthOffset = insertHeadBytes - 4;

export class InsertPayload {
  #bytes: Buffer;
  #length = 0;
  /** Where the length of each record lies. */
  readonly recordPlaces: Uint32Array;
  #count = 0;

  constructor(changeCount: number) {
    this.#bytes = Buffer.allocUnsafeSlow(changeCount * bytesPerChangeExpected);
    this.recordPlaces = new Uint32Array(changeCount);
  }

  add({ bytes, start, end }: RecordPlace): void {
    const length = end - start;
    const at = this.#length;
    const recordStart = at + insertHeadBytes;
    this.#reserve(recordStart + length + tailBytes);
    writeInsertHead(this.#bytes, at, length);
    bytes.copy(this.#bytes, recordStart, start, end);
    writeUint32(this.#bytes, recordStart + length, 0);
    this.recordPlaces[this.#count] = at + recordLengthOffset;
    this.#count += 1;
    this.#length = recordStart + length + tailBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** All changes; they stay as they are but for their rows. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The whole payload, when the documents come into rows that follow each other. */
  pieces(commit: {
    readonly timeMs: number;
    readonly collectionId: number;
    readonly structures: Uint8Array | undefined;
    readonly firstRow: number;
  }): readonly Uint8Array[] {
    const { firstRow } = commit;
    for (let at = 0; at < this.#count; at += 1) {
      writeUint32(this.#bytes, (this.recordPlaces[at] ?? 0) - 4, firstRow + at);
    }
    return [
      commitHead({ ...commit, changeCount: this.#count }),
      this.#bytes.subarray(0, this.#length),
    ];
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    // What is never filled would be kept as long as the rest: no more than all take if they go on like this.
    const expected = growth * (needed / (this.#count + 1)) * this.recordPlaces.length;
    const length = Math.min(Math.ceil(expected), 2 * this.#bytes.length);
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
