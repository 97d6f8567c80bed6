import { describe, expect, it } from 'vitest';
import { cellText } from './cell-text.ts';
import { cutToWidth, displayWidth } from './display-width.ts';
import { formatTable, TextTable } from './text-table.ts';

const columns = [
  { title: 'name', isRightAligned: false },
  { title: 'age', isRightAligned: true },
];

describe('tables', () => {
  it('line up texts on the left and numbers on the right', () => {
    expect(
      formatTable(columns, [
        ['Ann', '7'],
        ['Bartholomew', '1234'],
      ]),
    ).toBe(
      ['name          age', '───────────  ────', 'Ann             7', 'Bartholomew  1234', ''].join(
        '\n',
      ),
    );
  });

  it('count wide and combining characters as a terminal shows them', () => {
    expect(['日本', 'e\u0301', '😀', 'naïve', '👨‍👩‍👧'].map(displayWidth)).toEqual([4, 1, 2, 5, 2]);
    expect(cutToWidth('日本語', 5)).toBe('日本…');
    expect(cutToWidth('日本', 4)).toBe('日本');
  });

  it('keep the widths of the first rows, and go on without holding rows back', () => {
    const table = new TextTable(columns, { rowsMeasured: 2 });
    expect(table.add(['a', '1'])).toBe('');
    expect(table.add(['bb', '2'])).toBe('name  age\n────  ───\na       1\nbb      2\n');
    expect(table.add(['longer', '3'])).toBe('longer    3\n');
    expect(table.end()).toBe('');
  });

  it('are their header when there are no rows', () => {
    expect(formatTable(columns, [])).toBe('name  age\n────  ───\n');
  });
});

describe('cells', () => {
  it('tell null, missing, the word null and the empty text apart', () => {
    expect([
      cellText(null, false),
      cellText(null, true),
      cellText('null', false),
      cellText('', false),
    ]).toEqual(['null', '', '"null"', '""']);
  });

  it('stay on one line and show lists and objects as JSON', () => {
    expect([
      cellText('a\nb', false),
      cellText(' x', false),
      cellText(['a', 1], false),
      cellText({ a: null }, false),
      cellText(true, false),
      cellText(1.5, false),
    ]).toEqual(['"a\\nb"', '" x"', '["a",1]', '{"a":null}', 'true', '1.5']);
  });
});
