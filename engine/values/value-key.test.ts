import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues } from './compare.ts';
import type { StoredValue } from './stored-value.ts';
import { valueKey } from './value-key.ts';

const scalars = fc.constantFrom<StoredValue>(
  ...[
    null,
    true,
    false,
    0,
    -0,
    1,
    1.5,
    '',
    '1',
    'a',
    '\u0000',
    '\u0000s',
    '\u0000c[]',
    '[]',
    'null',
  ],
);
const values = fc.letrec<{ value: StoredValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('the key of a value', () => {
  it('is the same exactly for values that are equal in the total order', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(valueKey(a) === valueKey(b), JSON.stringify([a, b])).toBe(compareValues(a, b) === 0);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[StoredValue, StoredValue]>([
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [
      [0, { x: -0 }],
      [-0, { x: 0 }],
    ],
  ])('finds %j and %j alike', (a, b) => {
    expect(valueKey(a)).toBe(valueKey(b));
  });
});
