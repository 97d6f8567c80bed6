import { useCallback, useMemo, useState } from 'react';
import type { GridColumn } from './cell-value.ts';
import { automaticWidth, boundedWidth } from './column-widths.ts';
import type { GridHead } from './grid-head.ts';
import type { RowModel } from './row-model.ts';
import type { Sample } from './sample-stage.ts';

export interface ColumnWidths {
  readonly widths: readonly number[];
  readonly setWidth: (column: number, width: number) => void;
  /** Fits a column to its header and first rows again. */
  readonly setAutomaticWidth: (column: number) => void;
}

/**
 * Widths of the columns: fitted while the first rows come in (`useSample`), then as the person sets them. They are
 * kept here, or by the head when it remembers how the columns are arranged.
 */
export function useColumnWidths(
  columns: readonly GridColumn[],
  model: RowModel,
  { from, stage }: Sample,
  head: GridHead | undefined,
): ColumnWidths {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first rows change the fit, later ones must not.
  const fitted = useMemo(
    () =>
      columns.map((column, index) =>
        automaticWidth(column, index, { model, from, isSortable: head !== undefined }),
      ),
    [columns, model, from, stage, head !== undefined],
  );
  const [own, setOwn] = useState<{ readonly [column: string]: number }>({});
  const chosen = head?.widths ?? own;
  const widths = useMemo(
    () => columns.map(({ name }, index) => chosen[name] ?? fitted[index] ?? 0),
    [columns, fitted, chosen],
  );
  const setWidth = useCallback(
    (column: number, width: number) => {
      const name = columns[column]?.name;
      if (name === undefined) return;
      if (head !== undefined) head.onWidth(column, boundedWidth(width));
      else setOwn((old) => ({ ...old, [name]: boundedWidth(width) }));
    },
    [columns, head],
  );
  const setAutomaticWidth = useCallback(
    (column: number) => {
      const definition = columns[column];
      if (definition === undefined) return;
      if (head === undefined) setWidth(column, automaticWidth(definition, column, { model, from }));
      else head.onWidth(column, undefined);
    },
    [columns, model, from, setWidth, head],
  );
  return { widths, setWidth, setAutomaticWidth };
}
