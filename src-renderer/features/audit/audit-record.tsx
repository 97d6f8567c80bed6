import { FileText, SquareTerminal, X } from 'lucide-react';
import type { Cell, GridColumn } from '../../grid/cell-value.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { useRowVersion } from '../../grid/use-row-version.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import '../data/record-panel.css';
import { auditColumns } from './audit-columns.ts';

export interface AuditRecordProps {
  /** The rows with all columns of an entry. */
  readonly model: RowModel;
  readonly row: number;
  readonly onClose: () => void;
  readonly onOpenText: (text: string) => void;
  /** Shows a collection, or one document of it. */
  readonly onOpenCollection: (collection: string, documentId: string | undefined) => void;
  /** Collections that are there. */
  readonly collections: ReadonlySet<string>;
}

/** One entry of the log, whole. */
export function AuditRecord(props: AuditRecordProps) {
  const { model, row, onClose } = props;
  useRowVersion(model);
  const isThere = row >= 0 && model.isLoaded(row);
  return (
    <aside className="record audit-record" aria-label="Entry">
      <header className="record-head">
        <h2>Entry</h2>
        <IconButton label="Close the entry" size="small" icon={<X size={14} />} onClick={onClose} />
      </header>
      {isThere ? <Entry {...props} /> : <EmptyState title="Choose an entry to see it whole" />}
    </aside>
  );
}

function Entry({ model, row, onOpenText, onOpenCollection, collections }: AuditRecordProps) {
  const text = textIn(model, row, 'text');
  const collection = textIn(model, row, 'collection');
  const document = textIn(model, row, 'document_id');
  const message = textIn(model, row, 'message');
  const outcome = textIn(model, row, 'outcome') ?? '';
  const others = auditColumns.filter(({ name }) => !['text', 'message', 'outcome'].includes(name));
  return (
    <>
      <p className={outcome === 'ok' ? 'audit-outcome' : 'audit-outcome is-failed'}>
        <strong className="mono">{outcome === 'ok' ? '✓ ok' : `✗ ${outcome}`}</strong>
        {message !== undefined && <span>{message}</span>}
      </p>
      {text !== undefined && (
        <section className="audit-statement" aria-label="Statement">
          <pre className="mono">{text}</pre>
          <p>Values of variables are never kept.</p>
        </section>
      )}
      <div className="audit-acts">
        {text !== undefined && (
          <Button icon={<SquareTerminal size={14} />} onClick={() => onOpenText(text)}>
            Open in the editor
          </Button>
        )}
        {collection !== undefined && collections.has(collection) && (
          <Button
            icon={<FileText size={14} />}
            onClick={() => onOpenCollection(collection, document)}
          >
            {document === undefined ? `Open ${collection}` : 'Open the document'}
          </Button>
        )}
      </div>
      <dl className="record-fields">
        {others.map((column) => {
          const cell = cellIn(model, row, column);
          return cell.state !== 'value' || cell.value === null ? null : (
            <div key={column.name}>
              <dt>{column.name}</dt>
              <dd className="mono">{String(cell.value)}</dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

function cellIn(model: RowModel, row: number, column: GridColumn): Cell {
  return model.cell(row, auditColumns.indexOf(column));
}

function textIn(model: RowModel, row: number, name: string): string | undefined {
  const cell = model.cell(
    row,
    auditColumns.findIndex((column) => column.name === name),
  );
  return cell.state === 'value' && typeof cell.value === 'string' ? cell.value : undefined;
}
