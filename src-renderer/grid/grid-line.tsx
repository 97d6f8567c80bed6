import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { exactText } from './cell-text.ts';
import { type GridColumn, typeText } from './cell-value.ts';
import type { CopiedText } from './copy-text.ts';
import './grid-line.css';
import type { RowModel } from './row-model.ts';
import { isRange, rectangleOf, type Selection } from './selection.ts';
import { selectionSummary, summaryText } from './selection-summary.ts';
import { useRowVersion } from './use-row-version.ts';

const shownCharactersMax = 300;

/** What the line below a grid tells of its selection. */
export interface GridLineState {
  readonly selection: Selection | undefined;
  readonly notice: string;
  readonly select: (selection: Selection) => void;
  readonly copied: (copied: CopiedText) => void;
}

export function useGridLine(): GridLineState {
  const [selection, setSelection] = useState<Selection>();
  const [notice, setNotice] = useState('');
  const select = useCallback((next: Selection) => {
    setSelection(next);
    setNotice('');
  }, []);
  const copied = useCallback((copy: CopiedText) => setNotice(copyText(copy)), []);
  return useMemo(
    () => ({ selection, notice, select, copied }),
    [selection, notice, select, copied],
  );
}

/** The line below a grid: the focused cell with its type, or what the selection comes to, and what else there is to say. */
export function GridLine(props: {
  readonly state: GridLineState;
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  /** Shown at the right, unless something was just copied. */
  readonly children?: ReactNode;
}) {
  const { state, model, columns, children } = props;
  const { selection, notice } = state;
  useRowVersion(model);
  return (
    <div className="grid-line">
      <span className="grid-line-cell mono">
        {selection !== undefined &&
          (isRange(selection) ? (
            summaryText(selectionSummary(model, rectangleOf(selection)))
          ) : (
            <CellLine model={model} columns={columns} selection={selection} />
          ))}
      </span>
      {notice === '' ? children : <span role="status">{notice}</span>}
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

function copyText({ rowCount, rowsLeftOut }: CopiedText): string {
  const rows = `${rowCount.toLocaleString('en-US')} ${rowCount === 1 ? 'row' : 'rows'}`;
  const left =
    rowsLeftOut === 0 ? '' : `; ${rowsLeftOut.toLocaleString('en-US')} more were left out`;
  return `Copied ${rows}${left}`;
}
