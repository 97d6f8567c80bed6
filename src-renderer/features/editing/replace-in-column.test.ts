import { expect, it } from 'vitest';
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { type Replacing, replacedValue } from './replace-in-column.ts';

const field = (type: WireFieldType, rest: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name: 'f', type, nullable: true, unique: false, indexed: false },
  ...rest,
});
const text = field({ kind: 'scalar', name: 'String' });
const number = field({ kind: 'scalar', name: 'Int' });
const date = field({ kind: 'scalar', name: 'DateTime' });
const texts = field({ kind: 'list', element: { kind: 'scalar', name: 'String' } });

const replacing = (find: string, replacement: string, rest: Partial<Replacing> = {}) => ({
  ...{ find, replacement, isWhole: false, matchesCase: false },
  ...rest,
});

it.each<[FieldInfo, WireValue | undefined, Replacing, WireValue | undefined]>([
  [text, 'a Cat, a cat', replacing('cat', 'dog'), 'a dog, a dog'],
  [text, 'a Cat, a cat', replacing('cat', 'dog', { matchesCase: true }), 'a Cat, a dog'],
  [text, 'a cat', replacing('cat', 'dog', { isWhole: true }), undefined],
  [text, 'Cat', replacing('cat', 'dog', { isWhole: true }), 'dog'],
  [text, 'a.c abc', replacing('a.c', '$&'), '$& abc'],
  [text, 'x\\[y]', replacing('\\[y]', ''), 'x'],
  [text, 'ab', replacing('', 'x'), undefined],
  [text, null, replacing('null', 'x'), undefined],
  [text, undefined, replacing('undefined', 'x'), undefined],
  [number, 12, replacing('12', '13'), 13],
  [number, 12, replacing('1', '2'), undefined],
  [number, 1200, replacing('1,200', '7'), 7],
  [
    date,
    '2026-05-01T00:00:00.000Z',
    replacing('2026-05-01T00:00Z', '2026-05-02T00:00Z'),
    '2026-05-02T00:00:00.000Z',
  ],
  [texts, ['a', 'b', 'a'], replacing('a', 'c, d'), ['c, d', 'b', 'c, d']],
  [texts, ['ab'], replacing('a', 'c'), undefined],
])('in a column of %o, %j with %o becomes %j', (of, value, given, expected) => {
  const replaced = replacedValue(value, of, given);
  expect(replaced?.kind === 'value' ? replaced.value : replaced).toEqual(expected);
});

it('refuses what the rules of the field do not allow', () => {
  const short = { ...text, validate: { maxLength: 3 } };
  const found = [
    replacedValue('abc', short, replacing('b', 'bbb')),
    replacedValue(1, number, replacing('1', 'one')),
  ];
  expect(found.map((each) => each?.kind)).toEqual(['wrong', 'wrong']);
});
