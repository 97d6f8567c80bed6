import type { DatabaseInfo } from '#contract';

/** One query tab as it is journaled: what comes back after a restart. */
export interface QueryTabState {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The text as it was opened or last ran; the tab shows its dot while `text` differs. */
  readonly cleanText: string;
}

/** What the dock gives to the query feature. The tab's text is owned by the dock, so that it can be journaled. */
export interface QueryTabProps {
  readonly tab: QueryTabState;
  readonly database: DatabaseInfo;
  /** True for the one tab that has the person's attention; only it registers commands and takes focus. */
  readonly isActive: boolean;
  readonly onTextChange: (text: string) => void;
  /** Called with the tab's whole text when it, or a statement in it, has been sent to run. */
  readonly onDidRun: (text: string) => void;
}
