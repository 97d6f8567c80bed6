/*
 * The rows and ids of a collection in the write buffer. A row that was inserted together with many others, and not touched
 * since, has no entry of its own: its block says what it is, and where its id lies among those of the block, which ascend.
 * An entry stands before the block.
 */
import type { StoredDocument } from '../values/stored-value.ts';
import type { BufferedDocument } from './buffered-change.ts';
import { idHash } from './id-hints.ts';
import { bytesOfId } from './inserted-ids.ts';
import type { InsertedRow, InsertedRows } from './inserted-rows.ts';
import { RecoveredRow } from './recovered-change.ts';
import { dropVersionsAbove, RowVersion, type Version, versionAt } from './version.ts';

const hashesPerStep = 100;

export interface BufferedRow {
  /** True when the store holds a document in the row. */
  readonly isStored: boolean;
  /** Of a document that is new, or was deleted. */
  readonly id: string | undefined;
  /** What the store holds, where the changes alone do not say what becomes of its index keys. */
  readonly base: StoredDocument | undefined;
  /** True when what the store holds is known to lie in one value, or not to be there. */
  readonly isBaseWhole: boolean;
  readonly newest: Version<BufferedDocument>;
}

/** The row with another newest version; with the id of its document when it was deleted. */
export function withNewest(
  row: BufferedRow,
  newest: Version<BufferedDocument>,
  deletedId?: string,
): BufferedRow {
  if (row instanceof RecoveredRow) return row.newest === newest ? row : row.withNewest(newest);
  const { isStored, id = deletedId, base, isBaseWhole } = row;
  return { isStored, id, base, isBaseWhole, newest };
}

/** Rows that follow each other: of one block, or a single one that has an entry. */
export interface RowRun {
  readonly block: InsertedRows | undefined;
  readonly first: number;
  readonly count: number;
}

export class BufferedRows {
  readonly #entries = new Map<number, BufferedRow>();
  /** In the order of their rows. */
  #blocks: InsertedRows[] = [];
  #last: InsertedRows | undefined;

  get(row: number): BufferedRow | undefined {
    return this.#entries.get(row) ?? this.#inBlock(row);
  }

  has(row: number): boolean {
    return this.#entries.has(row) || this.#blockOf(row) !== undefined;
  }

  set(row: number, buffered: BufferedRow): void {
    this.#entries.set(row, buffered);
  }

  /** Rows above all that are there. */
  add(block: InsertedRows): void {
    this.#blocks.push(block);
  }

  /** The rows that came last together. */
  get lastBlock(): InsertedRows | undefined {
    return this.#blocks.at(-1);
  }

  /** Every row once, ascending. */
  *runs(): Generator<RowRun, void> {
    const entries = Uint32Array.from(this.#entries.keys()).sort();
    let at = 0;
    const single = (): RowRun => ({ block: undefined, first: entries[at++] ?? 0, count: 1 });
    for (const block of this.#blocks) {
      const end = block.firstRow + block.count;
      let row = block.firstRow;
      while (at < entries.length && (entries[at] ?? 0) < end) {
        const next = entries[at] ?? 0;
        if (next > row) yield { block, first: row, count: next - row };
        yield single();
        row = Math.max(row, next + 1);
      }
      if (row < end) yield { block, first: row, count: end - row };
    }
    while (at < entries.length) yield single();
  }

  *[Symbol.iterator](): Generator<readonly [row: number, buffered: BufferedRow], void> {
    for (const { first, count } of this.runs()) {
      for (let row = first; row < first + count; row += 1) {
        const buffered = this.get(row);
        if (buffered !== undefined) yield [row, buffered];
      }
    }
  }

  /** Those from one up to another, without that, in any order; some may come twice. */
  between(from: number, to: number): readonly number[] {
    const found: number[] = [];
    // Mostly a few were changed, and a page of others is asked for.
    if (this.#entries.size < to - from) {
      for (const row of this.#entries.keys()) if (row >= from && row < to) found.push(row);
    } else {
      for (let row = from; row < to; row += 1) if (this.#entries.has(row)) found.push(row);
    }
    for (const { firstRow, count } of this.#blocks) {
      const end = Math.min(to, firstRow + count);
      for (let row = Math.max(from, firstRow); row < end; row += 1) found.push(row);
    }
    return found;
  }

  dropAbove(lsn: number): void {
    for (const [row, buffered] of this.#entries) {
      const kept = versionAt(buffered.newest, lsn);
      if (kept === undefined) this.#entries.delete(row);
      else this.#entries.set(row, withNewest(buffered, kept));
    }
    for (const block of this.#blocks) block.dropAbove(lsn);
    this.#blocks = this.#blocks.filter(({ count }) => count > 0);
    this.#last = undefined;
  }

  #inBlock(row: number): InsertedRow | undefined {
    const block = this.#blockOf(row);
    return block?.row(row - block.firstRow);
  }

  #blockOf(row: number): InsertedRows | undefined {
    // Where documents come one by one there are none, and this is asked several times for each.
    if (this.#blocks.length === 0) return undefined;
    if (this.#last !== undefined && holds(this.#last, row)) return this.#last;
    const block = this.#blocks[lastAtMost(this.#blocks, ({ firstRow }) => firstRow <= row)];
    if (block === undefined || !holds(block, row)) return undefined;
    this.#last = block;
    return block;
  }
}

export class BufferedIds {
  readonly #versions = new Map<string, Version<number | undefined>>();
  /** Their ids ascend, and are above those of the blocks before. */
  #blocks: InsertedRows[] = [];

  get(id: string): Version<number | undefined> | undefined {
    return this.#versions.get(id) ?? this.#inBlock(id);
  }

  set(lsn: number, id: string, row: number | undefined): void {
    this.#versions.set(id, new RowVersion(lsn, row, this.get(id)));
  }

  /** Rows with ids that ascend and that nothing buffered has ever had. */
  add(block: InsertedRows): void {
    this.#blocks.push(block);
  }

  /** True when the ids of a block are found in it. */
  hasLast(block: InsertedRows): boolean {
    return this.#blocks.at(-1) === block;
  }

  /** Calls back with the hash of each id (`idHash`) that leads to a row, and stops after some. */
  *eachHash(
    collectionId: number,
    visit: (hash: number, row: number) => void,
  ): Generator<void, void> {
    let count = 0;
    for (const [id, { value }] of this.#versions) {
      if (value !== undefined) visit(idHash(collectionId, id), value);
      count += 1;
      if (count % hashesPerStep === 0) yield;
    }
    for (const block of this.#blocks) {
      for (let at = 0; at < block.count; at += 1) {
        const isKnown = this.#versions.size > 0 && this.#versions.has(block.id(at));
        if (!isKnown) visit(block.idHash(at), block.firstRow + at);
        count += 1;
        if (count % hashesPerStep === 0) yield;
      }
    }
  }

  dropAbove(lsn: number): void {
    dropVersionsAbove(this.#versions, lsn);
    for (const block of this.#blocks) block.dropAbove(lsn);
    this.#blocks = this.#blocks.filter(({ count }) => count > 0);
  }

  #inBlock(id: string): RowVersion | undefined {
    if (this.#blocks.length === 0) return undefined;
    const bytes = bytesOfId(id);
    if (bytes === undefined) return undefined;
    const block = this.#blocks[lastAtMost(this.#blocks, (each) => each.beginsBefore(bytes))];
    const at = block?.positionOfId(bytes) ?? -1;
    return at < 0 ? undefined : block?.version(at);
  }
}

function holds({ firstRow, count }: InsertedRows, row: number): boolean {
  return row >= firstRow && row < firstRow + count;
}

/** The position of the last of which this is true, where it is true of all before; -1 when of none. */
function lastAtMost<Item>(items: readonly Item[], isAtMost: (item: Item) => boolean): number {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isAtMost(item)) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}
