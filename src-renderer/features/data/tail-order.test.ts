import { expect, it } from 'vitest';
import type { CollectionInfo } from '#contract';
import { tailOf, tailRefusal } from './tail-order.ts';

const field = (name: string, type: string) =>
  ({ name, type: { kind: 'scalar', name: type } }) as CollectionInfo['fields'][number];
const info = { fields: [field('number', 'Int'), field('name', 'String')] };

// With a descending order Tail went to the last row, and the new one came first, out of view.
it('finds new documents at the end to which an order grows', () => {
  expect([
    tailOf([]).end,
    tailOf([{ column: 'number', direction: 'desc' }]).end,
    tailOf([{ column: 'number', direction: 'asc' }]).end,
  ]).toEqual(['last', 'first', 'last']);
});

it('has no newest document to show in an order in which they come anywhere', () => {
  const refusals = ['id', 'number', 'name'].map((column) =>
    tailRefusal([{ column, direction: 'desc' }], info),
  );
  expect(refusals).toEqual([undefined, undefined, expect.stringContaining('order of name')]);
  expect(tailRefusal([], info)).toBeUndefined();
});
