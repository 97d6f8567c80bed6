import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { DictionaryValues } from './dictionary-values.ts';
import type { ColumnValue } from './value-codes.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const count = 150_000;

const kinds: readonly (readonly [string, (n: number) => ColumnValue])[] = [
  ['texts', (n) => `${(n * 7_919).toString(36)} writes of ${n.toString(36)} and more`],
  ['texts of which some are empty', (n) => (n % 3 === 0 ? '' : `${n}`)],
  ['texts of several scripts', (n) => (n % 1_000 === 0 ? `統一碼 ${n} 😀` : `Grüße ${n}`)],
  ['halves of characters', (n) => (n % 2 === 0 ? '\ud83d' : '\ude00')],
  ['texts of one byte and of two', (n) => (n % 9_000 < 4_500 ? `plain ${n}` : `Größe ${n}`)],
  ['texts that are too long together', (n) => `${n}`.padStart(n % 40_000 < 20_000 ? 2 : 1_100)],
  ['texts of which some are long', (n) => (n % 5_000 === 0 ? `${n}`.repeat(20_000) : `${n}`)],
  ['whole numbers', (n) => n],
  ['numbers among texts', (n) => (n % 40_000 < 20_000 ? `text ${n}` : n)],
];

it.each(kinds)('%s are those that were added, whenever they are asked for', (_, makeValue) => {
  const values = new DictionaryValues();
  const wrong: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const value = makeValue(n);
    values.push(value);
    const earlier = (n * 7_919) % (n + 1);
    if (values.at(n + 1) !== value || values.at(earlier + 1) !== makeValue(earlier)) wrong.push(n);
  }
  expect([wrong, values.length, values.at(0), values.at(count + 1)]).toEqual([
    [],
    count + 1,
    null,
    undefined,
  ]);
});

/** They were objects of their own, which the collector copied while they came, and marked ever after. */
it('puts many texts together', () => {
  const text = 'x'.repeat(40);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const values = new DictionaryValues();
  for (let n = 0; n < 4 * count; n += 1) values.push(text);
  collectGarbage();
  const grown = process.memoryUsage().heapUsed - before;
  expect({ length: values.length, isSmall: grown < 4 * count * (text.length + 4) }).toEqual({
    length: 4 * count + 1,
    isSmall: true,
  });
});
