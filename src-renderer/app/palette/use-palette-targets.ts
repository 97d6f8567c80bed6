import { useMemo } from 'react';
import { useClient } from '../../client/client-context.tsx';
import { collectionQuery } from '../../features/collections/collection-query.ts';
import { activateTab, openTab } from '../tabs/tab-journal.ts';
import { useDatabases, useWorkspace } from '../workspace/workspace-context.tsx';
import type { PaletteTarget } from './palette.tsx';

/** Where the palette can go in the database in front: its tabs and its collections. Read anew when it opens. */
export function usePaletteTargets(isOpen: boolean): readonly PaletteTarget[] {
  const client = useClient();
  const workspace = useWorkspace();
  const { current } = useDatabases();
  return useMemo(() => {
    if (!isOpen || current === undefined) return [];
    const store = workspace.tabsOf(current);
    const state = client.feed('catalog', { database: current.database }).state();
    const isKnown = state.status === 'current' || state.status === 'stale';
    const collections = isKnown
      ? state.value.collections.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      : [];
    return [
      ...collections.map(
        (collection): PaletteTarget => ({
          id: `collection ${collection.name}`,
          group: 'Collections',
          title: `Query ${collection.name}`,
          detail: `${collection.documentCount.toLocaleString('en')} documents`,
          run: () =>
            store.update((before) =>
              openTab(before, { title: collection.name, text: collectionQuery(collection) }),
            ),
        }),
      ),
      ...store.journal().tabs.map(
        (tab): PaletteTarget => ({
          id: `tab ${tab.id}`,
          group: 'Open queries',
          title: tab.title,
          run: () => store.update((before) => activateTab(before, tab.id)),
        }),
      ),
    ];
  }, [isOpen, client, workspace, current]);
}
