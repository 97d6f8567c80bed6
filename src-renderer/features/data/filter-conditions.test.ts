import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireValue } from '#contract';
import {
  conditionsIn,
  conditionsText,
  type FilterCondition,
  type FilterOperatorName,
} from './filter-conditions.ts';

const fields = [
  { name: 'title', type: { kind: 'scalar', name: 'String' } },
  { name: 'year', type: { kind: 'scalar', name: 'Int' } },
  { name: 'tags', type: { kind: 'list', element: { kind: 'scalar', name: 'String' } } },
  { name: 'home', type: { kind: 'scalar', name: 'Object' } },
  { name: 'data', type: { kind: 'scalar', name: 'Any' } },
] as const;

describe('the conditions of a filter', () => {
  it.each<[string, readonly FilterCondition[] | undefined]>([
    ['', []],
    [
      '{ year: { gte: 1995, lt: 2000 } }',
      [
        { field: 'year', operator: 'gte', value: 1995 },
        { field: 'year', operator: 'lt', value: 2000 },
      ],
    ],
    [
      '{ year: 1995, title: null }',
      [
        { field: 'year', operator: 'eq', value: 1995 },
        { field: 'title', operator: 'isNull', value: true },
      ],
    ],
    [
      '{ and: [{ tags: { contains: "a, b" } }, { year: -1 }] }',
      [
        { field: 'tags', operator: 'contains', value: 'a, b' },
        { field: 'year', operator: 'eq', value: -1 },
      ],
    ],
    [
      '{ year: { between: [1990, 2000] }, data: { eq: { a: 1 } } }',
      [
        { field: 'year', operator: 'between', value: [1990, 2000] },
        { field: 'data', operator: 'eq', value: { a: 1 } },
      ],
    ],
    [
      '{ home: { city: "Rome", geo: { lat: { gt: 1, lt: 2 } } }, "data.a": { isNull: true } }',
      [
        { field: 'home.city', operator: 'eq', value: 'Rome' },
        { field: 'home.geo.lat', operator: 'gt', value: 1 },
        { field: 'home.geo.lat', operator: 'lt', value: 2 },
        { field: 'data.a', operator: 'isNull', value: true },
      ],
    ],
    ['{ home: { city: { matches: "R.*" } } }', undefined],
    ['{ "title.length": 3 }', undefined],
    ['{ or: [{ year: 1 }, { year: 2 }] }', undefined],
    ['{ other: 1 }', undefined],
    ['{ year: { size: { gt: 1 } } }', undefined],
    ['{ year: { gte: $from } }', undefined],
    ['{ year: 1', undefined],
    ['{ year: 1 } }', undefined],
    ['{ year: [1, ', undefined],
  ])('of %s', (text, expected) => {
    expect(conditionsIn(text, fields)).toEqual(expected);
  });

  it('turn into a text and back', () => {
    const value = fc.oneof(
      fc.string().map((text): WireValue => text),
      fc.integer().map((number): WireValue => number),
      fc.boolean().map((flag): WireValue => flag),
      fc.array(fc.string()).map((list): WireValue => list),
    );
    const condition = fc.record({
      field: fc.constantFrom('title', 'year', 'tags', 'home.city', 'data', 'data.a.b-c'),
      operator: fc.constantFrom<FilterOperatorName>('eq', 'in', 'gte', 'between', 'contains'),
      value,
    });
    const property = fc.property(fc.array(condition, { maxLength: 4 }), (conditions) => {
      expect(conditionsIn(conditionsText(conditions), fields)).toEqual(conditions);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
