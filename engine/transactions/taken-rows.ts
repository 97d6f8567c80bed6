/* The rows of a write buffer in the order in which they are applied. */

import type { RowRun } from './buffered-rows.ts';
import { bytesPerKey } from './prepared-changes.ts';
import type { CollectionBuffer, WriteBuffer } from './write-buffer.ts';

export interface TakenRows extends RowRun {
  readonly collection: CollectionBuffer;
}

/** What a step may add to the file besides its rows. */
export const stepBytes = 16 * bytesPerKey;

/** Takes rows from a buffer, those first that were given back. */
export class RowSupply {
  readonly #rows: Iterator<TakenRows>;
  #returned: TakenRows[] = [];
  #hasRows = true;

  constructor(buffer: WriteBuffer) {
    this.#rows = rowsOf(buffer);
  }

  /** False once all are taken. */
  get hasRows(): boolean {
    return this.#hasRows;
  }

  take(rowsMax: number): readonly TakenRows[] {
    const taken: TakenRows[] = [];
    for (let left = rowsMax; left > 0; ) {
      const next = this.#next();
      if (next === undefined) break;
      const { first, count } = next;
      if (count > left) {
        this.#returned.unshift({ ...next, first: first + left, count: count - left });
        taken.push({ ...next, count: left });
        break;
      }
      taken.push(next);
      left -= count;
    }
    this.#lookAhead();
    return taken;
  }

  giveBack(taken: readonly TakenRows[]): void {
    this.#returned = [...taken, ...this.#returned];
    this.#hasRows = true;
  }

  #lookAhead(): void {
    const next = this.#next();
    if (next !== undefined) this.#returned.unshift(next);
  }

  #next(): TakenRows | undefined {
    const returned = this.#returned.shift();
    if (returned !== undefined) return returned;
    const next = this.#rows.next();
    if (next.done !== true) return next.value;
    this.#hasRows = false;
    return undefined;
  }
}

/**
 * In ascending order, so that neighbours in the store's tree are written one after the other. Whatever takes over an id
 * has a higher row than what gave it up.
 */
function* rowsOf(buffer: WriteBuffer): Generator<TakenRows, void> {
  for (const collection of buffer.collections) {
    for (const { block, first, count } of collection.rows.runs()) {
      yield { collection, block, first, count };
    }
  }
}

/** What applying rows may add to the file. */
export function bytesOf(taken: readonly TakenRows[]): number {
  let bytes = stepBytes;
  for (const { collection, block, first, count } of taken) {
    for (let row = first; row < first + count; row += 1) {
      if (block !== undefined) {
        const position = row - block.firstRow;
        bytes += 2 * block.recordLength(position) + (2 + block.keyCount(position)) * bytesPerKey;
        continue;
      }
      const newest = collection.rows.get(row)?.newest.value;
      let keyCount = 2;
      for (const { added, removed } of newest?.indexes ?? []) {
        keyCount += added.length + removed.length;
      }
      bytes += 2 * (newest?.record?.length ?? 0) + keyCount * bytesPerKey;
    }
  }
  return bytes;
}
