import { useEffect, useState } from 'react';
import type { Client } from '../client/client.ts';
import { ClientProvider, useConnection } from '../client/client-context.tsx';
import { CopyMemory, CopyMemoryProvider } from '../grid/copy-memory.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { CommandProvider } from './commands/command-context.tsx';
import type { CommandRegistry } from './commands/command-registry.ts';
import { SettingsProvider, useSettings } from './settings/settings-context.tsx';
import type { SettingsStore } from './settings/settings-store.ts';
import { NoHost } from './shell/no-host.tsx';
import { Shell } from './shell/shell.tsx';
import './theme/base.css';
import './theme/fonts.css';
import './theme/tokens.css';
import { useThemeOnPage } from './theme/use-theme.ts';
import { useWorkspace, type Workspace, WorkspaceProvider } from './workspace/workspace-context.tsx';

export interface AppProps {
  readonly client: Client;
  readonly commands: CommandRegistry;
  readonly settings: SettingsStore;
  readonly workspace: Workspace;
}

/** The page: its services, and what stands while there is no host. */
export function App({ client, commands, settings, workspace }: AppProps) {
  const [copies] = useState(() => new CopyMemory());
  return (
    <ClientProvider value={client}>
      <SettingsProvider value={settings}>
        <CommandProvider value={commands}>
          <WorkspaceProvider value={workspace}>
            <CopyMemoryProvider value={copies}>
              <TooltipProvider>
                <Page />
              </TooltipProvider>
            </CopyMemoryProvider>
          </WorkspaceProvider>
        </CommandProvider>
      </SettingsProvider>
    </ClientProvider>
  );
}

function Page() {
  const connection = useConnection();
  const isStarted = useStart();
  useThemeOnPage();
  if (connection.kind === 'failed') return <NoHost failure={connection.failure} />;
  // Settings decide theme and tabs: nothing is drawn before they are there, a few milliseconds after the welcome.
  if (!isStarted) return <ProgressBar label="Connecting" isActive />;
  return <Shell />;
}

/** Loads the settings on the first welcome, follows the databases, and saves what is due on every later one. */
function useStart(): boolean {
  const { kind } = useConnection();
  const settings = useSettings();
  const { databases } = useWorkspace();
  const [isStarted, setStarted] = useState(false);

  useEffect(() => {
    if (kind !== 'ready') return undefined;
    if (isStarted) {
      void settings.flush();
      return undefined;
    }
    let isCurrent = true;
    settings.load().then(
      () => isCurrent && setStarted(true),
      (error: unknown) => {
        // Without its settings the page still works; what it then saves does not undo keys it never read.
        console.error('The settings could not be read.', error);
        if (isCurrent) setStarted(true);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [kind, isStarted, settings]);

  useEffect(() => (isStarted ? databases.start() : undefined), [isStarted, databases]);

  useEffect(() => {
    const flush = () => void settings.flush();
    window.addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', flush);
    };
  }, [settings]);
  return isStarted;
}
