import { History } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { DatabaseInfo } from '#contract';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';
import type { GridColumn } from '../../grid/cell-value.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { collectionActions } from '../editing/edit-actions.ts';
import type { EditPlace } from '../editing/edit-place.ts';
import { collectionReplacing } from '../editing/replace-in-collection.ts';
import { editFields } from '../editing/staged-edits.ts';
import type { StagedPlace } from '../editing/staged-place.ts';
import { type Editing, type RowDocument, useEditing } from '../editing/use-editing.tsx';
import { useReplacing } from '../editing/use-replacing.tsx';
import type { RecordEditing } from './record-editing.ts';

export interface DataEditing extends Editing {
  /** Opens find and replace, at a column. */
  readonly openReplace: (column: string) => void;
  /** For the record panel; absent when the database is read-only. */
  readonly recordEditing: RecordEditing | undefined;
}

/** Editing for the grid of a collection: its bar, its keys, and what comes over the grid. */
export function useDataEditing(
  place: EditPlace & {
    readonly database: DatabaseInfo;
    readonly isActive: boolean;
    readonly where: string;
    /** Shows other documents in the same tab. */
    readonly onFollow: (place: TabPlace) => void;
    /** All of the collection, whether they are shown or not. */
    readonly allColumns: readonly GridColumn[];
  },
): DataEditing {
  const { database, isActive, store, info, rows, names, model, columns, where } = place;
  const { allColumns } = place;
  const stores = useMemo(() => [store], [store]);
  const actionsFor = useCallback(
    () => collectionActions({ store, info, rows, names, model, columns }),
    [store, info, rows, names, model, columns],
  );
  const documentAt = useCallback(
    (row: number) => {
      const id = rows.keyOf(row);
      return id === undefined ? undefined : { collection: info.name, id };
    },
    [rows, info.name],
  );
  const placeOf = useCallback(
    ({ id, field }: StagedPlace) => {
      const row = rows.rowOf(id);
      const column = columns.findIndex(({ path }) => path === field);
      return row === undefined ? undefined : { row, column: Math.max(0, column) };
    },
    [rows, columns],
  );
  const { onFollow } = place;
  const onShow = useCallback(
    ({ collection, id }: RowDocument) =>
      onFollow({ collection, where: `id: { eq: ${JSON.stringify(id)} }` }),
    [onFollow],
  );
  const edits = useEditing({
    ...{ database, stores, actionsFor, documentAt, placeOf, isActive },
    onShow,
    sharesKeys: false,
  });
  const isReadOnly = database.readOnly;
  const { focusColumn } = edits;
  const replacing = useReplacing({
    source: useMemo(() => collectionReplacing({ store, info, where }), [store, info, where]),
    columnNow: useCallback(() => columns[focusColumn()]?.path, [columns, focusColumn]),
    isPossible: !isReadOnly,
    ...{ isActive, say: edits.say },
  });
  const { samples, knowledgeOf, say } = edits;
  const recordEditing = useMemo<RecordEditing | undefined>(() => {
    if (isReadOnly) return undefined;
    const whole = { store, info, rows, names, model: rows, columns: allColumns };
    return {
      ...{ database: database.database, samples, knowledgeOf, say },
      cellAt: collectionActions(whole).cellAt,
      stage: (fields) => store.apply((state) => editFields(state, fields)),
    };
  }, [isReadOnly, database, store, info, rows, names, allColumns, samples, knowledgeOf, say]);
  const bar = (
    <>
      {replacing.button}
      <IconButton
        label="History of the row"
        keys={['Alt', 'H']}
        icon={<History size={16} />}
        onClick={edits.openHistory}
      />
      {edits.bar}
    </>
  );
  const overlays = (
    <>
      {edits.overlays}
      {replacing.dialog}
    </>
  );
  return { ...edits, bar, overlays, openReplace: replacing.open, recordEditing };
}
