import { describe, expect, it } from 'vitest';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { Row } from '../values/stored-value.ts';
import { CodecTable } from './codec-table.ts';
import { prepareChange } from './prepared-changes.ts';

const storageId = 3;
const entry: CollectionEntry = {
  storageId,
  definition: { name: 'things', fields: [], indexes: [], open: true },
  indexes: [],
  idsAscend: true,
};
const before = { id: '0190a1b2-0000-7000-8000-000000000001', size: 1 };
const bytes = Uint8Array.of(1, 2, 3);

function imageOf(beforeRecordOf: number | undefined): Uint8Array | undefined {
  const codecs = new CodecTable();
  codecs.create(storageId, 'things');
  const source = { codecs, keepsBefore: true, buffers: [] };
  const row = 0 as Row;
  const document = { ...before, size: 2 };
  const change = { kind: 'replace', collection: 'things', row, before, document } as const;
  const given = { ...change, beforeRecord: bytes, beforeRecordOf };
  return prepareChange(source, { entry, layouts: [] }, given).before;
}

describe('the image of a document as it was', () => {
  it('is what its writer has read', () => {
    expect(imageOf(undefined)).toBe(bytes);
    expect(imageOf(storageId)).toBe(bytes);
  });

  /** A collection that is written anew gets structures of its own, and its rows keep their numbers. */
  it('is encoded again when the collection was written anew since', () => {
    expect(imageOf(storageId + 1)).not.toEqual(bytes);
  });
});
