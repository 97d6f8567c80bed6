/*
 * A few fields of a record, read where they lie, past everything else: a pass over many documents that looks at one of
 * their fields takes a fraction of the time of decoding them, and leaves a tenth behind. Records are as Packr and
 * plain-record.ts make them: the number of a structure, then the values in its order, as msgpack has them. What is not
 * plain to read (lists and objects among the wanted values, structures of their own, numbers of 64 bits) is left to the
 * decoder of whole documents.
 */
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { firstHead, plainStructuresMax } from './plain-record.ts';

/** In place of an end or a value: whoever asks must decode the document. */
const notPlain = -1;

type Document = { id: string; [field: string]: StoredValue };

export class RecordFields {
  readonly #structures: readonly (readonly string[])[];
  /** For each structure which of its values are wanted, up to the last one; made when it is met. */
  readonly #wanted: (readonly boolean[])[] = [];
  readonly #names: ReadonlySet<string>;
  /** Copied for each document: V8 makes literals that once lived long in the old heap (decoded-copy.ts). */
  readonly #template: Document = { id: '' };
  /** Where the value that was read ends. */
  #end = 0;

  /** `structures` may grow. */
  constructor(structures: readonly (readonly string[])[], names: readonly string[]) {
    this.#structures = structures;
    this.#names = new Set(names);
  }

  /**
   * A document with these of its fields that it has; its id is empty unless that is among them. `undefined` when the record
   * must be decoded.
   */
  read(bytes: Uint8Array, start: number, end: number): StoredDocument | undefined {
    const position = (bytes[start] ?? 0) - firstHead;
    if (position < 0 || position >= plainStructuresMax) return undefined;
    const names = this.#structures[position];
    if (names === undefined) return undefined;
    const wanted = this.#wantedOf(position, names);
    const document = { ...this.#template };
    let at = start + 1;
    for (let field = 0; field < wanted.length; field += 1) {
      if (at >= end) return undefined;
      if (wanted[field] === true) {
        const value = this.#value(bytes, at);
        if (value === undefined || this.#end > end) return undefined;
        document[names[field] ?? ''] = value;
        at = this.#end;
      } else {
        at = this.#skip(bytes, at, end);
        if (at < 0) return undefined;
      }
    }
    return at > end ? undefined : document;
  }

  #wantedOf(position: number, names: readonly string[]): readonly boolean[] {
    let wanted = this.#wanted[position];
    if (wanted === undefined) {
      const all = names.map((name) => this.#names.has(name));
      wanted = all.slice(0, all.lastIndexOf(true) + 1);
      this.#wanted[position] = wanted;
    }
    return wanted;
  }

  #value(bytes: Uint8Array, at: number): StoredValue | undefined {
    const head = bytes[at] ?? 0;
    this.#end = at + 1;
    if (head < firstHead) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head >= 0xa0 && head < 0xc0) return this.#text(bytes, at + 1, head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcb:
        this.#end = at + 9;
        return float64At(bytes, at + 1);
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#whole(bytes, at + 1, 1 << (head - 0xcc));
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (head - 0xd0);
        const unused = 32 - 8 * size;
        return (this.#whole(bytes, at + 1, size) << unused) >> unused;
      }
      case 0xd9:
      case 0xda:
      case 0xdb: {
        const size = 1 << (head - 0xd9);
        return this.#text(bytes, at + 1 + size, this.#whole(bytes, at + 1, size));
      }
      default:
        return undefined;
    }
  }

  #whole(bytes: Uint8Array, at: number, size: number): number {
    this.#end = at + size;
    return wholeAt(bytes, at, size);
  }

  #text(bytes: Uint8Array, start: number, length: number): string {
    this.#end = start + length;
    return Buffer.prototype.utf8Slice.call(bytes, start, start + length);
  }

  /** The end of the value at a place; -1 when it is not plain. */
  #skip(bytes: Uint8Array, at: number, end: number): number {
    const head = bytes[at] ?? 0;
    const sized = sizes[head] ?? notPlain;
    if (sized > 0) return at + sized;
    switch (head) {
      case 0xd9:
        return at + 2 + wholeAt(bytes, at + 1, 1);
      case 0xda:
        return at + 3 + wholeAt(bytes, at + 1, 2);
      case 0xdb:
        return at + 5 + wholeAt(bytes, at + 1, 4);
      case 0xdc:
        return this.#skipAll(bytes, at + 3, wholeAt(bytes, at + 1, 2), end);
      case 0xdd:
        return this.#skipAll(bytes, at + 5, wholeAt(bytes, at + 1, 4), end);
    }
    if (head >= 0x90 && head < 0xa0) return this.#skipAll(bytes, at + 1, head & 0x0f, end);
    if (head < firstHead || head >= firstHead + plainStructuresMax) return notPlain;
    const names = this.#structures[head - firstHead];
    return names === undefined ? notPlain : this.#skipAll(bytes, at + 1, names.length, end);
  }

  #skipAll(bytes: Uint8Array, start: number, count: number, end: number): number {
    let at = start;
    for (let each = 0; each < count && at >= 0; each += 1) {
      at = at < end ? this.#skip(bytes, at, end) : notPlain;
    }
    return at;
  }
}

/** How long a value is, its first byte included, by that byte; 0 where more has to be read, or it is not plain. */
const sizes = Uint8Array.from({ length: 256 }, (_, head) => {
  if (head < firstHead || head >= 0xe0) return 1;
  if (head >= 0xa0 && head < 0xc0) return 1 + (head & 0x1f);
  switch (head) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return 1;
    case 0xcc:
    case 0xd0:
      return 2;
    case 0xcd:
    case 0xd1:
      return 3;
    case 0xca:
    case 0xce:
    case 0xd2:
      return 5;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return 9;
    default:
      return 0;
  }
});

function wholeAt(bytes: Uint8Array, at: number, size: number): number {
  let whole = 0;
  for (let each = at; each < at + size; each += 1) whole = whole * 256 + (bytes[each] ?? 0);
  return whole;
}

const floatBytes = new Uint8Array(8);
const float = new DataView(floatBytes.buffer);

function float64At(bytes: Uint8Array, at: number): number {
  for (let each = 0; each < 8; each += 1) floatBytes[each] = bytes[at + each] ?? 0;
  return float.getFloat64(0);
}
