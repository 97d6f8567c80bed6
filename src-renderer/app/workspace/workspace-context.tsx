import { createContext, useContext, useSyncExternalStore } from 'react';
import type { DatabaseInfo } from '#contract';
import type { StagedStore } from '../../features/editing/staged-store.ts';
import type { StagedStores } from '../../features/editing/staged-stores.ts';
import type { StepOrder } from '../../features/editing/step-order.ts';
import type { TabStore } from '../tabs/tab-store.ts';
import type { DatabaseSession, DatabaseSessionState } from './database-session.ts';

/** What every part of the shell may act on. */
export interface Workspace {
  readonly databases: DatabaseSession;
  /** The tabs of a database, journaled under its path. */
  tabsOf(database: DatabaseInfo): TabStore;
  /** What is edited in a collection and not committed. */
  stagedOf(database: DatabaseInfo, collection: string): StagedStore;
  /** How much of that there is. */
  readonly stagedCounts: Pick<StagedStores, 'countOf' | 'subscribe'>;
  /** The order of the edits that results make in several collections. */
  readonly steps: StepOrder;
}

const WorkspaceContext = createContext<Workspace | null>(null);

export const WorkspaceProvider = WorkspaceContext.Provider;

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace needs a WorkspaceProvider above it');
  return workspace;
}

/** Open and recent databases, the one in front, and what is under way, current. */
export function useDatabases(): DatabaseSessionState {
  const { databases } = useWorkspace();
  return useSyncExternalStore(
    (listener) => databases.subscribe(listener),
    () => databases.state(),
  );
}
