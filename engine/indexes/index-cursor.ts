/*
 * Walks the rows of an index range in key order, rows of equal values ascending in both directions. It holds no
 * cursor of the store: each step reads a batch of entries behind the last one. Going down, the blocks of one value
 * come last block first, so they are gathered and turned round; a value with very many blocks is walked upwards by
 * itself. Values that were cut (key-encoding.ts) are read again from their documents, compared and sorted.
 */

import { assert } from '../base/assert.ts';
import { compareBytes, readUint32, startsWithBytes } from '../base/bytes.ts';
import { indexValuesOffset, type KeyRange, rangeOf } from '../storage/key-space.ts';
import type { KvEntry, KvReader } from '../storage/kv-store.ts';
import type { IndexRange, RowCursor } from '../transactions/snapshot.ts';
import { isNullComponent, readKeyComponent } from '../values/key-encoding.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { encodeTuple, type IndexLayout, indexTuples, typedFieldCount } from './index-layout.ts';
import { comparePrefix, cutLength, intersect, isInside, keyRangeOf } from './index-range.ts';
import { postingCount, readPostings } from './posting-block.ts';

const entriesPerStep = 64;
/** A step reads no more entries than are likely to have the rows that are asked for; the first one cannot know. */
const entriesPerStepMin = 4;

export interface IndexCursorInput {
  readonly reader: KvReader;
  readonly layout: IndexLayout;
  readonly range: IndexRange;
  readonly read: (row: Row) => StoredDocument | undefined;
}

/** Opens a cursor over the rows of a range. */
export function openIndexCursor(input: IndexCursorInput): RowCursor {
  return new IndexCursor(input);
}

/** Rows in a range, counted from the lengths of entries; stops at `most`. */
export function countIndexRows(input: IndexCursorInput, most: number): number {
  const { start, end } = keyRangeOf(input.layout, input.range);
  let count = 0;
  let from = start;
  let limit = entriesPerStepMin;
  while (count < most) {
    const entries = input.reader.range({ start: from, end, limit });
    for (const { key, value } of entries) {
      if (isCut(input.layout, key)) return countByCursor(input, most);
      count += entryRowCount(input.layout, value);
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < limit) break;
    from = behind(last.key);
    limit = Math.min(entriesPerStep, 4 * limit);
  }
  return Math.min(count, most);
}

class IndexCursor implements RowCursor {
  readonly #input: IndexCursorInput;
  #rest: KeyRange;
  /** Blocks of one large value that is walked upwards while the cursor goes down. */
  #upward: KeyRange | undefined;
  #rows: Row[] = [];
  #position = 0;
  /** What entries have had so far. */
  #rowsPerEntry = Number.POSITIVE_INFINITY;

  constructor(input: IndexCursorInput) {
    this.#input = input;
    this.#rest = keyRangeOf(input.layout, input.range);
  }

  next(rowsMax: number): readonly Row[] {
    while (this.#rows.length - this.#position < rowsMax) {
      const wanted = rowsMax - (this.#rows.length - this.#position);
      if (!this.#readStep(wanted)) break;
    }
    const rows = this.#rows.slice(this.#position, this.#position + rowsMax);
    this.#position += rows.length;
    return rows;
  }

  close(): void {
    this.#rows = [];
    this.#position = 0;
    this.#upward = undefined;
    this.#rest = { start: this.#rest.start, end: this.#rest.start };
  }

  #readStep(rowsWanted: number): boolean {
    this.#rows = this.#rows.slice(this.#position);
    this.#position = 0;
    const before = this.#rows.length;
    const likely = Math.ceil(rowsWanted / this.#rowsPerEntry);
    const limit = Math.min(entriesPerStep, Math.max(entriesPerStepMin, likely));
    const hasRead = this.#readEntries(limit);
    this.#rowsPerEntry = Math.max(1, this.#rows.length - before) / limit;
    return hasRead;
  }

  #readEntries(limit: number): boolean {
    if (this.#upward !== undefined) return this.#readUpward(this.#upward, limit);
    if (this.#rest.start === this.#rest.end) return false;
    return this.#input.range.reverse ? this.#readDown(limit) : this.#readUp(limit);
  }

  #readUp(limit: number): boolean {
    const entries = this.#input.reader.range({ ...this.#rest, limit });
    for (const entry of entries) {
      const cut = cutLength(entry.key, this.#fieldCount);
      if (cut !== undefined) {
        const run = rangeOf(entry.key.slice(0, cut));
        this.#readCutRun(run);
        this.#rest = { start: run.end, end: this.#rest.end };
        return true;
      }
      this.#pushRows(entry);
    }
    const last = entries.at(-1);
    if (last === undefined) return false;
    const { end } = this.#rest;
    this.#rest = { start: entries.length < limit ? end : behind(last.key), end };
    return true;
  }

  #readDown(limit: number): boolean {
    const entries = this.#input.reader.range({ ...this.#rest, reverse: true, limit });
    const isLastStep = entries.length < limit;
    let index = 0;
    while (index < entries.length) {
      const entry = entries[index];
      assert(entry !== undefined, 'the loop stays inside the batch');
      const cut = cutLength(entry.key, this.#fieldCount);
      if (cut !== undefined) {
        const run = rangeOf(entry.key.slice(0, cut));
        this.#readCutRun(run);
        this.#rest = { start: this.#rest.start, end: run.start };
        return true;
      }
      const values = this.#valuesKey(entry.key);
      const above = groupEnd(entries, index, values);
      if (above === entries.length && !isLastStep) {
        if (index === 0) this.#upward = rangeOf(values);
        this.#rest = { start: this.#rest.start, end: index === 0 ? values : behind(entry.key) };
        return true;
      }
      for (let block = above - 1; block >= index; block -= 1) {
        const member = entries[block];
        if (member !== undefined) this.#pushRows(member);
      }
      index = above;
    }
    this.#rest = { start: this.#rest.start, end: this.#rest.start };
    return entries.length > 0;
  }

  #readUpward(range: KeyRange, limit: number): boolean {
    const entries = this.#input.reader.range({ ...range, limit });
    for (const entry of entries) this.#pushRows(entry);
    const last = entries.at(-1);
    this.#upward =
      last === undefined || entries.length < limit
        ? undefined
        : { start: behind(last.key), end: range.end };
    return true;
  }

  /** Reads all entries whose cut values begin alike, compares their documents, and gives their rows in value order. */
  #readCutRun(run: KeyRange): void {
    const { reader, range } = this.#input;
    const found: { readonly values: readonly StoredValue[]; readonly row: Row }[] = [];
    let rest = intersect(run, this.#rest);
    for (;;) {
      const entries = reader.range({ ...rest, limit: entriesPerStep });
      for (const entry of entries) {
        const rows: Row[] = [];
        pushEntryRows(this.#input.layout, entry, rows);
        for (const row of rows) {
          const values = this.#valuesOf(entry.key, row);
          if (values !== undefined && isInside(range, values)) found.push({ values, row });
        }
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < entriesPerStep) break;
      rest = { start: behind(last.key), end: rest.end };
    }
    const direction = range.reverse ? -1 : 1;
    found.sort((a, b) => direction * comparePrefix(a.values, b.values) || a.row - b.row);
    for (const { row } of found) this.#rows.push(row);
  }

  #valuesOf(key: Uint8Array, row: Row): readonly StoredValue[] | undefined {
    const { layout, read } = this.#input;
    const document = read(row);
    if (document === undefined) return undefined;
    const values = this.#valuesKey(key);
    return indexTuples(layout, document).find(
      (tuple) => compareBytes(encodeTuple(layout, tuple).bytes, values) === 0,
    );
  }

  #pushRows(entry: KvEntry): void {
    pushEntryRows(this.#input.layout, entry, this.#rows);
  }

  #valuesKey(key: Uint8Array): Uint8Array {
    return indexValuesKey(this.#input.layout, key);
  }

  get #fieldCount(): number {
    return typedFieldCount(this.#input.layout);
  }
}

/** The head and values of an entry's key, without block or row. */
export function indexValuesKey(layout: IndexLayout, key: Uint8Array): Uint8Array {
  if (typedFieldCount(layout) === 0) return key;
  let offset = indexValuesOffset;
  let hasNull = false;
  for (let field = 0; field < layout.entry.fields.length; field += 1) {
    if (isNullComponent(key, offset)) hasNull = true;
    offset = readKeyComponent(key, offset).end;
  }
  const hasSuffix = !layout.entry.unique || hasNull;
  assert(key.length === offset + (hasSuffix ? 4 : 0), 'an index key is values and block');
  return key.slice(0, offset);
}

/** Appends the rows of one entry. */
export function pushEntryRows(layout: IndexLayout, entry: KvEntry, rows: Row[]): void {
  if (layout.entry.unique) rows.push(readUint32(entry.value, 0) as Row);
  else readPostings(entry.value, rows);
}

/** The index behind the last of the entries from `start` on that have the same values. */
function groupEnd(entries: readonly KvEntry[], start: number, values: Uint8Array): number {
  let end = start + 1;
  for (; end < entries.length; end += 1) {
    const entry = entries[end];
    if (entry === undefined || !startsWithBytes(entry.key, values)) break;
  }
  return end;
}

function entryRowCount(layout: IndexLayout, value: Uint8Array): number {
  return layout.entry.unique ? 1 : postingCount(value);
}

function isCut(layout: IndexLayout, key: Uint8Array): boolean {
  return cutLength(key, typedFieldCount(layout)) !== undefined;
}

function countByCursor(input: IndexCursorInput, most: number): number {
  const cursor = openIndexCursor(input);
  let count = 0;
  while (count < most) {
    const rows = cursor.next(Math.min(1024, most - count));
    if (rows.length === 0) break;
    count += rows.length;
  }
  cursor.close();
  return count;
}

/** The lowest key behind a key. */
function behind(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
