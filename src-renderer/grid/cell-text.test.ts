import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, cutText, exactText, groupedNumber, markedWhitespace } from './cell-text.ts';
import type { CellType, CellValue } from './cell-value.ts';

const any: CellType = { kind: 'scalar', name: 'Any' };
const scalar = (name: 'Uuid' | 'DateTime' | 'String'): CellType => ({ kind: 'scalar', name });
const shown = (value: CellValue, type: CellType = any) => cellText({ state: 'value', value }, type);

describe('cellText', () => {
  it('tells null, not set, not loaded and empty apart', () => {
    expect(shown(null)).toEqual({ kind: 'null' });
    expect(cellText({ state: 'missing' }, any)).toEqual({ kind: 'missing' });
    expect(cellText({ state: 'pending' }, any)).toEqual({ kind: 'pending' });
    expect(shown('')).toEqual({ kind: 'empty' });
  });

  it('shortens an id in the middle and keeps it whole as the title', () => {
    expect(shown('0192f0c1-2f6b-7c3a-9a51-0123456789ab', scalar('Uuid'))).toEqual({
      kind: 'uuid',
      text: '0192f0c1…6789ab',
      title: '0192f0c1-2f6b-7c3a-9a51-0123456789ab',
    });
  });

  it('shows a time on the local clock and its ISO text as the title', () => {
    const local = new Date(1995, 11, 15, 8, 5, 9);
    const iso = local.toISOString();
    expect(shown(iso, scalar('DateTime'))).toMatchObject({
      kind: 'date',
      text: '1995-12-15 08:05:09',
      title: iso,
    });
  });

  it('shows a text that is no time as it is, even in a column of times', () => {
    expect(shown('tomorrow', scalar('DateTime'))).toEqual({ kind: 'text', text: 'tomorrow' });
  });

  it('makes whitespace visible and keeps the original as the title', () => {
    expect(shown(' two\nlines\t')).toEqual({
      kind: 'text',
      text: '·two↵lines⇥',
      title: ' two\nlines\t',
    });
  });

  it('shows the first elements of a list and how many more there are', () => {
    expect(shown(['a', 2, null, { b: 1 }, 'e', 'f'])).toMatchObject({
      kind: 'list',
      chips: ['a', '2', 'null', '{1}'],
      more: 2,
    });
  });

  it('shows the size and the beginning of an object', () => {
    expect(shown({ city: 'Rome', zip: 12, list: [1, 2] })).toMatchObject({
      kind: 'object',
      size: 3,
      preview: 'city: Rome, zip: 12, list: [2]',
    });
  });
});

describe('numbers', () => {
  it('groups by three and keeps every digit', () => {
    expect(groupedNumber(1234567.891)).toBe('1,234,567.891');
    expect(groupedNumber(-1234)).toBe('-1,234');
    expect(groupedNumber(1e21)).toBe('1e+21');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(groupedNumber(value).replaceAll(',', ''))).toBe(Number(String(value)));
      }),
    );
  });
});

describe('years', () => {
  const year = { state: 'value', value: 1995 } as const;
  it('stand without separators in a column that holds nothing else', () => {
    expect(cellText(year, any, true)).toEqual({ kind: 'number', text: '1995' });
    expect(cellText(year, any, false)).toEqual({ kind: 'number', text: '1,995' });
    expect(cellText({ state: 'value', value: 12995 }, any, true)).toEqual({
      kind: 'number',
      text: '12,995',
    });
  });
});

describe('exactText', () => {
  it('copies what is stored, not what is shown', () => {
    expect(exactText({ state: 'value', value: 1234567 })).toBe('1234567');
    expect(exactText({ state: 'value', value: ' a\n' })).toBe(' a\n');
    expect(exactText({ state: 'value', value: { a: [1] } })).toBe('{"a":[1]}');
    expect(exactText({ state: 'value', value: null })).toBe('');
    expect(exactText({ state: 'missing' })).toBe('');
  });
});

describe('texts', () => {
  it('never cuts a character in half', () => {
    expect(cutText('ab😀cd', 3)).toBe('ab…');
    expect(cutText('abc', 3)).toBe('abc');
  });

  it('marks spaces at the ends only', () => {
    expect(markedWhitespace('  a b ')).toBe('··a b·');
  });
});
