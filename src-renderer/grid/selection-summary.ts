import { groupedNumber } from './cell-text.ts';
import type { RowModel } from './row-model.ts';
import type { Rectangle } from './selection.ts';

/** Cells that are looked at, so that selecting everything does not stop the page. */
const cellsMax = 200_000;

export interface SelectionSummary {
  readonly cellCount: number;
  /** True when not all cells were looked at: too many, or not loaded. */
  readonly isPart: boolean;
  readonly numberCount: number;
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly distinctCount: number;
  /** Null or not set. */
  readonly emptyCount: number;
}

/** What the cells of a rectangle come to. */
export function selectionSummary(model: RowModel, rectangle: Rectangle): SelectionSummary {
  const width = rectangle.right - rectangle.left + 1;
  const cellCount = width * (rectangle.bottom - rectangle.top + 1);
  const distinct = new Set<unknown>();
  let [looked, numberCount, sum, emptyCount] = [0, 0, 0, 0];
  let [min, max]: (number | undefined)[] = [];
  for (let row = rectangle.top; row <= rectangle.bottom && looked + width <= cellsMax; row += 1) {
    if (!model.isLoaded(row)) continue;
    for (let column = rectangle.left; column <= rectangle.right; column += 1) {
      looked += 1;
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
    ...{ cellCount, numberCount, sum, min, max, emptyCount },
    isPart: looked < cellCount,
    distinctCount: distinct.size,
  };
}

/** The same as one line. */
export function summaryText(summary: SelectionSummary): string {
  const { cellCount, isPart, numberCount, sum, min, max, distinctCount, emptyCount } = summary;
  const parts = [
    `${cellCount.toLocaleString('en-US')} cells${isPart ? ' (loaded ones counted)' : ''}`,
  ];
  if (numberCount > 0 && min !== undefined && max !== undefined) {
    parts.push(`sum ${shown(sum)}`, `avg ${shown(sum / numberCount)}`);
    parts.push(`min ${shown(min)}`, `max ${shown(max)}`);
  }
  parts.push(`${distinctCount.toLocaleString('en-US')} distinct`);
  if (emptyCount > 0) parts.push(`${emptyCount.toLocaleString('en-US')} empty`);
  return parts.join(' · ');
}

function shown(value: number): string {
  return groupedNumber(Number.isInteger(value) ? value : Number(value.toPrecision(8)));
}
