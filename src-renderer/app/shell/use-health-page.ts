import { useCallback, useMemo, useState } from 'react';
import type { Command } from '../commands/command.ts';
import { useCommandRegistry, useCommands } from '../commands/command-context.tsx';
import { type TabStore, useTabJournal } from '../tabs/tab-store.ts';

export interface HealthPageState {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** The page Health lies over the tabs, which keep their results. Whatever brings a tab to the front closes it. */
export function useHealthPage(store: TabStore): HealthPageState {
  const registry = useCommandRegistry();
  const { activeId, tabs } = useTabJournal(store);
  const shown = `${activeId} ${tabs.length}`;
  const [openOver, setOpenOver] = useState<string | undefined>(undefined);
  const isOpen = openOver === shown;
  const close = useCallback(() => {
    setOpenOver(undefined);
    // The text can take the focus only once it is no longer inert.
    setTimeout(() => registry.run('query.editor'), 0);
  }, [registry]);
  useCommands(
    useMemo<readonly Command[]>(
      () => [
        {
          id: 'view.health',
          title: 'Show the health of the database',
          group: 'Database',
          keys: ['Alt+Shift+H'],
          keywords: ['verify', 'back up', 'backup', 'compact', 'size', 'log', 'cache', 'readers'],
          run: () => (isOpen ? close() : setOpenOver(shown)),
        },
      ],
      [isOpen, shown, close],
    ),
  );
  return { isOpen, close };
}
