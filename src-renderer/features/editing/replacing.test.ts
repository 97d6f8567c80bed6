/* Find and replace, and values that only one document may have, on real services. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo, ResultColumn } from '#contract';
import type { Client } from '../../client/client.ts';
import { ResultRows } from '../../grid/result-rows.ts';
import { openShopPage, type ShopPage } from '../../testing/shop-page.ts';
import { until } from '../../testing/until.ts';
import { EditedResult } from './edited-result.ts';
import { collectionReplacing } from './replace-in-collection.ts';
import type { Replacing } from './replace-in-column.ts';
import { resultReplacing } from './replace-in-result.ts';
import { resultActions } from './result-actions.ts';
import { deleteDocuments, editFields, insertDocuments, undo } from './staged-edits.ts';
import { StagedStore } from './staged-store.ts';
import { StepOrder } from './step-order.ts';
import { uniqueProblem } from './unique-value.ts';

let shop: ShopPage;
let client: Client;
let runText: ShopPage['runText'];
const { signal } = new AbortController();
const idOf = (at: number) => `01920000-0000-7000-8000-${String(at).padStart(12, '0')}`;
const field = (name: string, type: 'String' | 'Int', rest: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name, type: { kind: 'scalar', name: type }, nullable: true, unique: false, indexed: false },
  ...rest,
});
const films: CollectionInfo = {
  ...{ name: 'films', open: false, documentCount: 4, definedIndexes: [], indexes: [] },
  fields: [
    field('title', 'String', { unique: true, validate: { maxLength: 12 } }),
    field('genre', 'String'),
    field('year', 'Int'),
  ],
};
const studios: CollectionInfo = { ...films, name: 'studios', fields: [field('name', 'String')] };

beforeAll(async () => {
  shop = await openShopPage((line) => expect.unreachable(line));
  ({ client, runText } = shop);
  await runText(`schema {
    define collection studios { name: String! }
    define collection films { title: String @unique  genre: String  year: Int  studio_id: Uuid @references(collection: "studios") }
  }`);
});

beforeEach(async () => {
  await runText(`mutation {
    a: deleteFrom(collection: "films", where: {}) { id }
    b: deleteFrom(collection: "studios", where: {}) { id }
    insertInto(collection: "studios", data: { id: "${idOf(9)}", name: "Toho" }) { id }
    insertMany(collection: "films", data: [
      { id: "${idOf(1)}", title: "Ran", genre: "drama", year: 1985, studio_id: "${idOf(9)}" }
      { id: "${idOf(2)}", title: "Heat", genre: "crime drama", year: 1995 }
      { id: "${idOf(3)}", title: "M", genre: "Drama", year: 1931, studio_id: "${idOf(9)}" }
      { id: "${idOf(4)}", title: "Alien", year: 1979 }
    ]) { id }
  }`);
});

afterAll(() => shop.close());

function newStore(collection = 'films'): StagedStore {
  const journal = { load: () => undefined, save: () => undefined };
  return new StagedStore(client, { database: shop.database, collection }, journal);
}

const replacing = (find: string, replacement: string, rest: Partial<Replacing> = {}) => ({
  ...{ find, replacement, isWhole: false, matchesCase: false },
  ...rest,
});

/** What is staged of each document in one field, by the end of its id. */
const stagedIn = (store: StagedStore, name: string) =>
  Object.fromEntries(
    store
      .merged()
      .map(({ id, mine }) => [Number(id.slice(-3)), mine === undefined ? null : mine[name]]),
  );

describe('find and replace in a collection', () => {
  it('finds what the filter leaves, and stages it as one step', async () => {
    const store = newStore();
    const source = collectionReplacing({ store, info: films, where: '{ year: { gt: 1980 } }' });
    const found = await source.find('genre', replacing('drama', 'play'), signal);
    expect(found.cells.map(({ id, before, after }) => [id, before, after])).toEqual([
      [idOf(1), 'drama', 'play'],
      [idOf(2), 'crime drama', 'crime play'],
    ]);
    found.stage();
    expect(stagedIn(store, 'genre')).toEqual({ 1: 'play', 2: 'crime play' });
    store.apply(undo);
    expect(store.merged()).toEqual([]);
  });

  it('looks at staged documents as they are going to be, and not at those that go', async () => {
    const store = newStore();
    const shown = await store.read([idOf(1), idOf(2), idOf(3), idOf(4)]);
    const document = (at: number) => ({ ...shown.get(idOf(at)), id: idOf(at) });
    store.apply((state) =>
      editFields(state, [
        { shown: document(1), field: 'genre', value: 'war' },
        { shown: document(4), field: 'genre', value: 'drama, later' },
      ]),
    );
    store.apply((state) => deleteDocuments(state, [document(3)]));
    store.apply((state) => insertDocuments(state, [{ id: idOf(5), genre: 'DRAMA' }]));
    const source = collectionReplacing({ store, info: films, where: '' });
    const found = await source.find('genre', replacing('drama', 'play'), signal);
    expect(found.cells.map(({ id, after }) => [id, after]).toSorted()).toEqual([
      [idOf(2), 'crime play'],
      [idOf(4), 'play, later'],
      [idOf(5), 'play'],
    ]);
  });

  it('says what the rules of the field refuse, and finds nothing that is no value of it', async () => {
    const source = collectionReplacing({ store: newStore(), info: films, where: '' });
    expect(await source.find('title', replacing('a', 'aaaaaaaaaaaa'), signal)).toMatchObject({
      ...{ cells: [], refusedCount: 3, refusal: expect.stringContaining('12') },
    });
    const years = await source.find('year', replacing('1931', 'soon'), signal);
    expect([years.cells, years.refusedCount]).toEqual([[], 1]);
    expect((await source.find('year', replacing('soon', '1'), signal)).cells).toEqual([]);
  });
});

describe('find and replace in a result', () => {
  const stored = (name: string, path: string): ResultColumn => ({
    ...{ name, path: name, type: { kind: 'scalar', name: 'String' }, nullable: true },
    origin: { kind: 'stored', collection: 'films', path },
  });
  const columns: readonly ResultColumn[] = [
    stored('id', 'id'),
    stored('kind', 'genre'),
    { ...stored('upper', 'genre'), origin: { kind: 'none', reason: 'computed' } },
  ];

  /** Rows as a query gives them, the first document twice; they come in two parts. */
  function openResult() {
    const rows = new ResultRows(3, { marginRows: 0 });
    const store = newStore();
    const batch = (ats: readonly number[], genres: readonly (string | null)[]) => ({
      rowCount: ats.length,
      columns: [ats.map(idOf), genres, genres.map(() => 'DRAMA')],
      origins: { ids: ats.map(idOf), referred: {} },
    });
    rows.append(batch([1, 2], ['drama', 'crime drama']));
    rows.onDidWant(() =>
      queueMicrotask(() => {
        rows.append(batch([3, 1, 4], ['Drama', 'drama', null]));
        rows.complete();
      }),
    );
    const stores = new Map([['films', store]]);
    const model = new EditedResult(rows, columns, stores);
    const notes: string[] = [];
    const place = {
      ...{ rows: model, columnNames: columns.map(({ name }) => name), stores },
      ...{ collections: [films, studios], steps: new StepOrder() },
      onNote: (note: string) => notes.push(note),
    };
    return { store, model, place, notes, source: resultReplacing(place, columns) };
  }

  it('offers columns whose values are stored, reads to the end, and takes a document once', async () => {
    const { source, store, place } = openResult();
    expect(source.columns.map(({ name }) => name)).toEqual(['kind']);
    const found = await source.find('kind', replacing('drama', 'play'), signal);
    expect(found.cells.map(({ id, after }) => [id, after])).toEqual([
      [idOf(1), 'play'],
      [idOf(2), 'crime play'],
      [idOf(3), 'play'],
    ]);
    expect(found.cutNote).toBeUndefined();
    found.stage();
    await until(() => store.merged().length === 3);
    expect(stagedIn(store, 'genre')).toEqual({ 1: 'play', 2: 'crime play', 3: 'play' });
    // What else the documents hold stays, and one step takes all of it back.
    expect(stagedIn(store, 'title')).toEqual({ 1: 'Ran', 2: 'Heat', 3: 'M' });
    resultActions(place).undo();
    expect(store.merged()).toEqual([]);
  });

  it('looks at values as they are staged', async () => {
    const { source, store, model } = openResult();
    const shown = await store.read([idOf(1)]);
    store.apply((state) =>
      editFields(state, [
        { shown: { ...shown.get(idOf(1)), id: idOf(1) }, field: 'genre', value: 'x' },
      ]),
    );
    const found = await source.find('kind', replacing('drama', 'play', { isWhole: true }), signal);
    expect(found.cells.map(({ id }) => id)).toEqual([idOf(3)]);
    expect(model.cell(0, 1)).toEqual({ state: 'value', value: 'x' });
  });

  it('ends when nobody waits for it any more', async () => {
    const { place } = openResult();
    const endless = new EditedResult(new ResultRows(3), columns, place.stores);
    const abort = new AbortController();
    const source = resultReplacing({ ...place, rows: endless }, columns);
    const finding = source.find('kind', replacing('a', 'b'), abort.signal);
    abort.abort(new Error('typed on'));
    await expect(finding).rejects.toThrow('typed on');
  });
});

describe('a value that only one document may have', () => {
  const problemOf = (store: StagedStore, at: number, value: string) =>
    uniqueProblem(store, { id: idOf(at), field: 'title', value }, signal);

  it('is refused where another document has it, stored or staged, and not for its own', async () => {
    const store = newStore();
    expect(await problemOf(store, 1, 'Heat')).toContain('Another document has this title');
    expect(await problemOf(store, 1, 'Ran')).toBeUndefined();
    expect(await problemOf(store, 1, 'Kagemusha')).toBeUndefined();
    store.apply((state) => insertDocuments(state, [{ id: idOf(6), title: 'Kagemusha' }]));
    expect(await problemOf(store, 1, 'Kagemusha')).toContain('going to be the same');
  });

  it('is free once the document that has it is going to have another, or to go', async () => {
    const store = newStore();
    const shown = await store.read([idOf(2), idOf(3)]);
    const document = (at: number) => ({ ...shown.get(idOf(at)), id: idOf(at) });
    store.apply((state) =>
      editFields(state, [{ shown: document(2), field: 'title', value: 'Heat 2' }]),
    );
    store.apply((state) => deleteDocuments(state, [document(3)]));
    expect([await problemOf(store, 1, 'Heat'), await problemOf(store, 1, 'M')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
