import { CacheEntry } from './cache-entry.ts';

/**
 * Entries from the oldest to the newest, linked through themselves in a ring that a sentinel closes: nothing is
 * allocated when they move, one is removed without knowing its list, and lists are joined in constant time.
 */
export class EntryList {
  readonly #end = new CacheEntry({
    collectionId: -1,
    row: -1,
    document: { id: '' },
    lsn: 0,
    bytes: 0,
  });

  get oldest(): CacheEntry | undefined {
    const { next } = this.#end;
    return next === this.#end ? undefined : next;
  }

  append(entry: CacheEntry): void {
    const end = this.#end;
    const newest = end.previous;
    entry.previous = newest;
    entry.next = end;
    newest.next = entry;
    end.previous = entry;
  }

  /** Puts all entries of the other list before the oldest of this one; the other is empty then. */
  prepend(other: EntryList): void {
    const { oldest } = other;
    if (oldest === undefined) return;
    const end = this.#end;
    const newest = other.#end.previous;
    newest.next = end.next;
    end.next.previous = newest;
    end.next = oldest;
    oldest.previous = end;
    other.clear();
  }

  clear(): void {
    this.#end.next = this.#end;
    this.#end.previous = this.#end;
  }
}

/** Takes an entry out of its list. */
export function unlink(entry: CacheEntry): void {
  entry.previous.next = entry.next;
  entry.next.previous = entry.previous;
  entry.previous = entry;
  entry.next = entry;
}
