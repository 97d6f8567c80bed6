import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import type { IndexEntry } from '../catalog/catalog.ts';
import { indexLayout, onlyKey, onlyKeys } from './index-layout.ts';

const definition: CollectionDefinition = { name: 'things', fields: [], indexes: [], open: true };
const id = '0190a1b2-0000-7000-8000-000000000001';

const entry: IndexEntry = {
  storageId: 7,
  collection: 'things',
  name: 'size',
  fields: ['size'],
  unique: false,
  multiEntry: false,
  state: 'live',
};

/** Some that share a slot, and some that look like others. */
const size = fc.oneof(
  fc.constantFrom(0, -0, 256, -256, 1, 257, 2 ** 31, -(2 ** 31), 2 ** 32, 1.5, null, true, '1'),
  fc.integer({ min: -600, max: 600 }),
);

describe('keys that were made lately', () => {
  it('are those that would be made', () => {
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 60 }), (sizes) => {
        const layout = indexLayout(definition, entry);
        const fresh = indexLayout(definition, entry);
        for (const each of sizes) {
          const document = { id, size: each };
          expect(onlyKeys(layout, document)).toEqual([onlyKey(fresh, document)]);
        }
      }),
    );
  });

  it('are shared', () => {
    const layout = indexLayout(definition, entry);
    const keys = onlyKeys(layout, { id, size: 30 });
    expect(onlyKeys(layout, { id, size: 30 })).toBe(keys);
  });
});
