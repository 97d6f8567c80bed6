/*
 * A list that stays in order while items come and go, and that knows the position of each. It is kept in chunks, so
 * that an insert moves some hundred items whatever the length, and finding one takes two binary searches:
 *
 *     chunks   [ a b c d ] [ e f ] [ g h i ]       a position is the lengths of the chunks before, and the place inside
 *
 * Items that compare as equal must be interchangeable.
 */

const chunkLengthMax = 512;

export class SortedList<Item> {
  readonly #compare: (left: Item, right: Item) => number;
  #chunks: Item[][] = [];
  #length = 0;

  /** `items` are in order already. */
  constructor(compare: (left: Item, right: Item) => number, items: readonly Item[] = []) {
    this.#compare = compare;
    for (let at = 0; at < items.length; at += chunkLengthMax / 2) {
      this.#chunks.push(items.slice(at, at + chunkLengthMax / 2));
    }
    this.#length = items.length;
  }

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#chunks[0]?.[0];
  }

  get last(): Item | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  /** How many items come before one, which need not be in the list. O(log n + n / 512). */
  rank(item: Item): number {
    const at = this.#chunkOf(item);
    let rank = 0;
    for (let before = 0; before < at; before += 1) rank += this.#chunks[before]?.length ?? 0;
    return rank + this.#placeIn(this.#chunks[at] ?? [], item);
  }

  insert(item: Item): void {
    this.#length += 1;
    const at = Math.min(this.#chunkOf(item), Math.max(0, this.#chunks.length - 1));
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([item]);
      return;
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item);
    if (chunk.length > chunkLengthMax) {
      this.#chunks.splice(at + 1, 0, chunk.splice(chunkLengthMax / 2));
    }
  }

  /** Takes out an item that compares as equal; false when there is none. */
  remove(item: Item): boolean {
    const at = this.#chunkOf(item);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const place = this.#placeIn(chunk, item);
    const found = chunk[place];
    if (found === undefined || this.#compare(found, item) !== 0) return false;
    chunk.splice(place, 1);
    this.#length -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  /** Takes out everything from a position on. */
  cut(length: number): void {
    const kept = this.slice(0, length);
    this.#chunks = [];
    for (let at = 0; at < kept.length; at += chunkLengthMax / 2) {
      this.#chunks.push(kept.slice(at, at + chunkLengthMax / 2));
    }
    this.#length = kept.length;
  }

  slice(start: number, end: number): Item[] {
    const items: Item[] = [];
    let from = 0;
    for (const chunk of this.#chunks) {
      if (from >= end) break;
      if (from + chunk.length > start) {
        for (let at = Math.max(0, start - from); at < chunk.length && from + at < end; at += 1) {
          const item = chunk[at];
          if (item !== undefined) items.push(item);
        }
      }
      from += chunk.length;
    }
    return items;
  }

  /** The first chunk whose last item does not come before one; the number of chunks when all do. */
  #chunkOf(item: Item): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last !== undefined && this.#compare(last, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn(chunk: readonly Item[], item: Item): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const present = chunk[middle];
      if (present !== undefined && this.#compare(present, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
