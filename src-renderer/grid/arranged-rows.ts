import type { Cell } from './cell-value.ts';
import type { CellMark, RowCount, RowMark, RowModel } from './row-model.ts';
import type { Range } from './window.ts';

/** The same rows with other columns: some left out, in another order. `columns` are the numbers of the model's own. */
export class ArrangedRows implements RowModel {
  readonly columnCount: number;
  readonly #rows: RowModel;
  readonly #columns: readonly number[];

  constructor(rows: RowModel, columns: readonly number[]) {
    this.#rows = rows;
    this.#columns = columns;
    this.columnCount = columns.length;
  }

  get version(): number {
    return this.#rows.version;
  }

  get count(): RowCount {
    return this.#rows.count;
  }

  get tailRow(): number {
    return this.#rows.tailRow;
  }

  cell(row: number, column: number): Cell {
    return this.#rows.cell(row, this.#columns[column] ?? -1);
  }

  isLoaded(row: number): boolean {
    return this.#rows.isLoaded(row);
  }

  keyOf(row: number): string | undefined {
    return this.#rows.keyOf(row);
  }

  rowOf(key: string): number | undefined {
    return this.#rows.rowOf(key);
  }

  revision(row: number): number {
    return this.#rows.revision(row);
  }

  flash(row: number, column: number): number {
    return this.#rows.flash(row, this.#columns[column] ?? -1);
  }

  rowMark(row: number): RowMark | undefined {
    return this.#rows.rowMark?.(row);
  }

  cellMark(row: number, column: number): CellMark | undefined {
    return this.#rows.cellMark?.(row, this.#columns[column] ?? -1);
  }

  cellNote(row: number, column: number): string | undefined {
    return this.#rows.cellNote?.(row, this.#columns[column] ?? -1);
  }

  want(rows: Range): void {
    this.#rows.want(rows);
  }

  wantAll(): void {
    this.#rows.wantAll();
  }

  onDidChange(listener: () => void): () => void {
    return this.#rows.onDidChange(listener);
  }
}
