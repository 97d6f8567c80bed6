/*
 * Rows under one value of a non-unique index. They lie in blocks of up to 256, so that reading a row costs
 * nanoseconds instead of a lookup, and counting a range reads lengths only.
 *
 *   key     values, block number (4)        the block holds rows from its number up to the next block's number
 *   block   flags (1), row (4) × n          rows ascend; flag 1 on block 0: there are further blocks
 *
 * Block 0 exists as long as the value has rows; it may be empty while others follow. So one read tells whether a
 * value is there at all, and for the many values with few rows it is also the only one.
 */
import { assert } from '../base/assert.ts';
import { prefixSuccessor, readUint32, writeUint32 } from '../base/bytes.ts';
import { limits } from '../limits.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { Row } from '../values/stored-value.ts';

const flagMore = 1;
const rowWidth = 4;

/** Rows that come to a value and rows that leave it; both may be in any order. */
export interface PostingChange {
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** Number of rows in a block. */
export function postingCount(block: Uint8Array): number {
  return (block.length - 1) / rowWidth;
}

/** Appends the rows of a block to a list. */
export function readPostings(block: Uint8Array, rows: Row[]): void {
  for (let offset = 1; offset < block.length; offset += rowWidth) {
    rows.push(readUint32(block, offset) as Row);
  }
}

/** The key of a block of a value. */
export function blockKey(valuesKey: Uint8Array, number: number): Uint8Array {
  const key = new Uint8Array(valuesKey.length + 4);
  key.set(valuesKey);
  writeUint32(key, valuesKey.length, number);
  return key;
}

/** True when a row stands under a value. */
export function hasPosting(reader: KvReader, valuesKey: Uint8Array, row: number): boolean {
  const first = reader.get(blockKey(valuesKey, 0));
  if (first === undefined) return false;
  const number = first[0] === flagMore ? blockNumberOf(reader, valuesKey, row) : 0;
  const block = number === 0 ? first : reader.get(blockKey(valuesKey, number));
  return block !== undefined && rowsOf(block).some((present) => present === row);
}

/** Applies changes to the rows of one value. Rows that are already there, or already gone, are no error. */
export function changePostings(
  writer: KvWriter,
  valuesKey: Uint8Array,
  change: PostingChange,
): void {
  const firstKey = blockKey(valuesKey, 0);
  const first = writer.get(firstKey);
  if (first === undefined) {
    writePieces(writer, valuesKey, 0, ascending(change.added), { hasMore: false, isAppend: true });
    return;
  }
  if ((first[0] ?? 0) === flagMore) {
    changeBlocks(writer, valuesKey, change);
    return;
  }
  const present = rowsOf(first);
  const rows = merge(present, change);
  if (rows.length === 0) writer.remove(firstKey);
  else
    writePieces(writer, valuesKey, 0, rows, {
      hasMore: false,
      isAppend: isAppend(present, change),
    });
}

function changeBlocks(writer: KvWriter, valuesKey: Uint8Array, change: PostingChange): void {
  const end = prefixSuccessor(valuesKey);
  assert(end !== undefined, 'index keys have a successor');
  let added = ascending(change.added);
  let removed = ascending(change.removed);
  while (added.length > 0 || removed.length > 0) {
    const row = Math.min(
      added[0] ?? Number.POSITIVE_INFINITY,
      removed[0] ?? Number.POSITIVE_INFINITY,
    );
    const number = blockNumberOf(writer, valuesKey, row);
    const key = blockKey(valuesKey, number);
    const next = writer.range({ start: blockKey(valuesKey, number + 1), end, limit: 1 })[0];
    const bound =
      next === undefined ? Number.POSITIVE_INFINITY : readUint32(next.key, valuesKey.length);
    const part = {
      added: added.filter((r) => r < bound),
      removed: removed.filter((r) => r < bound),
    };
    added = added.slice(part.added.length);
    removed = removed.slice(part.removed.length);
    const block = writer.get(key);
    const present = block === undefined ? [] : rowsOf(block);
    const rows = merge(present, part);
    const style = {
      hasMore: number === 0,
      isAppend: next === undefined && isAppend(present, part),
    };
    if (rows.length === 0 && number !== 0) writer.remove(key);
    else writePieces(writer, valuesKey, number, rows, style);
  }
  if (change.removed.length > 0) foldLastBlock(writer, valuesKey, end);
}

/** When only block 0 is left, it says so, and goes when it is empty. */
function foldLastBlock(writer: KvWriter, valuesKey: Uint8Array, end: Uint8Array): void {
  if (writer.range({ start: blockKey(valuesKey, 1), end, limit: 1 }).length > 0) return;
  const firstKey = blockKey(valuesKey, 0);
  const first = writer.get(firstKey);
  const rows = first === undefined ? [] : rowsOf(first);
  if (rows.length === 0) writer.remove(firstKey);
  else writer.put(firstKey, toBlock(rows, 0));
}

function blockNumberOf(reader: KvReader, valuesKey: Uint8Array, row: number): number {
  const above = prefixSuccessor(blockKey(valuesKey, row));
  assert(above !== undefined, 'index keys have a successor');
  const found = reader.range({
    start: blockKey(valuesKey, 0),
    end: above,
    reverse: true,
    limit: 1,
  })[0];
  return found === undefined ? 0 : readUint32(found.key, valuesKey.length);
}

interface PieceStyle {
  /** True when block 0 already has blocks behind it. */
  readonly hasMore: boolean;
  /** Rows at the end fill their block; rows in between leave room in both halves. */
  readonly isAppend: boolean;
}

function writePieces(
  writer: KvWriter,
  valuesKey: Uint8Array,
  number: number,
  rows: readonly number[],
  style: PieceStyle,
): void {
  if (rows.length === 0 && !style.hasMore) return;
  const max = limits.postingBlockRowsMax;
  const pieceCount = Math.max(1, Math.ceil(rows.length / max));
  const pieceLength = style.isAppend ? max : Math.ceil(rows.length / pieceCount);
  for (let piece = 0; piece < pieceCount; piece += 1) {
    const part = rows.slice(piece * pieceLength, (piece + 1) * pieceLength);
    const partNumber = piece === 0 ? number : (part[0] ?? number);
    const hasMore = partNumber === 0 && (style.hasMore || pieceCount > 1);
    writer.put(blockKey(valuesKey, partNumber), toBlock(part, hasMore ? flagMore : 0));
  }
}

function toBlock(rows: readonly number[], flags: number): Uint8Array {
  const block = new Uint8Array(1 + rows.length * rowWidth);
  block[0] = flags;
  for (const [position, row] of rows.entries()) writeUint32(block, 1 + position * rowWidth, row);
  return block;
}

function rowsOf(block: Uint8Array): readonly number[] {
  const rows: Row[] = [];
  readPostings(block, rows);
  return rows;
}

function merge(present: readonly number[], change: PostingChange): readonly number[] {
  if (change.removed.length === 0 && isAppend(present, change)) {
    return [...present, ...ascending(change.added)];
  }
  const rows = new Set(present);
  for (const row of change.removed) rows.delete(row);
  for (const row of change.added) rows.add(row);
  return ascending([...rows]);
}

function isAppend(present: readonly number[], change: PostingChange): boolean {
  const last = present.at(-1) ?? -1;
  return change.added.every((row) => row > last) && change.added.length > 0;
}

function ascending(rows: readonly number[]): readonly number[] {
  return rows.length < 2 ? rows : [...new Set(rows)].sort((a, b) => a - b);
}
