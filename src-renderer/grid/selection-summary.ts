import { groupedNumber } from './cell-text.ts';
import type { RowModel } from './row-model.ts';
import type { Rectangle } from './selection.ts';
import type { Range } from './window.ts';

/** Cells that are looked at, so that selecting everything does not stop the page. */
const cellsMax = 200_000;
/** Rows that are read to sum up a selection of which not all are loaded. */
const summedRowsMax = 10_000;

/**
 * How a selection is summed up: from the rows that are loaded, from rows that are to be read first, or not at all. A sum
 * of those that happen to be loaded would be a number of nothing.
 */
export type SummaryWay = 'loaded' | 'read' | 'none';

export interface SelectionSummary {
  readonly cellCount: number;
  readonly numberCount: number;
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly distinctCount: number;
  /** Null or not set. */
  readonly emptyCount: number;
}

export function summaryWay(
  model: RowModel,
  rectangle: Rectangle,
  { canRead }: { readonly canRead: boolean },
): SummaryWay {
  const { top, bottom } = rectangle;
  if (cellCountOf(rectangle) > cellsMax) return 'none';
  if (areLoaded(model, { start: top, end: bottom + 1 })) return 'loaded';
  return canRead && bottom - top < summedRowsMax ? 'read' : 'none';
}

/** True when each of the rows is loaded. */
export function areLoaded(model: RowModel, { start, end }: Range): boolean {
  for (let row = start; row < end; row += 1) if (!model.isLoaded(row)) return false;
  return true;
}

/** What the cells of a rectangle come to, all of which are loaded. */
export function selectionSummary(model: RowModel, rectangle: Rectangle): SelectionSummary {
  const distinct = new Set<unknown>();
  let [numberCount, sum, emptyCount] = [0, 0, 0];
  let [min, max]: (number | undefined)[] = [];
  for (let row = rectangle.top; row <= rectangle.bottom; row += 1) {
    for (let column = rectangle.left; column <= rectangle.right; column += 1) {
      const cell = model.cell(row, column);
      if (cell.state !== 'value' || cell.value === null) {
        emptyCount += 1;
        continue;
      }
      const { value } = cell;
      distinct.add(typeof value === 'object' ? JSON.stringify(value) : value);
      if (typeof value !== 'number') continue;
      numberCount += 1;
      sum += value;
      min = Math.min(min ?? value, value);
      max = Math.max(max ?? value, value);
    }
  }
  return {
    ...{ cellCount: cellCountOf(rectangle), numberCount, sum, min, max, emptyCount },
    distinctCount: distinct.size,
  };
}

/** The same as one line. */
export function summaryText(summary: SelectionSummary): string {
  const { cellCount, numberCount, sum, min, max, distinctCount, emptyCount } = summary;
  const parts = [cellsText(cellCount)];
  if (numberCount > 0 && min !== undefined && max !== undefined) {
    parts.push(`sum ${shown(sum)}`, `avg ${shown(sum / numberCount)}`);
    parts.push(`min ${shown(min)}`, `max ${shown(max)}`);
  }
  parts.push(`${distinctCount.toLocaleString('en-US')} distinct`);
  if (emptyCount > 0) parts.push(`${emptyCount.toLocaleString('en-US')} empty`);
  return parts.join(' · ');
}

/** The same while it is not known, and why. */
export function unsummedText(rectangle: Rectangle, why: 'reading' | 'failed' | 'large'): string {
  const cells = cellsText(cellCountOf(rectangle));
  switch (why) {
    case 'reading':
      return `${cells} · sum …`;
    case 'failed':
      return `${cells} · they could not be read to sum them up`;
    case 'large':
      return `${cells} · too many to sum up here`;
  }
}

function cellsText(count: number): string {
  return `${count.toLocaleString('en-US')} cells`;
}

function cellCountOf({ top, bottom, left, right }: Rectangle): number {
  return (right - left + 1) * (bottom - top + 1);
}

function shown(value: number): string {
  return groupedNumber(Number.isInteger(value) ? value : Number(value.toPrecision(8)));
}
