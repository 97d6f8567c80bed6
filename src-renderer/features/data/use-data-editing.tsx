import { History, Replace } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import type { GridColumn } from '../../grid/cell-value.ts';
import { type Selection, selectionAt } from '../../grid/selection.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { collectionActions, type EditPlace } from '../editing/edit-actions.ts';
import { ReplaceDialog } from '../editing/replace-dialog.tsx';
import { editFields } from '../editing/staged-edits.ts';
import { type Editing, useEditing } from '../editing/use-editing.tsx';
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
    /** All of the collection, whether they are shown or not. */
    readonly allColumns: readonly GridColumn[];
  },
): DataEditing {
  const { database, isActive, store, info, rows, names, model, columns, where } = place;
  const { allColumns } = place;
  const [replacing, setReplacing] = useState<string>();
  const selected = useRef(selectionAt({ row: 0, column: 0 }));
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
  const edits = useEditing({
    database,
    stores,
    actionsFor,
    documentAt,
    isActive,
    sharesKeys: false,
  });
  const { onSelect: select } = edits;
  const onSelect = useCallback(
    (selection: Selection) => {
      selected.current = selection;
      select(selection);
    },
    [select],
  );
  const isReadOnly = database.readOnly;
  const replaceHere = useCallback(
    () => setReplacing(columns[selected.current.focus.column]?.path ?? ''),
    [columns],
  );
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        isActive && !isReadOnly
          ? [
              {
                id: 'data.replace',
                title: 'Find and replace in a column',
                group: 'Data',
                keys: ['Alt+R'],
                run: replaceHere,
              },
            ]
          : [],
      [isActive, isReadOnly, replaceHere],
    ),
  );
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
      {!isReadOnly && (
        <IconButton
          label="Find and replace in a column"
          keys={['Alt', 'R']}
          icon={<Replace size={16} />}
          onClick={replaceHere}
        />
      )}
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
      <ReplaceDialog
        {...{ info, store, where, column: replacing }}
        database={database.database}
        onClose={() => setReplacing(undefined)}
        onReplaced={(count) => {
          setReplacing(undefined);
          say(`Staged ${count === 1 ? '1 replacement' : `${count} replacements`}.`);
        }}
      />
    </>
  );
  return { ...edits, bar, overlays, onSelect, openReplace: setReplacing, recordEditing };
}
