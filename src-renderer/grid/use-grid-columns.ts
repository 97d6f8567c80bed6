import { type KeyboardEvent, useMemo } from 'react';
import type { GridColumn } from './cell-value.ts';
import type { GridHead } from './grid-head.ts';
import type { RowModel } from './row-model.ts';
import type { Sample } from './sample-stage.ts';
import { type ColumnWidths, useColumnWidths } from './use-column-widths.ts';
import { columnEdges, drawnColumns, revealingColumn, visibleColumns, widened } from './window.ts';

export interface GridColumns extends ColumnWidths {
  readonly edges: readonly number[];
  /** Columns to draw. */
  readonly drawn: readonly number[];
  /** The left edge of the view at which a column is wholly seen. */
  readonly revealing: (column: number) => number;
  /** True when the key, pressed in the head of a column, did something there. */
  readonly press: (event: KeyboardEvent, column: number) => boolean;
}

const columnMargin = 1;
const resizeStep = 16;

/** Where the columns of a grid stand, which are drawn, and what keys do to them. */
export function useGridColumns(options: {
  readonly columns: readonly GridColumn[];
  readonly model: RowModel;
  readonly sample: Sample;
  readonly head: GridHead | undefined;
  readonly pinnedCount: number;
  readonly scrollLeft: number;
  readonly viewWidth: number;
}): GridColumns {
  const { columns, model, sample, head, pinnedCount, scrollLeft, viewWidth } = options;
  const sizes = useColumnWidths(columns, model, sample, head);
  const { widths, setWidth, setAutomaticWidth } = sizes;
  const edges = useMemo(() => columnEdges(widths), [widths]);
  const visible = visibleColumns(edges, scrollLeft, viewWidth);
  const { start, end } = widened(visible, columnMargin, columns.length);
  const drawn = useMemo(() => drawnColumns({ start, end }, pinnedCount), [start, end, pinnedCount]);
  const pinnedWidth = edges[pinnedCount] ?? 0;
  return {
    ...sizes,
    edges,
    drawn,
    revealing: (column) => {
      if (column < pinnedCount) return scrollLeft;
      const left = scrollLeft + pinnedWidth;
      return revealingColumn(edges, left, viewWidth - pinnedWidth, column) - pinnedWidth;
    },
    press: (event, column) => {
      const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
      if (event.key === 'Enter') {
        if (head === undefined) setAutomaticWidth(column);
        else head.onSort(column, event.shiftKey);
      } else if (!event.altKey || step === 0) return false;
      else if (event.shiftKey) head?.onMove(column, column + step);
      else setWidth(column, (widths[column] ?? 0) + step * resizeStep);
      return true;
    },
  };
}
