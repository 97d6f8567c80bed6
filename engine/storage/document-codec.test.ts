import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { DocumentCodec } from './document-codec.ts';

const id = '018f0000-0000-7000-8000-000000000001';
const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'c',
    'toJSON',
    'constructor',
    'length',
    'then',
    'hasOwnProperty',
    '',
    '0',
    'ключ',
    '😀',
    '__proto__',
    '__proto_',
    '__proto___',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }).filter((text) => text !== 'id'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1, stringUnit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const document = fc
  .dictionary(key, value, { maxKeys: 6, noNullPrototype: true })
  .map((fields) => normal({ id, ...fields }) as StoredDocument);

/** JSON has no -0. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('the document codec', () => {
  it('gives back what it was given, also after its structures were stored and read again', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 40 }), (documents) => {
        const codec = new DocumentCodec('things', undefined);
        const encoded = documents.map((each) => codec.encode(each));
        const reopened = new DocumentCodec('things', codec.unsavedStructures()?.bytes);
        expect(encoded.map((bytes) => codec.decode(bytes))).toEqual(documents);
        expect(encoded.map((bytes) => reopened.decode(bytes))).toEqual(documents);
      }),
      { numRuns: 200 },
    );
  });

  it('goes on with stored structures, and says when there is more to store', () => {
    const first = new DocumentCodec('things', undefined);
    const early = first.encode({ id, a: 1 });
    const stored = first.unsavedStructures();
    first.markSaved(stored?.count ?? 0);
    expect(first.unsavedStructures()).toBeUndefined();
    const second = new DocumentCodec('things', stored?.bytes);
    expect(second.unsavedStructures()).toBeUndefined();
    const late = second.encode({ id, a: 1, b: 2 });
    expect([second.decode(early), second.decode(late), second.unsavedStructures()?.count]).toEqual([
      { id, a: 1 },
      { id, a: 1, b: 2 },
      2,
    ]);
  });

  it('stays right when documents have more shapes than structures are shared', () => {
    const codec = new DocumentCodec('things', undefined);
    const documents = Array.from({ length: 2_000 }, (_, number) => ({
      id,
      [`field${number}`]: number,
      common: 'x',
    }));
    const encoded = documents.map((each) => codec.encode(each));
    const reopened = new DocumentCodec('things', codec.unsavedStructures()?.bytes);
    expect(encoded.map((bytes) => reopened.decode(bytes))).toEqual(documents);
  });

  it('refuses bytes that are no document, and documents that are too large', () => {
    const codec = new DocumentCodec('things', undefined);
    expect(() => codec.decode(Buffer.from([0xd8]))).toThrow('things');
    expect(() => codec.decode(Buffer.from([5]))).toThrow('is no document');
    expect(() => codec.encode({ id, text: 'x'.repeat(limits.documentBytesMax) })).toThrow(
      'at most',
    );
  });
});
