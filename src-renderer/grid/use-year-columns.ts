import { useMemo } from 'react';
import { isYear } from './cell-text.ts';
import type { GridColumn } from './cell-value.ts';
import type { RowModel } from './row-model.ts';

const rowsLookedAt = 200;

/** Per column, whether its first rows hold nothing but years; decided while they come in (`sampleStage`). */
export function useYearColumns(
  columns: readonly GridColumn[],
  model: RowModel,
  stage: number,
): readonly boolean[] {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first rows decide, later ones must not.
  return useMemo(
    () => columns.map((_, index) => holdsYears(model, index)),
    [columns, model, stage],
  );
}

function holdsYears(model: RowModel, column: number): boolean {
  let yearCount = 0;
  for (let row = 0; row < Math.min(rowsLookedAt, model.count.rows); row += 1) {
    const cell = model.cell(row, column);
    if (cell.state !== 'value' || cell.value === null) continue;
    if (!isYear(cell.value)) return false;
    yearCount += 1;
  }
  return yearCount > 0;
}
