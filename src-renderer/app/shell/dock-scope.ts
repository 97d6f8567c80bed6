import { createContext, useContext } from 'react';
import type { DatabaseInfo } from '#contract';
import type { TabStore } from '../tabs/tab-store.ts';

/** What a dock belongs to. */
export interface DockScope {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
}

export const DockContext = createContext<DockScope | null>(null);

/** The scope of a dock panel or tab: its database and tabs. */
export function useDockScope(): DockScope {
  const scope = useContext(DockContext);
  if (scope === null) throw new Error('useDockScope needs a Dock above it');
  return scope;
}
