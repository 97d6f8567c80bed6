import { type IndexLayout, writeOnlyKey } from '../indexes/index-layout.ts';
import { hashOfBytes } from '../indexes/known-keys.ts';
import { KeyWriter } from '../values/key-encoding.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { InsertedKeys } from './inserted-rows.ts';

/** The keys of documents that are inserted, as they are written behind each other. */
export class WrittenKeys implements InsertedKeys {
  readonly layouts: readonly IndexLayout[];
  readonly ends: Uint32Array;
  readonly nulls: Uint8Array;
  readonly hashes: Int32Array;
  readonly #writer: KeyWriter;

  /** `layouts`: of one key for each document. `bytesExpected`: of a key; room is made as keys come unless told. */
  constructor(layouts: readonly IndexLayout[], documentsMax: number, bytesExpected = 0) {
    this.layouts = layouts;
    this.ends = new Uint32Array(documentsMax * layouts.length);
    this.nulls = new Uint8Array(this.ends.length);
    this.hashes = new Int32Array(this.ends.length);
    this.#writer = new KeyWriter().expect(this.ends.length * bytesExpected);
  }

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  /** Writes those of a document behind the ones before. @throws AuroraError `InvalidValue`; nothing may be added then */
  add(position: number, document: StoredDocument): void {
    const writer = this.#writer;
    let at = position * this.layouts.length;
    for (const layout of this.layouts) {
      const start = writer.length;
      if (writeOnlyKey(writer, layout, document)) this.nulls[at] = 1;
      this.ends[at] = writer.length;
      if (layout.entry.unique) this.hashes[at] = hashOfBytes(writer.bytes, start, writer.length);
      at += 1;
    }
  }
}
