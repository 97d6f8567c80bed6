import {
  Activity,
  ChartLine,
  Database,
  FileCode,
  GitCommitVertical,
  History,
  ListTodo,
  Radio,
  ScrollText,
  Settings,
  SquareTerminal,
  Waypoints,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Tooltip } from '../../ui/tooltip.tsx';
import { useCommandRegistry } from '../commands/command-context.tsx';
import { useShownKeys } from '../commands/use-shown-keys.ts';
import './activity-rail.css';
import type { OverPage } from './use-over-page.ts';

/** What the side panel shows. */
export type SideView = 'data' | 'query' | 'saved' | 'history';

export interface ActivityRailProps {
  /** The view on screen; `undefined` while the side panel is closed. */
  readonly view: SideView | undefined;
  /** The page about the whole database that stands in the centre. */
  readonly overPage: OverPage | undefined;
}

/** The activities of the studio. The one on screen is pressed; pressing it again closes the side panel. */
export function ActivityRail({ view, overPage }: ActivityRailProps) {
  return (
    <nav className="rail" aria-label="Activities">
      <RailButton command="view.data" isPressed={view === 'data'} icon={<Database size={18} />}>
        Data
      </RailButton>
      <RailButton
        command="view.query"
        isPressed={view === 'query'}
        icon={<SquareTerminal size={18} />}
      >
        Queries
      </RailButton>
      <RailButton command="view.saved" isPressed={view === 'saved'} icon={<FileCode size={18} />}>
        Saved queries
      </RailButton>
      <RailButton
        command="view.history"
        isPressed={view === 'history'}
        icon={<History size={18} />}
      >
        History
      </RailButton>
      <RailButton command="view.events" icon={<Radio size={18} />}>
        Events
      </RailButton>
      <RailButton
        command="view.schema"
        isPressed={overPage === 'schema'}
        icon={<Waypoints size={18} />}
      >
        Schema
      </RailButton>
      <RailButton
        command="view.migrations"
        isPressed={overPage === 'migrations'}
        icon={<GitCommitVertical size={18} />}
      >
        Migrations
      </RailButton>
      <RailButton command="view.jobs" isPressed={overPage === 'jobs'} icon={<ListTodo size={18} />}>
        Jobs
      </RailButton>
      <RailButton
        command="view.monitor"
        isPressed={overPage === 'monitor'}
        icon={<ChartLine size={18} />}
      >
        Monitor
      </RailButton>
      <RailButton
        command="view.health"
        isPressed={overPage === 'health'}
        icon={<Activity size={18} />}
      >
        Health
      </RailButton>
      <RailButton
        command="view.audit"
        isPressed={overPage === 'audit'}
        icon={<ScrollText size={18} />}
      >
        Audit
      </RailButton>
      <span className="rail-gap" />
      <RailButton command="settings.open" icon={<Settings size={18} />}>
        Settings
      </RailButton>
    </nav>
  );
}

interface RailButtonProps {
  readonly command: string;
  readonly icon: ReactNode;
  readonly isPressed?: boolean;
  readonly children: string;
}

function RailButton({ command, icon, isPressed, children }: RailButtonProps) {
  const registry = useCommandRegistry();
  const keys = useShownKeys()(registry.find(command)?.keys);
  return (
    <Tooltip text={children} keys={keys} side="right">
      <button
        type="button"
        className="rail-button"
        aria-label={children}
        aria-pressed={isPressed}
        onClick={() => registry.run(command)}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
