import { useEffect, useMemo, useRef, useState } from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import type { ColumnState } from '../../grid/column-state.ts';
import { askedTail, type LiveMode } from '../../grid/live-mode.ts';
import type { RowCount } from '../../grid/row-model.ts';
import { CollectionRows } from './collection-rows.ts';
import { tailRefusal } from './tail-order.ts';
import { useLiveRows } from './use-live-rows.ts';

interface ShownRows {
  readonly live: CollectionRows;
  readonly state: ReturnType<CollectionRows['state']>;
  readonly count: RowCount;
  /** Why rows could not be read. */
  readonly error: unknown;
  /** What the grid is given as its tail, and why it can have none. */
  readonly tail: number | undefined;
  readonly tailReason: string | undefined;
  readonly changeMode: (mode: LiveMode) => void;
}

/** The rows of a view of a collection, live while they are shown. */
export function useCollectionRows(
  database: DatabaseInfo,
  view: {
    readonly info: CollectionInfo;
    /** Its columns, `id` first. */
    readonly names: readonly string[];
    readonly where: string;
    readonly sort: ColumnState['sort'];
  },
): ShownRows {
  const { info, names, where, sort } = view;
  const client = useClient();
  const [mode, setMode] = useState<LiveMode>('live');
  const sortKey = JSON.stringify(sort);
  // How many rows there were: the view stays where it is while another host counts them again.
  const before = useRef<{ readonly view: string; readonly count: number | undefined }>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mode is set below, and the key stands for the order.
  const live = useMemo(() => {
    const shown = { collection: info.name, fields: names.slice(1), where, sort };
    const isSame = before.current?.view === `${info.name} ${where}`;
    const total = where === '' ? info.documentCount : isSame ? before.current?.count : undefined;
    return new CollectionRows(client, database.database, { view: shown, mode, total });
  }, [client, database.database, info.name, names, where, sortKey]);
  useEffect(() => live.start(), [live]);
  useEffect(() => {
    if (where === '') live.setTotal(info.documentCount);
  }, [live, where, info.documentCount]);
  const { state, count, error } = useLiveRows(live);
  useEffect(() => {
    before.current = {
      view: `${info.name} ${where}`,
      count: count.isKnown ? count.rows : undefined,
    };
  }, [info.name, where, count]);
  const changeMode = (next: LiveMode) => {
    setMode(next);
    live.setMode(next);
  };
  const tailReason = tailRefusal(sort, info);
  const tail = tailReason === undefined ? askedTail(state) : undefined;
  return { live, state, count, error, tail, tailReason, changeMode };
}
