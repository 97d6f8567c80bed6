/*
 * Keys as bytes whose order is the order of the values (compare.ts). Used for ids, index entries and cursors.
 *
 *   null     10
 *   false    20        true  21
 *   number   30  8 bytes: IEEE double, big-endian; sign bit flipped, all bits of negative numbers flipped
 *   uuid     38  16 bytes (fields declared Uuid only; such a field holds nothing else but null)
 *   string   40  content: UTF-8
 *   list     50  content: the encodings of the elements
 *   object   60  content: for each key in order, the encoding of the key and of the value
 *
 *   content  00 is written 00 FF; ends with 00 01.
 *            Above 256 bytes: cut, then 00 02 and the first 16 bytes of the SHA-256 of the whole content.
 *
 * No encoding is a prefix of another, so compound keys are concatenations. Two cut values with the same first bytes
 * are ordered by hash, not by value: whoever reads a range must compare those again (`isCut` tells).
 */
import { createHash } from 'node:crypto';
import { assert } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { compareStrings, isList } from './compare.ts';
import type { StoredValue } from './stored-value.ts';
import { writeUuid } from './uuid.ts';

const tag = {
  null: 0x10,
  false: 0x20,
  true: 0x21,
  number: 0x30,
  uuid: 0x38,
  string: 0x40,
  list: 0x50,
  object: 0x60,
};
const contentEnd = 0x01;
const contentCut = 0x02;
const escaped = 0xff;
const hashLength = 16;
/** So few bytes are copied before a call for that has begun. */
const copiedByHandMax = 16;

/** How a field's values are encoded: as their value, as the 16 bytes of a UUID, or as those bytes alone, which ids are. */
export type KeyForm = 'value' | 'uuid' | 'id';

/** Builds keys in one buffer that is reused. */
export class KeyWriter {
  readonly #valueBytesMax: number;
  #bytes: Buffer = Buffer.allocUnsafeSlow(512);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Longer values are cut, unless for keys that are only compared: `Number.POSITIVE_INFINITY`. */
  constructor(valueBytesMax: number = limits.keyValueBytesMax) {
    this.#valueBytesMax = valueBytesMax;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, up to `length`; valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Makes room at once for what is known to come. */
  expect(bytes: number): this {
    this.#reserve(bytes);
    return this;
  }

  /** Begins a new key. */
  reset(): this {
    this.#length = 0;
    return this;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  /** What was written as a key for maps: one character per byte. */
  takeText(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  /** Turns around the order of what was written from an offset on. */
  invert(from: number): this {
    for (let at = from; at < this.#length; at += 1) this.#bytes[at] = ~(this.#bytes[at] ?? 0);
    return this;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
    return this;
  }

  uint32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  raw(bytes: Uint8Array): this {
    const { length } = bytes;
    this.#reserve(length);
    if (length > copiedByHandMax) this.#bytes.set(bytes, this.#length);
    else for (let at = 0; at < length; at += 1) this.#bytes[this.#length + at] = bytes[at] ?? 0;
    this.#length += length;
    return this;
  }

  /** The 16 bytes of a canonical UUID, without a type byte. */
  uuid(text: string): this {
    this.#reserve(16);
    assert(writeUuid(text, this.#bytes, this.#length), 'ids are canonical UUIDs');
    this.#length += 16;
    return this;
  }

  /**
   * A value with its type byte.
   * @throws AuroraError `InvalidValue` for a string with lone surrogates, or a value that is no UUID in a Uuid field.
   */
  value(value: StoredValue | undefined, form: KeyForm): this {
    if (form === 'id') {
      assert(typeof value === 'string', 'ids are canonical UUIDs');
      return this.uuid(value);
    }
    if (value === null || value === undefined) return this.byte(tag.null);
    if (form === 'uuid') return this.#uuidValue(value);
    switch (typeof value) {
      case 'boolean':
        return this.byte(value ? tag.true : tag.false);
      case 'number':
        return this.byte(tag.number).#number(value);
      case 'string':
        return this.#string(value);
      default:
        return this.byte(isList(value) ? tag.list : tag.object).#content(
          encodeContent(value, this.#valueBytesMax),
        );
    }
  }

  #uuidValue(value: StoredValue): this {
    this.byte(tag.uuid);
    this.#reserve(16);
    if (typeof value !== 'string' || !writeUuid(value, this.#bytes, this.#length)) {
      throw new AuroraError('InvalidValue', `${JSON.stringify(value)} is not a UUID.`);
    }
    this.#length += 16;
    return this;
  }

  #number(value: number): this {
    assert(Number.isFinite(value), 'stored numbers are finite');
    this.#reserve(8);
    // Adding zero turns -0 into 0, which compares as equal.
    this.#view.setFloat64(this.#length, value + 0);
    const isNegative = (this.#view.getUint8(this.#length) & 0x80) !== 0;
    const high = this.#view.getUint32(this.#length);
    const low = this.#view.getUint32(this.#length + 4);
    this.#view.setUint32(this.#length, isNegative ? ~high : high ^ 0x80000000);
    if (isNegative) this.#view.setUint32(this.#length + 4, ~low);
    this.#length += 8;
    return this;
  }

  #string(text: string): this {
    this.byte(tag.string);
    if (text.length <= this.#valueBytesMax && this.#shortAscii(text)) return this;
    return this.#content(encodeText(text));
  }

  /** The common case without a detour; false, with nothing written, when the text is not plain ASCII. */
  #shortAscii(text: string): boolean {
    this.#reserve(text.length + 2);
    const start = this.#length;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit === 0 || unit >= 0x80) return false;
      this.#bytes[start + index] = unit;
    }
    this.#bytes[start + text.length] = 0;
    this.#bytes[start + text.length + 1] = contentEnd;
    this.#length = start + text.length + 2;
    return true;
  }

  #content(content: Uint8Array): this {
    const bytesMax = this.#valueBytesMax;
    this.#reserve(Math.min(bytesMax, 2 * content.length) + 2 + hashLength);
    const start = this.#length;
    let length = 0;
    for (const byte of content) {
      const width = byte === 0 ? 2 : 1;
      if (length + width > bytesMax) {
        this.#length = start + length;
        const hash = createHash('sha256').update(content).digest();
        return this.byte(0).byte(contentCut).raw(hash.subarray(0, hashLength));
      }
      this.#bytes[start + length] = byte;
      if (byte === 0) this.#bytes[start + length + 1] = escaped;
      length += width;
    }
    this.#length = start + length;
    return this.byte(0).byte(contentEnd);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** The encoding of one value. */
export function encodeKey(value: StoredValue | undefined, form: KeyForm = 'value'): Uint8Array {
  return new KeyWriter().value(value, form).take();
}

/** Where one encoded value ends, and whether it was cut. */
export interface KeyComponent {
  readonly end: number;
  /** Length up to and including the mark 00 02 when the value was cut; else `undefined`. */
  readonly cutEnd: number | undefined;
}

/** Finds the end of the encoded value that begins at an offset. */
export function readKeyComponent(bytes: Uint8Array, offset: number): KeyComponent {
  switch (bytes[offset]) {
    case tag.null:
    case tag.false:
    case tag.true:
      return { end: offset + 1, cutEnd: undefined };
    case tag.number:
      return { end: offset + 9, cutEnd: undefined };
    case tag.uuid:
      return { end: offset + 17, cutEnd: undefined };
    case tag.string:
    case tag.list:
    case tag.object:
      return readContentEnd(bytes, offset + 1);
    default:
      throw new AuroraError(
        'DatabaseCorrupt',
        'An index key holds a type byte that does not exist.',
      );
  }
}

/** The text that is encoded at an offset, whole. */
export function readText(bytes: Uint8Array, offset: number): string {
  const { end, cutEnd } = readKeyComponent(bytes, offset);
  assert(bytes[offset] === tag.string && cutEnd === undefined, 'there is a text, and not cut');
  const content = bytes.subarray(offset + 1, end - 2);
  return Buffer.from(
    content.filter((byte, at) => byte !== escaped || content[at - 1] !== 0),
  ).toString();
}

/** True when the encoded value at an offset is null. */
export function isNullComponent(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === tag.null;
}

function readContentEnd(bytes: Uint8Array, offset: number): KeyComponent {
  for (let index = offset; index + 1 < bytes.length; index += 1) {
    if (bytes[index] !== 0) continue;
    const mark = bytes[index + 1];
    if (mark === contentEnd) return { end: index + 2, cutEnd: undefined };
    if (mark === contentCut) return { end: index + 2 + hashLength, cutEnd: index + 2 };
    index += 1;
  }
  throw new AuroraError('DatabaseCorrupt', 'An index key ends inside a value.');
}

/** True when a text has halves of surrogate pairs, which have no UTF-8 form. */
export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed();
}

function encodeText(text: string): Uint8Array {
  if (hasLoneSurrogate(text)) {
    throw new AuroraError(
      'InvalidValue',
      'A string holds half a surrogate pair, which is no Unicode text.',
    );
  }
  return Buffer.from(text, 'utf8');
}

function encodeContent(value: StoredValue, valueBytesMax: number): Uint8Array {
  const writer = new KeyWriter(valueBytesMax);
  if (isList(value)) {
    for (const element of value) writer.value(element, 'value');
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value).sort(compareStrings)) {
      writer.value(key, 'value').value(value[key], 'value');
    }
  }
  return writer.take();
}
