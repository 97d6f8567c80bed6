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
  openTab,
  reopenTab,
  type TabJournal,
} from './tab-journal.ts';

const withTexts = (...texts: readonly string[]): TabJournal =>
  texts.reduce((journal, text) => openTab(journal, { text }), emptyJournal);
const titles = (journal: TabJournal) => journal.tabs.map((tab) => tab.title);

describe('tab journal', () => {
  it('names tabs by a number that never repeats', () => {
    const journal = openTab(closeTab(withTexts('a', 'b'), 'tab-2'), { text: 'c' });
    expect(titles(journal)).toEqual(['Query 1', 'Query 3']);
  });

  it('moves to the neighbour when the active tab closes, and to none after the last', () => {
    const journal = closeTab(activateTab(withTexts('a', 'b', 'c'), 'tab-2'), 'tab-2');
    expect(journal.activeId).toBe('tab-3');
    expect(closeTab(withTexts('a'), 'tab-1').activeId).toBeUndefined();
  });

  it('brings back a closed text, the last one first', () => {
    const closed = closeTab(closeTab(withTexts('a', 'b', 'c'), 'tab-1'), 'tab-3');
    expect(reopenTab(closed).tabs.map((tab) => tab.text)).toEqual(['b', 'c']);
    expect(reopenTab(closed, 'tab-1').activeId).toBe('tab-1');
  });

  it('does not keep a closed tab without text', () => {
    expect(closeTab(withTexts(' \n'), 'tab-1').closed).toEqual([]);
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

  it('comes back from its saved form whole', () => {
    const journal = changeTab(closeTab(withTexts('a', 'b'), 'tab-1'), 'tab-2', { text: 'bb' });
    expect(decodeJournal(encodeJournal(journal))).toEqual(journal);
  });

  it('reads what it can of a damaged saved form', () => {
    const saved = { tabs: [{ id: 'tab-1', title: 'T', text: 'x' }, 7, { id: 1 }], activeId: 'no' };
    expect(decodeJournal(saved)).toMatchObject({ tabs: [{ text: 'x' }], activeId: 'tab-1' });
    expect(decodeJournal('text')).toBeUndefined();
  });
});
