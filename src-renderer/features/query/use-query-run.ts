import { useEffect, useMemo, useRef } from 'react';
import type { DatabaseInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { QueryRun } from './query-run.ts';

/** The runs of one tab. */
export function useQueryRun(database: DatabaseInfo): QueryRun {
  const client = useClient();
  // The id ends with the host, the results do not: a run takes the id of its time.
  const databaseId = useRef(database.database);
  useEffect(() => {
    databaseId.current = database.database;
  }, [database.database]);
  const queryRun = useMemo(
    () =>
      new QueryRun((text, signal, given) =>
        client.run({ database: databaseId.current, text, hasOrigins: true, ...given }, { signal }),
      ),
    [client],
  );
  useEffect(() => () => queryRun.dispose(), [queryRun]);
  return queryRun;
}
