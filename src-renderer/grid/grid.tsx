// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
import {
  type ClipboardEvent,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import './grid.css';
import { CellPeek } from './cell-peek.tsx';
import type { GridColumn } from './cell-value.ts';
import { type CopiedText, copiedText } from './copy-text.ts';
import { GridBody } from './grid-body.tsx';
import { GridHeader } from './grid-header.tsx';
import { findCell, hitUnder } from './grid-hit.ts';
import { type RowModel, sampleStage } from './row-model.ts';
import { revealing } from './scroll-space.ts';
import { type CellPlace, type GridBounds, headerRow, rectangleOf } from './selection.ts';
import { useColumnWidths } from './use-column-widths.ts';
import { useGridScroll } from './use-grid-scroll.ts';
import { useGridSelection } from './use-grid-selection.ts';
import { useHeldRow } from './use-held-row.ts';
import { useYearColumns } from './use-year-columns.ts';
import { columnEdges, revealingColumn, visibleColumns, visibleRows, widened } from './window.ts';

type GridDensity = 'compact' | 'normal' | 'comfortable';

export interface GridProps {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  /** Accessible name. */
  readonly label: string;
  readonly density?: GridDensity;
  /** Tells the focused cell, for a line that shows its type and exact value. */
  readonly onFocusCell?: (place: CellPlace) => void;
  readonly onDidCopy?: (copied: CopiedText) => void;
}

const rowHeights: Readonly<Record<GridDensity, number>> = {
  compact: 24,
  normal: 28,
  comfortable: 34,
};
const headerHeight = 30;
const rowMargin = 8;
const columnMargin = 1;
const resizeStep = 16;

/**
 * A windowed, read-only grid over a row model. Give it another `key` when the result is another one: place, widths and
 * selection belong to a result.
 */
export function Grid(props: GridProps) {
  const { model, columns } = props;
  useSyncExternalStore(
    useCallback((listener: () => void) => model.onDidChange(listener), [model]),
    () => model.version,
  );
  const { count } = model;
  const rowHeight = rowHeights[props.density ?? 'normal'];
  const scroll = useGridScroll({ rowCount: count.rows, rowHeight, headerHeight });
  const stage = sampleStage(count);
  const { widths, setWidth, setAutomaticWidth } = useColumnWidths(columns, model, stage);
  const edges = useMemo(() => columnEdges(widths), [widths]);
  const yearColumns = useYearColumns(columns, model, stage);
  const gutterWidth = Math.max(40, String(count.rows).length * 9 + 20);
  const viewWidth = Math.max(0, scroll.width - gutterWidth);
  const rows = visibleRows(scroll.space, scroll.naturalTop + scroll.hold, count.rows);
  const columnRange = widened(
    visibleColumns(edges, scroll.left, viewWidth),
    columnMargin,
    columns.length,
  );

  useEffect(() => {
    if (scroll.height > 0) model.want({ start: rows.start, end: rows.end });
  }, [model, rows.start, rows.end, scroll.height]);

  const bounds: GridBounds = {
    rowCount: count.rows,
    columnCount: columns.length,
    pageRows: Math.max(1, Math.floor(scroll.height / rowHeight) - 1),
  };
  const [peek, setPeek] = useState<{ readonly place: CellPlace; readonly anchor: HTMLElement }>();
  const { selection, press, point, follow } = useGridSelection({
    grid: scroll.element,
    bounds,
    isEndKnown: count.isKnown,
    onWantEnd: () => model.wantAll(),
    reveal: ({ row, column }) =>
      scroll.moveTo(
        row < 0 ? scroll.naturalTop : revealing(scroll.space, scroll.naturalTop, row),
        revealingColumn(edges, scroll.left, viewWidth, column),
      ),
    onChange: (next) => {
      setPeek(undefined);
      props.onFocusCell?.(next.focus);
    },
  });
  const { focus } = selection;
  const held = useHeldRow({ model, scroll, headerHeight, selection, follow });

  const openPeek = (place: CellPlace) => {
    const anchor = place.row < 0 ? undefined : findCell(scroll.element, place);
    if (anchor !== undefined) setPeek({ place, anchor });
  };
  const resize = (event: KeyboardEvent): boolean => {
    const width = widths[focus.column] ?? 0;
    if (event.key === 'Enter') setAutomaticWidth(focus.column);
    else if (event.altKey && event.key === 'ArrowLeft') setWidth(focus.column, width - resizeStep);
    else if (event.altKey && event.key === 'ArrowRight') setWidth(focus.column, width + resizeStep);
    else return false;
    return true;
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === ' ') openPeek(focus);
    else if (!(focus.row === headerRow && resize(event)) && !press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const copied = (event: ClipboardEvent) => {
    if (count.rows === 0) return;
    const copy = copiedText(model, rectangleOf(selection));
    event.clipboardData.setData('text/plain', copy.text);
    event.preventDefault();
    props.onDidCopy?.(copy);
  };

  return (
    <>
      <div
        role="grid"
        className="grid"
        ref={scroll.attach}
        aria-label={props.label}
        aria-rowcount={count.isKnown ? count.rows + 1 : -1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        aria-readonly="true"
        tabIndex={-1}
        onKeyDown={pressed}
        onPointerDown={point}
        onPointerMove={held.move}
        onPointerLeave={held.leave}
        onDoubleClick={(event) => {
          const hit = hitUnder(event.target);
          if (hit?.kind === 'cell') openPeek(hit);
        }}
        onCopy={copied}
      >
        <GridHeader
          columns={columns}
          edges={edges}
          gutterWidth={gutterWidth}
          firstColumn={columnRange.start}
          endColumn={columnRange.end}
          focusColumn={focus.row === headerRow ? focus.column : -1}
          onResize={setWidth}
          onAutomaticWidth={setAutomaticWidth}
        />
        <GridBody
          model={model}
          columns={columns}
          edges={edges}
          gutterWidth={gutterWidth}
          rowHeight={rowHeight}
          rows={widened(rows, rowMargin, count.rows)}
          columnRange={columnRange}
          shift={scroll.naturalTop - scroll.physicalTop}
          height={scroll.space.physicalHeight}
          selection={selection}
          rowCount={count.rows}
          yearColumns={yearColumns}
          hold={scroll.hold}
        />
      </div>
      {peek !== undefined && (
        <CellPeek
          anchor={peek.anchor}
          column={columns[peek.place.column]}
          cell={model.cell(peek.place.row, peek.place.column)}
          onClose={() => {
            setPeek(undefined);
            peek.anchor.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}
