import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { Group, Panel, usePanelRef } from 'react-resizable-panels';
import type { DatabaseInfo, HistoryEntry } from '#contract';
import { collectionQuery } from '../../features/collections/collection-query.ts';
import { CollectionsPanel } from '../../features/collections/collections-panel.tsx';
import { HistoryPanel } from '../../features/history/history-panel.tsx';
import { ImportHost } from '../../features/import/import-host.tsx';
import { SavedQueriesPanel } from '../../features/saved-queries/saved-queries-panel.tsx';
import { SavedQueryCommands } from '../../features/saved-queries/saved-query-commands.tsx';
import { SplitHandle } from '../../ui/split-handle.tsx';
import type { Command } from '../commands/command.ts';
import { useCommandRegistry, useCommands } from '../commands/command-context.tsx';
import { useSetting } from '../settings/settings-context.tsx';
import { schemaText } from '../tabs/first-tabs.ts';
import { tabCommands } from '../tabs/tab-commands.ts';
import { type NewTab, openTab } from '../tabs/tab-journal.ts';
import type { TabStore } from '../tabs/tab-store.ts';
import { ActivityRail, type SideView } from './activity-rail.tsx';
import { Dock } from './dock.tsx';
import { OverPageView } from './over-page-view.tsx';
import { QueriesPanel } from './queries-panel.tsx';
import { useOverPage } from './use-over-page.ts';
import './workbench.css';

const sideViews: readonly SideView[] = ['data', 'query', 'saved', 'history'];
const sideWidth = { usual: 240, min: 180, max: 560 } as const;

export interface WorkbenchProps {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
}

/** An open database, into which files can be imported from everywhere. */
export function Workbench({ database, store }: WorkbenchProps) {
  return (
    <ImportHost database={database} store={store}>
      <Panels database={database} store={store} />
    </ImportHost>
  );
}

/** Rail, side panel and dock. */
function Panels({ database, store }: WorkbenchProps) {
  const [savedView, setView] = useSetting('side.view');
  const [savedWidth, setWidth] = useSetting('side.width');
  const view = decodeView(savedView);
  const panel = usePanelRef();
  const main = useRef<HTMLElement>(null);
  const lastView = useRef<SideView>('data');
  if (view !== undefined) lastView.current = view;

  // Whoever asks for a panel by its key goes there; a press on its button in the rail leaves the focus on the button.
  const takesFocus = useRef(false);
  const registry = useCommandRegistry();

  const commands = useMemo<readonly Command[]>(() => {
    const show = (wanted: SideView) => () => {
      const isKeyboard = document.activeElement?.closest('nav') === null;
      takesFocus.current = isKeyboard && view !== wanted;
      setView(view === wanted ? 'none' : wanted);
    };
    return [
      {
        id: 'view.data',
        title: 'Show collections',
        group: 'View',
        keys: ['Mod+Shift+E'],
        run: show('data'),
      },
      {
        id: 'view.query',
        title: 'Show open queries',
        group: 'View',
        keywords: ['closed', 'reopen'],
        keys: ['Mod+Shift+H'],
        run: show('query'),
      },
      {
        id: 'view.saved',
        title: 'Show saved queries',
        group: 'View',
        keys: ['Alt+Shift+Q'],
        keywords: ['files'],
        run: show('saved'),
      },
      {
        id: 'view.history',
        title: 'Show the history of runs',
        group: 'View',
        keys: ['Mod+Shift+Y'],
        run: show('history'),
      },
      {
        id: 'view.events',
        title: 'Show the events of the database',
        group: 'View',
        keys: ['Alt+Shift+E'],
        keywords: ['live', 'changes', 'feed', 'timeline'],
        run: () =>
          store.update((before) => openTab(before, { title: 'Events', text: '', page: 'events' })),
      },
      {
        id: 'view.side',
        title: 'Show or hide the side panel',
        group: 'View',
        keys: ['Mod+B'],
        run: () => setView(view === undefined ? lastView.current : 'none'),
      },
    ];
  }, [view, setView, store]);
  useCommands(commands);
  useCommands(useMemo(() => tabCommands(store), [store]));
  const over = useOverPage(store);

  const openWidth = useEffectEvent(() => decodeWidth(savedWidth));
  useEffect(() => {
    if (view === undefined) panel.current?.collapse();
    else if (panel.current?.isCollapsed() === true) {
      panel.current.expand();
      panel.current.resize(openWidth());
    }
    if (takesFocus.current) focusSide(main.current);
    takesFocus.current = false;
    // A panel that went away with the focus leaves it to the text.
    if (view === undefined && document.activeElement === document.body)
      registry.run('query.editor');
  }, [view, panel, registry]);

  return (
    <div className="workbench">
      <ActivityRail view={view} overPage={over.page} />
      <SavedQueryCommands database={database} store={store} />
      <main className="workbench-main" ref={main}>
        <h1 className="visually-hidden">{database.name}</h1>
        <Group
          className="workbench-panels"
          onLayoutChanged={(layout, meta) => {
            if (!meta.isUserInteraction) return;
            // The panel's own size is that of before the change until the page is laid out again.
            const share = (layout['side'] ?? 0) / 100;
            if (share === 0) setView('none');
            else {
              setWidth(Math.round(share * (main.current?.clientWidth ?? 0)));
              setView(lastView.current);
            }
          }}
        >
          <Panel
            id="side"
            className="workbench-side"
            panelRef={panel}
            defaultSize={view === undefined ? 0 : decodeWidth(savedWidth)}
            minSize={sideWidth.min}
            maxSize={sideWidth.max}
            collapsible
            groupResizeBehavior="preserve-pixel-size"
          >
            {view === 'data' && (
              <CollectionsPanel
                key={database.path}
                database={database}
                onQuery={(collection) =>
                  store.update((before) =>
                    openTab(before, { title: collection.name, text: collectionQuery(collection) }),
                  )
                }
                onOpen={({ name }) =>
                  store.update((before) =>
                    openTab(before, { title: name, text: '', collection: name }),
                  )
                }
                onDefine={() =>
                  store.update((before) => openTab(before, { title: 'Schema', text: schemaText }))
                }
              />
            )}
            {view === 'query' && <QueriesPanel store={store} />}
            {view === 'saved' && <SavedQueriesPanel database={database} store={store} />}
            {view === 'history' && (
              <HistoryPanel
                onOpen={(run) => store.update((before) => openTab(before, tabOf(run)))}
              />
            )}
          </Panel>
          <SplitHandle label="Width of the side panel" />
          <Panel id="centre" minSize={360}>
            <div className="workbench-centre">
              <section
                className="workbench-dock"
                aria-label="Query tabs"
                inert={over.page !== undefined}
              >
                <Dock key={database.path} database={database} store={store} />
              </section>
              <OverPageView {...{ database, store, over }} />
            </div>
          </Panel>
        </Group>
      </main>
    </div>
  );
}

/** The row of the side panel that Tab would reach; before there is one, its first button. */
function focusSide(main: HTMLElement | null): void {
  const side = main?.querySelector('.workbench-side');
  const row = side?.querySelector<HTMLElement>(
    '[role="treeitem"][tabindex="0"], .queries-row, .history-row',
  );
  (row ?? side?.querySelector('button'))?.focus();
}

function decodeView(value: unknown): SideView | undefined {
  if (value === 'none') return undefined;
  return sideViews.find((view) => view === value) ?? 'data';
}

/** A tab that runs again what ran before. */
function tabOf({ text, variables }: HistoryEntry): NewTab {
  return { text, variables: variables === undefined ? '' : JSON.stringify(variables, null, 2) };
}

function decodeWidth(value: unknown): number {
  if (typeof value !== 'number') return sideWidth.usual;
  return Math.min(sideWidth.max, Math.max(sideWidth.min, value));
}
