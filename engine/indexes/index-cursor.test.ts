import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectionDefinition, FieldType } from '#engine/aql';
import type { IndexEntry } from '../catalog/catalog.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import type { IndexRange, RowCursor } from '../transactions/snapshot.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { IndexChanges } from './index-changes.ts';
import { countIndexRows, openIndexCursor } from './index-cursor.ts';
import { type IndexLayout, indexKeys, indexLayout, indexTuples } from './index-layout.ts';
import { comparePrefix, isInside } from './index-range.ts';

const any: FieldType = { kind: 'scalar', name: 'Any' };
const field = (name: string, type: FieldType) => ({
  name,
  type,
  nullable: true,
  unique: false,
  indexed: false,
});
const definition: CollectionDefinition = {
  name: 'things',
  fields: [field('a', any), field('b', any), field('list', { kind: 'list', element: any })],
  indexes: [],
  open: false,
};

function layoutOf(
  fields: readonly string[],
  options: { unique?: boolean; multiEntry?: boolean } = {},
): IndexLayout {
  const entry: IndexEntry = {
    storageId: 7,
    name: fields.join(','),
    collection: 'things',
    fields,
    unique: options.unique ?? false,
    multiEntry: options.multiEntry ?? false,
    state: 'live',
  };
  return indexLayout(definition, entry);
}

/** An index over documents whose rows are their positions, kept by adding and removing as a commit does. */
class IndexUnderTest {
  readonly #store = openMemoryStore();
  readonly #layout: IndexLayout;
  readonly documents = new Map<number, StoredDocument>();

  constructor(layout: IndexLayout) {
    this.#layout = layout;
  }

  set(row: number, document: StoredDocument | undefined): void {
    const before = this.documents.get(row);
    this.#store.transact((writer) => {
      const changes = new IndexChanges();
      if (before !== undefined) {
        for (const key of indexKeys(this.#layout, before)) changes.remove(this.#layout, key, row);
      }
      if (document !== undefined) {
        for (const key of indexKeys(this.#layout, document)) changes.add(this.#layout, key, row);
      }
      changes.apply(writer);
    }, 0);
    if (document === undefined) this.documents.delete(row);
    else this.documents.set(row, document);
  }

  fill(documents: readonly StoredDocument[]): void {
    this.#store.transact((writer) => {
      const changes = new IndexChanges();
      for (const [row, document] of documents.entries()) {
        this.documents.set(row, document);
        for (const key of indexKeys(this.#layout, document)) changes.add(this.#layout, key, row);
      }
      changes.apply(writer);
    }, 0);
  }

  get entryCount(): number {
    const reader = this.#store.snapshot();
    return reader.range({ start: new Uint8Array([0]), end: new Uint8Array([255]), limit: 1e9 })
      .length;
  }

  rows(range: IndexRange): readonly number[] {
    return drain(openIndexCursor(this.#input(range)));
  }

  count(range: IndexRange): number {
    return countIndexRows(this.#input(range), 1e9);
  }

  /** What the rows should be: every value of every document, filtered and sorted by comparison. */
  expected(range: IndexRange): readonly number[] {
    const found: { row: number; values: readonly StoredValue[] }[] = [];
    for (const [row, document] of this.documents) {
      const seen = new Set<string>();
      for (const values of indexTuples(this.#layout, document)) {
        const text = JSON.stringify(values);
        if (seen.has(text) || !isInside(range, values)) continue;
        seen.add(text);
        found.push({ row, values });
      }
    }
    const direction = range.reverse ? -1 : 1;
    found.sort((x, y) => direction * comparePrefix(x.values, y.values) || x.row - y.row);
    return found.map(({ row }) => row);
  }

  #input(range: IndexRange) {
    return {
      reader: this.#store.snapshot(),
      layout: this.#layout,
      range,
      read: (row: Row) => this.documents.get(row),
    };
  }
}

function drain(cursor: RowCursor): readonly number[] {
  const rows: number[] = [];
  for (let batch = cursor.next(7); batch.length > 0; batch = cursor.next(7)) rows.push(...batch);
  return rows;
}

const long = 'long '.repeat(60);
const value = fc.constantFrom<StoredValue>(
  null,
  false,
  true,
  -1,
  0,
  1.5,
  2,
  'a',
  'b',
  'bb',
  `${long}1`,
  `${long}2`,
  `${long}3`,
  long,
  ['a'],
  ['a', 1],
  { k: 1 },
);
const makeDocument = (fields: object): StoredDocument => ({
  id: '018f0000-0000-7000-8000-000000000000',
  ...fields,
});
const document = fc
  .record({ a: value, b: value, list: fc.array(value, { maxLength: 4 }) }, { requiredKeys: [] })
  .map(makeDocument);
const bound = fc.option(
  fc.record({ values: fc.array(value, { minLength: 1, maxLength: 2 }), inclusive: fc.boolean() }),
  { nil: undefined },
);
const rangeOver = (fieldCount: number) =>
  fc
    .record({ lower: bound, upper: bound, reverse: fc.boolean() })
    .map(({ lower, upper, reverse }): IndexRange => {
      const cut = (edge: typeof lower) =>
        edge && { ...edge, values: edge.values.slice(0, fieldCount) };
      const [low, high] = [cut(lower), cut(upper)];
      return { ...(low && { lower: low }), ...(high && { upper: high }), reverse };
    });

describe.each([
  { name: 'a single index', layout: layoutOf(['a']) },
  { name: 'a compound index', layout: layoutOf(['a', 'b']) },
  { name: 'a multi-entry index', layout: layoutOf(['list'], { multiEntry: true }) },
])('$name', ({ layout }) => {
  it('gives the rows of any range in order, whatever was added and removed before', () => {
    const steps = fc.array(fc.tuple(fc.nat(15), fc.option(document, { nil: undefined })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, rangeOver(layout.paths.length), (changes, range) => {
        const index = new IndexUnderTest(layout);
        for (const [row, after] of changes) index.set(row, after);
        expect(index.rows(range)).toEqual(index.expected(range));
        expect(index.count(range)).toBe(index.expected(range).length);
        for (const row of [...index.documents.keys()]) index.set(row, undefined);
        expect(index.entryCount).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a unique index', () => {
  it('lets any number of documents have no value, and walks them first', () => {
    const index = new IndexUnderTest(layoutOf(['a'], { unique: true }));
    index.fill([{ a: 'x' }, {}, { a: 'c' }, { a: null }, { a: 'd' }].map(makeDocument));
    expect([index.rows({ reverse: false }), index.rows({ reverse: true })]).toEqual([
      [1, 3, 2, 4, 0],
      [0, 4, 2, 1, 3],
    ]);
  });
});

describe('a value that many documents share', () => {
  it('is kept in blocks that stay right through inserts and deletes at any place', () => {
    // More blocks per value than a cursor reads in one step.
    const rowCount = 60_000;
    const index = new IndexUnderTest(layoutOf(['a']));
    index.fill(Array.from({ length: rowCount }, (_, row) => makeDocument({ a: row % 3 })));
    const one: IndexRange = {
      lower: { values: [1], inclusive: true },
      upper: { values: [1], inclusive: true },
      reverse: false,
    };
    expect(index.rows({ ...one, reverse: true })).toEqual(index.expected(one));
    expect(index.rows({ reverse: true })).toEqual(index.expected({ reverse: true }));
    for (let row = 0; row < rowCount; row += 97) index.set(row, makeDocument({ a: 1 }));
    for (let row = 300; row < 3_000; row += 1) index.set(row, undefined);
    expect(index.rows(one)).toEqual(index.expected(one));
    expect(index.count(one)).toBe(index.expected(one).length);
  });

  it('leaves nothing behind when its last rows go', () => {
    const index = new IndexUnderTest(layoutOf(['a']));
    index.fill(Array.from({ length: 1_000 }, () => makeDocument({ a: 1 })));
    for (let row = 0; row < 999; row += 1) index.set(row, undefined);
    expect(index.rows({ reverse: false })).toEqual([999]);
    index.set(999, undefined);
    expect(index.entryCount).toBe(0);
  });
});
