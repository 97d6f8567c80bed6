import { describe, expect, it } from 'vitest';
import type { FieldInfo, WireFieldType } from '#contract';
import type { FilterCondition } from './filter-conditions.ts';
import { conditionOf, type FilterLine, linesOf, newLine, operatorsFor } from './filter-lines.ts';

const field = (name: string, typeName: 'String' | 'Int' | 'Object' | 'Any'): FieldInfo => {
  const type: WireFieldType = { kind: 'scalar', name: typeName };
  return { name, type, nullable: true, unique: false, indexed: false };
};
const fields = [
  field('title', 'String'),
  field('year', 'Int'),
  field('home', 'Object'),
  field('data', 'Any'),
];
const line = (part: Partial<FilterLine>): FilterLine => ({ ...newLine(fields, []), ...part });

describe('the lines of the filter builder', () => {
  it.each<[FilterCondition]>([
    [{ field: 'title', operator: 'eq', value: '12' }],
    [{ field: 'year', operator: 'between', value: [1990, 2000] }],
    [{ field: 'home.geo.lat', operator: 'gt', value: 1.5 }],
    [{ field: 'home.city', operator: 'eq', value: 'Rome' }],
    [{ field: 'home.city', operator: 'eq', value: '12' }],
    [{ field: 'home.city', operator: 'eq', value: '' }],
    [{ field: 'home.city', operator: 'eq', value: ' x ' }],
    [{ field: 'home.city', operator: 'eq', value: '"x"' }],
    [{ field: 'home', operator: 'eq', value: { city: 'Rome' } }],
    [{ field: 'data', operator: 'eq', value: { a: 1 } }],
    [{ field: 'data', operator: 'between', value: ['a', '5'] }],
    [{ field: 'data.a', operator: 'isNull', value: true }],
  ])('mean what they were made of: %j', (condition) => {
    const [made] = linesOf([condition], fields);
    expect(made && conditionOf(made, fields)).toEqual(condition);
  });

  it('show the operator that the text has', () => {
    // A condition on a field of any type was shown as `has no value`, beside its value.
    const data: FilterCondition = { field: 'data', operator: 'eq', value: { a: 1 } };
    const odd: FilterCondition = { field: 'year', operator: 'contains', value: 1 };
    const shown = linesOf([data, odd], fields).map((each) => [
      each.operator,
      operatorsFor(each, fields).includes(each.operator),
      each.text,
    ]);
    expect(shown).toEqual([
      ['eq', true, '{"a":1}'],
      ['contains', true, '1'],
    ]);
  });

  it('say what is wrong with them', () => {
    const wrong = [
      line({ field: 'year', operator: 'between', text: '1', upperText: '' }),
      line({ field: 'home', inner: 'a..b', text: '1' }),
      line({ field: 'data', text: '{"a"' }),
      line({ field: 'data', text: '' }),
    ];
    expect(wrong.map((each) => typeof conditionOf(each, fields))).toEqual(
      wrong.map(() => 'string'),
    );
  });
});
