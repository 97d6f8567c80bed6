import type { Command } from '../commands/command.ts';
import { activateTab, closeTab, openTab, reopenTab } from './tab-journal.ts';
import type { TabStore } from './tab-store.ts';

const group = 'Tabs';

/** What can be done with the tabs of a database. */
export function tabCommands(store: TabStore): readonly Command[] {
  const step = (by: number) => () =>
    store.update((before) => {
      const at = before.tabs.findIndex((tab) => tab.id === before.activeId);
      const count = before.tabs.length;
      const next = before.tabs[(at + by + count) % Math.max(1, count)];
      return next === undefined ? before : activateTab(before, next.id);
    });
  const numbered = Array.from(
    { length: 9 },
    (_, at): Command => ({
      id: `tab.go${at + 1}`,
      title: at === 0 ? 'Go to the first tab' : `Go to tab ${at + 1}`,
      group,
      isHidden: at > 0,
      keys: [`Alt+${at + 1}`],
      isEnabled: () => store.journal().tabs[at] !== undefined,
      run: () =>
        store.update((before) => {
          const tab = before.tabs[at];
          return tab === undefined ? before : activateTab(before, tab.id);
        }),
    }),
  );
  return [
    {
      id: 'query.new',
      title: 'New query',
      group,
      keys: ['Mod+T', 'Alt+T'],
      keywords: ['tab'],
      run: () => store.update((before) => openTab(before, { text: '' })),
    },
    {
      id: 'tab.close',
      title: 'Close tab',
      group,
      keys: ['Mod+W', 'Alt+W'],
      isEnabled: () => store.journal().activeId !== undefined,
      run: () =>
        store.update((before) =>
          before.activeId === undefined ? before : closeTab(before, before.activeId),
        ),
    },
    {
      id: 'tab.reopen',
      title: 'Reopen closed tab',
      group,
      keys: ['Mod+Shift+T', 'Alt+Shift+T'],
      isEnabled: () => store.journal().closed.length > 0,
      run: () => store.update((before) => reopenTab(before)),
    },
    {
      id: 'tab.next',
      title: 'Next tab',
      group,
      keys: ['Ctrl+Tab', 'Alt+PageDown'],
      run: step(1),
    },
    {
      id: 'tab.previous',
      title: 'Previous tab',
      group,
      keys: ['Ctrl+Shift+Tab', 'Alt+PageUp'],
      run: step(-1),
    },
    ...numbered,
  ];
}
