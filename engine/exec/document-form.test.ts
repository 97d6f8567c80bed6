import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectionDefinition, FieldType } from '#engine/aql';
import { entryWeight } from '../cache/entry-weight.ts';
import { type EvictionPolicy, RowCache } from '../cache/row-cache.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { documentForm } from './document-form.ts';
import { documentOutput } from './document-output.ts';

const text: FieldType = { kind: 'scalar', name: 'String' };
const choices: readonly {
  readonly name: string;
  readonly type: FieldType;
  readonly values: readonly StoredValue[];
}[] = [
  { name: 'email', type: text, values: ['a@example.com', 'b@example.com', 'c'] },
  { name: 'constructor', type: text, values: [null, "it's"] },
  { name: 'score', type: { kind: 'scalar', name: 'Float' }, values: [0, 0.5, null] },
  { name: 'at', type: { kind: 'scalar', name: 'DateTime' }, values: [1_700_000_000_000, null] },
  {
    name: 'tags',
    type: { kind: 'list', element: text },
    values: [[], ['a'], ['a', null], ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'e'], null],
  },
  {
    name: 'times',
    type: { kind: 'list', element: { kind: 'scalar', name: 'DateTime' } },
    values: [[0]],
  },
  { name: 'any', type: { kind: 'scalar', name: 'Any' }, values: [1, 'a', { b: [{}] }, [1, [2]]] },
];

const collectionId = 1;
const byId = { collectionId, indexId: collectionId };
const byEmail = { collectionId, indexId: 2, field: 'email' };
const rowCount = 12;
const record = new Uint8Array(100);

function definitionOf(open: boolean): CollectionDefinition {
  const more = { nullable: true, unique: false, indexed: false };
  const fields = choices.map(({ name, type }) => ({ name, type, ...more }));
  return { name: 'users', fields, indexes: [], open };
}

/** Fields that are not set, or that nobody has declared, are among the documents. */
const fields = fc.record(
  Object.fromEntries(choices.map(({ name, values }) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);
const change = fc.record({ fields, isExtended: fc.boolean() });
const row = fc.nat(rowCount - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('read' as const), row, age: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), row, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const), row }) },
);

function idOf(at: number): string {
  return `0190a1b2-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
}

function documentOf(
  at: number,
  {
    fields: given,
    isExtended,
  }: { fields: Partial<Record<string, StoredValue>>; isExtended: boolean },
): StoredDocument {
  const document: Record<string, StoredValue> & { id: string } = { id: idOf(at) };
  for (const { name } of choices) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    // Each text of its own, as under a unique index.
    if (value !== undefined) document[name] = name === 'email' ? `${at} ${value}` : value;
  }
  if (isExtended) document['more'] = { deep: [at] };
  return document;
}

/** The newest documents, with what a reader is to get of them; kept beside a cache. */
class NaiveRows {
  readonly newest = new Map<number, { readonly lsn: number; readonly document: StoredDocument }>();
  lsn = 1;

  at(row: number, lsn: number): StoredDocument | undefined {
    const newest = this.newest.get(row);
    return newest === undefined || newest.lsn > lsn ? undefined : newest.document;
  }
}

/** Changes everything that an object holds. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) spoil(inner);
  if (Array.isArray(value)) value.push('changed');
  else Object.assign(value, { email: 'changed', more: 'changed' });
}

describe.each<EvictionPolicy>(['LRU', 'LFU', 'Hybrid'])('documents in cells, with %s', (policy) => {
  it.each([false, true])('leave as documents leave, whatever becomes of them; open: %s', (open) => {
    const definition = definitionOf(open);
    const form = documentForm(definition);
    const output = documentOutput(definition);
    // Until it pays to generate the function.
    for (let use = 0; use < 300; use += 1) form.output({ id: idOf(use) });
    expect(form.make !== undefined).toBe(!open);
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const bytesMax = 10 * entryWeight(record.length);
      const cache = new RowCache({ bytesMax, policy });
      const rows = new NaiveRows();

      const read = (at: number, lsn: number): void => {
        const document = rows.at(at, lsn);
        const before = rows.newest.get(at)?.document;
        const asked: [{ collectionId: number; indexId: number }, unknown][] = [
          [byId, idOf(at)],
          [byEmail, before?.['email']],
        ];
        for (const [key, of] of asked) {
          const found = cache.outputByText(key, String(of), lsn, form);
          if (found === undefined) continue;
          const expected = document && output(document);
          expect(found).toEqual(expected);
          expect(Object.keys(Object(found))).toEqual(Object.keys(Object(expected)));
          spoil(found);
        }
        expect(cache.stats().bytes).toBeLessThanOrEqual(bytesMax);
        if (document === undefined) return;
        if (cache.get(collectionId, at, lsn) === undefined) {
          cache.set(collectionId, at, document, record.length, rows.newest.get(at)?.lsn ?? 0);
        }
        cache.noteId(collectionId, { row: at, document }, form);
        cache.noteText({ ...byEmail, form }, { row: at, document });
      };

      for (const action of steps) {
        const { row: at } = action;
        if (action.kind === 'read') read(at, rows.lsn - action.age);
        else if (action.kind === 'sweep') {
          for (let each = at; each < rowCount; each += 1) read(each, rows.lsn);
        } else {
          rows.lsn += 1;
          const document = action.kind === 'change' ? documentOf(at, action.change) : undefined;
          const earlier = rows.newest.get(at)?.document['email'];
          if (document === undefined) rows.newest.delete(at);
          else rows.newest.set(at, { lsn: rows.lsn, document });
          cache.change(collectionId, at, { document, record }, rows.lsn);
          // What it was found by before is no longer its.
          if (earlier === undefined || earlier === document?.['email']) continue;
          const found = cache.outputByText(byEmail, String(earlier), rows.lsn, form);
          expect(found).toBeUndefined();
        }
      }
      for (let round = 0; round < 3; round += 1) {
        for (let at = 0; at < rowCount; at += 1) read(at, rows.lsn);
      }
      cache.dropCollection(collectionId);
      expect(cache.stats()).toMatchObject({ entryCount: 0, bytes: 0 });
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe('documents in cells', () => {
  const document: StoredDocument = { id: idOf(1), name: 'Ann', tags: ['a'] };
  const named = { name: 'name', type: text, nullable: true, unique: false, indexed: false };
  const base = { name: 'users', fields: [named], indexes: [], open: false };

  function readOften(cache: RowCache, definition: CollectionDefinition): unknown {
    const form = documentForm(definition);
    for (let use = 0; use < 300; use += 1) form.output(document);
    const ask = () => cache.outputByText(byId, document.id, 1, form);
    const before = ask();
    for (let time = 0; time < 3; time += 1) {
      cache.noteId(collectionId, { row: 1, document }, form);
      ask();
    }
    return { before, after: ask() };
  }

  it('leave in the form of the definition of now', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy: 'LRU' });
    cache.set(collectionId, 1, document, 100, 1);
    const tags = { ...named, name: 'tags', type: { kind: 'list', element: text } as const };
    const wide: CollectionDefinition = { ...base, fields: [named, tags] };
    const dated: CollectionDefinition = {
      ...base,
      fields: [named, { ...tags, type: { kind: 'scalar', name: 'Any' } }],
    };
    expect([wide, dated, wide].map((each) => readOften(cache, each))).toEqual(
      [wide, dated, wide].map(() => ({ before: undefined, after: document })),
    );
    const { bytes } = cache.stats();
    cache.change(collectionId, 1, { document: undefined, record: undefined }, 2);
    expect([bytes > entryWeight(100), cache.stats().bytes]).toEqual([true, 0]);
  });

  /** Two changes without a read in between: the second one was compared with the cells, which the first one had emptied. */
  it('are not found by a text that was taken away after another change', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy: 'LRU' });
    const form = documentForm({ ...base, fields: [named, { ...named, name: 'city' }] });
    for (let use = 0; use < 300; use += 1) form.output(document);
    const byName = { collectionId, indexId: 2, field: 'name', form };
    const first: StoredDocument = { id: idOf(1), name: 'Ann', city: 'Ulm' };
    cache.set(collectionId, 1, first, 100, 1);
    cache.noteText(byName, { row: 1, document: first });
    const ask = (lsn: number) => cache.outputByText(byName, 'Ann', lsn, form);
    const found = [ask(1), ask(1)];
    const changes: readonly StoredDocument[] = [
      { ...first, city: 'Bonn' },
      { id: idOf(1), city: 'Bonn' },
    ];
    for (const [at, changed] of changes.entries()) {
      cache.change(collectionId, 1, { document: changed, record }, 2 + at);
    }
    expect([...found, ask(3)]).toEqual([first, first, undefined]);
  });

  it('are made of cells, once that pays', () => {
    const cache = new RowCache({ bytesMax: 100_000, policy: 'LRU' });
    const definition: CollectionDefinition = { ...base, fields: [named] };
    const plain: StoredDocument = { id: idOf(1), name: 'Ann' };
    cache.set(collectionId, 1, plain, 100, 1);
    const form = documentForm(definition);
    let madeCount = 0;
    const counted = {
      fields: form.fields,
      output: form.output.bind(form),
      get make() {
        const { make } = form;
        return (
          make &&
          ((...args: Parameters<typeof make>) => {
            madeCount += 1;
            return make(...args);
          })
        );
      },
    };
    for (let time = 0; time < 400; time += 1) {
      if (cache.outputByText(byId, plain.id, 1, counted) !== undefined) continue;
      cache.noteId(collectionId, { row: 1, document: plain }, counted);
    }
    expect(madeCount).toBeGreaterThan(100);
  });
});
