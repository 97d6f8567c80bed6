import { expect, it } from 'vitest';
import type { DefinitionInfo, FieldInfo } from '#contract';
import { collectionRows, stayingText } from './definition-rows.ts';

const field = (name: string, type: 'Int' | 'String', more: Partial<FieldInfo> = {}): FieldInfo => ({
  name,
  type: { kind: 'scalar', name: type },
  nullable: true,
  unique: false,
  indexed: false,
  ...more,
});
const before: DefinitionInfo = {
  name: 'people',
  fields: [
    field('name', 'String'),
    field('age', 'String'),
    field('gone', 'Int'),
    field('id2', 'Int'),
  ],
  definedIndexes: [{ fields: ['name', 'age'], unique: false }],
};

it('tells fields that stay, are renamed, retyped, gone and new, and indexes', () => {
  const after: DefinitionInfo = {
    name: 'people',
    fields: [
      field('title', 'String'),
      field('age', 'Int'),
      field('id2', 'Int', { unique: true }),
      field('role', 'String', { nullable: false, default: { kind: 'value', value: 'member' } }),
    ],
    definedIndexes: [{ fields: ['role'], unique: true }],
  };
  const renames = [{ from: 'name', to: 'title' }];
  const { name, state, rows } = collectionRows({ before, after, renames });
  expect([name, state]).toEqual(['people', 'altered']);
  expect(
    rows.map((row) => [row.state, row.before, row.after, row.isDestructive ? '!' : '']),
  ).toEqual([
    ['renamed', 'name: String', 'title: String', ''],
    ['changed', 'age: String', 'age: Int', '!'],
    ['removed', 'gone: Int', undefined, '!'],
    ['changed', 'id2: Int', 'id2: Int @unique', ''],
    ['added', undefined, 'role: String! = "member"', ''],
    ['removed', 'index (name, age)', undefined, ''],
    ['added', undefined, 'index (role) unique', ''],
  ]);
});

it('tells collections that come and go', () => {
  const created = collectionRows({ before: null, after: before, renames: [] });
  expect(created.state).toBe('created');
  expect(created.rows.every(({ state }) => state === 'added')).toBe(true);
  const dropped = collectionRows({ before, after: null, renames: [] });
  expect(dropped.state).toBe('dropped');
  expect(dropped.rows.filter(({ isDestructive }) => isDestructive)).toHaveLength(4);
});

it('counts what stays in the singular and the plural', () => {
  const row = (kind: 'field' | 'index') =>
    ({ kind, state: 'same', before: 'a', after: 'a', isDestructive: false }) as const;
  const [field, index] = [row('field'), row('index')];
  expect(
    [[], [field], [index], [field, field], [field, field, index]].flatMap(stayingText),
  ).toEqual([
    '1 field stays as it is',
    '1 index stays as it is',
    '2 fields stay as they are',
    '2 fields and 1 index stay as they are',
  ]);
});
