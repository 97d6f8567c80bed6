import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from './import-exact-json.ts';

describe('parseExactJson', () => {
  it.each([
    ['{"n":0.1428571428571428}', { n: 0.1428571428571428 }],
    ['[2.4285714285714284,9007199254740993]', [2.4285714285714284, 9007199254740993n]],
    ['[-9007199254740993]', [-9007199254740993n]],
    ['1234567890123456.5', 1234567890123456.5],
    ['9007199254740991', 9007199254740991],
    ['1e-1234567890123456', 0],
    ['"9007199254740993"', '9007199254740993'],
  ])('reads %s', (text, expected) => {
    expect(parseExactJson(text)).toEqual(expected);
  });

  it.each(['[', '{"a":'])(
    'refuses what is nested as deep as %s a hundred thousand times',
    (open) => {
      const text = `${open.repeat(100_000)}1${(open === '[' ? ']' : '}').repeat(100_000)}`;
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );

  it('loses no digit of any integer, wherever it stands', () => {
    const scalar = fc.oneof(
      fc.bigInt(-(2n ** 70n), 2n ** 70n),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      fc.stringMatching(/^[\d.\\"]{0,20}$/),
    );
    const values = fc.array(fc.tuple(fc.string(), scalar), { maxLength: 8 });
    fc.assert(
      fc.property(values, (pairs) => {
        const text = `[${pairs.map(([key, value]) => `{${JSON.stringify(key)}: ${written(value)}}`).join()}]`;
        const read = pairs.map(([, value]) => plain(value));
        const found = parseExactJson(text);
        expect(Array.isArray(found) && found.map((each) => Object.values(each)[0])).toEqual(read);
      }),
    );
  });
});

function written(value: bigint | number | string): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** As it has to arrive: what a number holds exactly is one. */
function plain(value: bigint | number | string): bigint | number | string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  const text = JSON.stringify(value);
  const isLongInteger = /^-?\d+$/.test(text) && !Number.isSafeInteger(value);
  // Negative zero is written as zero.
  return isLongInteger ? BigInt(text) : value + 0;
}
