import type { ColumnFill, PinnedColumns } from './collection-columns.ts';
import type { ColumnSpec, ColumnView } from './column.ts';
import type { ColumnCache } from './column-cache.ts';

/** The column cache as a reader of one state of the store sees it. */
export class ColumnReader {
  readonly #cache: ColumnCache;
  readonly #lsn: number;

  constructor(cache: ColumnCache, lsn: number) {
    this.#cache = cache;
    this.#lsn = lsn;
  }

  get bytesMax(): number {
    return this.#cache.bytesMax;
  }

  /** True when all are cached; whether they show this moment is known when they are pinned. */
  has(collectionId: number, specs: readonly ColumnSpec[]): boolean {
    const columns = this.#cache.find(collectionId);
    return columns !== undefined && specs.every((spec) => columns.has(spec));
  }

  canHold(collectionId: number, spec: ColumnSpec, documentCount: number): boolean {
    return this.#cache.canHold(collectionId, spec, documentCount);
  }

  /** What queries have paid so far for not having columns, this one included; in documents of a scan. */
  want(collectionId: number, specs: readonly ColumnSpec[], cost: number): number {
    return this.#cache.want(collectionId, specs, cost);
  }

  /** A column as it is now, for estimates. */
  estimate(collectionId: number, spec: ColumnSpec): ColumnView | undefined {
    return this.#cache.find(collectionId)?.viewOf(spec);
  }

  /** Brings the columns to this moment; yields now and then. */
  *catchUp(collectionId: number): Generator<void, void> {
    const columns = this.#cache.find(collectionId);
    while (columns !== undefined && !columns.isCurrent(this.#lsn)) {
      columns.takeIn(this.#lsn);
      yield;
    }
  }

  pin(collectionId: number, specs: readonly ColumnSpec[]): PinnedColumns | undefined {
    return this.#cache.pin(collectionId, specs, this.#lsn);
  }

  beginFill(collectionId: number, specs: readonly ColumnSpec[]): ColumnFill | undefined {
    return this.#cache.beginFill(collectionId, specs, this.#lsn);
  }

  endFill(collectionId: number, fill: ColumnFill, isComplete: boolean): void {
    this.#cache.endFill(collectionId, fill, isComplete);
  }

  refuse(collectionId: number, fill: ColumnFill, documentCount: number): void {
    this.#cache.refuse(collectionId, fill, documentCount);
  }
}
