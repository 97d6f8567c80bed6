// biome-ignore-all lint/a11y/useFocusableInteractive: the tree has the focus and names its active line.
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { CellSign, isSigned } from './cell-sign.tsx';
import { cutText, markedWhitespace } from './cell-text.ts';
import type { CellValue, GridColumn } from './cell-value.ts';
import type { RowModel } from './row-model.ts';
import { revealing } from './scroll-space.ts';
import { useGridScroll } from './use-grid-scroll.ts';
import { useRowVersion } from './use-row-version.ts';
import { visibleRows, widened } from './window.ts';
import './json-view.css';
import { type JsonLine, JsonLines, jsonStep, sizeOf } from './json-lines.ts';
import { type LineMarks, lineMarks } from './json-marks.ts';
import { RowSign } from './row-sign.tsx';

const lineHeight = 22;
const openAtFirst = 3;
const shownCharactersMax = 400;

/** The loaded documents as a tree that opens and closes by keyboard. */
export function JsonView(props: {
  readonly rows: RowModel;
  readonly columns: readonly GridColumn[];
  readonly label: string;
}) {
  const { rows, columns } = props;
  const version = useRowVersion(rows);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(Array.from({ length: openAtFirst }, (_, row) => String(row))),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the rows inside the model.
  const lines = useMemo(
    () => new JsonLines(rows, columns, expanded),
    [rows, columns, expanded, version],
  );
  const [activePath, setActivePath] = useState('0');
  const scroll = useGridScroll({ rowCount: lines.count, rowHeight: lineHeight, headerHeight: 0 });
  const visible = visibleRows(scroll.space, scroll.naturalTop, lines.count);
  const id = useId();
  const rowOf = (index: number) => Number(lines.line(index)?.path.split('/', 1)[0] ?? 0);
  const [firstRow, lastRow] = [rowOf(visible.start), rowOf(visible.end - 1)];

  useEffect(() => {
    if (scroll.height > 0) rows.want({ start: firstRow, end: lastRow + 1 });
  }, [rows, firstRow, lastRow, scroll.height]);

  const toggle = (path: string, isExpanded: boolean) => {
    const next = new Set(expanded);
    if (isExpanded) next.add(path);
    else next.delete(path);
    setExpanded(next);
    setActivePath(path);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const pageLines = Math.max(1, Math.floor(scroll.height / lineHeight) - 1);
    const step = jsonStep(lines, lines.indexOf(activePath) ?? 0, event.key, pageLines);
    if (step === undefined) return;
    event.preventDefault();
    if (step.kind !== 'move') {
      toggle(step.path, step.kind === 'expand');
      return;
    }
    setActivePath(lines.line(step.index)?.path ?? '0');
    scroll.moveTo(revealing(scroll.space, scroll.naturalTop, step.index), scroll.left);
  };

  const drawn = widened(visible, 6, lines.count);
  const shown: {
    readonly line: JsonLine;
    readonly index: number;
    readonly marks: LineMarks;
  }[] = [];
  for (let index = drawn.start; index < drawn.end; index += 1) {
    const line = lines.line(index);
    if (line !== undefined) shown.push({ line, index, marks: lineMarks(rows, columns, line) });
  }
  const active = shown.find(({ line }) => line.path === activePath);
  const shift = scroll.naturalTop - scroll.physicalTop;
  return (
    <div
      role="tree"
      aria-label={props.label}
      className="json-view"
      ref={scroll.attach}
      tabIndex={0}
      aria-activedescendant={active === undefined ? undefined : `${id}-${active.index}`}
      onKeyDown={pressed}
    >
      <div
        role="presentation"
        className="json-space"
        style={{ height: scroll.space.physicalHeight }}
      >
        {shown.map(({ line, index, marks }) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys for all lines.
          <div
            role="treeitem"
            key={line.path}
            id={`${id}-${index}`}
            className={classNames(
              'json-line',
              line.path === activePath && 'is-active',
              marks.row !== undefined && `is-${marks.row}`,
              marks.cell !== undefined && `has-${marks.cell}`,
            )}
            aria-level={line.level}
            aria-posinset={line.position}
            aria-setsize={line.siblingCount}
            aria-selected={line.path === activePath}
            aria-expanded={line.isBranch ? line.isExpanded : undefined}
            style={{ top: index * lineHeight - shift, paddingLeft: 8 + (line.level - 1) * 18 }}
            onClick={() =>
              line.isBranch ? toggle(line.path, !line.isExpanded) : setActivePath(line.path)
            }
          >
            <span className="json-chevron" aria-hidden="true">
              {line.isBranch && <ChevronRight size={14} data-expanded={line.isExpanded} />}
            </span>
            {marks.row !== undefined && line.level === 1 && <RowSign mark={marks.row} />}
            {marks.cell === 'changed' && <RowSign mark="changed" />}
            <span className={line.level === 1 ? 'json-row' : 'json-key'}>{line.key}</span>
            <LineValue line={line} />
            {isSigned(marks.cell) && <CellSign mark={marks.cell} note={marks.note} />}
          </div>
        ))}
      </div>
    </div>
  );
}

function LineValue({ line }: { readonly line: JsonLine }) {
  const { value } = line;
  if (typeof value === 'object' && value !== null) {
    const size = Array.isArray(value) ? `[${sizeOf(value)}]` : `{${sizeOf(value)}}`;
    return (
      <>
        <span className="json-size">{size}</span>
        {!line.isExpanded && sizeOf(value) > 0 && (
          <span className="json-preview">{cutText(JSON.stringify(value).slice(0, 1000), 240)}</span>
        )}
      </>
    );
  }
  return <span className={`json-value is-${kindOf(value)}`}>{scalarText(value)}</span>;
}

function kindOf(value: CellValue): string {
  return value === null ? 'null' : typeof value;
}

function scalarText(value: CellValue): string {
  if (typeof value === 'string') return `"${cutText(markedWhitespace(value), shownCharactersMax)}"`;
  return String(value);
}
