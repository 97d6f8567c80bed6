import { Copy, X } from 'lucide-react';
import { cutText } from '../../grid/cell-text.ts';
import type { Cell, GridColumn } from '../../grid/cell-value.ts';
import { typeText } from '../../grid/cell-value.ts';
import { copiedText } from '../../grid/copy-text.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { TypeGlyph } from '../../grid/type-glyph.tsx';
import { useRowVersion } from '../../grid/use-row-version.ts';
import { writeClipboard } from '../../grid/write-clipboard.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import './record-panel.css';

const shownCharactersMax = 20_000;

/** One document, field by field and whole. */
export function RecordPanel(props: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly row: number;
  readonly onClose: () => void;
}) {
  const { model, columns, row, onClose } = props;
  useRowVersion(model);
  const isThere = row >= 0 && model.isLoaded(row);
  const copy = () => {
    const rectangle = { top: row, bottom: row, left: 0, right: columns.length - 1 };
    const { text } = copiedText({ model, columns, rectangle }, 'json');
    writeClipboard(text.slice(1, -1).trim());
  };
  return (
    <aside className="record" aria-label="Record">
      <header className="record-head">
        <h2>Record</h2>
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
      {isThere ? (
        <dl className="record-fields">
          {columns.map((column, at) => (
            <div key={column.name}>
              <dt title={`${column.name}: ${typeText(column.type, column.nullable)}`}>
                <TypeGlyph type={column.type} />
                {column.name}
              </dt>
              <dd className="mono">
                <FieldValue cell={model.cell(row, at)} flash={model.flash(row, at)} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <EmptyState title="Choose a row to see it whole" />
      )}
    </aside>
  );
}

function FieldValue({ cell, flash }: { readonly cell: Cell; readonly flash: number }) {
  return (
    <>
      {flash > 0 && <span key={flash} className="cell-flash" aria-hidden="true" />}
      <span className={cell.state === 'value' && cell.value !== null ? '' : 'record-none'}>
        {fieldText(cell)}
      </span>
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
