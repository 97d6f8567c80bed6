/* The rows that commits have changed and that nobody was told of yet, in the order of their LSN. */
import type { InsertedRows } from './inserted-rows.ts';
import type { CollectionBuffer } from './write-buffer.ts';

interface TouchedRow {
  readonly collection: CollectionBuffer;
  readonly row: number;
  readonly lsn: number;
  /** True when nobody can have read it before. */
  readonly isNew: boolean;
}

export type Touched = TouchedRow | TouchedRows;

const untouched: readonly Touched[] = [];

/** Rows of a block (inserted-rows.ts), by one commit or by commits that follow each other. */
export class TouchedRows {
  readonly collection: CollectionBuffer;
  readonly inserted: InsertedRows;
  readonly from: number;
  #count: number;

  constructor(
    collection: CollectionBuffer,
    inserted: InsertedRows,
    { from, count }: { readonly from: number; readonly count: number },
  ) {
    this.collection = collection;
    this.inserted = inserted;
    this.from = from;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** That of the last of them. */
  get lsn(): number {
    return this.inserted.lsnOf(this.from + this.#count - 1);
  }

  /** Their numbers. */
  get numbers(): readonly number[] {
    const first = this.inserted.firstRow + this.from;
    return Array.from({ length: this.#count }, (_, at) => first + at);
  }

  addOne(): void {
    this.#count += 1;
  }

  /** Keeps those of commits up to an LSN, and gives the rest. */
  splitAbove(lsn: number): TouchedRows {
    const all = this.#count;
    while (this.#count > 0 && this.lsn > lsn) this.#count -= 1;
    const from = this.from + this.#count;
    return new TouchedRows(this.collection, this.inserted, { from, count: all - this.#count });
  }
}

export class TouchedList {
  readonly #touched: Touched[] = [];

  add(touched: Touched): void {
    this.#touched.push(touched);
  }

  /** Adds the last row of a block. */
  addNext(collection: CollectionBuffer, block: InsertedRows): void {
    const last = this.#touched.at(-1);
    const from = block.count - 1;
    if (last instanceof TouchedRows && last.inserted === block && last.from + last.count === from)
      last.addOne();
    else this.#touched.push(new TouchedRows(collection, block, { from, count: 1 }));
  }

  /** Takes what commits up to an LSN have touched. */
  take(lsn: number): readonly Touched[] {
    const last = this.#touched.at(-1);
    if (last === undefined) return untouched;
    if (last.lsn <= lsn && this.#touched.length === 1) {
      // Taken off its end, so that the list keeps its room.
      this.#touched.pop();
      return [last];
    }
    if (last.lsn <= lsn) return this.#touched.splice(0);
    return this.#touched.splice(0, this.#splitAt(lsn));
  }

  dropAbove(lsn: number): void {
    if ((this.#touched.at(-1)?.lsn ?? 0) > lsn) this.#touched.splice(this.#splitAt(lsn));
  }

  /** Gives how many are of commits up to an LSN, when those that reach beyond it are two. */
  #splitAt(lsn: number): number {
    const at = this.#touched.findLastIndex((touched) => touched.lsn <= lsn) + 1;
    const first = this.#touched[at];
    if (!(first instanceof TouchedRows) || first.inserted.lsnOf(first.from) > lsn) return at;
    const rest = first.splitAbove(lsn);
    this.#touched.splice(at + 1, 0, rest);
    return at + 1;
  }
}
