import { describe, expect, it } from 'vitest';
import type { FieldInfo, WireFieldType } from '#contract';
import { newDocumentId } from './new-id.ts';
import { pastedColumns, pastedRows } from './pasted-rows.ts';
import { decodeStaged, encodeStaged } from './staged-journal.ts';
import { absenceProblem, typedValue } from './value-text.ts';

const scalar = (name: Extract<WireFieldType, { kind: 'scalar' }>['name']): WireFieldType => ({
  kind: 'scalar',
  name,
});
const field = (type: WireFieldType, rest: Partial<FieldInfo> = {}): FieldInfo => ({
  name: 'f',
  type,
  nullable: true,
  unique: false,
  indexed: false,
  ...rest,
});

describe('typed values', () => {
  it.each<[string, WireFieldType, unknown]>([
    ['12', scalar('Int'), 12],
    ['1,234', scalar('Int'), 1234],
    ['1.5', scalar('Int'), undefined],
    ['9007199254740993', scalar('Int'), undefined],
    ['', scalar('Int'), undefined],
    ['-1.5e3', scalar('Float'), -1500],
    ['', scalar('String'), ''],
    ['Yes', scalar('Boolean'), true],
    ['maybe', scalar('Boolean'), undefined],
    ['2026-05-01', scalar('DateTime'), '2026-05-01T00:00:00.000Z'],
    ['2026-05-01 12:30:00+02:00', scalar('DateTime'), '2026-05-01T10:30:00.000Z'],
    ['soon', scalar('DateTime'), undefined],
    [
      '00000000-0000-4000-8000-00000000000A',
      scalar('Uuid'),
      '00000000-0000-4000-8000-00000000000a',
    ],
    ['{"a":1}', scalar('Object'), { a: 1 }],
    ['[1]', scalar('Object'), undefined],
    ['[1]', scalar('Any'), [1]],
    ['a, b', { kind: 'list', element: scalar('String') }, ['a', 'b']],
    ['["a,b"]', { kind: 'list', element: scalar('String') }, ['a,b']],
    ['[1]', { kind: 'list', element: scalar('String') }, undefined],
    ['1, x', { kind: 'list', element: scalar('Int') }, undefined],
  ])('of %j as %o', (text, type, expected) => {
    const typed = typedValue(text, field(type));
    expect(typed.kind === 'value' ? typed.value : undefined).toEqual(expected);
  });

  it('keep the rules of the field', () => {
    const rules = field(scalar('Int'), { nullable: false, validate: { min: 1, max: 5 } });
    const kinds = ['0', '1', '5', '6'].map((text) => typedValue(text, rules).kind);
    expect([kinds, absenceProblem(rules) !== undefined]).toEqual([
      ['wrong', 'value', 'value', 'wrong'],
      true,
    ]);
    const short = field(scalar('String'), {
      validate: { minLength: 2, maxLength: 3, pattern: '^[a-z]+$' },
    });
    expect(['a', 'ab', 'abcd', 'AB'].map((text) => typedValue(text, short).kind)).toEqual([
      'wrong',
      'value',
      'wrong',
      'wrong',
    ]);
  });
});

describe('rows from a spreadsheet', () => {
  it('are split at tabs and lines, but not inside quotes', () => {
    expect(pastedRows('a\tb\r\n"x\ty"\t"say ""hi"""\n5" pipe\t\n')).toEqual([
      ['a', 'b'],
      ['x\ty', 'say "hi"'],
      ['5" pipe', ''],
    ]);
  });

  it('go to the columns that their first row names, or from the focus on', () => {
    const names = ['id', 'title', 'year'];
    expect(
      pastedColumns(
        [
          ['year', 'title'],
          ['1', 'A'],
        ],
        names,
        1,
      ),
    ).toEqual({ columns: ['year', 'title'], rows: [['1', 'A']] });
    expect(pastedColumns([['A', '1']], names, 1)).toEqual({
      columns: ['title', 'year'],
      rows: [['A', '1']],
    });
  });
});

it('ids of new documents are of version 7 and ascend with the time', () => {
  const ids = [1_000, 2_000_000_000_000].map((now) => newDocumentId(now));
  expect(
    ids.every((id) =>
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  ).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
});

it('the journal gives back what was staged, and leaves out what is not of its form', () => {
  const documents = new Map([
    ['a', { id: 'a', base: { id: 'a', x: 1 }, mine: { id: 'a', x: 2 } }],
    ['b', { id: 'b', base: undefined, mine: { id: 'b' } }],
    ['c', { id: 'c', base: { id: 'c' }, mine: undefined }],
  ]);
  expect(decodeStaged(encodeStaged(documents))).toEqual(documents);
  expect(decodeStaged([3, { id: 4 }, { id: 'x' }]).size).toBe(0);
});
