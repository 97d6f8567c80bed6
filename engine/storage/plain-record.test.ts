import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, it } from 'vitest';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { DocumentCodec } from './document-codec.ts';
import { hidePrototypeKeys } from './prototype-keys.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', 'ä', '€', '\ud83d\ude00', '\ud800'), maxLength: 90 }),
  fc.constantFrom(
    '',
    'x'.repeat(31),
    'x'.repeat(32),
    'ä'.repeat(16),
    'ä'.repeat(63),
    'ä'.repeat(200),
    '€'.repeat(90),
  ),
  fc.constantFrom('y'.repeat(0x100), '€'.repeat(0x60), '€'.repeat(0x6000), 'z'.repeat(0x1_0000)),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(
    0,
    -0,
    31,
    32,
    63,
    64,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
  ),
  fc.constantFrom(-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, 1.5e12),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const value = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 20 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('p', 'q'), scalar) },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
);
// A few shapes that come again and again, with fields in one order and in another.
const document = fc.oneof(
  fc.record({ id: text, name: value, age: value, tags: value }),
  fc.record({ id: text, name: value }),
  fc.record({ id: text, age: value, name: value }, { requiredKeys: ['id'] }),
  fc
    .dictionary(fc.constantFrom('a', 'b', '__proto__', 'c'), value)
    .map((fields) => ({ id: 'i', ...fields })),
);

/** Packr alone, with the settings of the codec. */
class PackrOnly {
  structures: string[][] = [];
  readonly #packr = new Packr({
    useRecords: true,
    useToJSON: false,
    maxSharedStructures: limits.sharedStructuresMax,
    shouldShareStructure: (keys: string[]) => keys.length <= limits.sharedStructureFieldsMax,
    getStructures: () => this.structures.map((names) => [...names]),
    saveStructures: (structures: string[][]) => {
      this.structures = structures.map((names) => [...names]);
    },
  });

  encode(document: StoredDocument): Buffer {
    return Buffer.from(this.#packr.pack(hidePrototypeKeys(document)));
  }
}

function expectSame(documents: readonly StoredDocument[]): void {
  const [codec, packr] = [new DocumentCodec('c', undefined), new PackrOnly()];
  const kept: (readonly [Uint8Array, Buffer])[] = [];
  for (const [at, each] of documents.entries()) {
    const expected = packr.encode(each);
    if (at % 2 === 0) kept.push([codec.encode(each), expected]);
    const { bytes, start, end } = codec.encodeInPlace(each);
    expect(expected.equals(bytes.subarray(start, end))).toBe(true);
    expect(JSON.parse(codec.unsavedStructures()?.bytes.toString() ?? '[]')).toEqual(
      packr.structures,
    );
  }
  // Those that are kept stay as they are.
  for (const [record, expected] of kept) expect(expected.equals(record)).toBe(true);
}

it('are byte by byte what Packr writes, with the same table of structures', () => {
  fc.assert(fc.property(fc.array(document, { minLength: 1, maxLength: 40 }), expectSame), {
    numRuns: 300,
  });
});

it('are left to Packr where there are more structures than one byte names', () => {
  const documents = Array.from({ length: 240 }, (_, n) => ({ id: 'i', [`field${n % 80}`]: n }));
  expectSame(documents.flatMap((each) => [each, { ...each, id: 'j' }]));
});
