import type { ColumnFill, PinnedColumns, PublishedRows } from './collection-columns.ts';
import type { ColumnSpec, ColumnView } from './column.ts';
import type { ColumnCache } from './column-cache.ts';

/** What was published of a collection above an LSN; `undefined` when that cannot be said any more. */
export type ChangesSince = (collectionId: number, lsn: number) => PublishedRows | undefined;

/**
 * The column cache as a reader of one published state sees it. What it holds stays as it is until `release`, which comes
 * with the end of the reader's snapshot.
 */
export class ColumnReader {
  readonly #cache: ColumnCache;
  readonly #lsn: number;
  readonly #changesSince: ChangesSince | undefined;
  readonly #held = new Map<number, PinnedColumns[]>();

  constructor(cache: ColumnCache, lsn: number, changesSince: ChangesSince | undefined) {
    this.#cache = cache;
    this.#lsn = lsn;
    this.#changesSince = changesSince;
  }

  get bytesMax(): number {
    return this.#cache.bytesMax;
  }

  /**
   * Holds columns that show this moment, for as long as the snapshot is held; false when some are not cached, or show
   * another moment.
   */
  hold(collectionId: number, specs: readonly ColumnSpec[]): boolean {
    return this.held(collectionId, specs) !== undefined;
  }

  /** What `hold` holds. It belongs to the reader: nobody else releases it. */
  held(collectionId: number, specs: readonly ColumnSpec[]): PinnedColumns | undefined {
    const held = this.#held.get(collectionId);
    for (const pinned of held ?? []) {
      if (specs.every((spec) => pinned.has(spec))) return pinned;
    }
    const pinned = this.#cache.pin(collectionId, specs, this.#lsn);
    if (pinned === undefined) return undefined;
    if (held === undefined) this.#held.set(collectionId, [pinned]);
    else held.push(pinned);
    return pinned;
  }

  release(): void {
    for (const held of this.#held.values()) for (const pinned of held) pinned.release();
    this.#held.clear();
  }

  /** True when all are cached, whatever moment they show. */
  has(collectionId: number, specs: readonly ColumnSpec[]): boolean {
    const columns = this.#cache.find(collectionId);
    return columns !== undefined && specs.every((spec) => columns.has(spec));
  }

  /** True when columns of the collection show a later moment. */
  isBeyond(collectionId: number): boolean {
    return this.#cache.find(collectionId)?.isBeyond(this.#lsn) === true;
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

  /** The caller must release them. */
  pin(collectionId: number, specs: readonly ColumnSpec[]): PinnedColumns | undefined {
    return this.held(collectionId, specs)?.again();
  }

  /** Begins to fill columns from the documents of this moment, which must be in the store; `undefined` when it is too late. */
  beginFill(collectionId: number, specs: readonly ColumnSpec[]): ColumnFill | undefined {
    const since = this.#changesSince?.(collectionId, this.#lsn);
    return since && this.#cache.beginFill(collectionId, specs, this.#lsn, since);
  }

  endFill(collectionId: number, fill: ColumnFill, isComplete: boolean): void {
    this.#cache.endFill(collectionId, fill, isComplete);
  }

  refuse(collectionId: number, fill: ColumnFill, documentCount: number): void {
    this.#cache.refuse(collectionId, fill, documentCount);
  }
}
