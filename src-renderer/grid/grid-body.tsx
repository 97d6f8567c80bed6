// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
import { type CSSProperties, useMemo } from 'react';
import type { GridColumn } from './cell-value.ts';
import { GridRow } from './grid-row.tsx';
import type { RowModel } from './row-model.ts';
import { isRange, rectangleOf, type Selection } from './selection.ts';
import { drawnWith, type Range } from './window.ts';

export interface GridBodyProps {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly edges: readonly number[];
  readonly gutterWidth: number;
  readonly rowHeight: number;
  /** Rows to draw, margin included. */
  readonly rows: Range;
  /** Columns to draw; the focused one is drawn besides. */
  readonly drawn: readonly number[];
  readonly pinnedCount: number;
  /** Natural minus physical place: how far natural coordinates are moved up to stand in the scrolled element. */
  readonly shift: number;
  /** Height of the scrolled element. */
  readonly height: number;
  readonly selection: Selection;
  readonly rowCount: number;
  readonly yearColumns: readonly boolean[];
  /** Pixels that the rows stand further up, to hold one of them still. */
  readonly hold: number;
}

/** Rows are placed from a base that changes seldom, so that a row keeps its `top` while the layer moves under it. */
const rowsPerBase = 4096;

/** The drawn rows, on a layer that stands at the right place of a possibly compressed scroll space. */
export function GridBody(props: GridBodyProps) {
  const { rows, rowHeight, selection, drawn } = props;
  const baseRow = Math.floor(rows.start / rowsPerBase) * rowsPerBase;
  const rectangle = rectangleOf(selection);
  // A single cell has the focus frame; only a range is filled.
  const hasRange = isRange(selection);
  const focusRow = selection.focus.row;
  const focusColumn = selection.focus.column;
  const focusOnly = useMemo(() => [focusColumn], [focusColumn]);
  const withFocus = useMemo(() => drawnWith(drawn, focusColumn), [drawn, focusColumn]);
  const indexes: number[] = [];
  for (let row = rows.start; row < rows.end; row += 1) indexes.push(row);
  // The focused row stays in the document when it is scrolled away, or the focus would fall to the page.
  const isFocusAway = focusRow >= 0 && (focusRow < rows.start || focusRow >= rows.end);
  if (isFocusAway && props.rowCount > 0) indexes.push(focusRow);
  return (
    <div role="rowgroup" className="grid-body" style={bodyStyle(props)}>
      <div
        role="presentation"
        className="grid-layer"
        style={{ transform: `translateY(${baseRow * rowHeight - props.shift - props.hold}px)` }}
      >
        {indexes.map((row) => {
          const isSelected = hasRange && row >= rectangle.top && row <= rectangle.bottom;
          const isAway = isFocusAway && row === focusRow;
          return (
            <GridRow
              key={props.model.keyOf(row) ?? row}
              model={props.model}
              columns={props.columns}
              edges={props.edges}
              row={row}
              top={isAway ? awayTop(props, baseRow) : (row - baseRow) * rowHeight}
              height={rowHeight}
              gutterWidth={props.gutterWidth}
              drawn={isAway ? focusOnly : row === focusRow ? withFocus : drawn}
              pinnedCount={props.pinnedCount}
              focusColumn={row === focusRow ? selection.focus.column : -1}
              selectedLeft={isSelected ? rectangle.left : -1}
              selectedRight={isSelected ? rectangle.right : -1}
              yearColumns={props.yearColumns}
              revision={props.model.revision(row)}
            />
          );
        })}
      </div>
    </div>
  );
}

/**
 * Texts stand in the middle of their rows, whose lower edge is a line. Rows that are held further down than their place
 * need the room there.
 */
function bodyStyle(props: GridBodyProps): CSSProperties {
  const { height, rowHeight, gutterWidth, edges, hold } = props;
  return {
    height: height + Math.max(0, -hold),
    width: gutterWidth + (edges.at(-1) ?? 0),
    lineHeight: `${rowHeight - 1}px`,
  };
}

/** Above everything that is drawn, where the body clips it. */
function awayTop(props: GridBodyProps, baseRow: number): number {
  return props.shift - baseRow * props.rowHeight - 4 * props.rowHeight;
}
