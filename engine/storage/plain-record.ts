/*
 * Records of documents whose values are texts, numbers, booleans, nulls and lists of those, which most are: byte for byte
 * what Packr makes of them (document-codec.ts), in half of its time, since nothing of what else it can do is asked for at
 * each value. Anything else is left to Packr, as are documents that are longer than the room that is given.
 *
 *   head (1)   64 + the number of the structure, below 32
 *   values     as msgpack has them, in the order of the structure; whole numbers from 64 on in their shortest form
 */
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

/** Structures that are named in one byte. */
export const plainStructuresMax = 32;
export const firstHead = 0x40;
/** The longest value that is no text and no list. */
const scalarBytesMax = 9;
const listHeadBytesMax = 3;
const notPlain = -1;

/** Where records are written; both are the same bytes. */
export interface RecordRoom {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** So many bytes. */
export function roomOf(bytes: number): RecordRoom {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return { bytes: buffer, view: new DataView(buffer.buffer) };
}

export interface PlainStructure {
  readonly names: readonly string[];
  /** Its place in the table. */
  readonly position: number;
}

/** Writes a record, and gives its end; -1 when it has no room, or must be left to Packr. */
export function writePlainRecord(
  room: RecordRoom,
  start: number,
  structure: PlainStructure,
  document: StoredDocument,
): number {
  const { names } = structure;
  let field = 0;
  let at = start;
  if (at >= room.bytes.length) return notPlain;
  room.bytes[at] = firstHead + structure.position;
  at += 1;
  for (const name in document) {
    if (names[field] !== name) return notPlain;
    field += 1;
    const value = document[name];
    at = Array.isArray(value) ? writeList(room, at, value) : writeScalar(room, at, value);
    if (at < 0) return notPlain;
  }
  return field === names.length ? at : notPlain;
}

function writeList(room: RecordRoom, start: number, list: readonly StoredValue[]): number {
  const { bytes } = room;
  const { length } = list;
  if (start + listHeadBytesMax > bytes.length || length >= 0x10000) return notPlain;
  let at =
    length < 0x10
      ? writeByte(bytes, start, 0x90 | length)
      : writeHeaded16(room, start, 0xdc, length);
  for (let position = 0; position < length; position += 1) {
    at = writeScalar(room, at, list[position]);
    if (at < 0) return notPlain;
  }
  return at;
}

function writeScalar(room: RecordRoom, at: number, value: StoredValue | undefined): number {
  if (typeof value === 'string') return writeText(room, at, value);
  if (at + scalarBytesMax > room.bytes.length) return notPlain;
  if (typeof value === 'number') return writeNumber(room, at, value);
  if (value === true) room.bytes[at] = 0xc3;
  else if (value === false) room.bytes[at] = 0xc2;
  else if (value === null) room.bytes[at] = 0xc0;
  else return notPlain;
  return at + 1;
}

function writeNumber(room: RecordRoom, at: number, value: number): number {
  const { bytes, view } = room;
  if (value >>> 0 === value) {
    if (value < 0x40) return writeByte(bytes, at, value);
    if (value < 0x100) return writeHeaded8(bytes, at, 0xcc, value);
    if (value < 0x10000) return writeHeaded16(room, at, 0xcd, value);
    return writeHeaded32(room, at, 0xce, value);
  }
  if (value >> 0 === value) {
    if (value >= -0x20) return writeByte(bytes, at, value);
    if (value >= -0x80) return writeHeaded8(bytes, at, 0xd0, value);
    if (value >= -0x8000) return writeHeaded16(room, at, 0xd1, value);
    return writeHeaded32(room, at, 0xd2, value);
  }
  bytes[at] = 0xcb;
  view.setFloat64(at + 1, value);
  return at + 9;
}

/** A byte; as all that follow, of a negative number that in two's complement. */
function writeByte(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value;
  return at + 1;
}

function writeHeaded8(bytes: Buffer, at: number, head: number, value: number): number {
  bytes[at] = head;
  bytes[at + 1] = value;
  return at + 2;
}

function writeHeaded16({ bytes, view }: RecordRoom, at: number, head: number, value: number) {
  bytes[at] = head;
  view.setUint16(at + 1, value);
  return at + 3;
}

function writeHeaded32({ bytes, view }: RecordRoom, at: number, head: number, value: number) {
  bytes[at] = head;
  view.setUint32(at + 1, value);
  return at + 5;
}

/** From here on the runtime's own encoder is faster; it also has another way with halves of characters. */
const copiedByHandMax = 0x40;

function writeText(room: RecordRoom, at: number, text: string): number {
  const { bytes } = room;
  const { length } = text;
  if (at + 5 + 3 * length > bytes.length) return notPlain;
  const headBytes = textHeadBytes(length);
  const start = at + headBytes;
  if (length >= copiedByHandMax) {
    return endText(room, { at, headBytes, length: bytes.write(text, start) });
  }
  let end = start;
  for (let position = 0; position < length; position += 1) {
    const code = text.charCodeAt(position);
    // Others may need two units for one character.
    if (code >= 0xd800 && code < 0xe000) return notPlain;
    if (code < 0x80) {
      bytes[end] = code;
      end += 1;
    } else if (code < 0x800) {
      bytes[end] = (code >> 6) | 0xc0;
      bytes[end + 1] = (code & 0x3f) | 0x80;
      end += 2;
    } else {
      bytes[end] = (code >> 12) | 0xe0;
      bytes[end + 1] = ((code >> 6) & 0x3f) | 0x80;
      bytes[end + 2] = (code & 0x3f) | 0x80;
      end += 3;
    }
  }
  if (headBytes === 1 && end - start < 0x20) {
    bytes[at] = 0xa0 | (end - start);
    return end;
  }
  return endText(room, { at, headBytes, length: end - start });
}

function textHeadBytes(length: number): number {
  return length < 0x20 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

/** Writes the head of a text that lies behind room for it, which may be too small: its length in bytes was not known. */
function endText(
  room: RecordRoom,
  { at, headBytes, length }: { readonly at: number; readonly headBytes: number; length: number },
): number {
  const { bytes } = room;
  const needed = textHeadBytes(length);
  if (needed > headBytes) {
    bytes.copyWithin(at + needed, at + headBytes, at + headBytes + length);
  }
  if (needed === 1) writeByte(bytes, at, 0xa0 | length);
  else if (needed === 2) writeHeaded8(bytes, at, 0xd9, length);
  else if (needed === 3) writeHeaded16(room, at, 0xda, length);
  else writeHeaded32(room, at, 0xdb, length);
  return at + needed + length;
}
