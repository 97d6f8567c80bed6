import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import type { CollectionInfo } from '#contract';
import { exactText } from '../../grid/cell-text.ts';
import { typeText } from '../../grid/cell-value.ts';
import type { CopiedText } from '../../grid/copy-text.ts';
import { Grid } from '../../grid/grid.tsx';
import { markedColumns } from '../../grid/marked-columns.ts';
import type { CellPlace } from '../../grid/selection.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { QueryResult, RunSnapshot } from './query-run.ts';
import { countText, loadedText } from './status-text.ts';

/** One result as a grid, with a line below that tells the focused cell and how much is loaded. */
export function ResultGrid(props: {
  readonly result: QueryResult;
  readonly run: RunSnapshot;
  /** The collection that the rows come from, if they come from one. */
  readonly collection: CollectionInfo | undefined;
}) {
  const { result, run, collection } = props;
  const { rows } = result;
  const columns = useMemo(
    () => markedColumns(result.columns, collection),
    [result.columns, collection],
  );
  const count = useSyncExternalStore(
    useCallback((listener: () => void) => rows.onDidChange(listener), [rows]),
    () => rows.count,
  );
  const [place, setPlace] = useState<CellPlace>();
  const [notice, setNotice] = useState('');
  const didCopy = useCallback((copied: CopiedText) => setNotice(copyText(copied)), []);
  const focusCell = useCallback((next: CellPlace) => {
    setPlace(next);
    setNotice('');
  }, []);
  if (count.rows === 0) return <NoRows {...props} isKnown={count.isKnown} />;
  return (
    <div className="result-grid">
      <Grid
        model={rows}
        columns={columns}
        label={`Rows of ${result.head.title}`}
        onFocusCell={focusCell}
        onDidCopy={didCopy}
      />
      <div className="result-line">
        <span className="result-cell mono">
          {place !== undefined && <CellLine result={result} place={place} />}
        </span>
        <span role="status">{notice === '' ? loadedText(count, result, run) : notice}</span>
      </div>
    </div>
  );
}

function NoRows(props: {
  readonly result: QueryResult;
  readonly run: RunSnapshot;
  readonly collection: CollectionInfo | undefined;
  readonly isKnown: boolean;
}) {
  const { result, run } = props;
  if (run.state === 'cancelled') {
    return <EmptyState title="Cancelled before the first row was there" />;
  }
  if (!props.isKnown) return null;
  if (result.head.statementKind === 'mutation') {
    return <EmptyState title={result.summary?.message ?? 'No document was changed'} />;
  }
  if (props.collection?.documentCount === 0) {
    return (
      <EmptyState title="This collection has no documents yet" hint="Insert or import some." />
    );
  }
  return run.text.includes('where') || run.text.includes('filter') ? (
    <EmptyState title="No rows match the filter" hint={filterHint(result.summary?.rowsRead ?? 0)} />
  ) : (
    <EmptyState title="The query gives no rows" />
  );
}

function CellLine({ result, place }: { readonly result: QueryResult; readonly place: CellPlace }) {
  const column = result.columns[place.column];
  if (column === undefined) return null;
  const type = typeText(column.type, column.nullable);
  if (place.row < 0) return `${column.name}  ${type}`;
  const cell = result.rows.cell(place.row, place.column);
  const value = cell.state === 'missing' ? 'not set' : exactText(cell).slice(0, 300);
  return (
    <>
      <span className="result-cell-name">
        {column.name} {type}
      </span>
      {cell.state === 'value' && cell.value === null ? 'null' : value}
    </>
  );
}

function copyText(copied: CopiedText): string {
  const left =
    copied.rowsLeftOut === 0
      ? ''
      : `; ${copied.rowsLeftOut.toLocaleString('en-US')} more were left out`;
  return `Copied ${countText(copied.rowCount, 'row')}${left}`;
}

function filterHint(rowsRead: number): string {
  const read = rowsRead === 0 ? '' : `${countText(rowsRead, 'document')} looked at. `;
  return `${read}Widen "where" and run again.`;
}
