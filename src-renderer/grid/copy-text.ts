import { exactText } from './cell-text.ts';
import type { RowModel } from './row-model.ts';
import type { Rectangle } from './selection.ts';

/** So that copying a whole result cannot freeze the window. */
const copyCellsMax = 1_000_000;

export interface CopiedText {
  readonly text: string;
  readonly rowCount: number;
  /** Rows of the rectangle that were left out: not loaded, or beyond `copyCellsMax`. */
  readonly rowsLeftOut: number;
}

/** Tab-separated exact values of a rectangle. Values with tabs, breaks or quotes are quoted as spreadsheets expect. */
export function copiedText(model: RowModel, rectangle: Rectangle): CopiedText {
  const width = rectangle.right - rectangle.left + 1;
  const rowsMax = Math.max(1, Math.floor(copyCellsMax / width));
  const lines: string[] = [];
  for (let row = rectangle.top; row <= rectangle.bottom && lines.length < rowsMax; row += 1) {
    if (!model.isLoaded(row)) break;
    const cells: string[] = [];
    for (let column = rectangle.left; column <= rectangle.right; column += 1) {
      cells.push(
        quoted(
          exactText(model.cell(row, column)),
          width === 1 && rectangle.top === rectangle.bottom,
        ),
      );
    }
    lines.push(cells.join('\t'));
  }
  const asked = rectangle.bottom - rectangle.top + 1;
  return { text: lines.join('\n'), rowCount: lines.length, rowsLeftOut: asked - lines.length };
}

function quoted(text: string, isAlone: boolean): string {
  // A single cell is copied as it is: it is pasted into a text far more often than into a spreadsheet.
  if (isAlone || !/[\t\n\r"]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
