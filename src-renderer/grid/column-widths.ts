import { type CellText, cellText } from './cell-text.ts';
import type { GridColumn } from './cell-value.ts';
import type { RowModel } from './row-model.ts';
import { sampleRows } from './sample-stage.ts';

/*
 * Column widths are plain state: one number per column. They are computed from text lengths, because the data font
 * has one advance width; measuring the page would cost a layout per column and would not be testable.
 */

const columnWidthMin = 48;
const columnWidthMax = 2000;
const automaticWidthMax = 340;
const characterWidth = 7.5;
/** Of the widest of the fonts that the data may be drawn in. */
const wideCharacterWidth = 8;
const onlyNarrow = /^[ -~…]*$/;
const headCharacterWidth = 7.2;
const cellPadding = 18;
const headPadding = 48;
const headMarkWidth = 18;
const chipPadding = 16;
/** Room for an arrow and a number in the head of a column that rows can be sorted by. */
const headSortWidth = 20;
/** Later rows often hold longer numbers than the first ones, and a cut number is misread. */
const spareDigits = 2;

/** The width that shows the header and a sample of the rows of a column, within sensible bounds. */
export function automaticWidth(
  column: GridColumn,
  index: number,
  sample: { readonly model: RowModel; readonly from: number; readonly isSortable?: boolean },
): number {
  const { model, from, isSortable = false } = sample;
  const markWidth =
    (column.mark === undefined ? 0 : headMarkWidth) + (isSortable ? headSortWidth : 0);
  let width = column.name.length * headCharacterWidth + headPadding + markWidth;
  const end = Math.min(from + sampleRows, model.count.rows);
  for (let row = from; row < end && width < automaticWidthMax; row += 1) {
    width = Math.max(width, textWidth(cellText(model.cell(row, index), column.type)));
  }
  return Math.round(Math.min(Math.max(width, columnWidthMin), automaticWidthMax));
}

/** The text is certainly not wider than its column, in whichever font of one advance width it is drawn. */
export function isSurelyShown(text: CellText, width: number): boolean {
  const characters = characterCount(text);
  return characters !== undefined && characters * wideCharacterWidth + cellPadding <= width;
}

/** Characters as wide as any other; `undefined` where some may be wider. */
function characterCount(text: CellText): number | undefined {
  switch (text.kind) {
    case 'text':
    case 'number':
    case 'uuid':
      return onlyNarrow.test(text.text) ? text.text.length : undefined;
    case 'date':
      return text.text.length + text.zone.length + 1;
    case 'pending':
    case 'missing':
    case 'null':
    case 'empty':
    case 'boolean':
      return 4;
    case 'list':
    case 'object':
      return undefined;
  }
}

export function boundedWidth(width: number): number {
  return Math.round(Math.min(Math.max(width, columnWidthMin), columnWidthMax));
}

function textWidth(text: CellText): number {
  switch (text.kind) {
    case 'number':
      return (text.text.length + spareDigits) * characterWidth + cellPadding;
    case 'text':
    case 'uuid':
      return text.text.length * characterWidth + cellPadding;
    case 'date':
      return (text.text.length + text.zone.length + 1) * characterWidth + cellPadding;
    case 'list': {
      const characters = text.chips.reduce((sum, chip) => sum + chip.length, 0);
      const chips = text.chips.length + (text.more > 0 ? 1 : 0);
      return characters * characterWidth + chips * chipPadding + cellPadding;
    }
    case 'object':
      return (text.preview.length + 5) * characterWidth + cellPadding;
    case 'pending':
    case 'missing':
    case 'null':
    case 'empty':
    case 'boolean':
      return 4 * characterWidth + cellPadding;
  }
}
