import { Suspense, useEffect, useMemo, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { latePart } from '../../ui/late-part.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import type { Command } from '../commands/command.ts';
import { useCommands } from '../commands/command-context.tsx';
import { useCommandKeys } from '../commands/use-command-keys.ts';
import { HelpDialog } from '../help/help-dialog.tsx';
import { Palette } from '../palette/palette.tsx';
import { usePaletteTargets } from '../palette/use-palette-targets.ts';
import { SettingsDialog } from '../settings/settings-dialog.tsx';
import { useThemeCommands } from '../theme/use-theme-commands.ts';
import { PathForm } from '../welcome/path-form.tsx';
import { Welcome } from '../welcome/welcome.tsx';
import { useDatabases, useWorkspace, type Workspace } from '../workspace/workspace-context.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { lateQueryTab } from './late-tabs.ts';
import './shell.css';
import { StatusBar } from './status-bar.tsx';
import { TitleBar } from './title-bar.tsx';

/** Comes after the first screen: the welcome page needs neither dock nor panels. */
const lateWorkbench = latePart(async () => (await import('./workbench.tsx')).Workbench);

/** What stands over the page; one at a time. */
type Overlay = 'palette' | 'help' | 'settings' | 'open' | 'create';

/** The frame around everything: title bar, work, status bar, and the overlays that commands open. */
export function Shell() {
  const workspace = useWorkspace();
  const { list, current, work } = useDatabases();
  const [overlay, setOverlay] = useState<Overlay | undefined>(undefined);
  const close = () => setOverlay(undefined);
  const giveFocusBack = useFocusReturn(overlay !== undefined);
  const over = (wanted: Overlay) => ({
    isOpen: overlay === wanted,
    onClose: close,
    giveFocusBack,
  });
  const isReturning = work?.reason === 'return';
  useEffect(fetchAhead, []);
  useEditorAhead(current, workspace);
  useCommandKeys();
  useThemeCommands();
  useCommands(useShellCommands(setOverlay));
  const targets = usePaletteTargets(overlay === 'palette');

  return (
    <div className="shell">
      <TitleBar />
      <ConnectionBanner />
      <div className="shell-body">
        <ProgressBar
          label={work?.label ?? ''}
          isActive={work !== undefined && (current !== undefined || isReturning)}
        />
        {current === undefined ? (
          // The welcome page would only flash up before the database of last time.
          list !== undefined && !isReturning && <Welcome />
        ) : (
          <Suspense fallback={<ProgressBar label="Loading the workbench" isActive />}>
            <lateWorkbench.View
              key={current.path}
              database={current}
              store={workspace.tabsOf(current)}
            />
          </Suspense>
        )}
      </div>
      <StatusBar />
      <Palette {...over('palette')} targets={targets} />
      <HelpDialog {...over('help')} />
      <SettingsDialog {...over('settings')} />
      <Dialog {...over('open')} title="Open database">
        <PathForm act="open" hasFocus onDone={close} />
      </Dialog>
      <Dialog {...over('create')} title="Create database">
        <PathForm act="create" hasFocus onDone={close} />
      </Dialog>
    </div>
  );
}

function useShellCommands(show: (overlay: Overlay) => void): readonly Command[] {
  const { databases } = useWorkspace();
  return useMemo(() => {
    const isIdle = () => databases.state().work === undefined;
    return [
      {
        id: 'palette.open',
        title: 'Search or run a command',
        group: 'Studio',
        keys: ['Mod+K', 'Mod+Shift+P', 'Mod+P'],
        run: () => show('palette'),
      },
      {
        id: 'help.open',
        title: 'Show all keys',
        group: 'Studio',
        keys: ['F1', '?'],
        keywords: ['help', 'shortcuts'],
        run: () => show('help'),
      },
      {
        id: 'settings.open',
        title: 'Open settings',
        group: 'Studio',
        keys: ['Mod+,'],
        run: () => show('settings'),
      },
      {
        id: 'database.open',
        title: 'Open database…',
        group: 'Database',
        keys: ['Mod+O'],
        isEnabled: isIdle,
        run: () => show('open'),
      },
      {
        id: 'database.create',
        title: 'Create database…',
        group: 'Database',
        keywords: ['new'],
        isEnabled: isIdle,
        run: () => show('create'),
      },
      {
        id: 'database.openSample',
        title: 'Open sample database',
        group: 'Database',
        keywords: ['demo', 'example'],
        isEnabled: isIdle,
        run: () => void databases.openSample(),
      },
      {
        id: 'database.close',
        title: 'Close database',
        group: 'Database',
        isEnabled: () => isIdle() && databases.state().current !== undefined,
        run: () => {
          const { current } = databases.state();
          if (current !== undefined) void databases.close(current);
        },
      },
    ];
  }, [databases, show]);
}

/** Fetches what comes after the first screen while the host is asked what it has. */
function fetchAhead(): void {
  // A failure is told where the part is drawn.
  for (const part of [lateWorkbench, lateQueryTab]) part.fetch().catch(() => undefined);
}

/**
 * Has the code of the editor come beside that of the workbench where a query stands in front: else it is asked for last
 * of four, and evaluated just when a person who went to the tree at once opens a collection.
 */
function useEditorAhead(current: DatabaseInfo | undefined, workspace: Workspace): void {
  useEffect(() => {
    if (current === undefined) return;
    const { tabs, activeId } = workspace.tabsOf(current).journal();
    const front = tabs.find(({ id }) => id === activeId);
    if (front?.collection !== undefined || front?.page !== undefined) return;
    // A failure is told by the editor that needs it.
    import('../../editor/aql-editor.tsx').catch(() => undefined);
  }, [current, workspace]);
}
