import { useCallback, useMemo, useState } from 'react';
import type { GridColumn } from './cell-value.ts';
import { automaticWidth, boundedWidth } from './column-widths.ts';
import type { RowModel } from './row-model.ts';

export interface ColumnWidths {
  readonly widths: readonly number[];
  readonly setWidth: (column: number, width: number) => void;
  /** Fits a column to its header and first rows again. */
  readonly setAutomaticWidth: (column: number) => void;
}

/** Widths of the columns: fitted while the first rows come in (`sampleStage`), then as the person sets them. */
export function useColumnWidths(
  columns: readonly GridColumn[],
  model: RowModel,
  stage: number,
): ColumnWidths {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first rows change the fit, later ones must not.
  const fitted = useMemo(
    () => columns.map((column, index) => automaticWidth(column, index, model)),
    [columns, model, stage],
  );
  const [chosen, setChosen] = useState<ReadonlyMap<number, number>>(new Map());
  const widths = useMemo(
    () => fitted.map((width, index) => chosen.get(index) ?? width),
    [fitted, chosen],
  );
  const setWidth = useCallback((column: number, width: number) => {
    setChosen((old) => new Map(old).set(column, boundedWidth(width)));
  }, []);
  const setAutomaticWidth = useCallback(
    (column: number) => {
      const definition = columns[column];
      if (definition !== undefined) setWidth(column, automaticWidth(definition, column, model));
    },
    [columns, model, setWidth],
  );
  return { widths, setWidth, setAutomaticWidth };
}
