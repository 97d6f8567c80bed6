import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { exactText } from './cell-text.ts';
import { type GridColumn, typeText } from './cell-value.ts';
import type { CopyNote } from './copy-note.ts';
import type { CopiedText } from './copy-text.ts';
import './grid-line.css';
import type { RowsReader } from './read-rows.ts';
import type { RowModel } from './row-model.ts';
import type { Selection } from './selection.ts';
import { useRowVersion } from './use-row-version.ts';
import { useSelectionSummary } from './use-selection-summary.ts';

const shownCharactersMax = 300;

/** What the line below a grid tells of its selection. */
export interface GridLineState {
  readonly selection: Selection | undefined;
  readonly copying: CopyNote | undefined;
  readonly select: (selection: Selection) => void;
  readonly copy: (note: CopyNote) => void;
}

export function useGridLine(): GridLineState {
  const [selection, setSelection] = useState<Selection>();
  const [copying, setCopying] = useState<CopyNote>();
  const select = useCallback((next: Selection) => {
    setSelection(next);
    // What is still being read is told until it is there.
    setCopying((note) => (note?.kind === 'reading' || note?.kind === 'waiting' ? note : undefined));
  }, []);
  const copy = useCallback((note: CopyNote) => setCopying(note), []);
  return useMemo(() => ({ selection, copying, select, copy }), [selection, copying, select, copy]);
}

/** The line below a grid: the focused cell with its type, or what the selection comes to, and what else there is to say. */
export function GridLine(props: {
  readonly state: GridLineState;
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  /** Reads selected rows that are not loaded, to sum them up. */
  readonly readRows?: RowsReader;
  /** Offered where a copy had to leave rows out. */
  readonly onExport?: () => void;
  /** Shown at the right, unless something was just copied. */
  readonly children?: ReactNode;
}) {
  const { state, model, columns, children } = props;
  const { selection, copying } = state;
  useRowVersion(model);
  const summary = useSelectionSummary(model, selection, props.readRows);
  return (
    <div className="grid-line">
      <span className="grid-line-cell mono">
        {selection !== undefined &&
          (summary ?? <CellLine model={model} columns={columns} selection={selection} />)}
      </span>
      {copying === undefined ? children : <CopyLine note={copying} onExport={props.onExport} />}
    </div>
  );
}

function CellLine(props: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly selection: Selection;
}) {
  const { row, column: at } = props.selection.focus;
  const column = props.columns[at];
  if (column === undefined) return null;
  const type = typeText(column.type, column.nullable);
  if (row < 0) return `${column.name}  ${type}`;
  const cell = props.model.cell(row, at);
  const value = cell.state === 'missing' ? 'not set' : exactText(cell).slice(0, shownCharactersMax);
  return (
    <>
      <span className="grid-line-name">
        {column.name} {type}
      </span>
      {cell.state === 'value' && cell.value === null ? 'null' : value}
    </>
  );
}

/** How a copy stands, with what can be done about it. */
function CopyLine(props: { readonly note: CopyNote; readonly onExport: (() => void) | undefined }) {
  const { note, onExport } = props;
  const isShort = note.kind === 'copied' && note.copied.rowsLeftOut > 0;
  return (
    <span className={classNames('grid-line-copy', isShort && 'is-short')}>
      {isShort && <TriangleAlert size={13} aria-hidden="true" />}
      <span role="status">{copyText(note)}</span>
      {note.kind === 'reading' && <LineButton word="Cancel" onPress={note.cancel} />}
      {note.kind === 'waiting' && <LineButton word="Copy them" onPress={note.write} />}
      {isShort && onExport !== undefined && <LineButton word="Export" onPress={onExport} />}
    </span>
  );
}

function LineButton({ word, onPress }: { readonly word: string; readonly onPress: () => void }) {
  return (
    <Button look="quiet" onClick={onPress}>
      {word}
    </Button>
  );
}

function copyText(note: CopyNote): string {
  switch (note.kind) {
    case 'reading':
      return `Reading ${rowsText(note.rowsAsked)} to copy: ${note.rowCount.toLocaleString('en-US')}`;
    case 'waiting':
      return `${rowsText(note.copied.rowCount)} are ready; the browser wants another press`;
    case 'copied':
      return copiedLine(note.copied);
    case 'cancelled':
      return 'Nothing was copied';
    case 'failed': {
      const { error } = note;
      return `Nothing was copied: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

function copiedLine({ rowCount, rowsLeftOut }: CopiedText): string {
  if (rowsLeftOut === 0) return `Copied ${rowsText(rowCount)}`;
  const all = (rowCount + rowsLeftOut).toLocaleString('en-US');
  return `Copied the first ${rowsText(rowCount)} of ${all}; a copy holds no more`;
}

function rowsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}
