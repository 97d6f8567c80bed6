import { describe, expect, it } from 'vitest';
import { bind, parse } from '#engine/aql';
import type { GridColumn } from '../../grid/cell-value.ts';
import { type Bin, binsOf, distributionQuery } from './column-distribution.ts';

type Name = 'Int' | 'Float' | 'DateTime' | 'String';

const columnOf = (name: Name): GridColumn => ({
  name: `f_${name}`,
  path: '',
  nullable: true,
  type: { kind: 'scalar', name },
});

const holds = ({ from, to, isLast }: Bin, value: number) =>
  value >= Number(from) && (isLast ? value <= Number(to) : value < Number(to));

describe('the bins of a distribution', () => {
  it.each([
    ['Int', 1915, 2011],
    ['Int', -3, 4],
    ['Int', 0, 1],
    ['Int', -(2 ** 53) + 1, 2 ** 53 - 1],
    ['Float', -0.5, 0.25],
    ['Float', -1.7e308, 1.7e308],
  ] as const)('of %s from %d to %d hold every value once', (name, min, max) => {
    const bins = binsOf(columnOf(name), min, max);
    expect(bins.length).toBeGreaterThan(1);
    expect(bins.length).toBeLessThanOrEqual(24);
    const values = Array.from({ length: 500 }, (_, at) => min + (max / 499 - min / 499) * at);
    for (const each of [min, max, ...values.map((v) => (name === 'Int' ? Math.round(v) : v))]) {
      const value = Math.min(max, Math.max(min, each));
      expect([value, bins.filter((bin) => holds(bin, value)).length]).toEqual([value, 1]);
    }
  });

  it('of dates are in the order of time and end with the last', () => {
    const bins = binsOf(
      columnOf('DateTime'),
      '1998-06-12T00:00:00.000Z',
      '2010-12-31T00:00:00.000Z',
    );
    expect(bins.map(({ from }) => from)).toEqual(bins.map(({ from }) => from).toSorted());
    expect([bins[0]?.from, bins.at(-1)?.to]).toEqual([
      '1998-06-12T00:00:00.000Z',
      '2010-12-31T00:00:00.000Z',
    ]);
  });

  it.each([
    ['String', 'a', 'b'],
    ['Int', 3, 3],
    ['Float', undefined, undefined],
    ['Float', 1, 1 + Number.EPSILON],
    ['DateTime', 'no date', 'none either'],
  ] as const)('are none of %s from %s to %s', (name, min, max) => {
    expect(binsOf(columnOf(name), min, max)).toEqual([]);
  });

  it.each(['', '{ f_Int: { gt: 1 } }'])(
    'are counted by one query, with the filter "%s"',
    (where) => {
      const columns = (['Int', 'Float', 'DateTime'] as const).map(columnOf);
      const fields = columns.map(({ name, type }) => ({
        ...{ name, type, nullable: true, unique: false, indexed: false },
      }));
      const shape = {
        version: 1,
        collections: [{ name: 'films', open: false, indexes: [], fields }],
      };
      const ends = [
        [1, 100],
        [-1e21, 1e-7],
        ['2001-01-01T00:00:00.000Z', '2002-01-01T00:00:00.000Z'],
      ];
      for (const [at, column] of columns.entries()) {
        const bins = binsOf(column, ends[at]?.[0], ends[at]?.[1]);
        const { document, diagnostics } = parse(
          distributionQuery({ collection: 'films', where }, column, bins),
        );
        expect([...diagnostics, ...bind(document, shape).diagnostics]).toEqual([]);
      }
    },
  );
});
