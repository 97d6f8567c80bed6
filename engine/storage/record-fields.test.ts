import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { DocumentCodec } from './document-codec.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', 'x'.repeat(31), 'ä'.repeat(16), 'y'.repeat(0x100), '€'.repeat(0x6000)),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 31, 63, 64, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 1.5e12),
  fc.constantFrom(-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const inner: fc.Arbitrary<StoredValue> = fc.oneof(
  fc.array(scalar, { maxLength: 20 }),
  fc.dictionary(fc.constantFrom('p', 'q', '__proto__'), scalar, { maxKeys: 2 }),
  fc.array(fc.dictionary(fc.constantFrom('p', 'q'), scalar), { maxLength: 3 }),
);
const value = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 3, arbitrary: inner });
const names = ['id', 'name', 'age', 'tags', 'a', 'b', '__proto__'];
// Few shapes that come again and again, many that come once, and fields in several orders.
const document: fc.Arbitrary<StoredDocument> = fc.oneof(
  fc.record({ id: text, name: value, age: value, tags: value }),
  fc.record({ id: text, age: value, name: value }, { requiredKeys: ['id'] }),
  fc
    .dictionary(fc.constantFrom(...names.slice(1)), value)
    .map((fields) => ({ id: 'i', ...fields })),
);

function pick(document: StoredDocument, wanted: readonly string[]): [string, StoredValue][] {
  return wanted
    .filter((name) => name !== 'id' && Object.hasOwn(document, name))
    .map((name) => [name, document[name] ?? null]);
}

it('reads some fields of a record as the whole document has them', () => {
  let partCount = 0;
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 60 }),
      fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
      fc.nat({ max: 9 }),
      (documents, wanted, offset) => {
        const codec = new DocumentCodec('things', undefined);
        const some = codec.only(wanted);
        for (const each of documents) {
          const record = codec.encode(each);
          const bytes = new Uint8Array(offset + record.length);
          bytes.set(record, offset);
          const read = some.decode(bytes, offset);
          const whole = codec.decode(bytes, offset);
          expect(pick(read, wanted)).toEqual(pick(whole, wanted));
          expect(read.id).toBe(wanted.includes('id') || read.id !== '' ? whole.id : '');
          if (Object.keys(read).length < Object.keys(whole).length) partCount += 1;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(partCount).toBeGreaterThan(1_000);
});

it('refuses what is cut, or finds all that it looks for before the end', () => {
  const codec = new DocumentCodec('things', undefined);
  const whole = { id: 'i', name: 'a name of some length', age: 300, tags: ['x', 'y'], last: 1.5 };
  codec.encode(whole);
  const record = codec.encode(whole);
  const some = codec.only(['age', 'last']);
  for (let length = 0; length < record.length; length += 1) {
    const cut = record.slice(0, length);
    expect(() => some.decode(cut), `${length} bytes`).toThrowError(
      expect.objectContaining({ code: 'DatabaseCorrupt' }),
    );
  }
  expect(some.decode(record)).toEqual({ id: '', age: 300, last: 1.5 });
});

it('takes in structures that came after it was made', () => {
  const codec = new DocumentCodec('things', undefined);
  const some = codec.only(['b']);
  for (const each of [
    { id: 'i', a: 1 },
    { id: 'j', b: 2 },
    { id: 'k', c: 'd', b: 'e' },
  ]) {
    const first = codec.encode(each);
    const { b } = each as StoredDocument;
    expect(some.decode(first)['b']).toBe(b);
    expect(some.decode(codec.encode(each))['b']).toBe(b);
  }
});
