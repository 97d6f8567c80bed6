import { describe, expect, it } from 'vitest';
import {
  activateTab,
  arrangeTabs,
  changeTab,
  closeTab,
  decodeJournal,
  emptyJournal,
  encodeJournal,
  isDirty,
  moveTab,
  openTab,
  pinTab,
  reopenTab,
  type TabJournal,
} from './tab-journal.ts';

const withTexts = (...texts: readonly string[]): TabJournal =>
  texts.reduce((journal, text) => openTab(journal, { text }), emptyJournal);
const now = Date.UTC(2026, 0, 31);
const dayMs = 24 * 60 * 60_000;
const titles = (journal: TabJournal) => journal.tabs.map((tab) => tab.title);

describe('tab journal', () => {
  it('names tabs by a number that never repeats', () => {
    const journal = openTab(closeTab(withTexts('a', 'b'), 'tab-2', now), { text: 'c' });
    expect(titles(journal)).toEqual(['Query 1', 'Query 3']);
  });

  it('moves to the neighbour when the active tab closes, and to none after the last', () => {
    const journal = closeTab(activateTab(withTexts('a', 'b', 'c'), 'tab-2'), 'tab-2', now);
    expect(journal.activeId).toBe('tab-3');
    expect(closeTab(withTexts('a'), 'tab-1', now).activeId).toBeUndefined();
  });

  it('stays in the group of the tab that closes, and moves tabs only there', () => {
    const leaf = (...views: string[]) => ({ type: 'leaf', data: { views } });
    const root = { type: 'branch', data: [leaf('tab-1', 'tab-2'), leaf('tab-3')] };
    const order = ['tab-1', 'tab-2', 'tab-3'];
    const split = arrangeTabs(withTexts('a', 'b', 'c'), order, { grid: { root } });
    expect(closeTab(activateTab(split, 'tab-2'), 'tab-2', now).activeId).toBe('tab-1');
    expect(closeTab(activateTab(split, 'tab-3'), 'tab-3', now).activeId).toBe('tab-2');
    expect(moveTab(split, 'tab-2', 1)).toBe(split);
    expect(titles(moveTab(split, 'tab-2', -1))).toEqual(['Query 2', 'Query 1', 'Query 3']);
  });

  it('brings back a closed text, the last one first', () => {
    const closed = closeTab(closeTab(withTexts('a', 'b', 'c'), 'tab-1', now), 'tab-3', now);
    expect(reopenTab(closed).tabs.map((tab) => tab.text)).toEqual(['b', 'c']);
    expect(reopenTab(closed, 'tab-1').activeId).toBe('tab-1');
  });

  it('does not keep a closed tab without text', () => {
    expect(closeTab(withTexts(' \n'), 'tab-1', now).closed).toEqual([]);
  });

  it('is dirty from the first change until the text has run', () => {
    const edited = changeTab(withTexts('a'), 'tab-1', { text: 'ab' });
    const ran = changeTab(edited, 'tab-1', { cleanText: 'ab' });
    expect([edited, ran].map((journal) => journal.tabs.map(isDirty))).toEqual([[true], [false]]);
  });

  it('takes over the order of the dock', () => {
    const journal = arrangeTabs(withTexts('a', 'b', 'c'), ['tab-3', 'tab-1', 'tab-2'], { x: 1 });
    expect(journal.tabs.map((tab) => tab.text)).toEqual(['c', 'a', 'b']);
  });

  it('forgets closed tabs after thirty days', () => {
    const early = closeTab(withTexts('a', 'b', 'c'), 'tab-1', now - 31 * dayMs);
    const journal = closeTab(early, 'tab-2', now);
    expect(journal.closed.map((tab) => tab.text)).toEqual(['b']);
    expect(decodeJournal(encodeJournal(journal), now + 31 * dayMs)?.closed).toEqual([]);
  });

  it('keeps pinned tabs in front, wherever they are dragged', () => {
    const pinned = pinTab(withTexts('a', 'b', 'c'), 'tab-3', true);
    const dragged = arrangeTabs(pinned, ['tab-2', 'tab-3', 'tab-1'], null);
    expect([pinned, dragged].map((journal) => journal.tabs.map((tab) => tab.text))).toEqual([
      ['c', 'a', 'b'],
      ['c', 'b', 'a'],
    ]);
  });

  it('moves a tab, but not over the border of the pinned ones', () => {
    const pinned = pinTab(withTexts('a', 'b', 'c'), 'tab-1', true);
    const texts = [moveTab(pinned, 'tab-3', -1), moveTab(pinned, 'tab-2', -1)].map((journal) =>
      journal.tabs.map((tab) => tab.text).join(''),
    );
    expect(texts).toEqual(['acb', 'abc']);
  });

  it('opens a saved query once', () => {
    const saved = { title: 'x', text: 'x', savedPath: 'x.aql' };
    const journal = openTab(openTab(openTab(emptyJournal, saved), { text: 'y' }), saved);
    expect([journal.tabs.length, journal.activeId]).toEqual([2, 'tab-1']);
  });

  it('opens the documents of a collection once, and keeps them as a tab', () => {
    const films = { title: 'films', text: '', collection: 'films' };
    const journal = openTab(openTab(openTab(emptyJournal, films), { text: 'y' }), films);
    expect([journal.tabs.length, journal.activeId]).toEqual([2, 'tab-1']);
    expect(decodeJournal(encodeJournal(journal), now)).toEqual(journal);
  });

  it('keeps where a grid is scrolled to, until it shows other documents', () => {
    const opened = openTab(emptyJournal, { title: 'films', text: '', collection: 'films' });
    const id = opened.activeId ?? '';
    const scrolled = changeTab(opened, id, { scroll: { row: 120, left: 40 } });
    const back = decodeJournal(JSON.parse(JSON.stringify(encodeJournal(scrolled))), now);
    expect(back?.tabs.map(({ scroll }) => scroll)).toEqual([{ row: 120, left: 40 }]);
    const other = openTab(scrolled, { title: 'films', text: '', collection: 'films', where: '{}' });
    expect(other.tabs.map(({ scroll }) => scroll)).toEqual([{ row: 0, left: 0 }]);
    expect(JSON.stringify(encodeJournal(other))).not.toContain('scroll');
  });

  it('shows other documents in the tab that a collection has, and keeps which', () => {
    const films = { title: 'films', text: '', collection: 'films' };
    const one = openTab(openTab(emptyJournal, films), { ...films, where: '{ a: 1 }' });
    const back = decodeJournal(encodeJournal(openTab(one, films)), now);
    expect(back?.tabs.map(({ where }) => where)).toEqual(['{ a: 1 }']);
  });

  it('has one tab for the events', () => {
    const events = { title: 'Events', text: '', page: 'events' } as const;
    const journal = openTab(openTab(emptyJournal, events), events);
    expect(decodeJournal(encodeJournal(journal), now)).toEqual(journal);
    expect(journal.tabs).toHaveLength(1);
  });

  it('comes back from its saved form whole', () => {
    const edited = { text: 'bb', variables: '{ "n": 1 }', place: { start: 1, end: 2 } };
    const closed = closeTab(withTexts('a', 'b'), 'tab-1', now);
    const journal = pinTab(changeTab(closed, 'tab-2', edited), 'tab-2', true);
    expect(decodeJournal(encodeJournal(journal), now)).toEqual(journal);
  });

  it('reads what it can of a damaged saved form', () => {
    const saved = { tabs: [{ id: 'tab-1', title: 'T', text: 'x' }, 7, { id: 1 }], activeId: 'no' };
    expect(decodeJournal(saved, now)).toMatchObject({ tabs: [{ text: 'x' }], activeId: 'tab-1' });
    expect(decodeJournal('text', now)).toBeUndefined();
  });
});
