import { exactText } from './cell-text.ts';
import type { CellValue, GridColumn } from './cell-value.ts';
import { type CopiedCells, encodeCells } from './copied-cells.ts';
import type { RowModel } from './row-model.ts';
import type { Rectangle } from './selection.ts';

/** So that copying a whole result cannot freeze the window. */
const copyCellsMax = 1_000_000;

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'markdown' | 'aql';

export interface CopiedText {
  readonly text: string;
  /** The same for a grid of the studio, as `copied-cells.ts` has it; only beside tab-separated values. */
  readonly cells?: string;
  readonly rowCount: number;
  /** Rows of the rectangle that were left out: not loaded, or beyond `copyCellsMax`. */
  readonly rowsLeftOut: number;
}

export interface CopySource {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly rectangle: Rectangle;
  /** Where AQL puts the rows; without one they are a list of objects. */
  readonly collection?: string | undefined;
}

/**
 * The exact values of a rectangle as text. Tab-separated values come without a head, as they are pasted beside others;
 * the other formats name the columns. In JSON and AQL, fields that are not set are left out.
 */
export function copiedText(source: CopySource, format: CopyFormat = 'tsv'): CopiedText {
  const { rectangle } = source;
  const rows = rowsOf(source);
  const asked = rectangle.bottom - rectangle.top + 1;
  return {
    text: textOf(source, rows, format),
    ...(format === 'tsv' ? { cells: encodeCells(cellsOf(source, rows)) } : {}),
    rowCount: rows.length,
    rowsLeftOut: asked - rows.length,
  };
}

/** The rows of the rectangle that are loaded, from its first on. */
function rowsOf({ model, rectangle }: CopySource): readonly number[] {
  const width = rectangle.right - rectangle.left + 1;
  const rowsMax = Math.max(1, Math.floor(copyCellsMax / width));
  const rows: number[] = [];
  for (let row = rectangle.top; row <= rectangle.bottom && rows.length < rowsMax; row += 1) {
    if (!model.isLoaded(row)) break;
    rows.push(row);
  }
  return rows;
}

function textOf(source: CopySource, rows: readonly number[], format: CopyFormat): string {
  const { rectangle, collection } = source;
  const head = headOf(source);
  switch (format) {
    case 'tsv': {
      const isAlone = head.length === 1 && rectangle.top === rectangle.bottom;
      return rows
        .map((row) =>
          texts(source, row)
            .map((text) => tabbed(text, isAlone))
            .join('\t'),
        )
        .join('\n');
    }
    case 'csv':
      return [head, ...rows.map((row) => texts(source, row))]
        .map((cells) => cells.map(quotedForCsv).join(','))
        .join('\r\n');
    case 'markdown':
      return [head, head.map(() => '---'), ...rows.map((row) => texts(source, row))]
        .map((cells) => `| ${cells.map(escapedForMarkdown).join(' | ')} |`)
        .join('\n');
    case 'json':
      return JSON.stringify(
        rows.map((row) => Object.fromEntries(members(source, row))),
        null,
        2,
      );
    case 'aql': {
      const data = rows.map((row) => `    ${aqlObject(members(source, row))}`).join('\n');
      if (collection === undefined) return `[\n${data}\n]`;
      return `mutation {\n  insertInto(collection: ${JSON.stringify(collection)}, data: [\n${data}\n  ]) { id }\n}\n`;
    }
  }
}

function headOf({ columns, rectangle }: CopySource): readonly string[] {
  return columns.slice(rectangle.left, rectangle.right + 1).map(({ name }) => name);
}

function cellsOf(source: CopySource, rows: readonly number[]): CopiedCells {
  const { model, rectangle } = source;
  const names = headOf(source);
  const valueAt = (row: number, at: number) => {
    const cell = model.cell(row, rectangle.left + at);
    return cell.state === 'value' ? cell.value : undefined;
  };
  return { names, rows: rows.map((row) => names.map((_, at) => valueAt(row, at))) };
}

function texts({ model, rectangle }: CopySource, row: number): readonly string[] {
  const cells: string[] = [];
  for (let column = rectangle.left; column <= rectangle.right; column += 1) {
    cells.push(exactText(model.cell(row, column)));
  }
  return cells;
}

function members(
  { model, columns, rectangle }: CopySource,
  row: number,
): readonly (readonly [string, CellValue])[] {
  const found: [string, CellValue][] = [];
  for (let column = rectangle.left; column <= rectangle.right; column += 1) {
    const cell = model.cell(row, column);
    const name = columns[column]?.name;
    if (cell.state === 'value' && name !== undefined) found.push([name, cell.value]);
  }
  return found;
}

function tabbed(text: string, isAlone: boolean): string {
  // A single cell is copied as it is: it is pasted into a text far more often than into a spreadsheet.
  if (isAlone || !/[\t\n\r"]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

function quotedForCsv(text: string): string {
  return /[,\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function escapedForMarkdown(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/\r\n|\r|\n/g, '<br>');
}

function aqlObject(entries: readonly (readonly [string, CellValue])[]): string {
  const fields = entries.map(([name, value]) => `${aqlKey(name)}: ${aqlValue(value)}`);
  return `{ ${fields.join(', ')} }`;
}

function aqlValue(value: CellValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(aqlValue).join(', ')}]`;
  return aqlObject(Object.entries(value));
}

function aqlKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** `Array.isArray` does not narrow read-only arrays. */
function isList(value: object): value is readonly CellValue[] {
  return Array.isArray(value);
}
