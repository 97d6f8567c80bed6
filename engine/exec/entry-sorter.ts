/*
 * Sorts any number of entries without holding the event loop: runs of a thousand are sorted as they arrive, a heap
 * merges the runs while the result is read. Memory is bounded; beyond the bound the query is refused, not slowed
 * down, because an index or a limit is nearly always what was meant.
 */
import type { AuroraError } from '../errors.ts';
import { createHeap } from './entry-heap.ts';
import { memoryExceeded } from './query-memory.ts';
import { entryBytes, type SortEntry } from './sort-entry.ts';

const runLength = 1_024;

export class EntrySorter {
  readonly #compare: (left: SortEntry, right: SortEntry) => number;
  readonly #bytesMax: number;
  readonly #runs: SortEntry[][] = [];
  #current: SortEntry[] = [];
  #bytes = 0;
  #count = 0;

  constructor(compare: (left: SortEntry, right: SortEntry) => number, bytesMax: number) {
    this.#compare = compare;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws AuroraError `LimitExceeded` above the memory bound. */
  add(entry: SortEntry): void {
    this.#bytes += entryBytes(entry);
    if (this.#bytes > this.#bytesMax) throw tooManyToSort(this.#count, this.#bytesMax);
    this.#count += 1;
    this.#current.push(entry);
    if (this.#current.length === runLength) this.#endRun();
  }

  /** The entries in order; call once, after the last `add`. */
  *sorted(): Generator<SortEntry, void, undefined> {
    if (this.#current.length > 0) this.#endRun();
    const [only] = this.#runs;
    if (this.#runs.length <= 1) {
      yield* only ?? [];
      return;
    }
    const heap = createHeap<RunHead>((left, right) => this.#compare(left.entry, right.entry) < 0);
    for (const run of this.#runs) {
      const [entry] = run;
      if (entry !== undefined) heap.push({ entry, run, at: 0 });
    }
    for (let head = heap.root; head !== undefined; head = heap.root) {
      yield head.entry;
      const at = head.at + 1;
      const entry = head.run[at];
      if (entry === undefined) heap.pop();
      else heap.replaceRoot({ entry, run: head.run, at });
    }
  }

  #endRun(): void {
    this.#runs.push(this.#current.sort(this.#compare));
    this.#current = [];
  }
}

/** A sort needs more memory than it may. */
export function tooManyToSort(count: number, bytesMax: number): AuroraError {
  return memoryExceeded({
    what: `Sorting more than ${count} documents`,
    bytesMax,
    hint: 'Add a limit, a narrower filter, or an index on the fields of the order.',
    details: { documents: count },
  });
}

interface RunHead {
  readonly entry: SortEntry;
  readonly run: readonly SortEntry[];
  readonly at: number;
}
