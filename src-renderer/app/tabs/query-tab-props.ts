import type { DatabaseInfo, WireSpan } from '#contract';
import type { ScrollPlace } from '../../grid/use-scroll-place.ts';

/** Documents of a collection that a tab shows. */
export interface TabPlace {
  readonly collection: string;
  /** The inside of `where`; empty for all. */
  readonly where: string;
}

/** One query tab as it is journaled: what comes back after a restart. */
export interface QueryTabState {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The text as it was opened, saved or last ran; the tab shows its dot while `text` differs. */
  readonly cleanText: string;
  /** The variables of its operations as the text of a JSON object; empty when none was given. */
  readonly variables: string;
  /** What is selected in the editor; an empty span at the cursor. */
  readonly place: WireSpan;
  /** A pinned tab stands before the others and is not closed by a slip. */
  readonly isPinned: boolean;
  /** The saved query that the tab shows, by its path in the folder beside the database. */
  readonly savedPath?: string;
  /** The collection whose documents the tab shows; then it has no text. */
  readonly collection?: string;
  /** Which of its documents: the inside of `where`; all when left out. */
  readonly where?: string;
  /** Where the tab was before, from the first: collections that were left by following a reference. */
  readonly trail?: readonly TabPlace[];
  /** Where its grid is scrolled to; the beginning when left out. */
  readonly scroll?: ScrollPlace;
  /** A page that stands as a tab; then it has no text. */
  readonly page?: 'events';
}

/** What the dock gives to the query feature. The tab's text is owned by the dock, so that it can be journaled. */
export interface QueryTabProps {
  readonly tab: QueryTabState;
  readonly database: DatabaseInfo;
  /** True for the one tab that has the person's attention; only it registers commands and takes focus. */
  readonly isActive: boolean;
  /** What had the focus when the tab came to have the attention, while its code was still on its way. */
  readonly askedFrom: () => Element | null;
  /** True while no other tab stands before it. */
  readonly isShown: boolean;
  /** Changes what is journaled of the tab. */
  readonly onChange: (
    change: Partial<
      Pick<
        QueryTabState,
        'text' | 'variables' | 'place' | 'where' | 'collection' | 'title' | 'trail' | 'scroll'
      >
    >,
  ) => void;
  /** Called with the tab's whole text when it, or a statement in it, has been sent to run. */
  readonly onDidRun: (text: string) => void;
}
