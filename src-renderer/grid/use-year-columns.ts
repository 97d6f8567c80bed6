import { useMemo } from 'react';
import { isYear } from './cell-text.ts';
import type { GridColumn } from './cell-value.ts';
import type { RowModel } from './row-model.ts';
import { type Sample, sampleRows } from './sample-stage.ts';

/** Per column, whether its first rows hold nothing but years; decided while they come in (`useSample`). */
export function useYearColumns(
  columns: readonly GridColumn[],
  model: RowModel,
  { from, stage }: Sample,
): readonly boolean[] {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first rows decide, later ones must not.
  return useMemo(
    () => columns.map((_, index) => holdsYears(model, index, from)),
    [columns, model, from, stage],
  );
}

function holdsYears(model: RowModel, column: number, from: number): boolean {
  let yearCount = 0;
  for (let row = from; row < Math.min(from + sampleRows, model.count.rows); row += 1) {
    const cell = model.cell(row, column);
    if (cell.state !== 'value' || cell.value === null) continue;
    if (!isYear(cell.value)) return false;
    yearCount += 1;
  }
  return yearCount > 0;
}
