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
import type { KvEntry, KvReader, KvWriter } from '../storage/kv-store.ts';
import type { Row } from '../values/stored-value.ts';

const flagMore = 1;
const rowWidth = 4;
/** The number of a block at the end of its key. */
export const blockNumberBytes = 4;

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
  const first = reader.peek(blockKey(valuesKey, 0));
  if (first === undefined) return false;
  if (first[0] !== flagMore) return isInBlock(first, row);
  return isInBlock(blockOf(reader, valuesKey, row).block, row);
}

function isInBlock(block: Uint8Array, row: number): boolean {
  let [low, high] = [0, postingCount(block) - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = readUint32(block, 1 + middle * rowWidth);
    if (found === row) return true;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** Applies changes to the rows of one value. Rows that are already there, or already gone, are no error. */
export function changePostings(
  writer: KvWriter,
  valuesKey: Uint8Array,
  change: PostingChange,
): void {
  changeFirstBlock(writer, blockKey(valuesKey, 0), change);
}

/** The same, of the value whose first block has this key. `isNew`: the store has nothing of it. */
export function changeFirstBlock(
  writer: KvWriter,
  firstKey: Uint8Array,
  change: PostingChange & { readonly isNew?: boolean },
): void {
  changeFoundBlock(
    writer,
    firstKey,
    change.isNew === true ? undefined : writer.get(firstKey),
    change,
  );
}

/** The same of one row that is added, with no list of it where the value is new, as most are that tell documents apart. */
export function addFirstRow(
  writer: KvWriter,
  firstKey: Uint8Array,
  { row, isNew }: { readonly row: number; readonly isNew: boolean },
): void {
  const first = isNew ? undefined : writer.get(firstKey);
  if (first === undefined) writer.put(firstKey, new Uint8Array(sharedSingleBlock(row)));
  else changeFoundBlock(writer, firstKey, first, { added: [row], removed: [] });
}

/** `first` is what lies under the key. */
function changeFoundBlock(
  writer: KvWriter,
  firstKey: Uint8Array,
  first: Uint8Array | undefined,
  change: PostingChange,
): void {
  const added = ascending(change.added);
  // Most values of an index that tells documents apart are new, and have one.
  if (first === undefined && added.length <= limits.postingBlockRowsMax) {
    if (added.length > 0) writer.put(firstKey, toBlock(added, 0));
    return;
  }
  const valuesKey = new Uint8Array(firstKey.subarray(0, firstKey.length - blockNumberBytes));
  if (first === undefined) {
    writePieces(writer, valuesKey, 0, added, { hasMore: false, isAppend: true });
    return;
  }
  const removed = ascending(change.removed);
  if (first[0] === flagMore) {
    changeBlocks(writer, valuesKey, { added, removed });
    return;
  }
  const place = { number: 0, hasMore: false, isLast: () => true };
  if (writeChanged(writer, valuesKey, place, first, { added, removed })) writer.remove(firstKey);
}

/** `change` ascends. Where several rows change, the blocks behind the first one are read together. */
function changeBlocks(writer: KvWriter, valuesKey: Uint8Array, change: PostingChange): void {
  const end = prefixSuccessor(valuesKey);
  assert(end !== undefined, 'index keys have a successor');
  let { added, removed } = change;
  if (removed.length === 0 && added.length >= appendedRowsMin) {
    if (appendRows(writer, valuesKey, end, added)) return;
  }
  let hasEmptied = false;
  while (added.length > 0 || removed.length > 0) {
    const rowCount = added.length + removed.length;
    const row = Math.min(
      added[0] ?? Number.POSITIVE_INFINITY,
      removed[0] ?? Number.POSITIVE_INFINITY,
    );
    let present: Block | undefined = blockOf(writer, valuesKey, row);
    const following =
      rowCount === 1 ? undefined : new BlockRun(writer, valuesKey, present, end, rowCount);
    while (present !== undefined && added.length + removed.length > 0) {
      const { number, block }: Block = present;
      const next = following?.next();
      // It is read again, with those behind it.
      if (next === 'unknown') break;
      const bound = next?.number ?? Number.POSITIVE_INFINITY;
      const part = { added: below(added, bound), removed: below(removed, bound) };
      added = added.slice(part.added.length);
      removed = removed.slice(part.removed.length);
      const isLast = (): boolean =>
        following === undefined
          ? numberAfter(writer, valuesKey, number, end) === Number.POSITIVE_INFINITY
          : next === undefined;
      const place = { number, hasMore: number === 0, isLast };
      const hasChanges = part.added.length + part.removed.length > 0;
      if (hasChanges && writeChanged(writer, valuesKey, place, block, part)) {
        hasEmptied = true;
        if (number !== 0) writer.remove(blockKey(valuesKey, number));
      }
      present = next;
    }
  }
  if (hasEmptied) foldLastBlock(writer, valuesKey, end);
}

/** So many new rows of one value mostly come from a load, and stand above all that there are. */
const appendedRowsMin = 4;

/** Adds rows that stand above all others; false when they do not. */
function appendRows(
  writer: KvWriter,
  valuesKey: Uint8Array,
  end: Uint8Array,
  added: readonly number[],
): boolean {
  const start = blockKey(valuesKey, 0);
  const [last] = writer.range({ start, end, reverse: true, limit: 1 });
  assert(last !== undefined, 'block 0 is there while others are');
  if (!isAbove(last.value, added)) return false;
  const number = readUint32(last.key, valuesKey.length);
  const place = { number, hasMore: number === 0, isLast: () => true };
  writeChanged(writer, valuesKey, place, last.value, { added, removed: [] });
  return true;
}

interface Block {
  readonly number: number;
  readonly block: Uint8Array;
}

const blocksPerRead = 32;

/** The blocks behind one, read at once. */
class BlockRun {
  readonly #entries: readonly KvEntry[];
  readonly #isWhole: boolean;
  readonly #numberOffset: number;
  #at = 0;

  constructor(
    reader: KvReader,
    valuesKey: Uint8Array,
    first: Block,
    end: Uint8Array,
    rowCount: number,
  ) {
    const limit = Math.min(blocksPerRead, rowCount);
    const start = blockKey(valuesKey, first.number + 1);
    this.#entries = reader.range({ start, end, limit });
    this.#isWhole = this.#entries.length < limit;
    this.#numberOffset = valuesKey.length;
  }

  /** `undefined` behind the last block of all, `unknown` behind the last one that was read. */
  next(): Block | 'unknown' | undefined {
    const entry = this.#entries[this.#at];
    this.#at += 1;
    if (entry === undefined) return this.#isWhole ? undefined : 'unknown';
    return { number: readUint32(entry.key, this.#numberOffset), block: entry.value };
  }
}

interface BlockPlace {
  readonly number: number;
  /** True for block 0 when it has blocks behind it. */
  readonly hasMore: boolean;
  /** True when no block follows. */
  readonly isLast: () => boolean;
}

/** Writes a block as it becomes; true when no row is left in it, which is the caller's to deal with unless more follow. */
function writeChanged(
  writer: KvWriter,
  valuesKey: Uint8Array,
  { number, hasMore, isLast }: BlockPlace,
  block: Uint8Array,
  change: PostingChange,
): boolean {
  const changed = mergeBlock(block, change);
  const rowCount = postingCount(changed);
  if (rowCount > limits.postingBlockRowsMax) {
    const isAppend = change.removed.length === 0 && isAbove(block, change.added) && isLast();
    writePieces(writer, valuesKey, number, rowsOf(changed), { hasMore, isAppend });
    return false;
  }
  if (rowCount > 0 || hasMore) writer.put(blockKey(valuesKey, number), changed);
  return rowCount === 0;
}

/** A block after a change whose rows ascend; on the bytes themselves, since blocks are rewritten with every change. */
function mergeBlock(block: Uint8Array, { added, removed }: PostingChange): Uint8Array {
  const merged = new Uint8Array(block.length + added.length * rowWidth);
  merged[0] = block[0] ?? 0;
  if (removed.length === 0 && isAbove(block, added)) {
    merged.set(block);
    for (let at = 0; at < added.length; at += 1) {
      writeUint32(merged, block.length + at * rowWidth, added[at] ?? 0);
    }
    return merged;
  }
  let length = 1;
  let nextAdded = 0;
  let nextRemoved = 0;
  const append = (row: number): void => {
    writeUint32(merged, length, row);
    length += rowWidth;
  };
  for (let offset = 1; offset < block.length; offset += rowWidth) {
    const row = readUint32(block, offset);
    for (; (added[nextAdded] ?? row) < row; nextAdded += 1) append(added[nextAdded] ?? 0);
    while ((removed[nextRemoved] ?? row) < row) nextRemoved += 1;
    const isAdded = added[nextAdded] === row;
    if (isAdded) nextAdded += 1;
    if (isAdded || removed[nextRemoved] !== row) append(row);
  }
  for (; nextAdded < added.length; nextAdded += 1) append(added[nextAdded] ?? 0);
  return merged.subarray(0, length);
}

/** True when all rows stand above those of the block. */
function isAbove(block: Uint8Array, added: readonly number[]): boolean {
  const lowest = added[0];
  if (lowest === undefined) return false;
  return block.length === 1 || lowest > readUint32(block, block.length - rowWidth);
}

/** Those of ascending rows that stand below a bound. */
function below(rows: readonly number[], bound: number): readonly number[] {
  const last = rows.at(-1);
  return last === undefined || last < bound ? rows : rows.filter((row) => row < bound);
}

/** When only block 0 is left, it says so, and goes when it is empty. */
function foldLastBlock(writer: KvWriter, valuesKey: Uint8Array, end: Uint8Array): void {
  if (numberAfter(writer, valuesKey, 0, end) !== Number.POSITIVE_INFINITY) return;
  const firstKey = blockKey(valuesKey, 0);
  const first = writer.get(firstKey);
  const rows = first === undefined ? [] : rowsOf(first);
  if (rows.length === 0) writer.remove(firstKey);
  else writer.put(firstKey, toBlock(rows, 0));
}

/** The number of the block behind one; infinity behind the last. */
function numberAfter(
  reader: KvReader,
  valuesKey: Uint8Array,
  number: number,
  end: Uint8Array,
): number {
  const [next] = reader.range({ start: blockKey(valuesKey, number + 1), end, limit: 1 });
  return next === undefined ? Number.POSITIVE_INFINITY : readUint32(next.key, valuesKey.length);
}

/** The block that a row belongs to, of a value that has blocks. */
function blockOf(reader: KvReader, valuesKey: Uint8Array, row: number): Block {
  const above = prefixSuccessor(blockKey(valuesKey, row));
  assert(above !== undefined, 'index keys have a successor');
  const start = blockKey(valuesKey, 0);
  const [found] = reader.range({ start, end: above, reverse: true, limit: 1 });
  assert(found !== undefined, 'block 0 is there while others are');
  return { number: readUint32(found.key, valuesKey.length), block: found.value };
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
  for (let at = 0; at < rows.length; at += 1) writeUint32(block, 1 + at * rowWidth, rows[at] ?? 0);
  return block;
}

const sharedBlock = new Uint8Array(1 + rowWidth);

/** The only block of a value with one row, for one use: the bytes are those of the next call as well. */
export function sharedSingleBlock(row: number): Uint8Array {
  writeUint32(sharedBlock, 1, row);
  return sharedBlock;
}

function rowsOf(block: Uint8Array): readonly number[] {
  const rows: Row[] = [];
  readPostings(block, rows);
  return rows;
}

function ascending(rows: readonly number[]): readonly number[] {
  for (let at = 1; at < rows.length; at += 1) {
    const isAscending = (rows[at] ?? 0) > (rows[at - 1] ?? 0);
    if (!isAscending) return [...new Set(rows)].sort((a, b) => a - b);
  }
  return rows;
}
