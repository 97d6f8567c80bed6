/* How often queries have read each index since the database was opened. Checks of uniqueness do not count. */
import type { IndexEntry } from '../catalog/catalog.ts';

export class IndexUses {
  /** By storage id; an array, because looking up one document takes less than a microsecond. */
  readonly #counts: number[] = [];

  note({ storageId }: IndexEntry): void {
    this.#counts[storageId] = (this.#counts[storageId] ?? 0) + 1;
  }

  of({ storageId }: IndexEntry): number {
    return this.#counts[storageId] ?? 0;
  }

  /** An index that is built anew goes on with what it had. */
  carryOver(from: IndexEntry, to: IndexEntry): void {
    this.#counts[to.storageId] = this.of(from);
  }
}
