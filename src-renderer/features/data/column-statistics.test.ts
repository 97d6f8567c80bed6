import { describe, expect, it } from 'vitest';
import { bind, type CatalogShape, parse } from '#engine/aql';
import type { GridColumn } from '../../grid/cell-value.ts';
import { shareText, statisticsQuery } from './column-statistics.ts';

const types = ['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime', 'Object', 'Any'] as const;
const columns: readonly GridColumn[] = [
  ...types.map(
    (name): GridColumn => ({
      name: `f_${name}`,
      path: '',
      nullable: true,
      type: { kind: 'scalar', name },
    }),
  ),
  {
    name: 'tags',
    path: '',
    nullable: true,
    type: { kind: 'list', element: { kind: 'scalar', name: 'String' } },
  },
];
const shape: CatalogShape = {
  version: 1,
  collections: [
    {
      name: 'films',
      open: false,
      indexes: [],
      fields: columns.map(({ name, type }) => ({
        name,
        type,
        nullable: true,
        unique: false,
        indexed: false,
      })),
    },
  ],
};

describe('the query of column statistics', () => {
  it.each(columns)('is right for $name', (column) => {
    for (const given of ['', '(where: { f_Int: { gt: 1 } })']) {
      const { document, diagnostics } = parse(statisticsQuery('films', given, column));
      expect([...diagnostics, ...bind(document, shape).diagnostics]).toEqual([]);
    }
  });
});

it('a share is all or nothing only where it is', () => {
  // 16,666 of 16,667 were 100.0 %.
  expect([
    shareText(16_666, 16_667),
    shareText(1, 16_667),
    shareText(3, 3),
    shareText(0, 3),
  ]).toEqual(['16,666 (> 99.9 %)', '1 (< 0.1 %)', '3 (100.0 %)', '0 (0.0 %)']);
});
