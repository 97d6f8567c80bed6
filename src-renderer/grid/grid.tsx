// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useState } from 'react';
import { ContextMenu, type MenuEntry } from '../ui/menu.tsx';
import './grid.css';
import { CellPeek } from './cell-peek.tsx';
import type { GridColumn } from './cell-value.ts';
import type { CopiedCells } from './copied-cells.ts';
import type { CopyNote } from './copy-note.ts';
import { GridBody } from './grid-body.tsx';
import type { GridHead } from './grid-head.ts';
import { GridHeader } from './grid-header.tsx';
import { findCell, hitUnder } from './grid-hit.ts';
import type { RowsReader } from './read-rows.ts';
import type { RowModel } from './row-model.ts';
import { useSample } from './sample-stage.ts';
import { revealing } from './scroll-space.ts';
import {
  type CellPlace,
  type GridBounds,
  headerRow,
  isRange,
  type Selection,
} from './selection.ts';
import { TailNote } from './tail-note.tsx';
import { useGridColumns } from './use-grid-columns.ts';
import { useGridCopy } from './use-grid-copy.tsx';
import { useGridScroll } from './use-grid-scroll.ts';
import { useGridSelection } from './use-grid-selection.ts';
import { useHeldRow } from './use-held-row.ts';
import { useRowVersion } from './use-row-version.ts';
import { type ScrollPlace, useScrollPlace } from './use-scroll-place.ts';
import { useTail } from './use-tail.ts';
import { useYearColumns } from './use-year-columns.ts';
import { drawnWith, visibleRows, widened } from './window.ts';

type GridDensity = 'compact' | 'normal' | 'comfortable';

export interface GridProps {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  /** Accessible name. */
  readonly label: string;
  readonly density?: GridDensity;
  /** Told how a copy stands. */
  readonly onCopy?: (note: CopyNote) => void;
  /** Reads rows that are not loaded, so that they can be copied as well. */
  readonly readRows?: RowsReader;
  /** Tells when the selection begins and ends to be more than one cell: rows should not change under it. */
  readonly onSelecting?: (isSelecting: boolean) => void;
  readonly onSelect?: (selection: Selection) => void;
  /** What can be done with the columns, when their arrangement is remembered. */
  readonly head?: GridHead;
  /** Columns from the first that stand still at the left. */
  readonly pinnedCount?: number;
  /** What can be done to the cells; without it they are only read. */
  readonly editing?: GridEditing;
  /** For those who move the focus from outside. */
  readonly handle?: Ref<GridHandle>;
  /** The collection of the rows, into which copied AQL inserts them. */
  readonly collection?: string | undefined;
  /** Keeps the newest row in view while it is given, until the person scrolls away; another number asks for it again. */
  readonly tail?: number | undefined;
  /** Where it is scrolled to when it comes up; later values are not looked at. */
  readonly firstPlace?: ScrollPlace | undefined;
  /** Called a moment after it was scrolled. */
  readonly onPlace?: ((place: ScrollPlace) => void) | undefined;
}

export interface GridHandle {
  /** Brings a cell into view and gives it the focus. */
  readonly goTo: (place: CellPlace) => void;
}

/** How whoever shows the grid edits its cells. */
export interface GridEditing {
  /** True when the key was one of editing's; `cell` is the focused cell, if it is drawn. */
  readonly press: (
    event: KeyboardEvent,
    selection: Selection,
    cell: HTMLElement | undefined,
  ) => boolean;
  /** `cells` is what a grid of the studio has copied, where the clipboard has that. */
  readonly paste: (text: string, selection: Selection, cells: CopiedCells | undefined) => void;
  /** Makes rows of what is pasted where there is no cell. */
  readonly pasteRows: (text: string, cells: CopiedCells | undefined) => void;
  /** A cell was double-clicked. */
  readonly open: (place: CellPlace, cell: HTMLElement) => void;
  /** What the menu of the cells offers before copying; `cell` gives the focused cell, if it is drawn. */
  readonly entries: (
    selection: Selection,
    cell: () => HTMLElement | undefined,
  ) => readonly MenuEntry[];
}

const rowHeights: Readonly<Record<GridDensity, number>> = {
  compact: 24,
  normal: 28,
  comfortable: 34,
};
const headerHeight = 30;
const rowMargin = 8;

/**
 * A windowed grid over a row model. Give it another `key` when the result is another one: place, widths and
 * selection belong to a result.
 */
export function Grid(props: GridProps) {
  const { model, columns } = props;
  useRowVersion(model);
  const { count } = model;
  const rowHeight = rowHeights[props.density ?? 'normal'];
  const scroll = useGridScroll({ rowCount: count.rows, rowHeight, headerHeight });
  useScrollPlace(scroll, { count, firstPlace: props.firstPlace, onPlace: props.onPlace });
  const { head, pinnedCount = 0 } = props;

  const gutterWidth = Math.max(40, String(count.rows).length * 9 + 20);
  const viewWidth = Math.max(0, scroll.width - gutterWidth);
  const rows = visibleRows(scroll.space, scroll.naturalTop + scroll.hold, count.rows);
  const sample = useSample(model, rows.start);
  const yearColumns = useYearColumns(columns, model, sample);
  const shown = useGridColumns({
    ...{ columns, model, sample, head, pinnedCount, viewWidth },
    scrollLeft: scroll.left,
  });

  useEffect(() => {
    if (scroll.height > 0) model.want({ start: rows.start, end: rows.end });
  }, [model, rows.start, rows.end, scroll.height]);

  const bounds: GridBounds = {
    rowCount: count.rows,
    columnCount: columns.length,
    pageRows: Math.max(1, Math.floor(scroll.height / rowHeight) - 1),
  };
  const [peek, setPeek] = useState<{ readonly place: CellPlace; readonly anchor: HTMLElement }>();
  const { selection, press, point, doublePressed, goTo, follow, takeFocus } = useGridSelection({
    grid: scroll.element,
    bounds,
    isEndKnown: count.isKnown,
    onWantEnd: () => model.wantAll(),
    reveal: ({ row, column }) =>
      scroll.moveTo(
        row < 0 ? scroll.naturalTop : revealing(scroll.space, scroll.naturalTop, row),
        shown.revealing(column),
      ),
    onChange: (next) => {
      setPeek(undefined);
      props.onSelect?.(next);
      props.onSelecting?.(isRange(next));
    },
    onFollow: (next) => props.onSelect?.(next),
  });
  const { focus } = selection;
  useImperativeHandle(props.handle, () => ({ goTo }));
  const tail = useTail(model, scroll, props.tail);
  const held = useHeldRow({ model, scroll, headerHeight, selection, follow, tail });

  const openPeek = (place: CellPlace) => {
    const anchor = place.row < 0 ? undefined : findCell(scroll.element, place);
    if (anchor !== undefined) setPeek({ place, anchor });
  };
  const pressed = (event: KeyboardEvent) => {
    if (props.editing?.press(event, selection, findCell(scroll.element, focus)) === true) {
      // It is done.
    } else if (event.key === ' ') openPeek(focus);
    else if (!(focus.row === headerRow && shown.press(event, focus.column)) && !press(event))
      return;
    event.preventDefault();
    event.stopPropagation();
  };
  const copying = useGridCopy({ ...props, selection });
  const acts = props.editing?.entries(selection, () => findCell(scroll.element, focus)) ?? [];
  const entries = menuEntries(acts, copying.entries);

  return (
    <>
      <ContextMenu entries={entries}>
        <div
          role="grid"
          className="grid"
          ref={scroll.attach}
          aria-label={props.label}
          aria-rowcount={count.isKnown ? count.rows + 1 : -1}
          aria-colcount={columns.length + 1}
          aria-multiselectable="true"
          aria-readonly={props.editing === undefined}
          tabIndex={-1}
          onKeyDown={pressed}
          onPointerDown={point}
          onPointerMove={held.move}
          onPointerLeave={held.leave}
          onDoubleClick={(event) => {
            const hit = hitUnder(event.target);
            if (hit?.kind !== 'cell') return;
            const place = doublePressed() ?? hit;
            if (place.row !== hit.row || place.column !== hit.column) goTo(place);
            const cell = findCell(scroll.element, place);
            if (props.editing !== undefined && cell !== undefined) props.editing.open(place, cell);
            else openPeek(place);
          }}
          onCopy={copying.copy}
          onPaste={(event) => {
            if (props.editing === undefined) return;
            event.preventDefault();
            const { text, cells } = copying.pasted(event);
            props.editing.paste(text, selection, cells);
          }}
        >
          <GridHeader
            columns={columns}
            edges={shown.edges}
            gutterWidth={gutterWidth}
            drawn={focus.row === headerRow ? drawnWith(shown.drawn, focus.column) : shown.drawn}
            pinnedCount={pinnedCount}
            focusColumn={focus.row === headerRow ? focus.column : -1}
            head={head}
            onResize={shown.setWidth}
            onAutomaticWidth={shown.setAutomaticWidth}
          />
          <GridBody
            model={model}
            columns={columns}
            edges={shown.edges}
            gutterWidth={gutterWidth}
            rowHeight={rowHeight}
            rows={widened(rows, rowMargin, count.rows)}
            drawn={shown.drawn}
            pinnedCount={pinnedCount}
            shift={scroll.naturalTop - scroll.physicalTop}
            height={scroll.space.physicalHeight}
            selection={selection}
            rowCount={count.rows}
            yearColumns={yearColumns}
            hold={scroll.hold}
          />
        </div>
      </ContextMenu>
      <TailNote tail={tail} grid={scroll.element} />
      {peek !== undefined && (
        <CellPeek
          anchor={peek.anchor}
          column={columns[peek.place.column]}
          cell={model.cell(peek.place.row, peek.place.column)}
          onClose={() => {
            setPeek(undefined);
            takeFocus();
          }}
        />
      )}
    </>
  );
}

function menuEntries(
  acts: readonly MenuEntry[],
  copying: readonly MenuEntry[],
): readonly MenuEntry[] {
  return acts.length === 0 ? copying : [...acts, { kind: 'separator', id: 'copying' }, ...copying];
}
