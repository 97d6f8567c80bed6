// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid pattern gives the focus to cells only, one at a time.
import { memo } from 'react';
import { classNames } from '../ui/class-names.ts';
import { groupedNumber } from './cell-text.ts';
import type { GridColumn } from './cell-value.ts';
import { cellElement } from './grid-cell.tsx';
import type { RowMark, RowModel } from './row-model.ts';
import { RowSign } from './row-sign.tsx';

export interface GridRowProps {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  /** Left edges of the columns, from `columnEdges`. */
  readonly edges: readonly number[];
  readonly row: number;
  readonly top: number;
  readonly height: number;
  readonly gutterWidth: number;
  /** Columns to draw. */
  readonly drawn: readonly number[];
  /** Columns from the first that stand still at the left. */
  readonly pinnedCount: number;
  /** The focused column when the focus is in this row, else -1. */
  readonly focusColumn: number;
  /** Selected columns of this row; -1 when none is. */
  readonly selectedLeft: number;
  readonly selectedRight: number;
  /** Per column, whether it holds years. */
  readonly yearColumns: readonly boolean[];
  /** Changes when the row's values do. */
  readonly revision: number;
}

/**
 * One row of cells. Memoised by its numbers, so that scrolling renders new rows only. A row that is not loaded has no
 * cell but the focused one: a jump draws every row twice, and most of what it takes is the cells.
 */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { model, row, edges, gutterWidth } = props;
  const mark = model.rowMark?.(row);
  const isPending = !model.isLoaded(row);
  const drawn = isPending
    ? props.drawn.filter((column) => column === props.focusColumn)
    : props.drawn;
  return (
    <div
      role="row"
      className={rowClass(row, mark, isPending)}
      aria-busy={isPending || undefined}
      aria-rowindex={row + 2}
      style={{ top: props.top, height: props.height, width: gutterWidth + (edges.at(-1) ?? 0) }}
    >
      <div
        role="rowheader"
        className="grid-gutter"
        aria-colindex={1}
        data-gutter={row}
        style={{ width: gutterWidth }}
      >
        {mark !== undefined && <RowSign mark={mark} />}
        {groupedNumber(row + 1)}
      </div>
      {drawn.map((index, at) => cellElement(props, index, edges[(drawn[at - 1] ?? -1) + 1] ?? 0))}
    </div>
  );
});

function rowClass(row: number, mark: RowMark | undefined, isPending: boolean): string {
  return classNames(
    'grid-row',
    row % 2 !== 0 && 'is-odd',
    mark !== undefined && `is-${mark}`,
    isPending && 'is-pending',
  );
}
