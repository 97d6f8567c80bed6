// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid pattern gives the focus to cells only, one at a time.
import { ArrowDown, ArrowUp, Fingerprint, KeyRound, ListOrdered } from 'lucide-react';
import { memo, type PointerEvent, useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { ContextMenu } from '../ui/menu.tsx';
import { type GridColumn, isRightAligned, typeText } from './cell-value.ts';
import type { GridHead } from './grid-head.ts';
import { hitUnder } from './grid-hit.ts';
import { TypeGlyph } from './type-glyph.tsx';

export interface GridHeaderProps {
  readonly columns: readonly GridColumn[];
  readonly edges: readonly number[];
  readonly gutterWidth: number;
  /** Columns to draw. */
  readonly drawn: readonly number[];
  /** Columns from the first that stand still at the left. */
  readonly pinnedCount: number;
  /** The focused column when the focus is in the header, else -1. */
  readonly focusColumn: number;
  readonly onResize: (column: number, width: number) => void;
  readonly onAutomaticWidth: (column: number) => void;
  readonly head: GridHead | undefined;
}

/** Names and types of the columns, how they are sorted, and the handles that set their widths. */
export const GridHeader = memo(function GridHeader(props: GridHeaderProps) {
  const { columns, edges, gutterWidth } = props;
  const [drop, setDrop] = useState(-1);
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} style={{ width: gutterWidth + (edges.at(-1) ?? 0) }}>
        <div
          role="columnheader"
          className="grid-corner"
          aria-colindex={1}
          style={{ width: gutterWidth }}
          data-corner
          title="Select all"
        >
          <span className="visually-hidden">Row</span>
        </div>
        {props.drawn.map((index) => {
          const column = columns[index];
          if (column === undefined) return null;
          const element = columnHead(props, { column, index, isDrop: index === drop, setDrop });
          if (props.head === undefined) return element;
          return (
            <ContextMenu key={column.name} entries={props.head.menu(index)}>
              {element}
            </ContextMenu>
          );
        })}
      </div>
    </div>
  );
});

interface Place {
  readonly column: GridColumn;
  readonly index: number;
  /** True while another column would be dropped here. */
  readonly isDrop: boolean;
  readonly setDrop: (column: number) => void;
}

/** An element and no component: the context menu around it gives it its own handlers. */
function columnHead(props: GridHeaderProps, { column, index, isDrop, setDrop }: Place) {
  const { edges, gutterWidth, pinnedCount, focusColumn, head } = props;
  const left = edges[index] ?? 0;
  const width = (edges[index + 1] ?? left) - left;
  const sort = head?.sortOf(column);
  return (
    <div
      key={column.name}
      role="columnheader"
      className={classNames(
        'grid-column',
        isRightAligned(column.type) && 'is-right',
        index < pinnedCount && 'is-pinned',
        isDrop && 'is-drop',
      )}
      aria-colindex={index + 2}
      aria-keyshortcuts={head === undefined ? plainKeys : headKeys}
      aria-sort={sort === undefined ? undefined : sortWords[sort.direction]}
      data-row={-1}
      data-col={index}
      tabIndex={index === focusColumn ? 0 : -1}
      title={columnTitle(column, head !== undefined)}
      style={{ left: gutterWidth + left, width }}
      onPointerDown={(event) => {
        if (head !== undefined && event.button === 0) pressHead(event, { head, index, setDrop });
      }}
    >
      <TypeGlyph type={column.type} />
      <span className="grid-name">{column.name}</span>
      {column.mark !== undefined && (
        <span className="grid-mark" aria-hidden="true">
          {marks[column.mark].icon}
        </span>
      )}
      {sort !== undefined && (
        <span className="grid-sort" aria-hidden="true">
          {sort.direction === 'asc' ? <ArrowUp size={12} /> : <ArrowDown size={12} />}
          {sort.position}
        </span>
      )}
      <span className="visually-hidden">{typeText(column.type, column.nullable)}</span>
      <ResizeHandle {...props} index={index} width={width} />
    </div>
  );
}

const plainKeys = 'Alt+ArrowLeft Alt+ArrowRight Enter';
const headKeys = `${plainKeys} Alt+Shift+ArrowLeft Alt+Shift+ArrowRight Shift+F10`;
const sortWords = { asc: 'ascending', desc: 'descending' } as const;
const dragPixels = 6;

/** A press sorts; a press that is drawn to another head moves the column there. */
function pressHead(
  event: PointerEvent<HTMLElement>,
  { head, index, setDrop }: { head: GridHead; index: number; setDrop: (column: number) => void },
): void {
  const startX = event.clientX;
  const isAdded = event.shiftKey || event.ctrlKey || event.metaKey;
  let target = -1;
  let isDrag = false;
  const move = (moved: globalThis.PointerEvent) => {
    isDrag ||= Math.abs(moved.clientX - startX) > dragPixels;
    if (!isDrag) return;
    const hit = hitUnder(document.elementFromPoint(moved.clientX, moved.clientY));
    target = hit?.kind === 'cell' ? hit.column : -1;
    setDrop(target === index ? -1 : target);
  };
  const end = (ended: globalThis.PointerEvent) => {
    document.removeEventListener('pointermove', move);
    document.removeEventListener('pointerup', end);
    document.removeEventListener('pointercancel', end);
    setDrop(-1);
    if (ended.type === 'pointercancel') return;
    if (!isDrag) head.onSort(index, isAdded);
    else if (target >= 0 && target !== index) head.onMove(index, target);
  };
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerup', end);
  document.addEventListener('pointercancel', end);
}

function ResizeHandle(props: GridHeaderProps & { readonly index: number; readonly width: number }) {
  const { index, width, onResize, onAutomaticWidth } = props;
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.stopPropagation();
    event.preventDefault();
    const handle = event.currentTarget;
    const startX = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moveEvent: globalThis.PointerEvent) =>
      onResize(index, width + moveEvent.clientX - startX);
    const end = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('lostpointercapture', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end);
  };
  return (
    <span
      aria-hidden="true"
      className="grid-handle"
      title="Drag to resize, double-click to fit"
      onPointerDown={begin}
      onDoubleClick={() => onAutomaticWidth(index)}
    />
  );
}

const marks = {
  key: { icon: <KeyRound size={12} />, words: 'key of the document' },
  unique: { icon: <Fingerprint size={12} />, words: 'unique' },
  indexed: { icon: <ListOrdered size={12} />, words: 'indexed' },
} as const;

function columnTitle(column: GridColumn, isSortable: boolean): string {
  const type = typeText(column.type, column.nullable);
  const path = column.path !== '' && column.path !== column.name ? `\nfrom ${column.path}` : '';
  const mark = column.mark === undefined ? '' : `, ${marks[column.mark].words}`;
  const use = isSortable ? '\nClick to sort, Shift+click to sort by it too, drag to move' : '';
  return `${column.name}: ${type}${mark}${path}${use}`;
}
