import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveData } from './live-data.ts';

const titles = (data: LiveData) => data.list('films')?.map(({ row }) => row['title']);
const keys = (data: LiveData) => data.list('films')?.map(({ key }) => key);

function dataOf(...rows: readonly string[]): LiveData {
  const data = new LiveData();
  const films = rows.map((title) => ({ title }));
  data.take({
    type: 'snapshot',
    lsn: 1,
    data: { films, totals: { aggregate: { n: rows.length } } },
  });
  return data;
}

describe('LiveData', () => {
  it('puts rows in and out at the places that the engine tells, and moves them with their keys', () => {
    const data = dataOf('a', 'b', 'c');
    const [first, second] = keys(data) ?? [];
    const { changes, roots } = data.take({
      type: 'delta',
      lsn: 2,
      changes: [
        { type: 'Removed', root: 'films', id: 'C', from: 2, old: { title: 'c' } },
        {
          type: 'Modified',
          root: 'films',
          id: 'A',
          from: 0,
          to: 1,
          row: { title: 'b2' },
          old: { title: 'a' },
        },
        { type: 'Added', root: 'films', id: 'D', to: 2, row: { title: 'd' } },
      ],
    });
    expect([titles(data), keys(data)]).toEqual([
      ['b', 'b2', 'd'],
      [second, first, 'D'],
    ]);
    expect(roots.get('films')?.isReplaced).toBe(true);
    expect(changes.map(({ kind, id, fields }) => [kind, id, fields])).toEqual([
      ['removed', 'C', [{ name: 'title', old: 'c', new: undefined }]],
      ['changed', 'A', [{ name: 'title', old: 'a', new: 'b2' }]],
      ['added', 'D', [{ name: 'title', old: undefined, new: 'd' }]],
    ]);
  });

  it('tells which rows only hold other values', () => {
    const data = dataOf('a', 'b');
    const { roots } = data.take({
      type: 'delta',
      lsn: 2,
      changes: [
        {
          type: 'Modified',
          root: 'films',
          id: 'B',
          from: 1,
          to: 1,
          row: { title: 'B' },
          old: { title: 'b' },
        },
      ],
    });
    expect(roots.get('films')).toEqual({ isReplaced: false, rows: new Set([1]) });
    expect(titles(data)).toEqual(['a', 'B']);
  });

  it('changes values and lists inside, and tells what they were', () => {
    const data = dataOf('a');
    const { changes } = data.take({
      type: 'delta',
      lsn: 2,
      changes: [{ type: 'Value', path: ['totals', 'aggregate', 'n'], value: 7 }],
    });
    expect(data.value('totals')).toEqual({ aggregate: { n: 7 } });
    expect(changes).toEqual([
      {
        kind: 'changed',
        place: 'totals.aggregate.n',
        id: undefined,
        fields: [{ name: 'n', old: 1, new: 7 }],
      },
    ]);
  });

  it('knows again the rows of a list that was computed anew, whatever was put between them', () => {
    const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        const data = dataOf(...before);
        const keyOf = new Map(before.map((title, at) => [title, keys(data)?.[at]]));
        const { changes } = data.take({
          type: 'delta',
          lsn: 2,
          changes: [
            {
              type: 'Splice',
              path: ['films'],
              start: 0,
              deleteCount: before.length,
              items: after.map((title) => ({ title })),
            },
          ],
        });
        expect(titles(data)).toEqual(after);
        const kept = after.filter((title) => before.includes(title));
        expect(kept.map((title) => keys(data)?.[after.indexOf(title)])).toEqual(
          kept.map((title) => keyOf.get(title)),
        );
        expect(changes.length).toBe(before.length + after.length - 2 * kept.length);
      }),
    );
  });
});
