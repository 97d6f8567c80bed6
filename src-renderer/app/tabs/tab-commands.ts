import type { Command } from '../commands/command.ts';
import type { QueryTabState } from './query-tab-props.ts';
import { activateTab, closeTab, moveTab, openTab, pinTab, reopenTab } from './tab-journal.ts';
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
  const active = () => activeTab(store);
  const move = (by: number) => () =>
    store.update((before) =>
      before.activeId === undefined ? before : moveTab(before, before.activeId, by),
    );
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
      // A pin is there to keep a tab from being closed by a slip: it has to be taken away first.
      isEnabled: () => active()?.isPinned === false,
      run: () =>
        store.update((before) =>
          before.activeId === undefined ? before : closeTab(before, before.activeId, Date.now()),
        ),
    },
    {
      id: 'tab.pin',
      title: 'Pin or unpin tab',
      group,
      keys: ['Alt+Shift+P'],
      isEnabled: () => active() !== undefined,
      run: () => {
        const tab = active();
        if (tab !== undefined) store.update((before) => pinTab(before, tab.id, !tab.isPinned));
      },
    },
    {
      id: 'tab.rename',
      title: 'Rename tab',
      group,
      keys: ['Alt+F2'],
      isEnabled: () => active() !== undefined,
      run: () => store.startRenaming(active()?.id),
    },
    {
      id: 'tab.moveLeft',
      title: 'Move tab to the left',
      group,
      keys: ['Alt+Shift+PageUp'],
      isEnabled: () => active() !== undefined,
      run: move(-1),
    },
    {
      id: 'tab.moveRight',
      title: 'Move tab to the right',
      group,
      keys: ['Alt+Shift+PageDown'],
      isEnabled: () => active() !== undefined,
      run: move(1),
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

/** The tab in front. */
export function activeTab(store: TabStore): QueryTabState | undefined {
  const { tabs, activeId } = store.journal();
  return tabs.find((tab) => tab.id === activeId);
}
