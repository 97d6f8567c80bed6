import { History } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { DatabaseInfo } from '#contract';
import { IconButton } from '../../ui/icon-button.tsx';
import { collectionActions, type EditPlace } from '../editing/edit-actions.ts';
import { type Editing, useEditing } from '../editing/use-editing.tsx';

/** Editing for the grid of a collection: its bar, its keys, and what comes over the grid. */
export function useDataEditing(
  place: EditPlace & { readonly database: DatabaseInfo; readonly isActive: boolean },
): Editing {
  const { database, isActive, store, info, rows, names, model, columns } = place;
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
  const bar = (
    <>
      <IconButton
        label="History of the row"
        keys={['Alt', 'H']}
        icon={<History size={16} />}
        onClick={edits.openHistory}
      />
      {edits.bar}
    </>
  );
  return { ...edits, bar };
}
