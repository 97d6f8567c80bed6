import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import { Grid } from '../../grid/grid.tsx';
import { GridLine, useGridLine } from '../../grid/grid-line.tsx';
import { askedTail } from '../../grid/live-mode.ts';
import { markedColumns } from '../../grid/marked-columns.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { RowOrigins } from '../editing/result-origin.ts';
import { useStaged } from '../editing/use-staged.ts';
import type { LiveQueryState } from './live/live-query.ts';
import type { LiveResult } from './live/use-live-queries.ts';
import { useWatcher, type Watcher } from './live/use-watcher.ts';
import type { QueryResult, RunSnapshot } from './query-run.ts';
import { countText, loadedText } from './status-text.ts';
import { useResultEditing } from './use-result-editing.ts';

/** One result as a grid, with a line below that tells the focused cell and how much is loaded. */
export function ResultGrid(props: {
  readonly result: QueryResult;
  readonly run: RunSnapshot;
  /** Those of the run, or of what follows it. */
  readonly rows: RowModel & RowOrigins;
  /** The collection that the rows come from, if they come from one. */
  readonly collection: CollectionInfo | undefined;
  readonly collections: readonly CollectionInfo[];
  readonly live: LiveResult;
  readonly database: DatabaseInfo;
  readonly isActive: boolean;
}) {
  const { result, run, rows, collection, live, database, isActive } = props;
  const { query, state } = live;
  const watcher = useWatcher(database.database, query);
  const columns = useMemo(
    () => markedColumns(result.columns, collection),
    [result.columns, collection],
  );
  const count = useSyncExternalStore(
    useCallback((listener: () => void) => rows.onDidChange(listener), [rows]),
    () => rows.count,
  );
  const line = useGridLine();
  const edits = useResultEditing({
    ...{ database, rows, isActive, columns: result.head.columns },
    collections: props.collections,
  });
  const documents = useStaged(edits.stores);
  if (count.rows === 0) return <NoRows {...props} isKnown={count.isKnown} />;
  return (
    <div className="result-grid">
      <Grid
        model={edits.model}
        columns={columns}
        label={`Rows of ${result.head.title}`}
        onSelect={(selection) => {
          line.select(selection);
          edits.onSelect(selection);
        }}
        handle={edits.handle}
        {...(edits.editing === undefined ? {} : { editing: edits.editing })}
        onCopy={line.copy}
        collection={collection?.name}
        onSelecting={(isSelecting) => query?.hold(isSelecting)}
        tail={askedTail(state)}
      />
      {documents.length > 0 && <div className="result-edits">{edits.bar}</div>}
      {edits.overlays}
      {edits.replacing.dialog}
      <GridLine state={line} model={edits.model} columns={columns}>
        {state !== undefined && <span title={watcher?.reason}>{liveText(state, watcher)}</span>}
        <span role="status">{loadedText(count, result, run)}</span>
        {edits.replacing.button}
      </GridLine>
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
  if (result.head.statementKind === 'subscription') {
    const isOver = run.state !== 'running';
    return isOver ? (
      <EmptyState title="Nothing happened while it was followed" />
    ) : (
      <EmptyState title="Waiting for changes" hint="Each event becomes a row, until you cancel." />
    );
  }
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

/** As of which commit the rows are, and how the engine keeps them current. */
function liveText({ lsn }: LiveQueryState, watcher: Watcher | undefined): string {
  if (lsn === undefined) return 'Reading the live result';
  const asOf = `As of commit ${lsn.toLocaleString('en-US')}`;
  if (watcher === undefined) return asOf;
  const { reason, rerunCount } = watcher;
  if (reason === undefined) return `${asOf} · kept from changes alone`;
  const runs = rerunCount === 1 ? 'once' : `${rerunCount.toLocaleString('en-US')} times`;
  return `${asOf} · run again ${rerunCount === 0 ? 'when something changes' : runs} because ${reason}`;
}

function filterHint(rowsRead: number): string {
  const read = rowsRead === 0 ? '' : `${countText(rowsRead, 'document')} looked at. `;
  return `${read}Widen "where" and run again.`;
}
