/*
 * Sorts the rows of a query by key values, which it keeps as bytes that have their order (values/key-encoding.ts). Memory
 * is bounded; beyond the bound the query is refused, not slowed down, because an index or a limit is nearly always what
 * was meant.
 */
import { ByteSorter } from '../base/byte-sorter.ts';
import type { SortKey } from '../plan/sort-key.ts';
import { KeyWriter } from '../values/key-encoding.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import { tooManyToSort } from './entry-sorter.ts';
import type { QueryMemory } from './query-memory.ts';

type SortMemory = Pick<QueryMemory, 'operatorBytesMax' | 'blocks'>;

export class RowSorter {
  readonly #sorter: ByteSorter;
  readonly #writer = new KeyWriter(Number.POSITIVE_INFINITY);
  readonly #isDescending: readonly boolean[];
  readonly #bytesMax: number;

  constructor(keys: readonly SortKey[], memory: SortMemory) {
    this.#isDescending = keys.map(({ direction }) => direction === 'desc');
    this.#bytesMax = memory.operatorBytesMax;
    this.#sorter = new ByteSorter(memory.blocks);
  }

  get count(): number {
    return this.#sorter.count;
  }

  /** Adds a row; `read` gives the value of each key. @throws AuroraError `LimitExceeded` above the memory bound. */
  add(row: Row, read: (key: number) => StoredValue | undefined): void {
    const writer = this.#writer.reset();
    for (let key = 0; key < this.#isDescending.length; key += 1) {
      const start = writer.length;
      writer.value(read(key), 'value');
      if (this.#isDescending[key] === true) writer.invert(start);
    }
    this.#sorter.add(writer.bytes, writer.length, row);
    if (this.#sorter.bytes > this.#bytesMax) throw tooManyToSort(this.count, this.#bytesMax);
  }

  /** The rows in order; call once, after the last `add`. */
  *sorted(): Generator<Row, void, undefined> {
    const entries = this.#sorter.sorted();
    try {
      while (entries.next()) yield entries.number as Row;
    } finally {
      entries.close();
    }
  }
}
