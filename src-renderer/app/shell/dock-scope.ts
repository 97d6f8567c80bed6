import { createContext, useContext } from 'react';
import type { DatabaseInfo } from '#contract';
import type { TabStore } from '../tabs/tab-store.ts';
import type { DockSplits } from './dock-splits.ts';

/** What a dock belongs to. */
export interface DockScope {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
}

/** What its panels and tabs see of it. */
export interface DockInside extends DockScope {
  readonly splits: DockSplits;
  /** True for the tab that had the attention when the dock came, until another one has had it: nobody asked for that. */
  readonly isUnasked: (tabId: string) => boolean;
}

export const DockContext = createContext<DockInside | null>(null);

/** The scope of a dock panel or tab: its database and tabs. */
export function useDockScope(): DockInside {
  const scope = useContext(DockContext);
  if (scope === null) throw new Error('useDockScope needs a Dock above it');
  return scope;
}
