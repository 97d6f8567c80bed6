import { Columns3, Filter, X } from 'lucide-react';
import {
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { ArrangedRows } from '../../grid/arranged-rows.ts';
import type { GridColumn } from '../../grid/cell-value.ts';
import { arrangedColumns, setHidden } from '../../grid/column-state.ts';
import { Grid } from '../../grid/grid.tsx';
import type { LiveMode } from '../../grid/live-mode.ts';
import { LiveSwitch } from '../../grid/live-switch.tsx';
import { markedColumns } from '../../grid/marked-columns.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { StagedRows } from '../editing/staged-rows.ts';
import { useStagedStore } from '../editing/use-grid-editing.tsx';
import { useStaged } from '../editing/use-staged.ts';
import { CollectionRows } from './collection-rows.ts';
import { isOneObject, whereText } from './collection-text.ts';
import { columnHead } from './column-head.tsx';
import './data-tab.css';
import { useColumnState } from './use-column-state.ts';
import { useDataEditing } from './use-data-editing.tsx';

export interface DataTabProps {
  readonly database: DatabaseInfo;
  readonly collection: string;
  /** True for the one tab that has the person's attention. */
  readonly isActive: boolean;
}

/** The documents of a collection, live. */
export function DataTab({ database, collection, isActive }: DataTabProps) {
  const { catalog, state } = useCatalog(database.database);
  const place = useRef<HTMLDivElement>(null);
  useGridFocus(isActive, place);
  const info = catalog?.collections.find(({ name }) => name === collection);
  if (info !== undefined) {
    return (
      <div className="data-tab" ref={place}>
        <CollectionGrid database={database} info={info} isActive={isActive} />
      </div>
    );
  }
  if (state.status === 'failed') return <ErrorNote {...errorText(state.error)} />;
  if (catalog === undefined) return <ProgressBar label="Reading the collection" isActive />;
  return (
    <EmptyState
      title={`There is no collection ${collection} any more`}
      hint="It was dropped or renamed. Close this tab, or define it again."
    />
  );
}

/** The tab in front is gone to by the same command as the text of a query. */
function useGridFocus(isActive: boolean, place: RefObject<HTMLElement | null>): void {
  const focus = useCallback(() => {
    place.current?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus();
  }, [place]);
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        isActive
          ? [{ id: 'query.editor', title: 'Go to the grid', group: 'Data', run: focus }]
          : [],
      [isActive, focus],
    ),
  );
}

function CollectionGrid(props: {
  readonly database: DatabaseInfo;
  readonly info: CollectionInfo;
  readonly isActive: boolean;
}) {
  const { database, info, isActive } = props;
  const client = useClient();
  const [columnState, updateColumns] = useColumnState(database.path, info.name);
  const [where, setWhere] = useState('');
  const [mode, setMode] = useState<LiveMode>('live');
  const fieldKey = JSON.stringify(
    info.fields.map(({ name, type, nullable }) => [name, type, nullable]),
  );
  const indexKey = JSON.stringify(info.indexes);
  // The counts in the catalog change with every commit, the columns only with the schema.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys stand for what of the collection is used.
  const columns = useMemo(() => columnsOf(info), [fieldKey, indexKey]);
  const names = useMemo(() => columns.map(({ name }) => name), [columns]);
  const sortKey = JSON.stringify(columnState.sort);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mode is set below, and the key stands for the order.
  const live = useMemo(() => {
    const view = { collection: info.name, fields: names.slice(1), where, sort: columnState.sort };
    return new CollectionRows(client, database.database, view, mode);
  }, [client, database.database, info.name, names, where, sortKey]);
  useEffect(() => live.start(), [live]);
  useEffect(() => {
    if (where === '') live.setTotal(info.documentCount);
  }, [live, where, info.documentCount]);
  const state = useSyncExternalStore(
    useCallback((listener: () => void) => live.subscribe(listener), [live]),
    () => live.state(),
  );
  useSyncExternalStore(
    useCallback((listener: () => void) => live.rows.onDidChange(listener), [live]),
    () => live.rows.version,
  );
  const { error } = live.rows;
  const store = useStagedStore(database, info.name);
  const staged = useMemo(() => new StagedRows(live.rows, names, store), [live, names, store]);
  const { documents } = useStaged(store);
  const { count } = live.rows;

  const { shown, pinnedCount } = useMemo(
    () => arrangedColumns(names, columnState),
    [names, columnState],
  );
  const shownKey = shown.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the list.
  const arranged = useMemo(
    () => ({
      model: new ArrangedRows(staged, shown),
      columns: shown.flatMap((at) => columns[at] ?? []),
    }),
    [staged, shownKey, columns],
  );
  const edits = useDataEditing({
    isActive,
    database,
    info,
    names,
    rows: staged,
    model: arranged.model,
    columns: arranged.columns,
    store,
  });
  const head = useMemo(
    () => columnHead({ names, shown: arranged.columns, state: columnState, update: updateColumns }),
    [names, arranged, columnState, updateColumns],
  );
  const changeMode = (next: LiveMode) => {
    setMode(next);
    live.setMode(next);
  };
  const problem = error ?? state.error;
  return (
    <section className="data-body" aria-label={`Documents of ${info.name}`}>
      <div className="data-toolbar" role="toolbar" aria-label="Data">
        <WhereField where={where} onWhere={setWhere} />
        <span className="data-count" role="status">
          {countText(count.rows, count.isKnown, where !== '')}
        </span>
        {edits.bar}
        <Menu
          align="end"
          entries={names.map((name) => {
            const isHidden = columnState.hidden.includes(name);
            return {
              kind: 'item' as const,
              id: name,
              label: name,
              isChecked: !isHidden,
              onSelect: () => updateColumns((before) => setHidden(before, name, !isHidden)),
            };
          })}
        >
          <IconButton label="Columns" icon={<Columns3 size={16} />} />
        </Menu>
        <LiveSwitch
          mode={state.mode}
          onMode={changeMode}
          pendingCount={state.pendingCount}
          isHeld={state.isHeld}
          isLost={state.isLost}
        />
      </div>
      {problem !== undefined && (
        <div className="data-problem">
          <ErrorNote {...errorText(problem)} />
          <Button onClick={() => live.rows.retry()}>Read again</Button>
        </div>
      )}
      {count.isKnown && count.rows === 0 && documents.length === 0 ? (
        <NoDocuments hasFilter={where !== ''} onClear={() => setWhere('')} />
      ) : (
        <Grid
          model={arranged.model}
          columns={arranged.columns}
          label={`Documents of ${info.name}`}
          head={head}
          pinnedCount={pinnedCount}
          isTail={state.mode === 'tail' && !state.isHeld}
          onSelecting={(isSelecting) => live.hold(isSelecting)}
          onSelect={edits.onSelect}
          handle={edits.handle}
          {...(edits.editing === undefined ? {} : { editing: edits.editing })}
        />
      )}
      {edits.overlays}
    </section>
  );
}

function NoDocuments(props: { readonly hasFilter: boolean; readonly onClear: () => void }) {
  return props.hasFilter ? (
    <EmptyState
      title="No documents match the filter"
      action={<Button onClick={props.onClear}>Clear filter</Button>}
    />
  ) : (
    <EmptyState title="This collection has no documents yet" hint="Insert or import some." />
  );
}

function WhereField(props: { readonly where: string; readonly onWhere: (where: string) => void }) {
  const { where, onWhere } = props;
  const [typed, setTyped] = useState(where);
  const [applied, setApplied] = useState(where);
  if (applied !== where) {
    setApplied(where);
    setTyped(where);
  }
  const text = whereText(typed);
  const isWrong = text !== '' && !isOneObject(text);
  return (
    <TextField
      className="data-where"
      label="Filter"
      isLabelHidden
      isMono
      placeholder='Filter, as in "where": year: { gte: 1995 }'
      icon={<Filter size={14} />}
      value={typed}
      error={isWrong ? 'A bracket or quote is not closed, or closes too much.' : undefined}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isWrong) onWhere(text);
        if (event.key === 'Escape') setTyped(where);
      }}
      end={
        typed === '' ? undefined : (
          <IconButton
            label="Clear filter"
            size="small"
            icon={<X size={14} />}
            onClick={() => {
              setTyped('');
              onWhere('');
            }}
          />
        )
      }
    />
  );
}

function columnsOf(info: CollectionInfo): readonly GridColumn[] {
  const id: GridColumn = {
    name: 'id',
    path: 'id',
    nullable: false,
    type: { kind: 'scalar', name: 'Uuid' },
  };
  const fields = info.fields.map(({ name, type, nullable }) => ({
    name,
    path: name,
    type,
    nullable,
  }));
  return markedColumns([id, ...fields], info);
}

function countText(rows: number, isKnown: boolean, hasFilter: boolean): string {
  if (!isKnown) return '';
  const noun = rows === 1 ? 'document' : 'documents';
  return `${rows.toLocaleString('en-US')} ${noun}${hasFilter ? ' match' : ''}`;
}
