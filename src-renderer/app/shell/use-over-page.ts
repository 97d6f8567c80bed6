import { startTransition, useCallback, useMemo, useState } from 'react';
import type { Command } from '../commands/command.ts';
import { useCommandRegistry, useCommands } from '../commands/command-context.tsx';
import { type TabStore, useTabJournal } from '../tabs/tab-store.ts';

/** A page about the whole database. */
export type OverPage = 'audit' | 'health' | 'jobs' | 'migrations' | 'monitor' | 'schema';

export interface OverPageState {
  readonly page: OverPage | undefined;
  readonly close: () => void;
}

const pages: readonly (Pick<Command, 'title' | 'keys' | 'keywords'> & {
  readonly page: OverPage;
})[] = [
  {
    page: 'health',
    title: 'Show the health of the database',
    keys: ['Alt+Shift+H'],
    keywords: [
      'verify',
      'back up',
      'backup',
      'restore',
      'compact',
      'size',
      'log',
      'cache',
      'readers',
    ],
  },
  {
    page: 'audit',
    title: 'Show the audit log',
    keys: ['Alt+Shift+U'],
    keywords: ['operations', 'who', 'trail', 'statements', 'errors', '_audit'],
  },
  {
    page: 'monitor',
    title: 'Show the monitor',
    keys: ['Alt+Shift+O'],
    keywords: ['metrics', 'rates', 'latency', 'slow queries', 'watchers', 'readers', 'cache hits'],
  },
  {
    page: 'migrations',
    title: 'Show migrations',
    keys: ['Alt+Shift+M'],
    keywords: ['version', 'schema', 'undo', 'roll back', 'drift', 'dry run'],
  },
  {
    page: 'schema',
    title: 'Show the schema',
    keys: ['Alt+Shift+G'],
    keywords: ['graph', 'relations', 'references', 'fields', 'index', 'diagram'],
  },
  {
    page: 'jobs',
    title: 'Show jobs',
    keys: ['Alt+Shift+J'],
    keywords: ['queue', 'worker', 'schedule', 'cron', 'dead letter', 'retry', 'enqueue'],
  },
];

/** Pages that lie over the tabs, which keep their results. Whatever brings a tab to the front closes them. */
export function useOverPage(store: TabStore): OverPageState {
  const registry = useCommandRegistry();
  const { activeId, tabs } = useTabJournal(store);
  const shown = `${activeId} ${tabs.length}`;
  const [open, setOpen] = useState<{ readonly page: OverPage; readonly over: string }>();
  const page = open?.over === shown ? open.page : undefined;
  const close = useCallback(() => {
    setOpen(undefined);
    // The text can take the focus only once it is no longer inert.
    setTimeout(() => registry.run('query.editor'), 0);
  }, [registry]);
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        pages.map(({ page: own, ...command }) => ({
          ...command,
          id: `view.${own}`,
          group: 'Database',
          run: () => {
            if (page === own) close();
            // What was there stays until the page's code is: a fallback, once shown, stays for 300 ms.
            else startTransition(() => setOpen({ page: own, over: shown }));
          },
        })),
      [page, shown, close],
    ),
  );
  return { page, close };
}
