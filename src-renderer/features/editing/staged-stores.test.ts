import { expect, it } from 'vitest';
import { SettingsStore } from '../../app/settings/settings-store.ts';
import { Client } from '../../client/client.ts';
import { editFields, observe } from './staged-edits.ts';
import { StagedStores } from './staged-stores.ts';

const client = new Client({ kind: 'browser', open: () => Promise.reject(new Error('no host')) });
const place = { database: 'd', path: '/shop' };
const edit = { shown: { id: 'a', x: 0 }, field: 'x', value: 1 };

it('counts what is left to commit, also in collections that are not shown', () => {
  const settings = new SettingsStore({ load: async () => ({}), save: async () => undefined });
  const stores = new StagedStores(client, settings);
  let toldCount = 0;
  const stop = stores.subscribe(() => {
    toldCount += 1;
  });
  const store = stores.of(place, 'films');
  store.apply((state) => editFields(state, [edit]));
  const other = new StagedStores(client, settings);
  expect([stores, other].map((each) => each.countOf(place, 'films'))).toEqual([1, 1]);
  // The status bar went on to count an edit that others had made as well, and the toolbar did not.
  const seen = { id: 'a', document: { id: 'a', x: 1 }, version: 'v' };
  const before = toldCount;
  store.apply((state) => observe(state, [seen]));
  expect([stores.countOf(place, 'films'), toldCount > before]).toEqual([0, true]);
  stop();
});
