import { describe, expect, it } from 'vitest';
import type { CellType } from '../../grid/cell-value.ts';
import type { ColumnStatistics } from './column-statistics.ts';
import { factsOf, valueTextOf } from './statistics-text.ts';

const scalar = (name: 'String' | 'Object'): CellType => ({ kind: 'scalar', name });
const statistics = (more: Partial<ColumnStatistics>): ColumnStatistics => ({
  ...{ count: 4, setCount: 3, distinctCount: 2, min: undefined, max: undefined },
  ...{ average: undefined, top: [] },
  ...more,
});

describe('the figures of a column', () => {
  // The lowest value was blank and a bar had no label where texts were empty.
  it('show an empty text, and one of spaces, in quotes', () => {
    const facts = new Map(factsOf(statistics({ min: '', max: 'z' }), scalar('String')));
    expect([facts.get('Lowest'), facts.get('Highest')]).toEqual(['""', 'z']);
    const textOf = valueTextOf({ min: '', max: 'z' });
    expect(['', ' ', 'a b', 'a '].map(textOf)).toEqual(['""', '" "', 'a b', '"a "']);
  });

  it('say what has no value, and that both kinds of it are one figure', () => {
    expect(valueTextOf({ min: 1, max: 2 })(null)).toBe('null or not set');
    expect(new Map(factsOf(statistics({}), scalar('String'))).get('Null or not set')).toBe(
      '1 (25.0 %)',
    );
  });

  it('say that distinct objects and lists are not counted', () => {
    const distinct = (type: CellType) =>
      new Map(factsOf(statistics({ distinctCount: undefined }), type)).get('Distinct values');
    expect(distinct(scalar('Object'))).toBe('not counted for objects');
    expect(distinct({ kind: 'list', element: scalar('String') })).toBe('not counted for lists');
  });

  it('show years without separators where all are years', () => {
    expect(valueTextOf({ min: 1990, max: 2001 })(1995)).toBe('1995');
    expect(valueTextOf({ min: 1, max: 2001 })(1995)).toBe('1,995');
  });
});
