/*
 * Staged edits on real services: a person edits through views that are sorted and filtered by chance, undoes and does
 * again, while others write the same documents; then what is not in conflict is committed. What the database holds
 * afterwards is what the rule of merging says of what was staged and of what others had made of it by then, and exactly
 * those documents are in conflict that both have changed differently. A failure prints its seed.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CollectionInfo, WireValue } from '#contract';
import { editText } from '#engine/aql/edits';
import type { Client } from '../../client/client.ts';
import { WindowRows } from '../../grid/window-rows.ts';
import { openShopPage, type ShopPage } from '../../testing/shop-page.ts';
import { until } from '../../testing/until.ts';
import { collectionSource } from '../data/collection-source.ts';
import { editsOfOneCommit } from './commit-edits.ts';
import { collectionActions } from './edit-actions.ts';
import { type EditedDocument, isSame } from './staged-document.ts';
import {
  deleteDocuments,
  discard,
  documentEdits,
  editFields,
  insertDocuments,
  redo,
  undo,
} from './staged-edits.ts';
import { StagedRows } from './staged-rows.ts';
import { StagedStore } from './staged-store.ts';

const names = ['id', 'x', 'y'] as const;
const type = { kind: 'scalar', name: 'Int' } as const;
let shop: ShopPage;
let client: Client;
let runText: ShopPage['runText'];
let database: string;

beforeAll(async () => {
  shop = await openShopPage((line) => expect.unreachable(line));
  ({ client, database, runText } = shop);
  await runText('schema { define collection films { x: Int  y: Int } }');
});

afterAll(() => shop.close());

/** Writes as another window does. */
async function write(text: string): Promise<void> {
  await client.call('edits.commit', { database, text });
}

async function stored(ids: readonly string[]): Promise<ReadonlyMap<string, EditedDocument>> {
  const request = { database, collection: 'films', ids };
  const { documents } = await client.call('edits.read', request);
  return new Map(documents.map(({ id, document }) => [id, document]));
}

function newStore(): StagedStore {
  const journal = { load: () => undefined, save: () => undefined };
  return new StagedStore(client, { database, collection: 'films' }, journal);
}

const idOf = (run: number, at: number) =>
  `01920000-0000-7000-8000-${(run * 10_000 + at).toString().padStart(12, '0')}`;

const info: CollectionInfo = {
  ...{ name: 'films', open: false, documentCount: 5, definedIndexes: [], indexes: [] },
  fields: names.slice(1).map((name) => ({
    ...{ name, type, nullable: true, unique: false, indexed: false },
  })),
};

const value = fc.constantFrom(null, 0, 1, 2);
const at = fc.nat(4);
const field = fc.constantFrom('x' as const, 'y' as const);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('edit' as const), at, field, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('theirs' as const), at, field, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'theirDelete' as const), at }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('view' as const),
      where: fc.constantFrom('', '{ x: { gte: 1 } }', '{ y: { isNull: true } }'),
      sort: fc.constantFrom<Given['sort']>(
        [],
        [{ column: 'x', direction: 'desc' }],
        [{ column: 'y', direction: 'asc' }],
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
);

it('commit what a model predicts, through any view, with every conflict and no other', async () => {
  let runCount = 0;
  let [conflictCount, committedCount] = [0, 0];
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 6, maxLength: 14, size: 'max' }),
    async (steps) => {
      runCount += 1;
      const ids = Array.from({ length: 5 }, (_, index) => idOf(runCount, index));
      await runText('mutation { deleteFrom(collection: "films", where: {}) { id } }');
      const data = ids.map((id) => `{ id: "${id}", x: 1 }`).join(' ');
      await runText(`mutation { insertMany(collection: "films", data: [${data}]) { id } }`);
      const store = newStore();
      const stop = store.start();
      let view = await openView(store, { where: '', sort: [] });
      const commit = async () => {
        await until(() => store.isCurrent);
        // What others wrote last may still be on its way.
        store.readAnew();
        await until(() => store.isCurrent);
        const before = await stored(ids);
        const staged = new Map(store.state().documents);
        const merged = store.merged();
        const conflicting = merged.flatMap((each) =>
          each.conflict === undefined ? [] : [each.id],
        );
        expect(conflicting.toSorted()).toEqual(
          [...staged.values()]
            .flatMap((each) => (isConflict(each, before) ? [each.id] : []))
            .sort(),
        );
        const edits = documentEdits('films', merged);
        if (edits.length > 0) await write(editText(edits));
        const after = await stored(ids);
        for (const id of ids) {
          const expected = predicted(staged.get(id), before.get(id));
          expect(isSame(after.get(id), conflicting.includes(id) ? before.get(id) : expected)).toBe(
            true,
          );
        }
        conflictCount += conflicting.length;
        committedCount += edits.length;
        if (conflicting.length === 0) store.commit();
      };
      for (const each of steps) {
        switch (each.kind) {
          case 'edit': {
            const cell = view.actions.cellAt({ row: each.at, column: names.indexOf(each.field) });
            if (each.at < view.rows.count.rows && typeof cell !== 'string') cell.set(each.value);
            break;
          }
          case 'delete': {
            const place = { row: each.at, column: 1 };
            if (each.at < view.rows.count.rows) {
              view.actions.deleteRows({ focus: place, anchor: place });
            }
            break;
          }
          case 'undo':
            store.apply(undo);
            break;
          case 'redo':
            store.apply(redo);
            break;
          case 'theirs':
            await write(
              `mutation { update(collection: "films", where: { id: { eq: "${ids[each.at]}" } }, data: { ${each.field}: ${each.value} }) { id } }`,
            );
            break;
          case 'theirDelete':
            await write(
              `mutation { deleteFrom(collection: "films", where: { id: { eq: "${ids[each.at]}" } }) { id } }`,
            );
            break;
          case 'view':
            view.stop();
            view = await openView(store, each);
            break;
          case 'commit':
            await commit();
            break;
        }
      }
      await commit();
      view.stop();
      stop();
    },
  );
  await fc.assert(property, { numRuns: 25 });
  // Some eleven conflicts as a rule.
  expect([conflictCount > 0, committedCount > 10]).toEqual([true, true]);
}, 120_000);

it('a migration that changes a staged document is a conflict, told by itself', async () => {
  const id = idOf(9_998, 0);
  await runText('mutation { deleteFrom(collection: "films", where: {}) { id } }');
  await runText(`mutation { insertInto(collection: "films", data: { id: "${id}", x: 1 }) { id } }`);
  const store = newStore();
  const stop = store.start();
  const view = await openView(store, { where: '', sort: [] });
  const cell = view.actions.cellAt({ row: 0, column: 1 });
  if (typeof cell === 'object') cell.set(2);
  await until(() => store.merged().length === 1 && store.isCurrent);
  await runText('migrate { "1": { migrate data in films { set x = 7 } } }');
  await until(() => store.merged()[0]?.conflict !== undefined);
  expect(store.merged()[0]).toMatchObject({ theirs: { x: 7 }, mine: { x: 2 } });
  view.stop();
  stop();
});

it('a field that a collection does not declare is no change of others', async () => {
  const [edited, deleted] = [idOf(9_997, 0), idOf(9_997, 1)];
  await runText('schema { define collection loose @open { x: Int } }');
  const data = `{ id: "${edited}", x: 1, more: 5 } { id: "${deleted}", x: 1, more: { a: 1 } }`;
  await runText(`mutation { insertMany(collection: "loose", data: [${data}]) { id } }`);
  const journal = { load: () => undefined, save: () => undefined };
  const store = new StagedStore(client, { database, collection: 'loose' }, journal);
  const stop = store.start();
  // As a grid shows them that knows the declared fields only.
  store.apply((state) =>
    editFields(state, [{ shown: { id: edited, x: 1 }, field: 'x', value: 2 }]),
  );
  store.apply((state) => deleteDocuments(state, [{ id: deleted, x: 1 }]));
  await until(() => store.isCurrent);
  expect(store.merged().map(({ kind, conflict }) => [kind, conflict])).toEqual([
    ['update', undefined],
    ['delete', undefined],
  ]);
  await runText(
    `mutation { update(collection: "loose", where: { id: { eq: "${deleted}" } }, data: { more: 6 }) { id } }`,
  );
  await until(() => store.merged()[1]?.conflict !== undefined);
  store.apply((state) => discard(state, [deleted]));
  await until(() => store.isCurrent);
  await write(editText(documentEdits('loose', store.merged())));
  const { documents } = await client.call('edits.read', {
    ...{ database, collection: 'loose', ids: [edited] },
  });
  expect(documents[0]?.document).toEqual({ id: edited, x: 2, more: 5 });
  stop();
});

it('a thousand staged cells are one commit', async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => idOf(9_999, index));
  await runText('mutation { deleteFrom(collection: "films", where: {}) { id } }');
  const data = ids.map((id) => `{ id: "${id}", x: 1 }`).join(' ');
  await runText(`mutation { insertMany(collection: "films", data: [${data}]) { id } }`);
  const store = newStore();
  const stop = store.start();
  const view = await openView(store, { where: '', sort: [] });
  for (let row = 0; row < 1_000; row += 1) {
    if (row % 100 === 0) {
      view.live.want({ start: row, end: row + 100 });
      await until(() => view.rows.isLoaded(row + 99));
    }
    const cell = view.actions.cellAt({ row, column: 2 });
    if (typeof cell === 'object') cell.set(row);
  }
  await until(() => store.isCurrent);
  const staged = store.merged().length;
  const text = editText(documentEdits('films', store.merged()));
  const { token = '', previews } = await client.call('query.preview', { database, text });
  const { position } = await client.call('edits.commit', { database, text, previewToken: token });
  const after = await stored(ids);
  const inverse = position && (await client.call('edits.inverse', { database, position }));
  expect([
    staged,
    previews.every(({ error }) => error === undefined),
    ids.every((id, row) => after.get(id)?.['y'] === row),
    inverse?.documentCount,
  ]).toEqual([1_000, true, true, 1_000]);
  view.stop();
  stop();
}, 60_000);

it('more than one commit takes is committed in parts', async () => {
  const store = newStore();
  const stop = store.start();
  const inserted = Array.from({ length: 10_050 }, (_, index) => ({ id: idOf(8_000, index), x: 1 }));
  store.apply((state) => insertDocuments(state, inserted));
  await until(() => store.isCurrent);
  for (const left of [50, 0]) {
    const edits = documentEdits('films', store.merged());
    await write(editText(editsOfOneCommit(edits)));
    store.readAnew();
    await until(() => store.isCurrent);
    expect(store.merged()).toHaveLength(left);
  }
  stop();
}, 60_000);

it('a commit is no longer than a message to the host may be', () => {
  const edits = Array.from({ length: 100 }, (_, index) => ({
    ...{ kind: 'insert' as const, collection: 'films' },
    document: { id: idOf(7_000, index), title: 'x'.repeat(100_000) },
  }));
  const taken = editsOfOneCommit(edits);
  expect(editText(taken).length).toBeLessThan(7_000_000);
  expect(taken).toEqual(edits.slice(0, taken.length));
  expect(taken.length).toBeGreaterThan(20);
});

interface Given {
  readonly where: string;
  readonly sort: readonly { readonly column: string; readonly direction: 'asc' | 'desc' }[];
}

/** The documents as a grid shows them, loaded. */
async function openView(store: StagedStore, { where, sort }: Given) {
  const view = { collection: 'films', fields: ['x', 'y'], where, sort };
  const live = new WindowRows({
    ...{ columnCount: names.length, total: undefined },
    source: collectionSource(client, database, view),
    schedule: (run) => run(),
  });
  live.want({ start: 0, end: 50 });
  await until(() => live.count.isKnown || live.isLoaded(0));
  const rows = new StagedRows(live, names, store);
  const columns = names.map((name) => ({ name, path: name, type, nullable: true }));
  const actions = collectionActions({ store, info, rows, names, model: rows, columns });
  return { live, rows, actions, stop: () => live.stop() };
}

type Staged = {
  readonly base: EditedDocument | undefined;
  readonly mine: EditedDocument | undefined;
};

/** The rule, field by field. There are no new documents here. */
function isConflict(
  staged: Staged & { readonly id: string },
  before: ReadonlyMap<string, EditedDocument>,
): boolean {
  const { base = {}, mine } = staged;
  const theirs = before.get(staged.id);
  if (mine === undefined) return theirs !== undefined && !isSame(theirs, base);
  if (theirs === undefined) return !isSame(mine, base);
  return ['x', 'y'].some(
    (name) => !same(base, mine, name) && !same(base, theirs, name) && !same(mine, theirs, name),
  );
}

function predicted(
  staged: Staged | undefined,
  theirs: EditedDocument | undefined,
): EditedDocument | undefined {
  if (staged === undefined || theirs === undefined) return theirs;
  const { base = {}, mine } = staged;
  if (mine === undefined) return undefined;
  const fields = new Map<string, WireValue>(Object.entries(theirs));
  for (const name of ['x', 'y']) {
    if (same(base, mine, name)) continue;
    const next = mine[name];
    if (next === undefined) fields.delete(name);
    else fields.set(name, next);
  }
  return Object.fromEntries(fields);
}

function same(left: EditedDocument, right: EditedDocument, name: string): boolean {
  return isSame(left[name], right[name]);
}
