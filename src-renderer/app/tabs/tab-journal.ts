/*
 * The open tabs of one database as plain data, and every change to them as a function. The journal is what is saved
 * within a second and comes back after a restart; closed tabs stay in it, so that closing never loses a text.
 */
import type { WireValue } from '#contract';
import type { QueryTabState } from './query-tab-props.ts';

export interface TabJournal {
  readonly tabs: readonly QueryTabState[];
  readonly activeId: string | undefined;
  /** Most recently closed first. */
  readonly closed: readonly QueryTabState[];
  /** Counts the tabs ever opened, so that no id and no number in a title repeats. */
  readonly lastNumber: number;
  /** How the dock arranged the tabs, in its own form; checked against the tabs before use. */
  readonly layout: WireValue;
}

/** A tab to be opened. Without a title it is named `Query n`. */
export interface NewTab {
  readonly title?: string;
  readonly text: string;
}

const closedMax = 20;

export const emptyJournal: TabJournal = {
  tabs: [],
  activeId: undefined,
  closed: [],
  lastNumber: 0,
  layout: null,
};

/** Opens a tab at the end and makes it the active one. */
export function openTab(journal: TabJournal, { title, text }: NewTab): TabJournal {
  const number = journal.lastNumber + 1;
  const tab = { id: `tab-${number}`, title: title ?? `Query ${number}`, text, cleanText: text };
  return { ...journal, tabs: [...journal.tabs, tab], activeId: tab.id, lastNumber: number };
}

export function closeTab(journal: TabJournal, id: string): TabJournal {
  const at = journal.tabs.findIndex((tab) => tab.id === id);
  const closing = journal.tabs[at];
  if (closing === undefined) return journal;
  const tabs = journal.tabs.filter((tab) => tab.id !== id);
  const neighbour = tabs[Math.min(at, tabs.length - 1)];
  const isKept = closing.text.trim() !== '';
  return {
    ...journal,
    tabs,
    activeId: journal.activeId === id ? neighbour?.id : journal.activeId,
    closed: isKept ? [closing, ...journal.closed].slice(0, closedMax) : journal.closed,
  };
}

/** Brings back a closed tab: the one named, or the last one closed. */
export function reopenTab(journal: TabJournal, id?: string): TabJournal {
  const found = id === undefined ? journal.closed[0] : journal.closed.find((tab) => tab.id === id);
  if (found === undefined) return journal;
  return {
    ...journal,
    tabs: [...journal.tabs, found],
    activeId: found.id,
    closed: journal.closed.filter((tab) => tab.id !== found.id),
  };
}

export function activateTab(journal: TabJournal, id: string): TabJournal {
  const isKnown = journal.tabs.some((tab) => tab.id === id);
  return isKnown && journal.activeId !== id ? { ...journal, activeId: id } : journal;
}

/** Changes title, text or clean text of a tab. */
export function changeTab(
  journal: TabJournal,
  id: string,
  change: Partial<Omit<QueryTabState, 'id'>>,
): TabJournal {
  const tabs = journal.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab));
  return { ...journal, tabs };
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
  return { ...journal, layout, tabs: journal.tabs.toSorted((a, b) => place(a) - place(b)) };
}

/** True while the tab's text differs from what was opened or last run. */
export function isDirty(tab: QueryTabState): boolean {
  return tab.text !== tab.cleanText;
}

export function encodeJournal(journal: TabJournal): WireValue {
  const encodeTab = ({ id, title, text, cleanText }: QueryTabState): WireValue =>
    text === cleanText ? { id, title, text } : { id, title, text, cleanText };
  return {
    tabs: journal.tabs.map(encodeTab),
    activeId: journal.activeId ?? null,
    closed: journal.closed.map(encodeTab),
    lastNumber: journal.lastNumber,
    layout: journal.layout,
  };
}

/** Reads a saved journal; what is not of its form is left out, `undefined` when nothing is. */
export function decodeJournal(value: WireValue | undefined): TabJournal | undefined {
  if (!isRecord(value)) return undefined;
  const tabs = decodeTabs(value['tabs']);
  const activeId = value['activeId'];
  const lastNumber = value['lastNumber'];
  return {
    tabs,
    activeId: tabs.find((tab) => tab.id === activeId)?.id ?? tabs[0]?.id,
    closed: decodeTabs(value['closed']).slice(0, closedMax),
    lastNumber: typeof lastNumber === 'number' ? lastNumber : tabs.length,
    layout: value['layout'] ?? null,
  };
}

function decodeTabs(value: WireValue | undefined): readonly QueryTabState[] {
  if (!Array.isArray(value)) return [];
  const items: readonly WireValue[] = value;
  return items.flatMap((item) => {
    if (!isRecord(item)) return [];
    const { id, title, text, cleanText } = item;
    if (typeof id !== 'string' || typeof title !== 'string' || typeof text !== 'string') return [];
    return [{ id, title, text, cleanText: typeof cleanText === 'string' ? cleanText : text }];
  });
}

function isRecord(value: WireValue | undefined): value is { readonly [key: string]: WireValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
