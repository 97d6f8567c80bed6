import { describe, expect, it } from 'vitest';
import { SettingsStore } from '../settings/settings-store.ts';
import { activateTab, closeTab } from './tab-journal.ts';
import { TabStore } from './tab-store.ts';

function openedStore(): TabStore {
  const settings = new SettingsStore({ load: async () => ({}), save: async () => undefined });
  return new TabStore(settings, '/films', [
    { text: '{ films { id } }' },
    { text: '{ people { id } }' },
  ]);
}

describe('typing the name of a tab', () => {
  it('goes on while another tab comes to the front', () => {
    const store = openedStore();
    const [first, second] = store.journal().tabs.map(({ id }) => id);
    store.startRenaming(second);
    store.update((before) => activateTab(before, first ?? ''));
    expect(store.renamingId()).toBe(second);
  });

  // The field goes with its tab without a word: the texts of the other tabs would never take the focus again.
  it('ends when the tab is closed', () => {
    const store = openedStore();
    const [first] = store.journal().tabs.map(({ id }) => id);
    store.startRenaming(first);
    store.update((before) => closeTab(before, first ?? '', 0));
    expect(store.renamingId()).toBeUndefined();
  });
});
