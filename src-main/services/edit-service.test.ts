import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller, createChannelPair, environmentSetting, WireError } from '#contract';
import { editText } from '#engine/aql';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';
import { serviceLimits } from './limits.ts';

let shop: ShopHost;
let folder: string;
let caller: Caller;
let database: string;
const collection = 'films';

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  ({ folder, caller, database } = shop);
  const { cursor } = await caller.call('query.open', {
    database,
    text: 'schema { define collection films { title: String! year: Int } }',
  });
  await caller.call('query.next', { cursor, rowsMax: 10 });
  await caller.call('query.close', { cursor });
});

afterEach(async () => {
  await closeShopHost(shop);
});

const commit = (text: string) => caller.call('edits.commit', { database, text });
const ids = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
] as const;

async function insertBoth() {
  const documents = ids.map((id, at) => ({ id, title: `Film ${at}`, year: 1990 + at }));
  return commit(editText(documents.map((document) => ({ kind: 'insert', collection, document }))));
}

async function read() {
  const { documents } = await caller.call('edits.read', { database, collection, ids: [...ids] });
  return documents;
}

describe('edits', () => {
  it('are committed for the versions that were read, and taken back', async () => {
    await insertBoth();
    const [first, second] = await read();
    const { position, documentCount } = await commit(
      editText([
        {
          kind: 'update',
          collection,
          id: ids[0],
          version: first?.version,
          set: { year: 2000 },
          unset: [],
        },
        { kind: 'delete', collection, id: ids[1], version: second?.version },
      ]),
    );
    if (position === undefined) throw new Error('it was committed');
    expect(documentCount).toBe(2);
    expect((await read()).map(({ document }) => document)).toEqual([
      { id: ids[0], title: 'Film 0', year: 2000 },
    ]);
    const inverse = await caller.call('edits.inverse', { database, position });
    expect(inverse).toMatchObject({ documentCount: 2, obstacles: [] });
    await commit(inverse.text ?? '');
    expect(await read()).toEqual([first, second]);
    const { changes, isComplete } = await caller.call('edits.history', {
      database,
      collection,
      id: ids[0],
      limit: 10,
    });
    expect([changes.map(({ after }) => after?.['year']), isComplete]).toEqual([
      [1990, 2000, 1990],
      true,
    ]);
  });

  it('are refused whole when somebody was faster, and as anything but one mutation', async () => {
    await insertBoth();
    const [first] = await read();
    const edit = { kind: 'update', collection, id: ids[0], set: { year: 1 }, unset: [] } as const;
    await commit(editText([edit]));
    const late = commit(
      editText([
        { kind: 'delete', collection, id: ids[1] },
        { ...edit, version: first?.version },
      ]),
    );
    await expect(late).rejects.toMatchObject({
      code: 'VersionMismatch',
      details: { collection, id: ids[0] },
    });
    expect((await read()).length).toBe(2);
    for (const text of [
      '{ films { id } }',
      'schema { drop collection films }',
      `${editText([edit])}${editText([edit])}`,
    ]) {
      await expect(commit(text)).rejects.toBeInstanceOf(WireError);
    }
  });

  it('are previewed whole before they are committed, and refused as the commit would refuse them', async () => {
    // An insert was left out of what the review says that a text does, and a text that cannot run was said to be one that
    // touches nothing.
    const preview = (text: string) =>
      caller.call('query.preview', { database, text, isForCommit: true });
    const document = { title: 'Film', year: 1990 };
    const { previews, confirmation } = await preview(
      editText([{ kind: 'insert', collection, document: { id: ids[0], ...document } }]),
    );
    expect([
      previews.map(({ kind, target, count }) => [kind, target, count]),
      confirmation,
    ]).toEqual([[['insert', 'films', 1]], 'none']);
    for (const text of [
      'mutation { insertInto(collection: "films", data: { title: "A", year: "x" }) { id } }',
      'mutation { insertInto(collection: "films"',
      'mutation { insertInto(collection: "films", data: { title: "A" }) { name } }',
      'mutation ($title: String!) { insertInto(collection: "films", data: { title: $title }) { id } }',
      '{ films { id } }',
      '',
    ]) {
      const found = await preview(text).catch((error: unknown) => error);
      const failing = found instanceof WireError ? found : Object(found).previews[0]?.error;
      expect(failing?.message, text).toEqual(expect.any(String));
    }
  });

  it('say where they were committed, whatever grid they come from', async () => {
    await insertBoth();
    const text = `mutation {
      deleteFrom(collection: "films", where: { id: { eq: "${ids[0]}" } }) { id }
      update(collection: "films", where: { id: { eq: "${ids[1]}" } }, set: { year: 1 }) { id }
    }`;
    expect((await commit(text)).collections).toEqual(['films']);
  });

  it('are one commit, however many cells there are', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      title: `Film ${n}`,
    }));
    await commit(editText(many.map((document) => ({ kind: 'insert', collection, document }))));
    const { documents } = await caller.call('edits.read', {
      database,
      collection,
      ids: many.map(({ id }) => id),
    });
    const text = editText(
      documents.map(({ id, version }, n) => ({
        kind: 'update',
        collection,
        id,
        version,
        set: { year: n },
        unset: [],
      })),
    );
    const { previews, token = '' } = await caller.call('query.preview', { database, text });
    expect(previews.every(({ error, count }) => error === undefined && count === 1)).toBe(true);
    const before = await commit(text);
    const after = await caller.call('edits.read', {
      database,
      collection,
      ids: many.map(({ id }) => id),
    });
    expect(after.documents.map(({ document }) => document['year'])).toEqual(many.map((_, n) => n));
    expect([before.position !== undefined, token !== '']).toEqual([true, true]);
  });

  it('need a preview that was made since the database is production, of which every page is told', async () => {
    await insertBoth();
    const told: string[] = [];
    const other = createChannelPair();
    shop.services.serve(other.host);
    const otherCaller = new Caller(other.page);
    await otherCaller.connect();
    const stop = otherCaller.subscribe('environment', { database }, ({ environment }) => {
      told.push(environment);
    });
    const text = editText([{ kind: 'delete', collection, id: ids[0] }]);
    const { token: previewToken = '' } = await caller.call('query.preview', { database, text });
    await caller.call('settings.set', {
      key: environmentSetting(join(folder, 'shop.db')),
      value: 'production',
    });
    await expect(
      caller.call('edits.commit', { database, text, previewToken }),
    ).rejects.toMatchObject({ code: 'PreviewRequired' });
    await expect.poll(() => told.at(-1)).toBe('production');
    stop();
  });

  it('need their preview on a production database', async () => {
    await insertBoth();
    const path = join(folder, 'shop.db');
    await caller.call('settings.set', { key: environmentSetting(path), value: 'production' });
    const text = editText([{ kind: 'delete', collection, id: ids[0] }]);
    await expect(commit(text)).rejects.toMatchObject({ code: 'PreviewRequired' });
    const { token = '', previews } = await caller.call('query.preview', { database, text });
    expect(previews).toMatchObject([{ kind: 'delete', count: 1 }]);
    await caller.call('edits.commit', { database, text, previewToken: token });
    expect((await read()).length).toBe(1);
  });
});

describe('a preview for the guard', () => {
  it('shows what changes, however many fields stand before it', async () => {
    const fields = Array.from({ length: 40 }, (_, at) => `f${at}: Int`).join(' ');
    const { cursor } = await caller.call('query.open', {
      database,
      text: `schema { define collection wide { ${fields} } } mutation { insertInto(collection: "wide", data: { f0: 1 }) { id } }`,
    });
    await caller.call('query.next', { cursor, rowsMax: 10 });
    const text = 'mutation { update(collection: "wide", where: {}, data: { f39: 7 }) { id } }';
    const { previews } = await caller.call('query.preview', { database, text });
    const [update] = previews;
    const at = update?.columns.findIndex(({ name }) => name === 'f39') ?? -1;
    expect([update?.columns.at(0)?.name, update?.columns.at(1)?.name, at]).toEqual([
      'id',
      'f0',
      serviceLimits.previewColumnsMax - 1,
    ]);
    expect(update?.after?.columns[at]).toEqual([7]);
  });

  it('tells of references to documents that will not be there, also of inserts', async () => {
    const { cursor } = await caller.call('query.open', {
      database,
      text: 'schema { define collection seats { film: Uuid @references(collection: "films") } }',
    });
    await caller.call('query.next', { cursor, rowsMax: 10 });
    await insertBoth();
    const insert = (film: string) =>
      `insertInto(collection: "seats", data: { film: "${film}" }) { id }`;
    const text = `mutation {
      a: ${insert(ids[0])}  b: ${insert(ids[1])}  c: ${insert('00000000-0000-4000-8000-000000000003')}
      d: deleteFrom(collection: "films", where: { id: { eq: "${ids[0]}" } }) { id }
    }`;
    const { previews } = await caller.call('query.preview', { database, text });
    const dangling = [{ field: 'film', target: 'films', documentCount: 1 }];
    expect(previews.map((each) => [each.kind, each.danglingReferences])).toEqual([
      ['insert', dangling],
      ['insert', dangling],
      ['delete', undefined],
    ]);
  });

  it('shows documents before and after, how many stay, and how the write would end', async () => {
    await insertBoth();
    const of = async (text: string) =>
      (await caller.call('query.preview', { database, text })).previews;
    const [update] = await of(
      'mutation { update(collection: "films", where: {}, data: { year: 1991 }) { id } }',
    );
    expect(update).toMatchObject({ count: 2, unchangedCount: 1 });
    expect([update?.rows.columns[2], update?.after?.columns[2]]).toEqual([
      [1990, 1991],
      [1991, 1991],
    ]);
    const twice = editText([
      { kind: 'insert', collection, document: { id: ids[0], title: 'Again' } },
    ]);
    expect(await caller.call('query.preview', { database, text: twice })).toMatchObject({
      confirmation: 'none',
      previews: [{ error: { code: 'UniqueConstraintViolation' } }],
    });
    const [wrong] = await of(
      `mutation { transaction { deleteFrom(collection: "films", where: {}) { id }
        update(collection: "films", where: {}, data: { year: 1 }, ifVersion: "x") { id } } }`,
    );
    expect(wrong).toMatchObject({ error: { code: 'VersionMismatch' } });
  });
});
