import type { Cell } from './cell-value.ts';
import type { Range } from './window.ts';

/*
 * What a grid shows: rows by number and columns by number, as far as they are loaded. A model never fetches by itself
 * while it is read; whoever shows it says which rows it looks at (`want`). Rows may come, go and move while they are
 * shown, so that each loaded row can have a key that stays with it: the grid holds the focus, the selection and the row
 * under the pointer by key. `README.md` beside this file tells which models there are and how to lay one over another.
 */

/** How many rows there are: exactly, or at least so many when the end has not been seen. */
export interface RowCount {
  readonly rows: number;
  readonly isKnown: boolean;
}

/** What is going to become of a row. */
export type RowMark = 'inserted' | 'changed' | 'deleted' | 'gone';

/**
 * What is to be said of a cell: it is going to be another one, others have changed it as well, or its value cannot stay
 * or should be looked at again.
 */
export type CellMark = 'changed' | 'conflict' | 'invalid' | 'doubtful';

export interface RowModel {
  readonly columnCount: number;
  /** Grows with every change of anything below. */
  readonly version: number;
  /** The same object until it changes. */
  readonly count: RowCount;
  /** Where the row stands that came last; -1 when none is known to. */
  readonly tailRow: number;
  /** `pending` for what is not loaded. Cells that did not change need not be the same objects. */
  cell(row: number, column: number): Cell;
  isLoaded(row: number): boolean;
  /** What the row is, wherever it stands: the id of its document. `undefined` when it is not loaded or has none. */
  keyOf(row: number): string | undefined;
  /** Where the row with a key stands; `undefined` when it is not among the loaded ones. */
  rowOf(key: string): number | undefined;
  /** A number that is another one whenever the cells of the row are; -1 while it is not loaded. */
  revision(row: number): number;
  /** Numbers the last change of a cell while it is fresh enough to be pointed out, else 0. */
  flash(row: number, column: number): number;
  /** For rows that can be edited. */
  rowMark?(row: number): RowMark | undefined;
  cellMark?(row: number, column: number): CellMark | undefined;
  /** What is wrong with an invalid or doubtful cell, as a sentence. */
  cellNote?(row: number, column: number): string | undefined;
  /** Says which rows are looked at. */
  want(rows: Range): void;
  /** Asks for every row there is, to the end. */
  wantAll(): void;
  onDidChange(listener: () => void): () => void;
}
