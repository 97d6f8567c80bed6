// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid pattern gives the focus to cells only, one at a time.
import { memo } from 'react';
import { cellText } from './cell-text.ts';
import { type GridColumn, isRightAligned } from './cell-value.ts';
import { CellView } from './cell-view.tsx';
import type { RowMark, RowModel } from './row-model.ts';

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

/** One row of cells. Memoised by its numbers, so that scrolling renders new rows only. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { model, row, edges, gutterWidth } = props;
  const mark = model.rowMark?.(row);
  return (
    <div
      role="row"
      className={rowClass(row, mark)}
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
        {(row + 1).toLocaleString('en-US')}
      </div>
      {props.drawn.map((index) => (
        <GridCell key={index} {...props} index={index} />
      ))}
    </div>
  );
});

function rowClass(row: number, mark: RowMark | undefined): string {
  const parts = ['grid-row', row % 2 === 0 ? '' : 'is-odd', mark === undefined ? '' : `is-${mark}`];
  return parts.filter(Boolean).join(' ');
}

const rowSigns: Readonly<Record<RowMark, string>> = { inserted: '+', changed: '~', deleted: '−' };

function RowSign({ mark }: { readonly mark: RowMark }) {
  return (
    <span className="grid-sign" title={`${mark}, not committed yet`}>
      <span aria-hidden="true">{rowSigns[mark]}</span>
      <span className="visually-hidden">{mark}</span>
    </span>
  );
}

function GridCell(props: GridRowProps & { readonly index: number }) {
  const { model, row, index, edges, gutterWidth } = props;
  const column = props.columns[index];
  if (column === undefined) return null;
  const text = cellText(model.cell(row, index), column.type, props.yearColumns[index]);
  const flash = model.flash(row, index);
  const isSelected = index >= props.selectedLeft && index <= props.selectedRight;
  const isFocused = index === props.focusColumn;
  const mark = model.cellMark?.(row, index);
  const left = edges[index] ?? 0;
  const classes = [
    'grid-cell',
    `is-${text.kind}`,
    isRightAligned(column.type) ? 'is-right' : '',
    isSelected ? 'is-selected' : '',
    isFocused ? 'is-focused' : '',
    index < props.pinnedCount ? 'is-pinned' : '',
    mark === undefined ? '' : `is-${mark}`,
  ];
  return (
    <div
      role="gridcell"
      className={classes.filter(Boolean).join(' ')}
      aria-colindex={index + 2}
      aria-selected={isSelected}
      data-row={row}
      data-col={index}
      tabIndex={isFocused ? 0 : -1}
      style={{ left: gutterWidth + left, width: (edges[index + 1] ?? left) - left }}
    >
      {flash > 0 && <span key={flash} className="cell-flash" aria-hidden="true" />}
      <CellView text={text} />
      {mark === 'conflict' && (
        <span className="grid-conflict" title="Others have changed this as well">
          <span aria-hidden="true">!</span>
          <span className="visually-hidden">conflict</span>
        </span>
      )}
    </div>
  );
}
