import { expect, it } from 'vitest';
import { lineDifference } from './line-difference.ts';
import { meaningLines } from './meaning-lines.ts';

const named = (value: string) => ({ value });
const type = { kind: 'named', name: named('String'), isRequired: true };
const meaningOf = (...actions: readonly unknown[]) =>
  JSON.stringify([{ kind: 'alterCollection', name: named('users'), actions }]);
const add = (name: string, ...directives: readonly unknown[]) => ({
  kind: 'addField',
  field: { name: named(name), type, directives },
});
const drop = { kind: 'dropField', name: named('c') };
const filled = {
  name: named('default'),
  arguments: [{ name: named('value'), value: { kind: 'string', value: 'x' } }],
};

it('tells steps that went, came and stayed', () => {
  const before = meaningLines(meaningOf(add('a'), add('b'), drop));
  const after = meaningLines(meaningOf(add('a'), drop, add('d', filled)));
  expect(lineDifference(before, after).map(({ kind, text }) => `${kind} ${text.trim()}`)).toEqual([
    'same alter collection users {',
    'same add a: String!',
    'gone add b: String!',
    'same drop c',
    'added add d: String! @default(value: "x")',
    'same }',
  ]);
  expect(lineDifference(after, after).every(({ kind }) => kind === 'same')).toBe(true);
  expect(lineDifference([], ['x']).map(({ kind }) => kind)).toEqual(['added']);
});

it('writes assignments with their conditions, and what it does not know as it is', () => {
  const reference = { kind: 'reference', path: [named('name')] };
  const assignment = {
    path: [named('role')],
    expression: { kind: 'call', name: named('lower'), arguments: [reference] },
    where: {
      kind: 'object',
      entries: [{ key: named('age'), value: { kind: 'number', text: '3' } }],
    },
  };
  const step = { kind: 'migrateData', collection: named('users'), assignments: [assignment] };
  expect(meaningLines(JSON.stringify([step, { kind: 'new', n: 1 }]))).toEqual([
    'migrate data in users {',
    '  set role = lower(name) where { age: 3 }',
    '}',
    '{"kind":"new","n":1}',
  ]);
  expect(meaningLines('')).toEqual([]);
});
