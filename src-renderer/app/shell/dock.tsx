import {
  type DockviewApi,
  DockviewReact,
  type DockviewReadyEvent,
  type DockviewTheme,
  type IDockviewPanelProps,
  type SerializedDockview,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { Plus, SquareTerminal } from 'lucide-react';
import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { WireValue } from '#contract';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { useCommandRegistry, useCommands } from '../commands/command-context.tsx';
import { useShownKeys } from '../commands/use-shown-keys.ts';
import type { QueryTabProps, TabPlace } from '../tabs/query-tab-props.ts';
import {
  activateTab,
  arrangeTabs,
  changeTab,
  closeTab,
  markRun,
  openTab,
  type TabJournal,
} from '../tabs/tab-journal.ts';
import { groupsOf } from '../tabs/tab-layout.ts';
import { useRenamingId, useTabJournal } from '../tabs/tab-store.ts';
import './dock.css';
import { DockContext, type DockScope, useDockScope } from './dock-scope.ts';
import { DockSplits, splitCommands } from './dock-splits.ts';
import { DockTab } from './dock-tab.tsx';
import { lateDataTab, lateQueryTab } from './late-tabs.ts';

/*
 * The centre: one dock panel per tab of the journal. The journal says which tabs there are, the dock where they
 * stand. Changes go journal → dock by comparing, and dock → journal by events; `isSyncing` keeps an echo from
 * going round.
 */

const EventsPage = lazy(async () => {
  const module = await import('../../features/events/events-page.tsx');
  return { default: module.EventsPage };
});

const theme: DockviewTheme = {
  name: 'aurora',
  className: 'dockview-theme-aurora',
  dndTabIndicator: 'line',
  tabGroupIndicator: 'none',
};

/** The tabs of a database, to be dragged, split and closed. */
export function Dock({ database, store }: DockScope) {
  const journal = useTabJournal(store);
  const [api, setApi] = useState<DockviewApi | undefined>(undefined);
  const isSyncing = useRef(false);
  const registry = useCommandRegistry();
  const splits = useMemo(
    () => new DockSplits(store, () => registry.run('query.editor')),
    [store, registry],
  );
  const isUnasked = useIsUnasked(journal.activeId);
  const scope = useMemo(
    () => ({ database, store, splits, isUnasked }),
    [database, store, splits, isUnasked],
  );
  useCommands(useMemo(() => splitCommands(splits, store), [splits, store]));

  const onReady = useCallback(
    (event: DockviewReadyEvent) => {
      restoreLayout(event.api, store.journal());
      splits.setApi(event.api);
      setApi(event.api);
    },
    [store, splits],
  );

  useEffect(fetchWhenIdle, []);

  useEffect(() => {
    if (api === undefined) return undefined;
    const arrange = () => {
      if (isSyncing.current) return;
      // The layout is plain data by its own contract: it is made to be stored as JSON.
      const layout = JSON.parse(JSON.stringify(api.toJSON())) as WireValue;
      store.update((before) => arrangeTabs(before, groupsOf(layout).flat(), layout));
    };
    const subscriptions = [
      api.onDidLayoutChange(arrange),
      api.onDidActivePanelChange(() => {
        const id = api.activePanel?.id;
        if (id !== undefined && !isSyncing.current)
          store.update((before) => activateTab(before, id));
      }),
      api.onDidRemovePanel((panel) => {
        if (!isSyncing.current) store.update((before) => closeTab(before, panel.id, Date.now()));
      }),
    ];
    return () => {
      for (const subscription of subscriptions) subscription.dispose();
    };
  }, [api, store]);

  useEffect(() => {
    if (api === undefined) return;
    isSyncing.current = true;
    try {
      matchPanels(api, journal, splits);
    } finally {
      isSyncing.current = false;
    }
  }, [api, journal, splits]);

  return (
    <DockContext value={scope}>
      <DockviewReact
        theme={theme}
        components={panelComponents}
        defaultTabComponent={DockTab}
        rightHeaderActionsComponent={NewTabButton}
        watermarkComponent={NoTabs}
        disableFloatingGroups
        scrollbars="native"
        onReady={onReady}
      />
    </DockContext>
  );
}

/** The code of a collection's grid comes before it is asked for, once there is nothing else to do. */
function fetchWhenIdle(): (() => void) | undefined {
  if (!('requestIdleCallback' in window)) return undefined;
  const handle = requestIdleCallback(() => {
    // A failure is told by the tab that is drawn.
    lateDataTab.fetch().catch(() => undefined);
  });
  return () => cancelIdleCallback(handle);
}

function restoreLayout(api: DockviewApi, journal: TabJournal): void {
  const { layout } = journal;
  if (!isLayoutOf(layout, journal)) return;
  // Checked above: its panels are exactly the journal's tabs. What the dock itself refuses is dropped for the default.
  try {
    api.fromJSON(layout as unknown as SerializedDockview);
  } catch (error) {
    api.clear();
    console.warn('The saved layout of the tabs could not be restored.', error);
  }
}

function isLayoutOf(layout: WireValue, journal: TabJournal): boolean {
  if (typeof layout !== 'object' || layout === null || !('panels' in layout)) return false;
  const { panels } = layout;
  if (typeof panels !== 'object' || panels === null) return false;
  const ids = Object.keys(panels).sort();
  const wanted = journal.tabs.map((tab) => tab.id).sort();
  return ids.length === wanted.length && ids.every((id, at) => id === wanted[at]);
}

/** Makes the dock's panels those of the journal. */
function matchPanels(api: DockviewApi, journal: TabJournal, splits: DockSplits): void {
  const wanted = new Set(journal.tabs.map((tab) => tab.id));
  for (const panel of [...api.panels]) if (!wanted.has(panel.id)) api.removePanel(panel);
  for (const tab of journal.tabs) {
    const panel = api.getPanel(tab.id);
    if (panel === undefined) {
      const beside = api.activePanel ?? api.panels.at(-1);
      const direction = splits.takePlaceOf(tab.id);
      api.addPanel({
        id: tab.id,
        component: 'query',
        title: tab.title,
        ...(beside === undefined
          ? {}
          : { inactive: true, position: { referencePanel: beside, direction } }),
      });
    } else if (panel.title !== tab.title) panel.api.setTitle(tab.title);
  }
  matchOrder(api, journal);
  const { activeId } = journal;
  if (activeId !== undefined && api.activePanel?.id !== activeId) {
    api.getPanel(activeId)?.api.setActive();
  }
}

/** Within each group, tabs stand as in the journal: a move by keyboard and a pin change it there. */
function matchOrder(api: DockviewApi, journal: TabJournal): void {
  for (const group of api.groups) {
    const wanted = journal.tabs.flatMap(({ id }) =>
      group.panels.some((panel) => panel.id === id) ? [id] : [],
    );
    for (const [index, id] of wanted.entries()) {
      if (group.panels[index]?.id !== id) api.getPanel(id)?.api.moveTo({ group, index });
    }
  }
}

const atStart = { row: 0, left: 0 };

function TabPanel({ api }: IDockviewPanelProps) {
  const { database, store, isUnasked } = useDockScope();
  const isRenaming = useRenamingId(store) !== undefined;
  const { tabs, activeId } = useTabJournal(store);
  const { id } = api;
  const isVisible = useIsVisible(api);
  const onChange = useCallback<QueryTabProps['onChange']>(
    (change) => store.update((before) => changeTab(before, id, change)),
    [store, id],
  );
  const onDidRun = useCallback(
    (text: string) => store.update((before) => markRun(before, id, text)),
    [store, id],
  );
  // While a name is being typed, the panel must not take the focus from it.
  const isActive = activeId === id && isVisible && !isRenaming;
  // What is already there has taken the focus before this; for what is not, it is who asked.
  const asking = useRef<Element | null>(null);
  useLayoutEffect(() => {
    asking.current = isActive ? document.activeElement : null;
  }, [isActive]);
  const askedFrom = useCallback(
    () => (isUnasked(id) ? document.body : asking.current),
    [isUnasked, id],
  );
  const tab = tabs.find((other) => other.id === id);
  if (tab === undefined) return null;
  if (tab.collection !== undefined) {
    return (
      <Suspense fallback={<ProgressBar label="Loading the grid" isActive />}>
        <lateDataTab.View
          database={database}
          collection={tab.collection}
          where={tab.where ?? ''}
          trail={tab.trail ?? noTrail}
          onWhere={(where) => onChange({ where })}
          onGo={({ collection, where }, trail) =>
            onChange({ collection, title: collection, where, trail, scroll: atStart })
          }
          scroll={tab.scroll}
          onScroll={(scroll) => onChange({ scroll })}
          isActive={isActive}
        />
      </Suspense>
    );
  }
  if (tab.page === 'events') {
    return (
      <Suspense fallback={<ProgressBar label="Loading the events" isActive />}>
        <EventsPage
          database={database}
          onOpen={(collection, documentId) => {
            const where = `{ id: { eq: "${documentId}" } }`;
            store.update((before) =>
              openTab(before, { title: collection, text: '', collection, where }),
            );
          }}
        />
      </Suspense>
    );
  }
  return (
    <Suspense fallback={<ProgressBar label="Loading the editor" isActive />}>
      <lateQueryTab.View
        tab={tab}
        database={database}
        isActive={isActive}
        askedFrom={askedFrom}
        isShown={isVisible}
        onChange={onChange}
        onDidRun={onDidRun}
      />
    </Suspense>
  );
}

function useIsUnasked(activeId: string | undefined): (tabId: string) => boolean {
  const first = useRef(activeId);
  useLayoutEffect(() => {
    if (activeId !== first.current) first.current = undefined;
  }, [activeId]);
  return useCallback((tabId) => tabId === first.current, []);
}

/** The dock shows a panel after the journal made it active; what takes the focus has to wait for that. */
function useIsVisible(api: IDockviewPanelProps['api']): boolean {
  return useSyncExternalStore(
    useCallback(
      (listener: () => void) => {
        const subscription = api.onDidVisibilityChange(listener);
        return () => subscription.dispose();
      },
      [api],
    ),
    () => api.isVisible,
  );
}

function NewTabButton() {
  const registry = useCommandRegistry();
  const shownKeys = useShownKeys();
  return (
    <div className="dock-actions">
      <IconButton
        label="New query"
        keys={shownKeys(registry.find('query.new')?.keys)}
        icon={<Plus size={16} />}
        onClick={() => registry.run('query.new')}
      />
    </div>
  );
}

function NoTabs() {
  const registry = useCommandRegistry();
  const act = useRef<HTMLButtonElement>(null);
  // The last tab took the focus along when it was closed.
  useEffect(() => {
    if (document.activeElement === document.body) act.current?.focus();
  }, []);
  return (
    <EmptyState
      icon={<SquareTerminal size={28} strokeWidth={1.25} />}
      title="No query is open"
      hint="Closed queries are kept under Queries, in the bar on the left."
      action={
        <Button ref={act} onClick={() => registry.run('query.new')}>
          New query
        </Button>
      }
    />
  );
}

const noTrail: readonly TabPlace[] = [];
const panelComponents = { query: TabPanel };
