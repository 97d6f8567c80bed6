/*
 * The open tabs of one database as plain data, and every change to them as a function. The journal is what is saved
 * within a second and comes back after a restart; closed tabs stay in it, so that closing never loses a text.
 */
import type { WireValue } from '#contract';
import type { QueryTabState, TabPlace } from './query-tab-props.ts';
import { groupWith } from './tab-layout.ts';

export interface TabJournal {
  readonly tabs: readonly QueryTabState[];
  readonly activeId: string | undefined;
  /** Most recently closed first; kept for 30 days. */
  readonly closed: readonly ClosedTab[];
  /** Counts the tabs ever opened, so that no id and no number in a title repeats. */
  readonly lastNumber: number;
  /** How the dock arranged the tabs, in its own form; checked against the tabs before use. */
  readonly layout: WireValue;
}

interface ClosedTab extends QueryTabState {
  /** Milliseconds since 1970. */
  readonly closedAt: number;
}

/** A tab to be opened. Without a title it is named `Query n`. */
export interface NewTab {
  readonly title?: string;
  readonly text: string;
  readonly variables?: string;
  readonly savedPath?: string;
  /** Shows the documents of this collection instead of a text. */
  readonly collection?: string;
  /** Which of its documents; those that the tab shows already when left out. */
  readonly where?: string;
  readonly page?: 'events';
}

const closedMax = 50;
const closedMsMax = 30 * 24 * 60 * 60_000;

export const emptyJournal: TabJournal = {
  tabs: [],
  activeId: undefined,
  closed: [],
  lastNumber: 0,
  layout: null,
};

/** Opens a tab at the end and makes it the active one. What is open already, by file or collection, comes to the front. */
export function openTab(journal: TabJournal, opened: NewTab): TabJournal {
  const { title, text, variables = '', savedPath, collection, where, page } = opened;
  const known = journal.tabs.find(
    (tab) =>
      (savedPath !== undefined && tab.savedPath === savedPath) ||
      (collection !== undefined && tab.collection === collection) ||
      (page !== undefined && tab.page === page),
  );
  if (known !== undefined) {
    const scroll = { row: 0, left: 0 };
    const shown = where === undefined ? journal : changeTab(journal, known.id, { where, scroll });
    return activateTab(shown, known.id);
  }
  const number = journal.lastNumber + 1;
  const tab: QueryTabState = {
    id: `tab-${number}`,
    title: title ?? `Query ${number}`,
    text,
    cleanText: text,
    variables,
    place: { start: 0, end: 0 },
    isPinned: false,
    ...(savedPath === undefined ? {} : { savedPath }),
    ...(collection === undefined ? {} : { collection }),
    ...(where === undefined ? {} : { where }),
    ...(page === undefined ? {} : { page }),
  };
  return { ...journal, tabs: [...journal.tabs, tab], activeId: tab.id, lastNumber: number };
}

/** Closes a tab; its text stays among the closed ones. `now` is in milliseconds since 1970. */
export function closeTab(journal: TabJournal, id: string, now: number): TabJournal {
  const at = journal.tabs.findIndex((tab) => tab.id === id);
  const closing = journal.tabs[at];
  if (closing === undefined) return journal;
  const tabs = journal.tabs.filter((tab) => tab.id !== id);
  const neighbour = neighbourIn(groupWith(journal.layout, id), id);
  const next = tabs.find((tab) => tab.id === neighbour) ?? tabs[Math.min(at, tabs.length - 1)];
  const isKept = closing.text.trim() !== '';
  const closed = isKept ? [{ ...closing, closedAt: now }, ...journal.closed] : journal.closed;
  return {
    ...journal,
    tabs,
    activeId: journal.activeId === id ? next?.id : journal.activeId,
    closed: keptClosed(closed, now),
  };
}

/** The tab that comes forward in a group when one of its tabs goes: the one behind it, else the one before it. */
function neighbourIn(group: readonly string[], id: string): string | undefined {
  const at = group.indexOf(id);
  return group[at + 1] ?? group[at - 1];
}

/** Brings back a closed tab: the one named, or the last one closed. */
export function reopenTab(journal: TabJournal, id?: string): TabJournal {
  const found = id === undefined ? journal.closed[0] : journal.closed.find((tab) => tab.id === id);
  if (found === undefined) return journal;
  const { closedAt: _closedAt, ...tab } = found;
  return {
    ...journal,
    tabs: [...journal.tabs, tab],
    activeId: found.id,
    closed: journal.closed.filter((tab) => tab.id !== found.id),
  };
}

export function activateTab(journal: TabJournal, id: string): TabJournal {
  const isKnown = journal.tabs.some((tab) => tab.id === id);
  return isKnown && journal.activeId !== id ? { ...journal, activeId: id } : journal;
}

/** Changes anything of a tab but its id. */
export function changeTab(
  journal: TabJournal,
  id: string,
  change: Partial<Omit<QueryTabState, 'id'>>,
): TabJournal {
  const tabs = journal.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab));
  return { ...journal, tabs };
}

/** Takes note that a text ran. The dot of a saved query stands for what is not saved, so running does not clear it. */
export function markRun(journal: TabJournal, id: string, text: string): TabJournal {
  const tab = journal.tabs.find((other) => other.id === id);
  if (tab === undefined || tab.savedPath !== undefined) return journal;
  return changeTab(journal, id, { cleanText: text });
}

/** Pins a tab, behind those that are pinned, or takes its pin away. */
export function pinTab(journal: TabJournal, id: string, isPinned: boolean): TabJournal {
  const changed = changeTab(journal, id, { isPinned });
  return { ...changed, tabs: pinnedFirst(changed.tabs) };
}

/** Moves a tab by a number of places among those of its group that are pinned as it is. */
export function moveTab(journal: TabJournal, id: string, by: number): TabJournal {
  const from = journal.tabs.findIndex((tab) => tab.id === id);
  const moving = journal.tabs[from];
  const to = from + by;
  const there = journal.tabs[to];
  if (moving === undefined || there === undefined || there.isPinned !== moving.isPinned) {
    return journal;
  }
  const group = groupWith(journal.layout, id);
  if (group.length > 0 && !group.includes(there.id)) return journal;
  const others = journal.tabs.filter((tab) => tab.id !== id);
  return { ...journal, tabs: [...others.slice(0, to), moving, ...others.slice(to)] };
}

/** Takes over the order and arrangement that the dock shows. Tabs it does not name keep their place at the end. */
export function arrangeTabs(
  journal: TabJournal,
  order: readonly string[],
  layout: WireValue,
): TabJournal {
  const place = (tab: QueryTabState) => {
    const at = order.indexOf(tab.id);
    return at < 0 ? order.length : at;
  };
  const arranged = journal.tabs.toSorted((a, b) => place(a) - place(b));
  return { ...journal, layout, tabs: pinnedFirst(arranged) };
}

/** True while the tab's text differs from what was opened or last run. */
export function isDirty(tab: QueryTabState): boolean {
  return tab.text !== tab.cleanText;
}

export function encodeJournal(journal: TabJournal): WireValue {
  return {
    tabs: journal.tabs.map(encodeTab),
    activeId: journal.activeId ?? null,
    closed: journal.closed.map((tab) => ({ ...encodeTab(tab), closedAt: tab.closedAt })),
    lastNumber: journal.lastNumber,
    layout: journal.layout,
  };
}

/** Reads a saved journal; what is not of its form is left out, `undefined` when nothing is. */
export function decodeJournal(value: WireValue | undefined, now: number): TabJournal | undefined {
  if (!isRecord(value)) return undefined;
  const tabs = recordsIn(value['tabs']).flatMap((item) => decodeTab(item) ?? []);
  const closed = recordsIn(value['closed']).flatMap((item): readonly ClosedTab[] => {
    const tab = decodeTab(item);
    const closedAt = item['closedAt'];
    return tab === undefined ? [] : [{ ...tab, closedAt: numberOr(closedAt, now) }];
  });
  const activeId = value['activeId'];
  return {
    tabs,
    activeId: tabs.find((tab) => tab.id === activeId)?.id ?? tabs[0]?.id,
    closed: keptClosed(closed, now),
    lastNumber: numberOr(value['lastNumber'], tabs.length),
    layout: value['layout'] ?? null,
  };
}

function keptClosed(closed: readonly ClosedTab[], now: number): readonly ClosedTab[] {
  return closed.filter((tab) => tab.closedAt > now - closedMsMax).slice(0, closedMax);
}

function pinnedFirst(tabs: readonly QueryTabState[]): readonly QueryTabState[] {
  return tabs.toSorted((left, right) => Number(right.isPinned) - Number(left.isPinned));
}

/** What has its usual value is left out, so that the journal of many tabs stays small. */
function encodeTab(tab: QueryTabState): { readonly [key: string]: WireValue } {
  const {
    id,
    title,
    text,
    cleanText,
    variables,
    place,
    isPinned,
    savedPath,
    collection,
    where,
    trail,
    scroll,
    page,
  } = tab;
  return {
    id,
    title,
    text,
    ...(text === cleanText ? {} : { cleanText }),
    ...(variables === '' ? {} : { variables }),
    ...(place.end === 0 ? {} : { place: [place.start, place.end] }),
    ...(isPinned ? { isPinned } : {}),
    ...(savedPath === undefined ? {} : { savedPath }),
    ...(collection === undefined ? {} : { collection }),
    ...(where === undefined || where === '' ? {} : { where }),
    ...(trail === undefined || trail.length === 0 ? {} : { trail: trail.map((at) => ({ ...at })) }),
    ...(isAtStart(scroll) ? {} : { scroll: { ...scroll } }),
    ...(page === undefined ? {} : { page }),
  };
}

function isAtStart(scroll: QueryTabState['scroll']): boolean {
  return scroll === undefined || (scroll.row === 0 && scroll.left === 0);
}

function decodeTab(item: WireRecord): QueryTabState | undefined {
  const {
    id,
    title,
    text,
    cleanText,
    variables,
    place,
    isPinned,
    savedPath,
    collection,
    where,
    trail,
    scroll,
    page,
  } = item;
  if (typeof id !== 'string' || typeof title !== 'string' || typeof text !== 'string') {
    return undefined;
  }
  const [start, end]: readonly WireValue[] = Array.isArray(place) ? place : [];
  return {
    id,
    title,
    text,
    cleanText: typeof cleanText === 'string' ? cleanText : text,
    variables: typeof variables === 'string' ? variables : '',
    place: { start: numberOr(start, 0), end: numberOr(end, 0) },
    isPinned: isPinned === true,
    ...(typeof savedPath === 'string' ? { savedPath } : {}),
    ...(typeof collection === 'string' ? { collection } : {}),
    ...(typeof where === 'string' ? { where } : {}),
    ...(Array.isArray(trail) ? { trail: decodeTrail(trail) } : {}),
    ...(isRecord(scroll)
      ? { scroll: { row: numberOr(scroll['row'], 0), left: numberOr(scroll['left'], 0) } }
      : {}),
    ...(page === 'events' ? { page } : {}),
  };
}

function decodeTrail(value: readonly WireValue[]): readonly TabPlace[] {
  return recordsIn(value).flatMap(({ collection, where }) =>
    typeof collection === 'string' && typeof where === 'string' ? [{ collection, where }] : [],
  );
}

type WireRecord = { readonly [key: string]: WireValue };

function recordsIn(value: WireValue | undefined): readonly WireRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function numberOr(value: WireValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function isRecord(value: WireValue | undefined): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
