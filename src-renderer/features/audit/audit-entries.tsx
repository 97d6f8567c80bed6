import { PanelRight } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { ArrangedRows } from '../../grid/arranged-rows.ts';
import type { GridColumn } from '../../grid/cell-value.ts';
import {
  arrangedColumns,
  type ColumnState,
  decodeColumnState,
  encodeColumnState,
  plainColumns,
} from '../../grid/column-state.ts';
import { Grid } from '../../grid/grid.tsx';
import { GridLine, useGridLine } from '../../grid/grid-line.tsx';
import type { LiveMode } from '../../grid/live-mode.ts';
import { askedTail } from '../../grid/live-mode.ts';
import { LiveSwitch } from '../../grid/live-switch.tsx';
import { ReadRows, type RowsReader, readRange } from '../../grid/read-rows.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { columnHead } from '../data/column-head.tsx';
import { ColumnsMenu } from '../data/columns-menu.tsx';
import { StatisticsDialog } from '../data/statistics-dialog.tsx';
import { useLiveRows } from '../data/use-live-rows.ts';
import { auditColumns, auditNames, hiddenAtFirst } from './audit-columns.ts';
import { type AuditFilter, auditWhere, everyEntry, isNarrowed } from './audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditPageProps } from './audit-page.tsx';
import { AuditRecord } from './audit-record.tsx';
import { AuditRows } from './audit-rows.ts';

const typingPauseMs = 250;
/** As many entries as the engine shows; the files have more. */
const entriesMax = 100_000;

/** The entries of a log that is kept: to be narrowed, followed and read. */
export function AuditEntries(props: Omit<AuditPageProps, 'onClose'>) {
  const { database, onOpenText } = props;
  const [filter, setFilter] = useState<AuditFilter>(everyEntry);
  const where = auditWhere(useSettled(filter));
  const [mode, setMode] = useState<LiveMode>('live');
  const [columnState, updateColumns] = useAuditColumns();
  const live = useAuditRows(database, { where, columnState, mode });
  const { state, count, error } = useLiveRows(live);
  const problem = error ?? state.error;
  const line = useGridLine();
  const [savedRecord, setRecord] = useSetting('audit.record');
  const hasRecord = savedRecord !== false;
  const [counted, setCounted] = useState<GridColumn>();
  const giveFocusBack = useFocusReturn(counted !== undefined);
  const { catalog } = useCatalog(database.database);
  const collections = useMemo(
    () => new Set(catalog?.collections.map(({ name }) => name)),
    [catalog],
  );
  const { shown, pinnedCount } = arrangedColumns(auditNames, columnState);
  const shownKey = shown.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the list.
  const arranged = useMemo(
    () => ({
      model: new ArrangedRows(live.rows, shown),
      columns: shown.flatMap((at) => auditColumns[at] ?? []),
      readRows: auditReader(live, shown),
    }),
    [live, shownKey],
  );
  const head = useMemo(
    () =>
      columnHead({
        ...{ names: auditNames, shown: arranged.columns, state: columnState },
        ...{ update: updateColumns, onStatistics: setCounted, onReplace: undefined },
      }),
    [arranged, columnState, updateColumns],
  );
  return (
    <>
      <div className="audit-toolbar" role="toolbar" aria-label="Audit">
        <AuditFilters
          database={database.database}
          filter={filter}
          onFilter={(change) => setFilter((before) => ({ ...before, ...change }))}
          onOpenText={onOpenText}
        />
        <div className="audit-view">
          <span className="audit-count" role="status">
            {count.isKnown && countText(count.rows)}
          </span>
          <ColumnsMenu names={auditNames} state={columnState} update={updateColumns} />
          <IconButton
            label="Entry"
            icon={<PanelRight size={16} />}
            aria-pressed={hasRecord}
            onClick={() => setRecord(!hasRecord)}
          />
          <LiveSwitch
            {...state}
            onMode={(next) => {
              setMode(next);
              live.setMode(next);
            }}
          />
        </div>
      </div>
      {problem !== undefined && (
        <div className="audit-problem">
          <ErrorNote {...errorText(problem)} />
          <Button onClick={() => live.retry()}>Read again</Button>
        </div>
      )}
      {count.isKnown && count.rows === 0 ? (
        <NoEntries hasFilter={isNarrowed(filter)} onClear={() => setFilter(everyEntry)} />
      ) : (
        <div className="audit-split">
          <div className="audit-grid">
            <Grid
              model={arranged.model}
              columns={arranged.columns}
              label="Audit entries"
              density="compact"
              head={head}
              pinnedCount={pinnedCount}
              tail={askedTail(state)}
              onSelecting={(isSelecting) => live.hold(isSelecting)}
              onSelect={line.select}
              onCopy={line.copy}
              readRows={arranged.readRows}
            />
            <GridLine {...arranged} state={line} />
          </div>
          {hasRecord && (
            <AuditRecord
              model={live.rows}
              row={line.selection?.focus.row ?? -1}
              collections={collections}
              onClose={() => setRecord(false)}
              onOpenText={onOpenText}
              onOpenCollection={props.onOpenCollection}
            />
          )}
        </div>
      )}
      {counted !== undefined && (
        <StatisticsDialog
          database={database.database}
          collection="_audit"
          where={where}
          column={counted}
          onClose={() => setCounted(undefined)}
          giveFocusBack={giveFocusBack}
        />
      )}
    </>
  );
}

function useAuditRows(
  { database }: DatabaseInfo,
  view: { readonly where: string; readonly columnState: ColumnState; readonly mode: LiveMode },
): AuditRows {
  const client = useClient();
  const { where, columnState, mode } = view;
  const { sort } = columnState;
  const sortKey = JSON.stringify(sort);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mode is set later on, and the key stands for the order.
  const live = useMemo(
    () => new AuditRows(client, { database, where, sort, mode }),
    [client, database, where, sortKey],
  );
  useEffect(() => live.start(), [live]);
  return live;
}

/** How the columns are arranged, the same for all databases. */
function useAuditColumns(): [ColumnState, (change: (before: ColumnState) => ColumnState) => void] {
  const [saved, save] = useSetting('audit.columns');
  const state = useMemo(
    () =>
      saved === undefined ? { ...plainColumns, hidden: hiddenAtFirst } : decodeColumnState(saved),
    [saved],
  );
  const update = useCallback(
    (change: (before: ColumnState) => ColumnState) => save(encodeColumnState(change(state))),
    [state, save],
  );
  return [state, update];
}

/** Reads entries as the grid shows them, whether they are loaded or not. */
function auditReader(live: AuditRows, shown: readonly number[]): RowsReader {
  return async (range, options) => {
    const rows = await readRange(live.source, range, options);
    const read = new ReadRows({ first: range.start, rows, others: live.rows });
    return { model: new ArrangedRows(read, shown), end: range.start + rows.length };
  };
}

function NoEntries(props: { readonly hasFilter: boolean; readonly onClear: () => void }) {
  return props.hasFilter ? (
    <EmptyState
      title="No entries match the filter"
      action={<Button onClick={props.onClear}>Clear filter</Button>}
    />
  ) : (
    <EmptyState
      title="Nothing was asked of the database since the log was begun"
      hint="Run a query or change something: its entry appears here."
    />
  );
}

/** What is chosen, once typing pauses; a choice counts at once. */
function useSettled(filter: AuditFilter): AuditFilter {
  const [settled, setSettled] = useState(filter);
  const isTyping = settled.text !== filter.text;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filter), isTyping ? typingPauseMs : 0);
    return () => clearTimeout(timer);
  }, [filter, isTyping]);
  return settled;
}

function countText(rows: number): string {
  const count = rows.toLocaleString('en');
  if (rows >= entriesMax) return `The latest ${count} entries`;
  return rows === 1 ? '1 entry' : `${count} entries`;
}
