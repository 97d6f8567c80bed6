import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../base/bytes.ts';
import { compareStrings, compareValues } from './compare.ts';
import { encodeKey, KeyWriter, readKeyComponent } from './key-encoding.ts';
import type { StoredValue } from './stored-value.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1, -1, Number.MIN_VALUE, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER),
);
const value: fc.Arbitrary<StoredValue> = fc.letrec<{ value: StoredValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    fc.constantFrom(
      '',
      '\u0000',
      '\u0000a',
      'a\u0000',
      'a',
      'b',
      '\uffff',
      '\u{10000}',
      '\u{1f600}',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

const hasCut = (bytes: Uint8Array): boolean => readKeyComponent(bytes, 0).cutEnd !== undefined;

describe('the key encoding', () => {
  it('orders bytes as the values are ordered', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const keyA = encodeKey(a);
        const keyB = encodeKey(b);
        fc.pre(!hasCut(keyA) && !hasCut(keyB));
        expect(Math.sign(compareBytes(keyA, keyB))).toBe(Math.sign(compareValues(a, b)));
      }),
      { numRuns: 5_000 },
    );
  });

  it('orders compound keys field by field', () => {
    fc.assert(
      fc.property(value, value, value, value, (a1, a2, b1, b2) => {
        const keyA = new KeyWriter().value(a1, 'value').value(a2, 'value').take();
        const keyB = new KeyWriter().value(b1, 'value').value(b2, 'value').take();
        fc.pre([a1, a2, b1, b2].every((part) => !hasCut(encodeKey(part))));
        const order = compareValues(a1, b1) || compareValues(a2, b2);
        expect(Math.sign(compareBytes(keyA, keyB))).toBe(Math.sign(order));
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps long values within a bound, apart, and in order wherever their first bytes differ', () => {
    const long = fc
      .tuple(
        fc.constantFrom('a', 'b\u0000', 'é', ''),
        fc.integer({ min: 200, max: 600 }),
        fc.constantFrom('', 'x', 'y'),
      )
      .map(([unit, count, end]) => `${unit.repeat(count)}${end}`);
    fc.assert(
      fc.property(long, long, (a, b) => {
        const keyA = encodeKey(a);
        const keyB = encodeKey(b);
        expect(keyA.length).toBeLessThanOrEqual(1 + 256 + 2 + 16);
        expect(compareBytes(keyA, keyB) === 0).toBe(a === b);
        const cutA = readKeyComponent(keyA, 0).cutEnd;
        const sameStart =
          cutA !== undefined && compareBytes(keyA.slice(0, cutA), keyB.slice(0, cutA)) === 0;
        if (!sameStart)
          expect(Math.sign(compareBytes(keyA, keyB))).toBe(Math.sign(compareValues(a, b)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds where an encoded value ends', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const first = encodeKey(a);
        const both = new KeyWriter().value(a, 'value').value(b, 'value').take();
        expect(readKeyComponent(both, 0).end).toBe(first.length);
        expect(readKeyComponent(both, first.length).end).toBe(both.length);
      }),
    );
  });

  it('refuses half a surrogate pair and, in a Uuid field, what is no UUID', () => {
    expect(() => encodeKey('a\ud800')).toThrow('surrogate');
    expect(() => encodeKey(['\udc00'])).toThrow('surrogate');
    expect(() => encodeKey('not a uuid', 'uuid')).toThrow('UUID');
    expect(encodeKey('018f0000-0000-7000-8000-0000000000ff', 'uuid')).toHaveLength(17);
  });
});

describe('the order of strings', () => {
  it('is by code point, not by UTF-16 unit', () => {
    expect(['\u{1f600}', '\uffff', 'b', 'a', ''].sort(compareStrings)).toEqual([
      '',
      'a',
      'b',
      '\uffff',
      '\u{1f600}',
    ]);
  });
});
