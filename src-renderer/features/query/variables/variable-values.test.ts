import { describe, expect, it } from 'vitest';
import {
  type DeclaredVariable,
  variablesAt,
  variablesOf,
} from '../../../editor/declared-variables.ts';
import {
  fieldText,
  formatValues,
  parseField,
  parseValues,
  problemsOfValues,
} from './variable-values.ts';

const text = `query Films($from: Int! = 1990, $genres: [String!], $title: String!) { films { id } }
query Flights($day: DateTime, $filter: FlightsFilter) { flights { id } }`;

function variable(name: string): DeclaredVariable {
  const found = variablesOf(text).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no variable ${name}`);
  return found;
}

describe('declared variables', () => {
  it('are those of the operation at the cursor', () => {
    expect(variablesAt(text, 10)).toMatchObject([
      { name: 'from', typeText: 'Int!', defaultText: '1990', isRequired: false },
      { name: 'genres', typeText: '[String!]', isRequired: false, isNullable: true },
      { name: 'title', typeText: 'String!', isRequired: true, isNullable: false },
    ]);
    expect(variablesAt(text, text.length).map(({ name }) => name)).toEqual(['day', 'filter']);
  });

  it('are there while the rest of the text is wrong', () => {
    expect(variablesOf('query ($n: Int) { films(where: { }').length).toBeLessThan(2);
    expect(variablesOf('query ($n: Int) { nowhere { x } }').map(({ name }) => name)).toEqual(['n']);
  });
});

describe('values of variables', () => {
  it('are wrong where null stands for a required element, and beyond the range of numbers', () => {
    const declared = variablesOf('query ($a: [Int!], $b: [Int], $c: Float) { films { id } }');
    const kinds = ['[1, null]', '[1, null]', '1e999'].map((typed, at) => {
      const one = declared[at];
      return one && parseField(one, typed).kind;
    });
    expect(kinds).toEqual(['wrong', 'right', 'wrong']);
  });

  it('are read by their type, and say what is needed', () => {
    expect(parseField(variable('from'), '12')).toEqual({ kind: 'right', value: 12 });
    expect(parseField(variable('title'), '12')).toEqual({ kind: 'right', value: '12' });
    expect(parseField(variable('genres'), '["a"]')).toEqual({ kind: 'right', value: ['a'] });
    expect(parseField(variable('filter'), '{"x":{"eq":1}}').kind).toBe('right');
    expect(
      [
        parseField(variable('from'), '1.5'),
        parseField(variable('from'), 'x'),
        parseField(variable('day'), 'tomorrow'),
        parseField(variable('genres'), '[1]'),
      ].map((checked) => (checked.kind === 'wrong' ? checked.message : 'right')),
    ).toEqual([
      'A whole number is needed.',
      'A whole number is needed.',
      'A date is needed, such as 2026-01-31T09:00:00Z.',
      'A JSON list is needed, such as [1, 2].',
    ]);
  });

  it('that are missing or of another type stop a run, at their field', () => {
    const problems = problemsOfValues(variablesAt(text, 10), { from: null, genres: ['a'] });
    expect([...problems]).toEqual([
      ['from', 'Null is not taken here.'],
      ['title', 'A value is needed.'],
    ]);
  });

  it('are kept as the text of one JSON object', () => {
    expect(parseValues(' ')).toEqual({ kind: 'right', value: {} });
    expect(parseValues(formatValues({ a: [1] }))).toEqual({ kind: 'right', value: { a: [1] } });
    expect(parseValues('[1]').kind).toBe('wrong');
    expect(parseValues('{ "a": ').kind).toBe('wrong');
    expect(fieldText(variable('from'), 3)).toBe('3');
    expect(fieldText(variable('title'), 'x')).toBe('x');
  });
});
