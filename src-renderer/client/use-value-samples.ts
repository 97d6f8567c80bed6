import { useEffect, useMemo, useState } from 'react';
import type { CatalogInfo, DatabaseId } from '#contract';
import type { CatalogSamples, DistinctCounts } from '#engine/aql';
import { useClient } from './client-context.tsx';

/** What is known of the values of fields; the same object while it does not change. */
interface KnownValues {
  readonly samples: CatalogSamples;
  readonly distinctCounts: DistinctCounts;
}

const nothingKnown: KnownValues = { samples: {}, distinctCounts: {} };

/**
 * Values that documents hold, for the collections that a text names. They are asked for when a name comes up, and again
 * when the schema changes; what cannot be had is left out, because completion is better with fewer values than late.
 */
export function useValueSamples(
  database: DatabaseId,
  catalog: CatalogInfo | undefined,
  text: string,
): KnownValues {
  const client = useClient();
  const [known, setKnown] = useState(nothingKnown);
  const names = useMemo(() => namesIn(text, catalog), [text, catalog]);
  const version = catalog?.version;

  useEffect(() => {
    if (names === '' || version === undefined) return undefined;
    const abort = new AbortController();
    const load = async () => {
      const loaded = await Promise.allSettled(
        names
          .split(' ')
          .map((collection) =>
            client.call('catalog.samples', { database, collection }, { signal: abort.signal }),
          ),
      );
      if (abort.signal.aborted) return;
      const all = loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      setKnown({
        samples: Object.assign({}, ...all.map(({ samples }) => samples)),
        distinctCounts: Object.assign({}, ...all.map(({ distinctCounts }) => distinctCounts)),
      });
    };
    void load();
    return () => abort.abort();
  }, [client, database, names, version]);
  return known;
}

/** The collections whose names stand in a text, and that of the jobs where they are spoken of, as one key. */
function namesIn(text: string, catalog: CatalogInfo | undefined): string {
  if (catalog === undefined) return '';
  const words = new Set(text.match(/[A-Za-z_]\w*/g));
  const named = catalog.collections.flatMap(({ name }) => (words.has(name) ? [name] : []));
  return [...named, ...(words.has('jobType') || words.has('_jobs') ? ['_jobs'] : [])].join(' ');
}
