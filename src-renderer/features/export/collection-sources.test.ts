import { expect, it } from 'vitest';
import { collectionSources } from './collection-sources.ts';

const given = {
  collection: 'films',
  where: '',
  orderBy: '',
  count: { rows: 3, isKnown: true },
  documentCount: 3,
  model: { keyOf: (row: number) => ['a', 'b', 'c'][row] },
  selection: undefined,
};

it('exports what is looked at, in its order', () => {
  expect(collectionSources(given).map(({ from }) => from)).toEqual([
    { kind: 'collection', collection: 'films', where: '' },
  ]);
  const looked = { where: '{ year: { gt: 1990 } }', orderBy: '[{ year: DESC }]' };
  const sources = collectionSources({ ...given, ...looked, count: { rows: 1, isKnown: true } });
  expect(sources).toMatchObject([
    { label: 'The one document that matches the filter', from: looked },
    { label: 'All 3 documents', from: { where: '', orderBy: '[{ year: DESC }]' } },
  ]);
});
