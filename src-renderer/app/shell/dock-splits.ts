/*
 * Tabs side by side and one above the other. The dock can do it all by dragging; these are the same acts as commands.
 * Where the groups stand is read from the layout in the journal, which the dock writes whenever it changes.
 */
import type { DockviewApi, DockviewGroupPanel } from 'dockview-react';
import type { Command } from '../commands/command.ts';
import { activateTab, openTab } from '../tabs/tab-journal.ts';
import { groupsOf } from '../tabs/tab-layout.ts';
import type { TabStore } from '../tabs/tab-store.ts';

export type SplitDirection = 'right' | 'below';

const group = 'Tabs';
const sizeStep = 60;

/** The splits of one dock. */
export class DockSplits {
  readonly #store: TabStore;
  readonly #focusText: () => void;
  /** New tabs that are to stand in a group of their own, until the dock has made their panels. */
  readonly #waiting = new Map<string, SplitDirection>();
  #api: DockviewApi | undefined;

  /** `focusText` gives the focus to the text of the tab in front: a panel that moves loses it. */
  constructor(store: TabStore, focusText: () => void) {
    this.#store = store;
    this.#focusText = focusText;
  }

  setApi(api: DockviewApi): void {
    this.#api = api;
  }

  /** Where the panel of a new tab goes: into the group in front, or beside it. */
  takePlaceOf(id: string): SplitDirection | 'within' {
    const direction = this.#waiting.get(id) ?? 'within';
    this.#waiting.delete(id);
    return direction;
  }

  /** Moves a tab into a group of its own. From a group that has no other, a new query is opened there instead. */
  split(id: string, direction: SplitDirection): void {
    const panel = this.#api?.getPanel(id);
    if (panel === undefined) return;
    if (panel.group.panels.length > 1) {
      const position = direction === 'right' ? 'right' : 'bottom';
      panel.api.moveTo({ group: panel.group, position });
      this.#focusText();
      return;
    }
    const opened = openTab(activateTab(this.#store.journal(), id), { text: '' });
    if (opened.activeId !== undefined) this.#waiting.set(opened.activeId, direction);
    this.#store.update(() => opened);
  }

  hasSplits(): boolean {
    return groupsOf(this.#store.journal().layout).length > 1;
  }

  /** Goes to the tab in front of the next group; behind the last comes the first. */
  goToNext(): void {
    const id = this.#nextGroup()?.activePanel?.id;
    if (id !== undefined) this.#store.update((before) => activateTab(before, id));
  }

  moveToNext(): void {
    const next = this.#nextGroup();
    const panel = this.#activePanel();
    if (next === undefined || panel === undefined) return;
    panel.api.moveTo({ group: next });
    this.#focusText();
  }

  /** Puts all tabs into the first group, in the order in which they stand. */
  join(): void {
    const { layout, activeId } = this.#store.journal();
    const [first, ...others] = groupsOf(layout);
    const target = this.#groupOf(first?.[0]);
    if (target === undefined) return;
    for (const id of others.flat()) this.#api?.getPanel(id)?.api.moveTo({ group: target });
    if (activeId !== undefined) this.#api?.getPanel(activeId)?.api.setActive();
    this.#focusText();
  }

  /** Gives the group in front more room, or less: in width when another stands beside it, else in height. */
  resize(by: number): void {
    const panel = this.#activePanel();
    if (panel === undefined || this.#api === undefined) return;
    const { width, height } = panel.group.api;
    const isBeside = width < this.#api.width;
    panel.group.api.setSize(isBeside ? { width: width + by } : { height: height + by });
  }

  #activePanel() {
    const { activeId } = this.#store.journal();
    return activeId === undefined ? undefined : this.#api?.getPanel(activeId);
  }

  #groupOf(id: string | undefined): DockviewGroupPanel | undefined {
    return id === undefined ? undefined : this.#api?.getPanel(id)?.group;
  }

  #nextGroup(): DockviewGroupPanel | undefined {
    const { layout, activeId } = this.#store.journal();
    if (activeId === undefined) return undefined;
    const groups = groupsOf(layout);
    const at = groups.findIndex((members) => members.includes(activeId));
    return this.#groupOf(groups[(at + 1) % groups.length]?.[0]);
  }
}

/** What can be done with splits, for palette and keys. */
export function splitCommands(splits: DockSplits, store: TabStore): readonly Command[] {
  const hasTab = () => store.journal().activeId !== undefined;
  const hasSplits = () => splits.hasSplits();
  const split = (direction: SplitDirection) => () => {
    const { activeId } = store.journal();
    if (activeId !== undefined) splits.split(activeId, direction);
  };
  return [
    {
      id: 'tab.splitRight',
      title: 'Split right',
      group,
      keys: ['Mod+\\'],
      keywords: ['side by side', 'vertical', 'columns'],
      isEnabled: hasTab,
      run: split('right'),
    },
    {
      id: 'tab.splitDown',
      title: 'Split down',
      group,
      keys: ['Mod+Shift+\\'],
      keywords: ['stack', 'horizontal', 'rows'],
      isEnabled: hasTab,
      run: split('below'),
    },
    {
      id: 'tab.nextSplit',
      title: 'Go to the next split',
      group,
      keys: ['Alt+\\'],
      isEnabled: hasSplits,
      run: () => splits.goToNext(),
    },
    {
      id: 'tab.moveToNextSplit',
      title: 'Move tab to the next split',
      group,
      keys: ['Alt+Shift+\\'],
      isEnabled: hasSplits,
      run: () => splits.moveToNext(),
    },
    {
      id: 'tab.splitLarger',
      title: 'Make this split larger',
      group,
      keys: ['Alt+='],
      isEnabled: hasSplits,
      run: () => splits.resize(sizeStep),
    },
    {
      id: 'tab.splitSmaller',
      title: 'Make this split smaller',
      group,
      keys: ['Alt+-'],
      isEnabled: hasSplits,
      run: () => splits.resize(-sizeStep),
    },
    {
      id: 'tab.join',
      title: 'Join all splits',
      group,
      keywords: ['unsplit', 'merge'],
      isEnabled: hasSplits,
      run: () => splits.join(),
    },
  ];
}
