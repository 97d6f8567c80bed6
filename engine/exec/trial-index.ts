/*
 * An index that exists only in memory, over one snapshot: made to see what a query would cost with it, and dropped. Its
 * entries are sorted in runs while the documents are read, and merged, so that the event loop turns meanwhile.
 */
import { assert } from '../base/assert.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { indexLayout, indexTuples } from '../indexes/index-layout.ts';
import { comparePrefix } from '../indexes/index-range.ts';
import { limits } from '../limits.ts';
import type { IndexRange, RowCursor, Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import { EntrySorter } from './entry-sorter.ts';
import type { ExecEnvironment } from './environment.ts';
import type { SortEntry } from './sort-entry.ts';

export class TrialIndex {
  readonly index: IndexEntry;
  readonly #entries: readonly SortEntry[];
  #isRead = false;

  /** @throws AuroraError `LimitExceeded` when it does not fit into memory; `Cancelled` */
  static async build(
    snapshot: Snapshot,
    { collection, index }: { readonly collection: CollectionEntry; readonly index: IndexEntry },
    { clock, slicerOptions }: Pick<ExecEnvironment, 'clock' | 'slicerOptions'>,
  ): Promise<TrialIndex> {
    const layout = indexLayout(collection.definition, index);
    const slicer = new TimeSlicer(clock, slicerOptions);
    const sorter = new EntrySorter(compareEntries, limits.trialBytesMax);
    const cursor = snapshot.scan(collection);
    try {
      for (;;) {
        const { rows, documents } = cursor.next(rowsPerStep);
        if (rows.length === 0) break;
        for (const [at, document] of documents.entries()) {
          const row = rows[at];
          assert(row !== undefined, 'each document has its row');
          for (const values of indexTuples(layout, document)) sorter.add({ values, row });
        }
        if (sorter.count > limits.trialEntriesMax) throw tooLarge();
        await slicer.yieldIfDue();
      }
    } finally {
      cursor.close();
    }
    const entries: SortEntry[] = [];
    for (const entry of sorter.sorted()) {
      entries.push(entry);
      if (entries.length % rowsPerStep === 0) await slicer.yieldIfDue();
    }
    return new TrialIndex(index, entries);
  }

  private constructor(index: IndexEntry, entries: readonly SortEntry[]) {
    this.index = index;
    this.#entries = entries;
  }

  get entryCount(): number {
    return this.#entries.length;
  }

  /** True once a plan has read it. */
  get isRead(): boolean {
    return this.#isRead;
  }

  count(range: IndexRange, most: number): number {
    const { start, end } = this.#placesOf(range);
    return Math.min(most, end - start);
  }

  /** Rows by their values, equal ones by ascending rows in either direction. */
  open(range: IndexRange): RowCursor {
    this.#isRead = true;
    const { start, end } = this.#placesOf(range);
    const rows = range.reverse ? this.#descending(start, end) : this.#ascending(start, end);
    return {
      next: (rowsMax) => {
        const batch: Row[] = [];
        while (batch.length < rowsMax) {
          const step = rows.next();
          if (step.done === true) break;
          batch.push(step.value);
        }
        return batch;
      },
      close: () => {
        rows.return();
      },
    };
  }

  *#ascending(start: number, end: number): Generator<Row, void, undefined> {
    for (let at = start; at < end; at += 1) yield this.#at(at).row;
  }

  *#descending(start: number, end: number): Generator<Row, void, undefined> {
    for (let behind = end; behind > start; ) {
      const { values } = this.#at(behind - 1);
      const first = Math.max(
        start,
        this.#firstWhere((each) => comparePrefix(each, values) >= 0),
      );
      yield* this.#ascending(first, behind);
      behind = first;
    }
  }

  #placesOf({ lower, upper }: IndexRange): { readonly start: number; readonly end: number } {
    const start =
      lower === undefined
        ? 0
        : this.#firstWhere((values) => {
            const order = comparePrefix(values, lower.values);
            return lower.inclusive ? order >= 0 : order > 0;
          });
    const end =
      upper === undefined
        ? this.#entries.length
        : this.#firstWhere((values) => {
            const order = comparePrefix(values, upper.values);
            return upper.inclusive ? order > 0 : order >= 0;
          });
    return { start, end: Math.max(start, end) };
  }

  /** Position of the first entry for which a condition holds that holds for all behind it as well. */
  #firstWhere(holds: (values: readonly StoredValue[]) => boolean): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#at(middle).values)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(place: number): SortEntry {
    const entry = this.#entries[place];
    assert(entry !== undefined, 'places of a range are inside the index');
    return entry;
  }
}

const rowsPerStep = 64;

function compareEntries(left: SortEntry, right: SortEntry): number {
  return comparePrefix(left.values, right.values) || left.row - right.row;
}

function tooLarge(): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    `An index of more than ${limits.trialEntriesMax} entries is not made just to try it.`,
    { hint: 'Create it, and explain the query again.' },
  );
}
