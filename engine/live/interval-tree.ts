/*
 * Which intervals hold a value. The tree is built over intervals sorted by their lower ends, each node knowing the
 * highest upper end below it; intervals that come later wait in a short list, those that go are marked, and the tree is
 * built anew when there are too many of either. So a look costs the logarithm of all and what it finds.
 */
import { compareValues } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';
import type { Interval } from './access-key.ts';

interface Entry<Owner> {
  readonly interval: Interval;
  readonly owner: Owner;
  isGone: boolean;
}

interface Node<Owner> {
  readonly entry: Entry<Owner>;
  /** The highest upper end in this part of the tree; `undefined` when one is open. */
  readonly highest: StoredValue | undefined;
  readonly left: Node<Owner> | undefined;
  readonly right: Node<Owner> | undefined;
}

const waitingMin = 64;

export class IntervalTree<Owner> {
  #root: Node<Owner> | undefined;
  #entries: Entry<Owner>[] = [];
  #waiting: Entry<Owner>[] = [];
  #goneCount = 0;

  get isEmpty(): boolean {
    return this.#entries.length + this.#waiting.length === this.#goneCount;
  }

  /** Gives the function that takes it out again. */
  add(interval: Interval, owner: Owner): () => void {
    const entry = { interval, owner, isGone: false };
    this.#waiting.push(entry);
    return () => {
      if (entry.isGone) return;
      entry.isGone = true;
      this.#goneCount += 1;
    };
  }

  /** Calls back for each interval that holds the value, in no particular order. */
  visit(value: StoredValue, found: (owner: Owner) => void): void {
    const few = Math.max(waitingMin, this.#entries.length / 8);
    if (this.#waiting.length > few || this.#goneCount > few) this.#build();
    visitNode(this.#root, value, found);
    for (const { interval, owner, isGone } of this.#waiting) {
      if (!isGone && isAbove(value, interval.low) && isBelow(value, interval.high)) found(owner);
    }
  }

  #build(): void {
    const kept = [...this.#entries, ...this.#waiting].filter(({ isGone }) => !isGone);
    kept.sort((left, right) => compareLow(left.interval.low, right.interval.low));
    this.#entries = kept;
    this.#waiting = [];
    this.#goneCount = 0;
    this.#root = buildNode(kept, 0, kept.length);
  }
}

function buildNode<Owner>(
  entries: readonly Entry<Owner>[],
  start: number,
  end: number,
): Node<Owner> | undefined {
  const middle = (start + end) >> 1;
  const entry = start < end ? entries[middle] : undefined;
  if (entry === undefined) return undefined;
  const left = buildNode(entries, start, middle);
  const right = buildNode(entries, middle + 1, end);
  let highest = entry.interval.high;
  for (const below of [left, right]) {
    if (below === undefined || highest === undefined) continue;
    if (below.highest === undefined || compareValues(below.highest, highest) > 0) {
      highest = below.highest;
    }
  }
  return { entry, highest, left, right };
}

function visitNode<Owner>(
  node: Node<Owner> | undefined,
  value: StoredValue,
  found: (owner: Owner) => void,
): void {
  if (node === undefined || !isBelow(value, node.highest)) return;
  visitNode(node.left, value, found);
  const { interval, owner, isGone } = node.entry;
  if (!isAbove(value, interval.low)) return;
  if (!isGone && isBelow(value, interval.high)) found(owner);
  visitNode(node.right, value, found);
}

function isAbove(value: StoredValue, low: StoredValue | undefined): boolean {
  return low === undefined || compareValues(value, low) >= 0;
}

function isBelow(value: StoredValue, high: StoredValue | undefined): boolean {
  return high === undefined || compareValues(value, high) <= 0;
}

function compareLow(left: StoredValue | undefined, right: StoredValue | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  return compareValues(left, right);
}
