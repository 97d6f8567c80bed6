import type { CellValue, GridColumn } from './cell-value.ts';
import type { RowModel } from './row-model.ts';

export interface ResultDocument {
  readonly [key: string]: CellValue;
}

/** One row as the document it is; fields that are not set are left out, as they are in the database. */
export function documentAt(
  rows: RowModel,
  columns: readonly GridColumn[],
  row: number,
): ResultDocument {
  const document: Record<string, CellValue> = {};
  for (const [index, column] of columns.entries()) {
    const cell = rows.cell(row, index);
    if (cell.state === 'value') document[column.name] = cell.value;
  }
  return document;
}

export interface RawText {
  readonly text: string;
  /** Rows that are in the text. */
  readonly rowCount: number;
  /** True when loaded rows were left out to stay below the bound. */
  readonly isCut: boolean;
}

/** The loaded rows as a JSON array, one document per line, up to about `charactersMax`. */
export function rawText(
  rows: RowModel,
  columns: readonly GridColumn[],
  charactersMax: number,
): RawText {
  const lines: string[] = [];
  let characters = 0;
  let row = 0;
  for (; row < rows.count.rows && characters < charactersMax; row += 1) {
    const line = `  ${JSON.stringify(documentAt(rows, columns, row))}`;
    characters += line.length;
    lines.push(line);
  }
  const text = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
  return { text, rowCount: row, isCut: row < rows.count.rows };
}
