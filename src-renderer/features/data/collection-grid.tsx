import { ListTree, PanelRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import type { CatalogShape } from '#engine/aql';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';
import { ArrangedRows } from '../../grid/arranged-rows.ts';
import type { GridColumn } from '../../grid/cell-value.ts';
import { arrangedColumns, type ColumnState } from '../../grid/column-state.ts';
import { Grid } from '../../grid/grid.tsx';
import { GridLine, useGridLine } from '../../grid/grid-line.tsx';
import { JsonView } from '../../grid/json-view.tsx';
import { LiveSwitch } from '../../grid/live-switch.tsx';
import { markedColumns } from '../../grid/marked-columns.ts';
import type { ScrollPlace } from '../../grid/use-scroll-place.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { StagedRows } from '../editing/staged-rows.ts';
import { useStagedStore } from '../editing/use-editing.tsx';
import { useStaged } from '../editing/use-staged.ts';
import { collectionSources } from '../export/collection-sources.ts';
import { ExportButton, type ExportHandle } from '../export/export-button.tsx';
import { ImportButton } from '../import/import-button.tsx';
import { collectionReader } from './collection-reader.ts';
import type { CollectionRows } from './collection-rows.ts';
import { orderText } from './collection-text.ts';
import { columnHead } from './column-head.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { useDataEditing } from './use-data-editing.tsx';
import './data-tab.css';
import { FilterBuilder } from './filter-builder.tsx';
import { FollowMenu } from './follow-menu.tsx';
import { foundText } from './found-text.ts';
import { ReadingState } from './reading-state.tsx';
import { RecordPanel } from './record-panel.tsx';
import { StatisticsDialog } from './statistics-dialog.tsx';
import { useCollectionRows } from './use-collection-rows.ts';
import { useColumnState } from './use-column-state.ts';
import { usePasteIntoEmpty } from './use-paste-into-empty.ts';
import { ViewsMenu } from './views-menu.tsx';
import { WhereField } from './where-field.tsx';

/** The documents of a collection that exists. */
export function CollectionGrid(props: {
  readonly database: DatabaseInfo;
  readonly info: CollectionInfo;
  readonly where: string;
  readonly onWhere: (where: string) => void;
  readonly isActive: boolean;
  /** All of the database, among which references lead. */
  readonly collections: readonly CollectionInfo[];
  readonly onFollow: (place: TabPlace) => void;
  /** The schema, for completion. */
  readonly shape: CatalogShape;
  /** Where the tab was scrolled to, and what is told when that changes. */
  readonly scroll: ScrollPlace | undefined;
  readonly onScroll: (place: ScrollPlace) => void;
}) {
  const { database, info, where, onWhere, isActive } = props;
  const [columnState, updateColumns] = useColumnState(database.path, info.name);
  const columns = useColumns(info);
  const names = useMemo(() => columns.map(({ name }) => name), [columns]);
  const { live, state, count, error, tail, tailReason, changeMode } = useCollectionRows(database, {
    ...{ info, names, where },
    sort: columnState.sort,
  });
  const { store, stores } = useStagedStore(database, info.name);
  const staged = useMemo(() => new StagedRows(live.rows, names, store), [live, names, store]);
  const documents = useStaged(stores);
  const line = useGridLine();
  const [hasRecord, setRecord] = useSetting('data.record');
  const [isTree, setTree] = useState(false);
  const [counted, setCounted] = useState<GridColumn>();
  const giveFocusBack = useFocusReturn(counted !== undefined);
  const { arranged, pinnedCount, readRows } = useArranged(columnState, {
    ...{ live, names, store, staged, columns },
  });
  const exporting = useRef<ExportHandle>(null);
  const edits = useDataEditing({
    onFollow: props.onFollow,
    ...{ isActive, database, info, names, store, where, rows: staged },
    ...{ model: arranged.model, columns: arranged.columns, allColumns: columns },
  });
  const { openReplace } = edits;
  const head = useMemo(
    () =>
      columnHead({
        ...{ names, shown: arranged.columns, state: columnState, update: updateColumns },
        onStatistics: setCounted,
        onReplace: database.readOnly ? undefined : ({ path }) => openReplace(path),
      }),
    [names, arranged, columnState, updateColumns, database.readOnly, openReplace],
  );
  const [draftOver, setDraftOver] = useState<string>();
  const isEmpty = count.isKnown && count.rows === 0 && documents.length === 0;
  usePasteIntoEmpty(isEmpty && isActive ? edits.editing?.pasteRows : undefined);
  return (
    <section className="data-body" aria-label={`Documents of ${info.name}`}>
      <div className="data-toolbar" role="toolbar" aria-label="Data">
        <WhereField
          {...{ where, onWhere }}
          onDraft={(isDraft) => setDraftOver(isDraft ? where : undefined)}
          collection={info.name}
          catalog={props.shape}
          samples={edits.samples}
        />
        <FilterBuilder {...{ info, where, onWhere }} samples={edits.samples} />
        <ViewsMenu
          {...{ database, where, onWhere, columnState }}
          collection={info.name}
          onColumns={(next) => updateColumns(() => next)}
        />
        <span className="data-count" role="status">
          {count.isKnown ? foundText(count.rows, where !== '') : ''}
        </span>
        <FollowMenu
          model={staged}
          {...{ info, isActive, row: line.selection?.focus.row ?? 0 }}
          collections={props.collections}
          onFollow={props.onFollow}
        />
        {edits.bar}
        <ImportButton collection={info.name} />
        <ExportButton
          handle={exporting}
          {...{ isActive, database: database.database, title: info.name }}
          sourcesNow={() =>
            collectionSources({
              ...{ collection: info.name, where, count, documentCount: info.documentCount },
              ...{ model: staged, selection: line.selection },
              orderBy: orderText(columnState.sort),
            })
          }
        />
        <ColumnsMenu names={names} state={columnState} update={updateColumns} />
        <IconButton
          label="Documents as a tree"
          icon={<ListTree size={16} />}
          aria-pressed={isTree}
          onClick={() => setTree(!isTree)}
        />
        <IconButton
          label="Record"
          icon={<PanelRight size={16} />}
          aria-pressed={hasRecord === true}
          onClick={() => setRecord(hasRecord !== true)}
        />
        <LiveSwitch {...state} onMode={changeMode} tailReason={tailReason} />
      </div>
      <ReadingState
        error={error ?? state.error}
        isReading={!count.isKnown}
        isDraft={draftOver === where}
        onRetry={() => live.rows.retry()}
      />
      {isEmpty ? (
        <NoDocuments collection={info.name} hasFilter={where !== ''} onClear={() => onWhere('')} />
      ) : isTree ? (
        <div className="data-grid">
          <JsonView
            rows={arranged.model}
            columns={arranged.columns}
            label={`Documents of ${info.name}, as a tree`}
          />
        </div>
      ) : (
        <div className="data-split">
          <div className="data-grid">
            <Grid
              model={arranged.model}
              columns={arranged.columns}
              label={`Documents of ${info.name}`}
              head={head}
              pinnedCount={pinnedCount}
              tail={tail}
              onSelecting={(isSelecting) => live.hold(isSelecting)}
              onSelect={(selection) => {
                line.select(selection);
                edits.onSelect(selection);
              }}
              handle={edits.handle}
              firstPlace={props.scroll}
              onPlace={props.onScroll}
              {...(edits.editing === undefined ? {} : { editing: edits.editing })}
              onCopy={line.copy}
              readRows={readRows}
              collection={info.name}
            />
            <GridLine
              {...{ state: line, readRows }}
              model={arranged.model}
              columns={arranged.columns}
              onExport={() => exporting.current?.open()}
            />
          </div>
          {hasRecord === true && (
            <RecordPanel
              model={staged}
              columns={columns}
              row={line.selection?.focus.row ?? 0}
              onClose={() => setRecord(false)}
              info={info}
              editing={edits.recordEditing}
            />
          )}
        </div>
      )}
      {edits.overlays}
      {counted !== undefined && (
        <StatisticsDialog
          database={database.database}
          collection={info.name}
          where={where}
          column={counted}
          onClose={() => setCounted(undefined)}
          giveFocusBack={giveFocusBack}
        />
      )}
    </section>
  );
}

function NoDocuments(props: {
  readonly collection: string;
  readonly hasFilter: boolean;
  readonly onClear: () => void;
}) {
  return props.hasFilter ? (
    <EmptyState
      title="No documents match the filter"
      action={<Button onClick={props.onClear}>Clear filter</Button>}
    />
  ) : (
    <EmptyState
      title="This collection has no documents yet"
      hint="Insert, paste or import some."
      action={<ImportButton collection={props.collection} look="words" />}
    />
  );
}

/** The rows and columns as a person has arranged them, and the way to read others than are looked at. */
function useArranged(
  state: ColumnState,
  of: Omit<Parameters<typeof collectionReader>[1], 'shown'> & {
    readonly live: CollectionRows;
    readonly columns: readonly GridColumn[];
  },
) {
  const { live, names, store, staged, columns } = of;
  const { shown, pinnedCount } = useMemo(() => arrangedColumns(names, state), [names, state]);
  const shownKey = shown.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the list.
  const readRows = useMemo(
    () => collectionReader(live, { names, store, staged, shown }),
    [live, names, store, staged, shownKey],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the list.
  const arranged = useMemo(
    () => ({
      model: new ArrangedRows(staged, shown),
      columns: shown.flatMap((at) => columns[at] ?? []),
    }),
    [staged, shownKey, columns],
  );
  return { arranged, pinnedCount, readRows };
}

function useColumns(info: CollectionInfo): readonly GridColumn[] {
  const fieldKey = JSON.stringify(
    info.fields.map(({ name, type, nullable }) => [name, type, nullable]),
  );
  const indexKey = JSON.stringify(info.indexes);
  // The counts in the catalog change with every commit, the columns only with the schema.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys stand for what of the collection is used.
  return useMemo(() => columnsOf(info), [fieldKey, indexKey]);
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
