import { expect, it } from 'vitest';
import { plainColumns, setHidden, setSort } from '../../grid/column-state.ts';
import { withNamed } from '../../ui/named-list.ts';
import { decodeViews, encodeViews, type SavedView } from './saved-views.ts';

it('saved views keep filter, sort and columns, one for each name', () => {
  const columns = setHidden(setSort(plainColumns, 'year', 'desc'), 'id', true);
  let views = withNamed<SavedView>([], {
    name: 'new',
    where: '{ year: 1 }',
    columns: plainColumns,
  });
  views = withNamed(views, { name: 'all', where: '', columns });
  views = withNamed(views, { name: 'new', where: '{ year: 2 }', columns });
  expect(views.map(({ name, where }) => [name, where])).toEqual([
    ['all', ''],
    ['new', '{ year: 2 }'],
  ]);
  expect(decodeViews(JSON.parse(JSON.stringify(encodeViews(views))))).toEqual(views);
  expect(decodeViews([3, { name: 4 }, { name: 'x' }])).toEqual([]);
});
