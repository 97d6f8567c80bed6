import { describe, expect, it } from 'vitest';
import type { GridColumn } from '../../../grid/cell-value.ts';
import { documentValues, partEntries, rootOf } from './live-table.ts';

const columns = (...names: readonly string[]): readonly GridColumn[] =>
  names.map((name) => ({ name, path: '', nullable: true, type: { kind: 'scalar', name: 'Any' } }));
const cells = (...given: Parameters<typeof partEntries>) =>
  partEntries(...given).map(({ values }) => values);

describe('live tables', () => {
  it('tell null and not set in a document apart', () => {
    expect(documentValues({ a: null, b: 1 }, columns('a', 'b', 'c'))).toEqual([null, 1, undefined]);
  });

  it('show totals as one row, those of an alias by its name', () => {
    const value = { totalCount: 3, aggregate: { max: 9 }, own: { max: 7 } };
    expect(cells(value, 'films', columns('totalCount', 'max', 'own.max'))).toEqual([[3, 9, 7]]);
  });

  it('show groups one row each, with key and aggregates, and keep their keys', () => {
    const groupBy = [
      { key: 'Drama', count: 2, aggregate: { avg: 7 } },
      { key: { genre: 'Action', year: 1999 }, count: 1, aggregate: { avg: 5 } },
    ];
    const wanted = columns('key', 'count', 'avg');
    expect(cells({ groupBy }, 'films', wanted)[0]).toEqual(['Drama', 2, 7]);
    expect(cells({ groupBy, totalCount: 3 }, 'films.groupBy', wanted)[0]).toEqual(['Drama', 2, 7]);
    expect(cells({ groupBy }, 'films', columns('genre', 'year', 'count'))[1]).toEqual([
      'Action',
      1999,
      1,
    ]);
    expect(partEntries({ groupBy }, 'films', wanted).map(({ key }) => key)[0]).toBe('"Drama"');
  });

  it('show edges with their nodes', () => {
    const edges = [{ cursor: 'x', node: { id: '1', title: 'Heat' } }];
    expect(partEntries({ edges }, 'films', columns('cursor', 'id', 'title'))).toEqual([
      { key: '"1"', values: ['x', '1', 'Heat'] },
    ]);
  });

  it('belong to the root in front of the dot', () => {
    expect([rootOf('films'), rootOf('films.groupBy')]).toEqual(['films', 'films']);
  });
});
