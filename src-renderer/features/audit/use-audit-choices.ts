import { useCallback, useEffect, useRef, useState } from 'react';
import type { DatabaseId } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { resultsOf } from '../data/column-statistics.ts';

/** Values that entries have, the most frequent first. */
export interface AuditChoices {
  readonly action: readonly string[];
  readonly collection: readonly string[];
  readonly outcome: readonly string[];
  readonly source: readonly string[];
}

const none: AuditChoices = { action: [], collection: [], outcome: [], source: [] };
const choicesMax = 100;
const fields = ['action', 'collection', 'outcome', 'source'] as const;

/** What can be chosen among, and the function that reads it again. What cannot be read leaves the choices as they are. */
export function useAuditChoices(database: DatabaseId): readonly [AuditChoices, () => void] {
  const client = useClient();
  const [choices, setChoices] = useState(none);
  const reading = useRef<AbortController>(undefined);
  const read = useCallback(() => {
    if (reading.current !== undefined) return;
    const abort = new AbortController();
    reading.current = abort;
    const roots = fields.map(
      (field) =>
        `${field}: _audit { groupBy(field: "${field}", orderBy: { count: DESC }, limit: ${choicesMax}) { key } }`,
    );
    resultsOf(client, { database, text: `{ ${roots.join(' ')} }` }, abort.signal)
      .then((results) => {
        const values = results.map((rows) =>
          rows.flatMap((row) => {
            const key = row.get('key');
            return typeof key === 'string' ? [key] : [];
          }),
        );
        const [action = [], collection = [], outcome = [], source = []] = values;
        setChoices({ action, collection, outcome, source });
      })
      // The list of entries, which is read the same way, tells what is wrong.
      .catch(() => undefined)
      .finally(() => {
        if (reading.current === abort) reading.current = undefined;
      });
  }, [client, database]);
  useEffect(() => {
    read();
    return () => {
      reading.current?.abort();
      reading.current = undefined;
    };
  }, [read]);
  return [choices, read];
}
