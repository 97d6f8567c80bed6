/* Sorting by bytes beside the one total order of values (values/compare.ts). */
import { describe, expect, it } from 'vitest';
import type { SortKey } from '../plan/sort-key.ts';
import { compareValues } from '../values/compare.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import { RowSorter } from './row-sorter.ts';

const long = 'x'.repeat(1_000);
const values: readonly (StoredValue | undefined)[] = [
  ...[null, undefined, false, true, -1e300, -1.5, -0, 0, 3, 7e-9, 2 ** 53],
  ...['', 'a', 'a\0', 'a\0b', 'b', 'ä', '€', '\uffff', '😀', `${long}a`, `${long}b`, `${long}ä`],
  ...[[], [1], [1, 2], ['a'], ['a', null], [[`${long}b`]], [[`${long}a`]]],
  ...[{}, { a: 1 }, { a: 1, b: 2 }, { a: `${long}b` }, { a: `${long}a` }, { b: 0 }],
];

describe('a sort of rows', () => {
  it.each(['asc', 'desc'] as const)('is in the order of the values, %s', (direction) => {
    const keys: readonly SortKey[] = [
      { path: ['a'], direction },
      { path: ['b'], direction: 'desc' },
    ];
    const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
    const shuffled = pairs.map(
      (_, at) => pairs[(at * 641) % pairs.length] ?? ([null, null] as const),
    );
    const sorter = new RowSorter(keys, { operatorBytesMax: 2 ** 30 });
    for (const [row, pair] of shuffled.entries()) sorter.add(row as Row, (key) => pair[key]);
    const sign = direction === 'asc' ? 1 : -1;
    const expected = [...shuffled.keys()].sort((left, right) => {
      const [a, b] = [shuffled[left] ?? [], shuffled[right] ?? []];
      return sign * compareValues(a[0], b[0]) || compareValues(b[1], a[1]) || left - right;
    });
    expect([...sorter.sorted()]).toEqual(expected);
  });

  it('refuses more keys than its memory holds, and says what to do', () => {
    const sorter = new RowSorter([{ path: ['s'], direction: 'asc' }], {
      operatorBytesMax: 64 * 1024,
    });
    const add = (count: number): void => {
      for (let n = 0; n < count; n += 1) sorter.add(n as Row, () => `value ${n}`);
    };
    add(1_000);
    expect(() => add(2_000)).toThrow(
      expect.objectContaining({ code: 'LimitExceeded', hint: expect.stringContaining('limit') }),
    );
  });
});
