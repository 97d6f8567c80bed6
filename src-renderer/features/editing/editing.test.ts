import { describe, expect, it } from 'vitest';
import type { FieldInfo, WireFieldType } from '#contract';
import { fittingChoices } from './choices.ts';
import { dateText, otherZoneText, withZone } from './date-zone.ts';
import { newDocumentId } from './new-id.ts';
import { pastedBlock } from './pasted-rows.ts';
import {
  deleteDocuments,
  editFields,
  insertDocuments,
  nothingStaged,
  undo,
} from './staged-edits.ts';
import { decodeStaged, StagedEncoder } from './staged-journal.ts';
import { absenceProblem, pastedValue, typedValue } from './value-text.ts';

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
    ['2028-02-29', scalar('DateTime'), '2028-02-29T00:00:00.000Z'],
    ['2026-05-01 12:30:00+02:00', scalar('DateTime'), '2026-05-01T10:30:00.000Z'],
    ['soon', scalar('DateTime'), undefined],
    ['2026-02-30', scalar('DateTime'), undefined],
    ['2100-02-29T00:00:00Z', scalar('DateTime'), undefined],
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

  /* A double took what it could not hold: Infinity was shown and null written, digits were rounded, members lost. */
  it.each<[string, WireFieldType, string]>([
    ['{"a": [1e999]}', scalar('Object'), '1e999 is too large: numbers go up to about 1.8e308.'],
    ['1e-999', scalar('Any'), '1e-999 is too small: it would be 0.'],
    [
      '{"a": 9007199254740993}',
      scalar('Object'),
      '9007199254740993 has too many digits: it would be rounded to 9007199254740992. A text keeps them.',
    ],
    [
      '{"a": {"b": 1, "c": "b", "b": 2}}',
      scalar('Object'),
      '"b" stands twice in one object: only the last one would be kept.',
    ],
    [
      '9007199254740993',
      scalar('Int'),
      'This is too large: whole numbers go up to 9,007,199,254,740,991.',
    ],
    ['-1e20', scalar('Int'), 'This is too small: whole numbers begin at -9,007,199,254,740,991.'],
    ['1e999', scalar('Int'), '1e999 is too large: numbers go up to about 1.8e308.'],
    ['1e999', scalar('Float'), '1e999 is too large: numbers go up to about 1.8e308.'],
    ['Infinity', scalar('Float'), 'This is not a number.'],
    ['1.5', scalar('Int'), 'This is not a whole number.'],
  ])('tell why %j is no value of %o', (text, type, message) => {
    expect(typedValue(text, field(type))).toEqual({ kind: 'wrong', message });
  });

  it.each([
    '{"a":{"b":1},"c":{"b":2},"d":["a","a"],"e":"\\"{"}',
    '[0.1,-0,1e21,1152921504606847000,1152921504606846976,9007199254740992,3.141592653589793238]',
    '{"a: 1e999":"1e999, \\"b\\": 9007199254740993"}',
  ])('take %s as it is', (text) => {
    expect(typedValue(text, field(scalar('Any')))).toEqual({
      kind: 'value',
      value: JSON.parse(text),
    });
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

describe('pasted rows', () => {
  const names = ['id', 'title', 'year'];
  const isField = (name: string) => names.includes(name);
  const read = (text: string, asRows = false) => pastedBlock({ text }, { isField, asRows });

  it('are split at tabs and lines, but not inside quotes', () => {
    expect(read('a\tb\r\n"x\ty"\t"say ""hi"""\n5" pipe\t\n')).toEqual({
      head: undefined,
      remarks: [],
      rows: [
        ['a', 'b'],
        ['x\ty', 'say "hi"'],
        ['5" pipe', ''],
      ],
    });
  });

  it('go to the columns that their first row names', () => {
    const rows = [['1', 'A']];
    expect(read('year\ttitle\n1\tA')).toMatchObject({ head: ['year', 'title'], rows });
  });

  it('may be CSV, if all lines have as many cells', () => {
    const rows = [['A, B', '1']];
    const head = ['title', 'year'];
    expect(read('title,year\n"A, B",1\n')).toMatchObject({ head, rows });
    expect(read('Rome, Italy').rows).toEqual([['Rome, Italy']]);
    expect(read('Rome, Italy\nParis').rows).toEqual([['Rome, Italy'], ['Paris']]);
  });

  it('may be documents in JSON', () => {
    expect(read('[{ "title": "A" }, { "year": null, "title": "B" }]')).toEqual({
      head: ['title', 'year'],
      remarks: [],
      rows: [
        [{ value: 'A' }, undefined],
        [{ value: 'B' }, { value: null }],
      ],
    });
  });

  it('are a value where one cell holds objects, whatever its members are called', () => {
    const text = '{ "title": "inside", "x": 1 }';
    const one = { isField, asRows: false, holdsObject: true };
    expect(pastedBlock({ text }, one)).toEqual({ head: undefined, remarks: [], rows: [[text]] });
    expect(pastedBlock({ text: `[${text}]` }, one).head).toEqual(['title', 'x']);
    expect(pastedBlock({ text }, { ...one, asRows: true }).head).toEqual(['title', 'x']);
    expect(read(text).head).toEqual(['title', 'x']);
  });
});

describe('text that is pasted', () => {
  const isField = (name: string) => ['title', 'year'].includes(name);
  const read = (text: string, asRows = true) => pastedBlock({ text }, { isField, asRows });

  /* One column that was no field made the head a row of data. */
  it('has a head when most of its names are fields', () => {
    expect(read('title\tyear\tnope\nA\t1\tx')).toMatchObject({
      head: ['title', 'year', 'nope'],
      rows: [['A', '1', 'x']],
    });
    expect(read('title\tnope\nA\tx').head).toBeUndefined();
  });

  /* A semicolon, or one line that was not like the others, made one column of it all. */
  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    [
      'A;1\nB;2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      [],
    ],
    [
      'A;1,5\nB;2,5',
      [
        ['A', '1,5'],
        ['B', '2,5'],
      ],
      [],
    ],
    [
      'A,1\nB,2,x\nC,3\n\n',
      [
        ['A', '1'],
        ['B', '2', 'x'],
        ['C', '3'],
      ],
      ['line 2 has 3 cells instead of 2'],
    ],
    [
      'title,year\nA\nB,2,3\n',
      [['A'], ['B', '2', '3']],
      ['lines 2, 3 do not have 2 cells as the others'],
    ],
  ])('is CSV: %j', (text, rows, remarks) => {
    expect(read(text)).toMatchObject({ rows, remarks });
  });

  it('is words where too few lines have as many commas', () => {
    expect(read('Rome, Italy\nParis, France\nBerlin\nOslo', false).rows).toHaveLength(4);
    expect(read('Rome, Italy\nParis, France\nBerlin\nOslo', false).rows[0]).toEqual([
      'Rome, Italy',
    ]);
  });

  it('is one document a line, and a line that is none is told', () => {
    const block = read('{"title":"A"}\n{"year":\n{"title":"B","year":2}\n');
    expect(block).toEqual({
      head: ['title', 'year'],
      rows: [
        [{ value: 'A' }, undefined],
        [{ value: 'B' }, { value: 2 }],
      ],
      remarks: ['line 2 is no document in JSON and is left out'],
    });
  });

  it('is the value of one cell where it is JSON without the names of fields', () => {
    expect(read('{\n "a": 1\n}', false).rows).toEqual([['{\n "a": 1\n}']]);
    expect(read('[1,\n2]', false).rows).toEqual([['[1,\n2]']]);
  });

  it('is not taken where its numbers would be others, and tells of members that are lost', () => {
    expect(read('{"title": "A", "year": 1e999}')).toMatchObject({
      rows: [],
      remarks: ['1e999 is too large: numbers go up to about 1.8e308'],
    });
    expect(read('{"title": "A", "title": "B"}')).toMatchObject({
      rows: [[{ value: 'B' }]],
      remarks: ['"title" stands twice in one object: only the last one would be kept'],
    });
  });
});

describe('dates', () => {
  const date = field(scalar('DateTime'));

  it('without a zone are in the zone that was chosen', () => {
    expect([
      withZone('2026-05-01 12:30', date, 'utc'),
      withZone('2026-05-01 12:30', date, 'local'),
      withZone('2026-05-01T12:30:00+02:00', date, 'utc'),
    ]).toEqual(['2026-05-01 12:30Z', '2026-05-01 12:30', '2026-05-01T12:30:00+02:00']);
  });

  /* A day alone was one in UTC, a time on it local, and the note said that both were local. */
  it('are read in one zone, whether they have a time or not', () => {
    const read = (text: string, zone: 'local' | 'utc') =>
      typedValue(withZone(text, date, zone), date);
    const [day, midnight] = [read('2026-05-01', 'local'), read('2026-05-01 00:00', 'local')];
    expect([day, read('2026-05-01', 'utc')]).toEqual([
      { kind: 'value', value: new Date(2026, 4, 1).toISOString() },
      { kind: 'value', value: '2026-05-01T00:00:00.000Z' },
    ]);
    expect(midnight).toEqual(day);
    expect(pastedValue('2026-05-01', date).value).toBe(new Date(2026, 4, 1).toISOString());
    expect(pastedValue({ value: '2026-05-01' }, date).value).toBe('2026-05-01T00:00:00.000Z');
    expect(read('2026-02-30', 'local').kind).toBe('wrong');
  });

  it('are told in the other zone', () => {
    const typed = { kind: 'value', value: '2026-05-01T04:00:00.000Z' } as const;
    expect([otherZoneText(typed, 'local'), otherZoneText(undefined, 'utc')]).toEqual([
      'In UTC: 2026-05-01T04:00:00.000Z',
      'Without a zone it is UTC.',
    ]);
    expect(otherZoneText(typed, 'utc')).toMatch(/^Local time: 2026-0/);
  });

  it('are typed as they are shown', () => {
    const value = '2026-05-01T12:30:00.000Z';
    for (const zone of ['local', 'utc'] as const) {
      const typed = typedValue(withZone(dateText(value, zone), date, zone), date);
      expect(typed).toEqual({ kind: 'value', value });
    }
  });
});

it('choices fit what was typed, those first that begin with it', () => {
  const choices = ['melodrama', 'drama', 'noir'].map((label) => ({ value: label, label }));
  const found = fittingChoices(choices, 'Dra').map(({ label }) => label);
  expect(found).toEqual(['drama', 'melodrama']);
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

describe('the journal', () => {
  const document = (x: number) => ({ shown: { id: 'a', x: 0 }, field: 'x', value: x });

  it('gives back what was staged, and leaves out what is not of its form', () => {
    let state = editFields(nothingStaged, [{ shown: { id: 'a', x: 1 }, field: 'x', value: 2 }]);
    state = editFields(state, [{ shown: { id: 'd', x: 1 }, field: 'x', value: undefined }]);
    state = insertDocuments(state, [{ id: 'b' }]);
    state = deleteDocuments(state, [{ id: 'c' }]);
    expect(decodeStaged(new StagedEncoder().encode(state)).documents).toEqual(state.documents);
    const broken = decodeStaged({ documents: [3, { id: 4 }, { id: 'x' }], past: 3, future: [4] });
    expect([broken.documents.size, broken.past]).toEqual([0, []]);
  });

  it('gives back what can be undone and done again, step by step', () => {
    const encoder = new StagedEncoder();
    let state = nothingStaged;
    for (let value = 1; value <= 600; value += 1) state = editFields(state, [document(value)]);
    state = insertDocuments(state, [{ id: 'b', x: 1 }]);
    for (let step = 0; step < 3; step += 1) state = undo(state);
    const steps: unknown[] = [];
    let back = decodeStaged(JSON.parse(JSON.stringify(encoder.encode(state))));
    expect([back.past, back.future]).toEqual([state.past, state.future]);
    while (back.past.length > 0) {
      back = undo(back);
      steps.push(back.documents.get('a')?.mine?.['x'] ?? 0);
    }
    expect(steps).toEqual(Array.from({ length: 598 }, (_, at) => 597 - at));
  });

  it('leaves out the oldest steps where all of them would be too long', () => {
    const long = 'x'.repeat(100_000);
    let state = nothingStaged;
    for (let value = 1; value <= 30; value += 1) {
      state = editFields(state, [{ shown: { id: 'a' }, field: 'x', value: `${value} ${long}` }]);
    }
    const encoded = new StagedEncoder().encode(state);
    const { past } = decodeStaged(encoded);
    expect([past.at(-1), past.length < 30, JSON.stringify(encoded).length < 1_500_000]).toEqual([
      state.past.at(-1),
      true,
      true,
    ]);
  });
});
