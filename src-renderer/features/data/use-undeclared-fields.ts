import { useEffect, useMemo, useState } from 'react';
import type { CollectionInfo, DatabaseId } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { undeclaredField } from '../editing/undeclared-field.ts';

const none: readonly string[] = [];

/**
 * A collection with the fields that its documents have besides those that it defines, where it is open: those of a sample,
 * asked for again when the schema changes. `undefined` until they are known.
 */
export function useWithUndeclared(
  database: DatabaseId,
  info: CollectionInfo | undefined,
  version: number | undefined,
): CollectionInfo | undefined {
  const client = useClient();
  const [found, setFound] = useState<{ readonly of: string; readonly names: readonly string[] }>();
  const isOpen = info?.open === true;
  const collection = info?.name ?? '';
  useEffect(() => {
    if (!isOpen || version === undefined) return undefined;
    const abort = new AbortController();
    client
      .call('catalog.samples', { database, collection }, { signal: abort.signal })
      .then(({ undeclared }) => {
        if (!abort.signal.aborted) setFound({ of: collection, names: undeclared });
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        console.warn(`The fields that ${collection} does not define could not be read.`, error);
        // The fields that it defines are shown all the same.
        setFound({ of: collection, names: none });
      });
    return () => abort.abort();
  }, [client, database, collection, isOpen, version]);
  const names = found?.of === collection ? found.names : undefined;
  return useMemo(() => {
    if (info?.open !== true) return info;
    if (names === undefined) return undefined;
    const declared = new Set(info.fields.map(({ name }) => name));
    const others = names.filter((name) => !declared.has(name));
    return { ...info, fields: [...info.fields, ...others.map(undeclaredField)] };
  }, [info, names]);
}
