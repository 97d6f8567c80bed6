import { expect, it } from 'vitest';
import { type ColumnValue, ValueCodes } from './value-codes.ts';

const count = 50_000;

const kinds: readonly (readonly [string, (n: number) => ColumnValue])[] = [
  ['addresses', (n) => `user${n}@example.com`],
  ['texts', (n) => `${(n * 7_919).toString(36)} writes of ${n.toString(36)} and more`],
  ['whole numbers', (n) => n],
  ['fractions', (n) => n / count],
  // All have one hash, which does not look at what lies in between.
  [
    'long texts of one beginning and one end',
    (n) => `${'a'.repeat(80)}${n + count}${'z'.repeat(80)}`,
  ],
  ['texts beside the numbers that they look like', (n) => (n % 2 === 0 ? n >> 1 : `${n >> 1}`)],
];

it.each(kinds)('codes of %s are those that were added, and there are no others', (_, makeValue) => {
  const values: ColumnValue[] = [];
  const codes = new ValueCodes((code) => values[code]);
  for (let n = 0; n < count; n += 1) {
    const value = makeValue(n);
    if (codes.get(value) !== undefined) throw new Error(`${value} is there before it was added`);
    values.push(value);
    codes.add(value, n);
  }
  const wrong = values.filter((value, code) => codes.get(value) !== code);
  expect([wrong.length, codes.get(makeValue(count)), codes.get('')]).toEqual([
    0,
    undefined,
    undefined,
  ]);
});
