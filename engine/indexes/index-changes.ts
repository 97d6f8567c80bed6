/*
 * What a transaction changes in the indexes, gathered by key so that a value that many documents share is read and
 * written once. Unique indexes are checked before anything is written: `violation` looks at what is stored, minus
 * what the same transaction takes away, plus what it has already added.
 */
import { readUint32, writeUint32 } from '../base/bytes.ts';
import type { KvQueue, KvReader, KvWriter } from '../storage/kv-store.ts';
import { IndexKey, type IndexLayout, keyText } from './index-layout.ts';
import type { KnownKeys } from './known-keys.ts';
import { blockKey } from './posting-block.ts';
import { PostingTable } from './posting-table.ts';

/** A class, since V8 makes literals that once lived long in the old heap ever after (index-layout.ts). */
class KeyChange {
  readonly key: IndexKey;
  /** Most keys are only added or only removed: lists are made when they are needed. */
  added: number[] | undefined;
  removed: number[] | undefined;

  constructor(key: IndexKey) {
    this.key = key;
  }
}

/** New keys that are handed on between two looks at the clock. */
const newKeysPerStep = 16;
const noRows: readonly number[] = [];

/** Not a literal, for the same reason. */
function listOf(row: number): number[] {
  return Array.of(row);
}

/** True when rows under a key stand for one document only. */
export function isUniqueKey(layout: IndexLayout, key: IndexKey): boolean {
  return layout.entry.unique && !key.hasNull;
}

/** A key in an array of many. */
export interface KeyPlace {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly hasNull: boolean;
}

/** Gathers, checks and applies the changes of one transaction. */
export class IndexChanges {
  readonly #unique = new Map<string, KeyChange>();
  readonly #uniqueNull = new Map<string, KeyChange>();
  readonly #postings = new PostingTable();
  readonly #known: KnownKeys | undefined;

  /** `known`: for changes that go to the store itself, and are the only way to it of indexes that it covers. */
  constructor(known?: KnownKeys | undefined) {
    this.#known = known;
  }

  /** Others of the same indexes, without any changes. */
  makeEmpty(): IndexChanges {
    return new IndexChanges(this.#known);
  }

  /** Forgets all changes, for others to come; only where whoever was given their keys has copied them. */
  clear(): void {
    this.#unique.clear();
    this.#uniqueNull.clear();
    this.#postings.clear();
  }

  add(layout: IndexLayout, key: IndexKey, row: number): void {
    if (!layout.entry.unique) {
      this.#postings.noteText(key.mapKey, row);
      return;
    }
    const change = this.#changeOf(layout, key);
    if (change.added === undefined) change.added = listOf(row);
    else change.added.push(row);
  }

  /** The same with a key that lies in `bytes[start..end)`. */
  addBytes(layout: IndexLayout, { bytes, start, end, hasNull }: KeyPlace, row: number): void {
    if (!layout.entry.unique) this.#postings.note(bytes, start, end, row);
    else {
      this.add(layout, new IndexKey(keyText(bytes, start, end), hasNull), row);
    }
  }

  remove(layout: IndexLayout, key: IndexKey, row: number): void {
    if (!layout.entry.unique) {
      this.#postings.noteText(key.mapKey, row, true);
      return;
    }
    const change = this.#changeOf(layout, key);
    if (change.removed === undefined) change.removed = listOf(row);
    else change.removed.push(row);
  }

  /** The row that stands against a unique key after this transaction, when it is another one. */
  findConflict(
    rowOfKey: (key: IndexKey) => number | undefined,
    key: IndexKey,
    row: number,
  ): number | undefined {
    const change = this.#unique.get(key.mapKey);
    const added = change?.added?.find((other) => other !== row);
    if (added !== undefined) return added;
    const stored = rowOfKey(key);
    if (stored === undefined || stored === row) return undefined;
    return change?.removed?.includes(stored) === true ? undefined : stored;
  }

  apply(writer: KvWriter): void {
    for (const _ of this.steps(writer));
  }

  /**
   * Applies the changes of one key at a time, of a few where they take no time to speak of; no two keys touch the same
   * entries. `direct` takes what nobody reads again, and copies it.
   */
  *steps(writer: KvWriter, direct?: Pick<KvQueue, 'put'>): Generator<void, void> {
    for (const { key, added = noRows, removed = noRows } of this.#unique.values()) {
      const row = added[0];
      const { bytes } = key;
      if (row !== undefined) writer.put(bytes, rowBytes(row));
      else if (removed.includes(readUniqueRow(writer, bytes) ?? -1)) writer.remove(bytes);
      yield;
    }
    for (const { key, added = noRows, removed = noRows } of this.#uniqueNull.values()) {
      const { bytes } = key;
      for (const row of removed) writer.remove(blockKey(bytes, row));
      for (const row of added) writer.put(blockKey(bytes, row), rowBytes(row));
      yield;
    }
    for (let at = 0; at < this.#postings.count; at += 1) {
      if (direct !== undefined && this.#known !== undefined) {
        if (this.#postings.putNew(direct, at, this.#known)) {
          if (at % newKeysPerStep === 0) yield;
          continue;
        }
      }
      this.#postings.apply(writer, at, this.#known);
      yield;
    }
  }

  #changeOf(layout: IndexLayout, key: IndexKey): KeyChange {
    const changes = isUniqueKey(layout, key) ? this.#unique : this.#uniqueNull;
    let change = changes.get(key.mapKey);
    if (change === undefined) {
      change = new KeyChange(key);
      changes.set(key.mapKey, change);
    }
    return change;
  }
}

/** The row under a unique key. */
export function readUniqueRow(reader: KvReader, key: Uint8Array): number | undefined {
  const value = reader.peek(key);
  return value === undefined ? undefined : readUint32(value, 0);
}

/** A row as it stands under an id or a unique key. */
export function rowBytes(row: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, row);
  return bytes;
}
