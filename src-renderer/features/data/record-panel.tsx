import { Braces, Copy, Pencil, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { CollectionInfo, WireValue } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { cutText } from '../../grid/cell-text.ts';
import type { Cell, GridColumn } from '../../grid/cell-value.ts';
import { typeText } from '../../grid/cell-value.ts';
import { copiedText } from '../../grid/copy-text.ts';
import type { CellMark, RowModel } from '../../grid/row-model.ts';
import { TypeGlyph } from '../../grid/type-glyph.tsx';
import { useRowVersion } from '../../grid/use-row-version.ts';
import { writeClipboard } from '../../grid/write-clipboard.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { CellEditor, type Move } from '../editing/cell-editor.tsx';
import type { EditableCell } from '../editing/grid-actions.ts';
import { clippedText } from './record-clip.ts';
import type { RecordDocument, RecordEditing } from './record-editing.ts';
import { chooseTitle, RecordJson } from './record-json.tsx';
import './record-panel.css';

const shownCharactersMax = 20_000;

/** One document, field by field and whole. */
export function RecordPanel(props: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly row: number;
  readonly onClose: () => void;
  readonly info: CollectionInfo;
  /** Absent when nothing can be edited. */
  readonly editing: RecordEditing | undefined;
}) {
  const { model, columns, row, onClose, info, editing } = props;
  const [form, setForm] = useSetting('data.recordForm');
  const isJson = form === 'json';
  useRowVersion(model);
  const isThere = row >= 0 && model.isLoaded(row);
  const copy = () => {
    const rectangle = { top: row, bottom: row, left: 0, right: columns.length - 1 };
    const { text } = copiedText({ model, columns, rectangle }, 'json');
    writeClipboard(text.slice(1, -1).trim());
  };
  const document = isThere && isJson ? documentIn(model, columns, row) : undefined;
  return (
    <aside className="record" aria-label="Record">
      <header className="record-head">
        <h2>Record</h2>
        <IconButton
          label="Show as JSON"
          size="small"
          icon={<Braces size={14} />}
          aria-pressed={isJson}
          onClick={() => setForm(isJson ? 'fields' : 'json')}
        />
        <IconButton
          label="Copy as JSON"
          size="small"
          icon={<Copy size={14} />}
          disabled={!isThere}
          onClick={copy}
        />
        <IconButton
          label="Close the record"
          size="small"
          icon={<X size={14} />}
          onClick={onClose}
        />
      </header>
      {!isThere && !isJson && <EmptyState title={chooseTitle} />}
      {isJson && <RecordJson {...{ info, document, editing }} />}
      {isThere && !isJson && <RecordFields {...{ model, columns, row, editing }} />}
    </aside>
  );
}

interface Open {
  readonly cell: EditableCell;
  readonly anchor: HTMLElement;
  readonly column: number;
}

function RecordFields(props: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly row: number;
  readonly editing: RecordEditing | undefined;
}) {
  const { model, columns, row, editing } = props;
  const list = useRef<HTMLDListElement>(null);
  const [open, setOpen] = useState<Open>();
  const valueAt = (column: number) =>
    list.current?.querySelector<HTMLElement>(`dd[data-column="${column}"]`);
  const edit = (column: number) => {
    const anchor = valueAt(column);
    const cell = editing?.cellAt({ row, column });
    if (anchor == null || cell === undefined) return;
    if (typeof cell === 'string') editing?.say(cell);
    else setOpen({ cell, anchor, column });
  };
  const close = (from: number, move: Move) => {
    setOpen(undefined);
    if (move === 'away') return;
    const next = from + (move === 'stay' ? 0 : move === 'left' ? -1 : 1);
    const field = Math.min(Math.max(next, 1), columns.length - 1);
    list.current?.querySelector<HTMLElement>(`[data-edit="${field}"] button`)?.focus();
  };
  return (
    <>
      <dl className="record-fields" ref={list}>
        {columns.map((column, at) => (
          <div key={column.name}>
            <dt title={`${column.name}: ${typeText(column.type, column.nullable)}`}>
              <TypeGlyph type={column.type} />
              {column.name}
              {editing !== undefined && at > 0 && (
                <span className="record-edit" data-edit={at}>
                  <IconButton
                    label={`Edit ${column.name}`}
                    size="small"
                    icon={<Pencil size={12} />}
                    onClick={() => edit(at)}
                  />
                </span>
              )}
            </dt>
            <dd
              className={classNames('mono', markClass(model.cellMark?.(row, at)))}
              data-column={at}
              onDoubleClick={() => edit(at)}
            >
              <FieldValue
                key={model.keyOf(row) ?? row}
                name={column.name}
                cell={model.cell(row, at)}
                flash={model.flash(row, at)}
              />
              <FieldNote note={model.cellNote?.(row, at)} />
            </dd>
          </div>
        ))}
      </dl>
      {open !== undefined && editing !== undefined && (
        <CellEditor
          key={open.column}
          anchor={open.anchor}
          cell={open.cell}
          database={editing.database}
          initialText={undefined}
          {...editing.knowledgeOf(open.cell)}
          onTake={(value, move) => {
            open.cell.set(value);
            close(open.column, move);
          }}
          onCancel={(move) => close(open.column, move)}
        />
      )}
    </>
  );
}

/** The document in a row; fields that are not set are absent. */
function documentIn(model: RowModel, columns: readonly GridColumn[], row: number): RecordDocument {
  const document: { [field: string]: WireValue; id: string } = { id: model.keyOf(row) ?? '' };
  for (const [at, { path }] of columns.entries()) {
    const cell = model.cell(row, at);
    if (cell.state === 'value') document[path] = cell.value;
  }
  return document;
}

function markClass(mark: CellMark | undefined): string | undefined {
  if (mark === undefined) return undefined;
  return mark === 'invalid' || mark === 'doubtful' ? `is-${mark}` : 'is-changed';
}

function FieldNote({ note }: { readonly note: string | undefined }) {
  return note === undefined ? null : <span className="record-fault">{note}</span>;
}

function FieldValue(props: { readonly name: string; readonly cell: Cell; readonly flash: number }) {
  const { name, cell, flash } = props;
  const [isWhole, setWhole] = useState(false);
  const text = fieldText(cell);
  const clipped = clippedText(text);
  return (
    <>
      {flash > 0 && <span key={flash} className="cell-flash" aria-hidden="true" />}
      <span className={cell.state === 'value' && cell.value !== null ? '' : 'record-none'}>
        {isWhole ? text : (clipped ?? text)}
      </span>
      {clipped !== undefined && (
        <Button
          look="quiet"
          className="record-all"
          aria-label={isWhole ? `Show less of ${name}` : `Show all of ${name}`}
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString('en-US')} characters`}
        </Button>
      )}
    </>
  );
}

function fieldText(cell: Cell): string {
  if (cell.state === 'missing') return '— not set';
  if (cell.state === 'pending') return '';
  if (typeof cell.value === 'string') {
    return cell.value === '' ? '""' : cutText(cell.value, shownCharactersMax);
  }
  return cutText(JSON.stringify(cell.value, undefined, 2), shownCharactersMax);
}
