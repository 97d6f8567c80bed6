import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { DatabaseInfo } from '#contract';
import { App } from './app/app.tsx';
import { CommandRegistry } from './app/commands/command-registry.ts';
import { SettingsStore } from './app/settings/settings-store.ts';
import { firstTabs } from './app/tabs/first-tabs.ts';
import { TabStore } from './app/tabs/tab-store.ts';
import { DatabaseSession } from './app/workspace/database-session.ts';
import { takeWindowNumber } from './app/workspace/window-number.ts';
import type { Workspace } from './app/workspace/workspace-context.tsx';
import { Client } from './client/client.ts';
import { stagedKeeper } from './features/editing/staged-keeper.ts';
import { StagedStores } from './features/editing/staged-stores.ts';
import { StepOrder } from './features/editing/step-order.ts';
import { findHost } from './host/find-host.ts';

/* The page's composition: everything with a lifetime is made here and handed down. */

const client = new Client(findHost(window));
/** Everything but the client; windows that are open at the same time have numbers of their own. */
function compose(windowNumber: number) {
  const keeper = stagedKeeper(client, {
    load: async () => (await client.call('settings.get', {})).values,
    save: async (key, value) => {
      await client.call('settings.set', { key, value });
    },
  });
  const settings = new SettingsStore(keeper, windowNumber);
  const staged = new StagedStores(client, settings);
  const tabStores = new Map<string, TabStore>();
  const workspace: Workspace = {
    databases: new DatabaseSession(client, settings),
    tabsOf: (database: DatabaseInfo) => {
      const found = tabStores.get(database.path);
      if (found !== undefined) return found;
      const store = new TabStore(settings, database.path, firstTabs(database));
      tabStores.set(database.path, store);
      return store;
    },
    stagedOf: (database, collection) => staged.of(database, collection),
    stagedCounts: staged,
    steps: new StepOrder(),
  };
  return { settings, workspace };
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root"');
const { settings, workspace } = compose(await takeWindowNumber(window));
createRoot(root).render(
  <StrictMode>
    <App
      client={client}
      commands={new CommandRegistry()}
      settings={settings}
      workspace={workspace}
    />
  </StrictMode>,
);
void client.start();
