import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredDocument } from '../values/stored-value.ts';
import { entryWeight } from './entry-weight.ts';
import { type EvictionPolicy, RowCache } from './row-cache.ts';

const policies: readonly EvictionPolicy[] = ['LRU', 'LFU', 'Hybrid'];

function documentOf(name: string): StoredDocument {
  return { id: name };
}

const gone = { document: undefined, record: undefined };

type Step =
  | { readonly kind: 'write'; readonly row: number; readonly bytes: number }
  | { readonly kind: 'change'; readonly row: number; readonly bytes: number }
  | { readonly kind: 'delete'; readonly row: number }
  | { readonly kind: 'read'; readonly row: number; readonly age: number }
  | { readonly kind: 'drop'; readonly collection: number }
  | { readonly kind: 'clear' };

const row = fc.integer({ min: 0, max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('read'), row, age: fc.nat(3) }) },
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('write'), row, bytes: fc.nat(2_000) }) },
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('change'), row, bytes: fc.nat(2_000) }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('delete'), row }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('drop'), collection: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
);

/** All versions of all rows, kept for ever; the last element of a list is the newest. */
class NaiveStore {
  readonly #versions = new Map<
    number,
    { readonly lsn: number; readonly document: StoredDocument }[]
  >();

  write(key: number, lsn: number): StoredDocument {
    const document = documentOf(`${key}@${lsn}`);
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { lsn, document }]);
    return document;
  }

  /** The version that a snapshot of this LSN shows. */
  at(key: number, lsn: number) {
    return this.#versions.get(key)?.findLast((version) => version.lsn <= lsn);
  }
}

describe.each(policies)('a row cache with policy %s', (policy) => {
  it('never gives a wrong, stale or too new document, and never exceeds its bound', () => {
    const property = fc.property(
      fc.array(step, { maxLength: 400 }),
      fc.integer({ min: 2_000, max: 30_000 }),
      (steps, bytesMax) => {
        const cache = new RowCache({ bytesMax, policy });
        const store = new NaiveStore();
        let lsn = 1;
        for (const action of steps) {
          if (action.kind === 'clear') cache.clear();
          else if (action.kind === 'drop') cache.dropCollection(action.collection);
          else {
            const collection = 1 + (action.row % 2);
            if (action.kind === 'write') {
              lsn += 1;
              const document = store.write(action.row, lsn);
              cache.set(collection, action.row, document, action.bytes, lsn);
            } else if (action.kind === 'change') {
              lsn += 1;
              const document = store.write(action.row, lsn);
              const record = new Uint8Array(action.bytes);
              cache.change(collection, action.row, { document, record }, lsn);
            } else if (action.kind === 'delete') {
              cache.change(collection, action.row, gone, lsn);
            } else {
              const at = Math.max(0, lsn - action.age);
              const found = cache.get(collection, action.row, at);
              const expected = store.at(action.row, at);
              if (found !== undefined) expect(found).toBe(expected?.document);
              // As a reader does: fill in only what no later commit has changed.
              else if (expected !== undefined && expected === store.at(action.row, lsn)) {
                cache.set(collection, action.row, expected.document, 100, expected.lsn);
              }
            }
          }
          expect(cache.stats().bytes).toBeLessThanOrEqual(bytesMax);
        }
        expectConsistent(cache, lsn);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('gives what it was given while there is room', () => {
    const cache = new RowCache({ bytesMax: 1_000_000, policy });
    for (let row = 0; row < 100; row += 1) cache.set(7, row, documentOf(`${row}`), 100, 1);
    const found = Array.from({ length: 100 }, (_, row) => cache.get(7, row, 1)?.id);
    expect(found).toEqual(Array.from({ length: 100 }, (_, row) => `${row}`));
    expect(cache.stats()).toEqual({
      policy,
      hitCount: 100,
      missCount: 0,
      entryCount: 100,
      evictionCount: 0,
      bytes: 100 * entryWeight(100),
      bytesMax: 1_000_000,
    });
  });

  it('gives nothing that is newer than the reader, and counts a miss', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy });
    cache.set(1, 1, documentOf('new'), 100, 9);
    expect(cache.get(1, 1, 8)).toBeUndefined();
    expect(cache.get(1, 1, 9)?.id).toBe('new');
    expect(cache.stats()).toMatchObject({ hitCount: 1, missCount: 1 });
  });

  it('never replaces a document by an older one', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy });
    cache.set(1, 1, documentOf('new'), 100, 9);
    cache.set(1, 1, documentOf('old'), 100, 5);
    expect(cache.get(1, 1, 9)?.id).toBe('new');
  });

  it('keeps no document of more than a quarter of its bound, and loses the earlier one then', () => {
    const cache = new RowCache({ bytesMax: 10_000, policy });
    cache.set(1, 1, documentOf('small'), 100, 1);
    cache.set(1, 1, documentOf('large'), 5_000, 2);
    expect(cache.get(1, 1, 2)).toBeUndefined();
    expect(cache.stats()).toMatchObject({ entryCount: 0, bytes: 0 });
  });

  it('keeps and counts nothing when it is off', () => {
    const cache = new RowCache({ bytesMax: 0, policy });
    cache.set(1, 1, documentOf('a'), 0, 1);
    expect(cache.get(1, 1, 1)).toBeUndefined();
    expect(cache.stats()).toMatchObject({ entryCount: 0, missCount: 0, bytes: 0 });
  });

  it('follows a change of what is there, and takes in nothing else', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy });
    cache.set(1, 1, documentOf('old'), 100, 1);
    const changed = { document: documentOf('new'), record: new Uint8Array(300) };
    cache.change(1, 1, changed, 5);
    cache.change(1, 2, changed, 5);
    expect([cache.get(1, 1, 4), cache.get(1, 1, 5)?.id, cache.get(1, 2, 5)]).toEqual([
      undefined,
      'new',
      undefined,
    ]);
    expect(cache.stats()).toMatchObject({ entryCount: 1, bytes: entryWeight(300) });
    cache.change(1, 1, gone, 6);
    expect(cache.stats()).toMatchObject({ entryCount: 0, bytes: 0 });
  });

  it('gives by a text what it still has, and forgets what is gone', () => {
    const cache = new RowCache({ bytesMax: 10 * entryWeight(100), policy });
    const key = { collectionId: 1, indexId: 2, field: 'name' };
    for (let row = 0; row < 10; row += 1) {
      const document = { id: `${row}`, name: `text ${row}` };
      cache.set(1, row, document, 100, 1);
      cache.noteText(key, { row, document });
    }
    expect([cache.getByText(key, 'text 4', 1)?.id, cache.getByText(key, 'text 4', 0)?.id]).toEqual([
      '4',
      undefined,
    ]);
    cache.change(1, 4, gone, 2);
    expect(cache.getByText(key, 'text 4', 2)).toBeUndefined();
    for (let row = 10; row < 30; row += 1) cache.set(1, row, documentOf(`${row}`), 100, 3);
    const found = Array.from({ length: 10 }, (_, row) => cache.getByText(key, `text ${row}`, 3));
    expect(found.filter((document) => document !== undefined).length).toBeLessThan(10);
    expectConsistent(cache, 3);
  });

  it('gives by a text only a document that has it, also when it was noted of an earlier one', () => {
    const cache = new RowCache({ bytesMax: 10 * entryWeight(100), policy });
    const key = { collectionId: 1, indexId: 2, field: 'name' };
    const record = new Uint8Array(100);
    const [first, other, again] = ['Ann', 'Bob', 'Ann'].map((name) => ({ id: '1', name }));
    if (first === undefined) return;
    cache.set(1, 1, first, 100, 1);
    cache.noteText(key, { row: 1, document: first });
    cache.change(1, 1, { document: other, record }, 2);
    // Read from an older snapshot.
    cache.noteText(key, { row: 1, document: first });
    expect(cache.getByText(key, 'Ann', 2)).toBeUndefined();
    if (again === undefined) return;
    cache.change(1, 1, { document: again, record }, 3);
    cache.noteText(key, { row: 1, document: again });
    expect(cache.getByText(key, 'Ann', 3)).toBe(again);
    expect(cache.getByText(key, 'Ann', 2)).toBeUndefined();
  });

  it('gives by its id what is here and noted, however often it was asked for', () => {
    const cache = new RowCache({ bytesMax: 10 * entryWeight(100), policy });
    const found = (id: string) => cache.getByText({ collectionId: 1, indexId: 1 }, id, 1)?.id;
    for (const [at, name] of ['one', 'two'].entries()) {
      const document = documentOf(name);
      cache.set(1, 1 + at, document, 100, 1);
      cache.noteId(1, { row: 1 + at, document });
      expect(found(name)).toBeUndefined();
      cache.noteId(1, { row: 1 + at, document });
    }
    expect([found('one'), found('one'), cache.rowOf(1, 'one', 1), found('')]).toEqual([
      'one',
      'one',
      1,
      undefined,
    ]);
    cache.change(1, 1, gone, 2);
    expect([found('one'), found('two'), cache.rowOf(1, 'one', 2)]).toEqual([
      undefined,
      'two',
      undefined,
    ]);
  });

  it('drops one collection and leaves the others', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy });
    for (let row = 0; row < 10; row += 1) {
      cache.set(1, row, documentOf(`one ${row}`), 100, 1);
      cache.set(2, row, documentOf(`two ${row}`), 100, 1);
    }
    cache.dropCollection(1);
    expect(cache.get(1, 3, 1)).toBeUndefined();
    expect(cache.get(2, 3, 1)?.id).toBe('two 3');
    expect(cache.stats()).toMatchObject({ entryCount: 10, bytes: 10 * entryWeight(100) });
  });
});

/** What the cache counts is what a reader finds, and emptying it leaves nothing. */
function expectConsistent(cache: RowCache, lsn: number): void {
  const { entryCount } = cache.stats();
  let found = 0;
  for (const collection of [1, 2]) {
    for (let row = 0; row <= 40; row += 1) {
      if (cache.get(collection, row, lsn) !== undefined) found += 1;
    }
  }
  expect(found).toBe(entryCount);
  cache.dropCollection(1);
  cache.dropCollection(2);
  expect(cache.stats()).toMatchObject({ entryCount: 0, bytes: 0 });
}

describe('documents that are read beside each other', () => {
  it('are told to be scattered once they were found so often, until they are read together', () => {
    const cache = new RowCache({ bytesMax: 1_000_000, policy: 'LRU' });
    const rows = { collectionId: 1, from: 0, to: 40 };
    const documents = Array.from({ length: 40 }, (_, row) => ({ id: `id ${row}` }));
    for (const [row, document] of documents.entries()) cache.set(1, row, document, 50, 5);
    const ask = () => cache.getRange(rows, 5);
    const before = [ask(), ask(), ask(), ask()].map(({ isScattered }) => isScattered);
    for (const [row, { id }] of documents.entries()) cache.replaceSame(1, row, { id }, 5);
    cache.noteTogether(rows);
    const after = [ask(), ask(), ask(), ask(), ask()];
    expect({
      before,
      after: after.map(({ isScattered }) => isScattered),
      found: after[4]?.found,
      count: cache.stats().entryCount,
    }).toEqual({
      before: [false, false, false, true],
      after: [false, false, false, false, false],
      found: documents,
      count: 40,
    });
  });

  it('stay what a later commit has made of them', () => {
    const cache = new RowCache({ bytesMax: 1_000_000, policy: 'LRU' });
    cache.set(1, 0, { id: 'a', text: 'new' }, 50, 9);
    cache.replaceSame(1, 0, { id: 'a', text: 'old' }, 5);
    cache.replaceSame(1, 1, { id: 'b' }, 5);
    expect([cache.get(1, 0, 9), cache.get(1, 1, 9)]).toEqual([{ id: 'a', text: 'new' }, undefined]);
  });
});
