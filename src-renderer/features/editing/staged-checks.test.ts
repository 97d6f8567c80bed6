/* What is wrong with staged documents, on real services: told for all of them at once, each with its document and field. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import { LiveRows } from '../../grid/live-rows.ts';
import { openShopPage, type ShopPage } from '../../testing/shop-page.ts';
import { until } from '../../testing/until.ts';
import { deleteDocuments, editFields, insertDocuments } from './staged-edits.ts';
import { blockingProblems, holdText, openPlaces } from './staged-place.ts';
import { StagedRows } from './staged-rows.ts';
import { StagedStore } from './staged-store.ts';

let shop: ShopPage;
let client: Client;
let runText: ShopPage['runText'];
let store: StagedStore;
let stop: () => void;
const idOf = (at: number) => `01920000-0000-7000-8000-${String(at).padStart(12, '0')}`;

beforeAll(async () => {
  shop = await openShopPage((line) => expect.unreachable(line));
  ({ client, runText } = shop);
  await runText(`schema {
    define collection studios { name: String! }
    define collection films @index(fields: ["year", "place"], unique: true) {
      title: String! @unique  year: Int  place: String  born: DateTime  kind: String! = "film"
      studio: Uuid @references(collection: "studios")
    }
  }`);
});

beforeEach(async () => {
  await runText(`mutation {
    a: deleteFrom(collection: "films", where: {}) { id }
    b: insertMany(collection: "films", data: [
      { id: "${idOf(1)}", title: "Heat", year: 1995, place: "LA" }
      { id: "${idOf(2)}", title: "Ran", year: 1985, place: "Aso" }
    ]) { id }
    c: upsert(collection: "studios", where: { id: { eq: "${idOf(9)}" } }, data: { id: "${idOf(9)}", name: "Toho" }) { id }
  }`);
  const journal = { load: () => undefined, save: () => undefined };
  store = new StagedStore(client, { database: shop.database, collection: 'films' }, journal);
  stop = store.start();
});

afterEach(() => stop());
afterAll(() => shop.close());

function insert(at: number, document: { readonly [field: string]: WireValue }): void {
  store.apply((state) => insertDocuments(state, [{ ...document, id: idOf(at) }]));
}

async function editStored(at: number, field: string, value: WireValue | undefined) {
  const shown = (await store.read([idOf(at)])).get(idOf(at));
  if (shown === undefined) throw new Error('it is stored');
  store.apply((state) => editFields(state, [{ shown: { ...shown, id: idOf(at) }, field, value }]));
}

const told = () =>
  [...store.problems().values()]
    .flat()
    .map(({ id, field, kind }) => `${Number(id.slice(-4))} ${field} ${kind}`)
    .sort();

describe('staged documents', () => {
  it('lack values that must be there, in new rows and in old ones, but not where a default is', async () => {
    insert(3, { year: 1 });
    insert(4, { title: 'M', kind: null });
    await editStored(1, 'title', undefined);
    await editStored(2, 'year', null);
    await until(() => told().length === 3);
    expect(told()).toEqual(['1 title missing', '3 title missing', '4 kind missing']);
    expect(holdText(blockingProblems([store]))).toBe('3 cells lack a value');
  });

  it('keep what was pasted and does not fit, marked in the grid with the reason', async () => {
    insert(3, { title: 'M', year: 'soon', born: '2026-02-30' });
    await until(() => told().length === 2);
    const names = ['id', 'title', 'year', 'born'];
    const live = new LiveRows({ columnCount: 4, read: () => [], schedule: (run) => run() });
    live.begin();
    const rows = new StagedRows(live, names, store);
    expect(names.map((_, column) => rows.cellMark(0, column))).toEqual([
      undefined,
      undefined,
      'invalid',
      'invalid',
    ]);
    expect([rows.cell(0, 2), rows.cellNote(0, 2)]).toEqual([
      { state: 'value', value: 'soon' },
      'year: This is not a whole number.',
    ]);
  });

  it('are still held against what is stored while others write without a pause', async () => {
    insert(3, { title: 'Heat' });
    await until(() => told().includes('3 title taken'));
    // What a change of others makes the store do.
    const writing = setInterval(() => store.readAnew(), 1);
    store.readAnew();
    insert(4, { title: 'Ran' });
    expect(told()).toContain('3 title taken');
    try {
      await until(() => told().includes('4 title taken'));
    } finally {
      clearInterval(writing);
    }
  });

  it('are held against each other and against what is stored, all at once', async () => {
    insert(3, { title: 'Heat', year: 1 });
    insert(4, { title: 'Alien', year: 1985, place: 'Aso' });
    insert(5, { title: 'Alien', year: 1985, place: 'Rome' });
    insert(6, { title: 'Ran' });
    insert(7, { title: 'B', year: 'NaN', place: 'Rome' });
    await until(() => told().length === 6);
    expect(told()).toEqual([
      '3 title taken',
      '4 title taken',
      '4 year taken',
      '5 title taken',
      '6 title taken',
      '7 year unfit',
    ]);
    const problem = store.problemOf(idOf(4), 'year');
    expect(problem?.message).toBe('Another document has this year and place.');
    // The one that has it goes, or gives it up.
    await editStored(1, 'title', 'Heat 2');
    store.apply((state) => deleteDocuments(state, [{ id: idOf(2) }]));
    await until(() => told().length === 3);
    expect(told()).toEqual(['4 title taken', '5 title taken', '7 year unfit']);
  });

  it('are told of what somebody else has stored meanwhile', async () => {
    insert(3, { title: 'Alien' });
    await until(() => store.isCurrent);
    await runText('mutation { insertInto(collection: "films", data: { title: "Alien" }) { id } }');
    await until(() => told().length === 1);
    expect(told()).toEqual(['3 title taken']);
  });

  it('are forgotten when they come back from a page that ended as it committed them', async () => {
    const shown = { id: idOf(1), title: 'Heat', year: 1994, place: 'LA', kind: 'film' };
    const kept = [
      { id: idOf(1), base: shown, set: { year: 1995 } },
      { id: idOf(2), base: { id: idOf(2), title: 'Ran', year: 1985 }, set: { year: 1986 } },
    ];
    const saved: WireValue[] = [];
    const restored = new StagedStore(
      client,
      { database: shop.database, collection: 'films' },
      { load: () => ({ documents: kept }), save: (value) => saved.push(value) },
    );
    const end = restored.start();
    await until(() => saved.length === 1);
    end();
    expect([...restored.state().documents.keys()]).toEqual([idOf(2)]);
  });

  it('may refer to nothing, which is told and holds nothing up', async () => {
    insert(3, { title: 'A', studio: idOf(9) });
    insert(4, { title: 'B', studio: idOf(10) });
    await until(() => told().length === 1);
    expect([told(), blockingProblems([store])]).toEqual([['4 studio dangling'], []]);
  });

  it('stay in the grid when others delete them, until it is decided what becomes of them', async () => {
    const live = new LiveRows({ columnCount: 2, read: () => [], schedule: (run) => run() });
    live.begin();
    const rows = new StagedRows(live, ['id', 'title'], store);
    await editStored(1, 'title', 'Heat 2');
    await until(() => store.isCurrent);
    await runText(
      `mutation { deleteFrom(collection: "films", where: { id: { eq: "${idOf(1)}" } }) { id } }`,
    );
    await until(() => rows.count.rows === 1);
    expect([rows.rowMark(0), rows.keyOf(0), rows.cell(0, 1), openPlaces([store])]).toEqual([
      'gone',
      idOf(1),
      { state: 'value', value: 'Heat 2' },
      [{ collection: 'films', id: idOf(1) }],
    ]);
  });
});
