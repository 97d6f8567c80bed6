import { useCallback, useMemo } from 'react';
import type { CollectionInfo, DatabaseInfo, ResultColumn } from '#contract';
import { useWorkspace } from '../../app/workspace/workspace-context.tsx';
import type { RowModel } from '../../grid/row-model.ts';
import type { CellPlace } from '../../grid/selection.ts';
import { EditedResult } from '../editing/edited-result.ts';
import { resultReplacing } from '../editing/replace-in-result.ts';
import { type ResultPlace, resultActions } from '../editing/result-actions.ts';
import type { RowOrigins } from '../editing/result-origin.ts';
import type { StagedPlace } from '../editing/staged-place.ts';
import type { StagedStore } from '../editing/staged-store.ts';
import { type Editing, useEditing, useStagedStores } from '../editing/use-editing.tsx';
import { useReplacing } from '../editing/use-replacing.tsx';

interface ResultEditing extends Editing {
  readonly model: EditedResult;
  readonly stores: readonly StagedStore[];
  readonly replacing: ReturnType<typeof useReplacing>;
}

/** Editing for the rows of a result: the rows with what is staged laid over them, and what keys do to them. */
export function useResultEditing(options: {
  readonly database: DatabaseInfo;
  readonly rows: RowModel & RowOrigins;
  readonly columns: readonly ResultColumn[];
  readonly collections: readonly CollectionInfo[];
  readonly isActive: boolean;
}): ResultEditing {
  const { database, rows, columns, collections, isActive } = options;
  const names = useMemo(() => collectionsOf(columns), [columns]);
  const stores = useStagedStores(database, names);
  const { steps } = useWorkspace();
  const byName = useMemo(() => new Map(stores.map((store) => [store.collection, store])), [stores]);
  const model = useMemo(() => new EditedResult(rows, columns, byName), [rows, columns, byName]);
  const placeFor = useCallback(
    (onNote: (note: string) => void): ResultPlace => ({
      rows: model,
      columnNames: columns.map(({ name }) => name),
      collections,
      stores: byName,
      steps,
      onNote,
    }),
    [model, columns, collections, byName, steps],
  );
  const actionsFor = useCallback(
    (onNote: (note: string) => void) => resultActions(placeFor(onNote)),
    [placeFor],
  );
  const documentAt = useCallback(
    (row: number) => {
      const id = model.documentOf(row);
      const own = columns.map((_, column) => model.originAt(row, column));
      const origin = own.find((each) => typeof each !== 'string' && each.id === id);
      return typeof origin === 'object' ? origin : undefined;
    },
    [model, columns],
  );
  const placeOf = useCallback(
    (place: StagedPlace) => placeIn(model, columns, place),
    [model, columns],
  );
  const editing = useEditing({
    ...{ database, stores, actionsFor, documentAt, placeOf, isActive },
    // Elsewhere in the tab they save the query.
    sharesKeys: true,
  });
  const { say, focusColumn } = editing;
  const source = useMemo(() => resultReplacing(placeFor(say), columns), [placeFor, say, columns]);
  const replacing = useReplacing({
    source,
    columnNow: useCallback(() => columns[focusColumn()]?.name, [columns, focusColumn]),
    isPossible: !database.readOnly && source.columns.length > 0,
    ...{ isActive, say, buttonSize: 'small' },
  });
  return { ...editing, model, stores, replacing };
}

/** The first loaded cell that shows a field of a document, or anything of it. */
function placeIn(
  model: EditedResult,
  columns: readonly ResultColumn[],
  { collection, id, field }: StagedPlace,
): CellPlace | undefined {
  let found: CellPlace | undefined;
  for (let row = 0; row < model.count.rows; row += 1) {
    for (const column of columns.keys()) {
      const origin = model.originAt(row, column);
      if (typeof origin === 'string' || origin.id !== id || origin.collection !== collection)
        continue;
      if (field === undefined || origin.path?.[0] === field) return { row, column };
      found ??= { row, column };
    }
  }
  return found;
}

/** The collections whose documents a result shows. */
function collectionsOf(columns: readonly ResultColumn[]): readonly string[] {
  const names = columns.flatMap(({ origin }) =>
    origin === undefined || origin.kind === 'none' ? [] : [origin.collection],
  );
  return [...new Set(names)];
}
