/* What the documents that a transaction has written would add to one index, in the order of the index. */
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { type IndexLayout, indexLayout, indexTuples } from '../indexes/index-layout.ts';
import { comparePrefix } from '../indexes/index-range.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';

export interface PendingEntry {
  readonly values: readonly StoredValue[];
  readonly row: Row;
}

/** Finding takes logarithmic time; adding also moves what lies behind, which is fast for as much as a commit may hold. */
export class PendingIndex {
  readonly #layout: IndexLayout;
  readonly #entries: PendingEntry[] = [];

  constructor(collection: CollectionEntry, index: IndexEntry) {
    this.#layout = indexLayout(collection.definition, index);
  }

  add(document: StoredDocument, row: Row): void {
    for (const values of indexTuples(this.#layout, document)) {
      const entry = { values, row };
      const at = this.#firstWhere((each) => compareEntries(each, entry) >= 0);
      const present = this.#entries[at];
      if (present !== undefined && compareEntries(present, entry) === 0) continue;
      this.#entries.splice(at, 0, entry);
    }
  }

  remove(document: StoredDocument, row: Row): void {
    for (const values of indexTuples(this.#layout, document)) {
      const entry = { values, row };
      const at = this.#firstWhere((each) => compareEntries(each, entry) >= 0);
      const present = this.#entries[at];
      if (present !== undefined && compareEntries(present, entry) === 0)
        this.#entries.splice(at, 1);
    }
  }

  /** The entries of a range by ascending values, equal ones by ascending rows. */
  inRange({ lower, upper }: IndexRange): readonly PendingEntry[] {
    const start =
      lower === undefined
        ? 0
        : this.#firstWhere(({ values }) => {
            const order = comparePrefix(values, lower.values);
            return lower.inclusive ? order >= 0 : order > 0;
          });
    const end =
      upper === undefined
        ? this.#entries.length
        : this.#firstWhere(({ values }) => {
            const order = comparePrefix(values, upper.values);
            return upper.inclusive ? order > 0 : order >= 0;
          });
    return this.#entries.slice(start, Math.max(start, end));
  }

  /** Position of the first entry for which a condition holds that holds for all behind it as well. */
  #firstWhere(holds: (entry: PendingEntry) => boolean): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry === undefined || holds(entry)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function compareEntries(left: PendingEntry, right: PendingEntry): number {
  return comparePrefix(left.values, right.values) || left.row - right.row;
}
