import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KnownKeys } from '../indexes/known-keys.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { idOf } from '../testing/numbered-id.ts';
import { RowSupply } from './taken-rows.ts';
import { WriteBuffer } from './write-buffer.ts';

const codec = new DocumentCodec('c', undefined);

/** A buffer with rows in some collections, and the rows as texts in the order in which they are to come. */
function bufferOf(collections: readonly number[]) {
  const buffer = new WriteBuffer({ known: new KnownKeys() });
  const expected: string[] = [];
  let lsn = 0;
  for (const [at, rowCount] of collections.entries()) {
    const collection = buffer.open(at + 1);
    for (let row = 0; row < rowCount; row += 1) {
      lsn += 1;
      const record = new Uint8Array([row]);
      const document = { id: idOf(lsn) };
      collection.setDocument(
        row,
        { lsn, codec, document, record, indexes: [] },
        { base: undefined },
      );
      expected.push(`${at + 1}/${row}`);
    }
  }
  return { buffer, expected };
}

it('gives each row once, says so at once when it was the last, and gives those again that came back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 12 }), { maxLength: 4 }),
      fc.array(fc.record({ max: fc.integer({ min: 1, max: 8 }), isGivenBack: fc.boolean() }), {
        maxLength: 40,
      }),
      (collections, takes) => {
        const { buffer, expected } = bufferOf(collections);
        const supply = new RowSupply(buffer);
        const got: string[] = [];
        for (const { max, isGivenBack } of [...takes, { max: 100, isGivenBack: false }]) {
          const taken = supply.take(max);
          const rows = taken.flatMap(({ collection, first, count }) =>
            Array.from({ length: count }, (_, at) => `${collection.collectionId}/${first + at}`),
          );
          expect(rows).toEqual(expected.slice(got.length, got.length + max));
          expect(supply.hasRows).toBe(got.length + rows.length < expected.length);
          if (isGivenBack) {
            supply.giveBack(taken);
            expect(supply.hasRows).toBe(true);
          } else got.push(...rows);
        }
        expect(got).toEqual(expected);
      },
    ),
  );
});
