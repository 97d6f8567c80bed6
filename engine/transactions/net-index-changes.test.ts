import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import type { IndexEntry } from '../catalog/catalog.ts';
import { IndexKey, type IndexLayout, indexLayout } from '../indexes/index-layout.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { BufferedChange } from './buffered-change.ts';
import { netIndexChanges } from './net-index-changes.ts';
import type { PreparedIndexChange } from './prepared-changes.ts';

/*
 * Three indexes, and what a document's versions have in them. Every version may come with layouts of its own, as after a
 * collection was redefined while a buffer took changes.
 */
const definition: CollectionDefinition = { name: 'c', open: false, fields: [] } as never;
const codec = new DocumentCodec('c', undefined);
const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
const version = fc.record({
  isRedefined: fc.boolean(),
  keys: fc.tuple(keys, keys, keys),
});

function layoutOf(storageId: number): IndexLayout {
  const entry = { storageId, fields: ['f'], multiEntry: true, name: `i${storageId}` };
  return indexLayout(definition, entry as unknown as IndexEntry);
}

function minus(some: readonly string[], others: readonly string[]): IndexKey[] {
  return some.filter((key) => !others.includes(key)).map((key) => new IndexKey(key, false));
}

it('are what lies between the first version and the last, whatever came between', () => {
  const property = fc.property(
    fc.tuple(keys, keys, keys),
    fc.array(version, { minLength: 1, maxLength: 6 }),
    (stored, versions) => {
      let layouts = [1, 2, 3].map(layoutOf);
      let before: readonly (readonly string[])[] = stored;
      let newest: BufferedChange | undefined;
      for (const [at, each] of versions.entries()) {
        if (each.isRedefined) layouts = [1, 2, 3].map(layoutOf);
        const indexes: PreparedIndexChange[] = [];
        for (const [place, layout] of layouts.entries()) {
          const [had, has] = [before[place] ?? [], each.keys[place] ?? []];
          const change = { layout, removed: minus(had, has), added: minus(has, had) };
          if (change.removed.length + change.added.length > 0) indexes.push(change);
        }
        const parts = { lsn: at + 1, document: undefined, record: undefined, indexes, codec };
        newest = new BufferedChange(parts, newest, undefined);
        before = each.keys;
      }
      if (newest === undefined) return;
      const found = new Map(
        netIndexChanges(newest).map(({ layout, removed, added }) => [
          layout.entry.storageId,
          { removed: textsOf(removed), added: textsOf(added) },
        ]),
      );
      for (const [place, had] of stored.entries()) {
        const has = before[place] ?? [];
        const expected = { removed: textsOf(minus(had, has)), added: textsOf(minus(has, had)) };
        expect(found.get(place + 1) ?? { removed: [], added: [] }).toEqual(expected);
      }
    },
  );
  fc.assert(property, { numRuns: 300 });
});

function textsOf(keysOfIndex: readonly IndexKey[]): string[] {
  return keysOfIndex.map(({ mapKey }) => mapKey).sort();
}
