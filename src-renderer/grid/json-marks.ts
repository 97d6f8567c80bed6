/* What is staged of the documents of a tree, line by line: the signs that the grid shows as well. */
import type { GridColumn } from './cell-value.ts';
import type { JsonLine } from './json-lines.ts';
import type { CellMark, RowMark, RowModel } from './row-model.ts';

export interface LineMarks {
  /** What is going to become of the document that the line is of. */
  readonly row?: RowMark;
  /** What is to be said of the field that the line is. */
  readonly cell?: CellMark;
  readonly note?: string;
}

const none: LineMarks = {};

/** `columns` are those of the rows, in their order. */
export function lineMarks(
  rows: RowModel,
  columns: readonly GridColumn[],
  { path, key, level }: JsonLine,
): LineMarks {
  const row = Number(path.split('/', 1)[0]);
  const mark = rows.rowMark?.(row);
  if (mark === undefined) return none;
  const column = level === 2 ? columns.findIndex(({ name }) => name === key) : -1;
  const cell = column < 0 ? undefined : rows.cellMark?.(row, column);
  const note = column < 0 ? undefined : rows.cellNote?.(row, column);
  return {
    row: mark,
    ...(cell === undefined ? {} : { cell }),
    ...(note === undefined ? {} : { note }),
  };
}
