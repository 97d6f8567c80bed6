// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid pattern gives the focus to cells only, one at a time.
import { Fingerprint, KeyRound, ListOrdered } from 'lucide-react';
import { memo, type PointerEvent } from 'react';
import { type GridColumn, isRightAligned, typeText } from './cell-value.ts';
import { TypeGlyph } from './type-glyph.tsx';

export interface GridHeaderProps {
  readonly columns: readonly GridColumn[];
  readonly edges: readonly number[];
  readonly gutterWidth: number;
  readonly firstColumn: number;
  readonly endColumn: number;
  /** The focused column when the focus is in the header, else -1. */
  readonly focusColumn: number;
  readonly onResize: (column: number, width: number) => void;
  readonly onAutomaticWidth: (column: number) => void;
}

/** Names and types of the columns, and the handles that set their widths. */
export const GridHeader = memo(function GridHeader(props: GridHeaderProps) {
  const { columns, edges, gutterWidth } = props;
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
        {columns.map((column, index) => {
          const isFocused = index === props.focusColumn;
          const isVisible = index >= props.firstColumn && index < props.endColumn;
          if (!isVisible && !isFocused) return null;
          const left = edges[index] ?? 0;
          const width = (edges[index + 1] ?? left) - left;
          return (
            <div
              role="columnheader"
              key={column.name}
              className={isRightAligned(column.type) ? 'grid-column is-right' : 'grid-column'}
              aria-colindex={index + 2}
              aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Enter"
              data-row={-1}
              data-col={index}
              tabIndex={isFocused ? 0 : -1}
              title={columnTitle(column)}
              style={{ left: gutterWidth + left, width }}
            >
              <TypeGlyph type={column.type} />
              <span className="grid-name">{column.name}</span>
              {column.mark !== undefined && (
                <span className="grid-mark" aria-hidden="true">
                  {marks[column.mark].icon}
                </span>
              )}
              <span className="visually-hidden">{typeText(column.type, column.nullable)}</span>
              <ResizeHandle {...props} index={index} width={width} />
            </div>
          );
        })}
      </div>
    </div>
  );
});

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

function columnTitle(column: GridColumn): string {
  const type = typeText(column.type, column.nullable);
  const path = column.path !== '' && column.path !== column.name ? `\nfrom ${column.path}` : '';
  const mark = column.mark === undefined ? '' : `, ${marks[column.mark].words}`;
  return `${column.name}: ${type}${mark}${path}`;
}
