import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Caller,
  createChannelPair,
  environmentSetting,
  type ImportOrder,
  type ImportState,
  type ImportTask,
  readRun,
} from '#contract';
import { rejectsOf, sendBytes, stateOf } from '../testing/import-calls.ts';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';

let shop: ShopHost;
let caller: Caller;
let database: string;

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  ({ caller, database } = shop);
  await rowsOf(
    'schema { define collection people { name: String! @unique  age: Int  born: DateTime } }',
  );
});

afterEach(async () => {
  await closeShopHost(shop);
});

async function rowsOf(text: string): Promise<unknown[]> {
  const columns: unknown[][] = [];
  for await (const part of readRun(caller, { database, text })) {
    if (part.kind === 'failed') throw new Error(part.error.message);
    if (part.kind === 'rows') {
      for (const [at, values] of part.batch.columns.entries()) {
        columns[at] = [...(columns[at] ?? []), ...values];
      }
    }
  }
  const [first = []] = columns;
  return first.map((_, row) => columns.map((values) => values[row]));
}

const people = () => rowsOf('{ people(orderBy: { name: ASC }) { name age } }');

/** All that can be told apart from outside: documents with ids, and the catalog. */
async function fingerprint(): Promise<string> {
  const { collections } = await caller.call('catalog.get', { database });
  const documents = await rowsOf('{ people(orderBy: { id: ASC }) { id name age born } }');
  return JSON.stringify([collections, documents]);
}

const order = (more: Partial<ImportOrder> = {}): ImportOrder => ({
  collection: 'people',
  format: 'csv',
  columns: [],
  onReject: 'skip',
  ...more,
});

interface Imported {
  readonly id: string;
  readonly state: ImportState;
}

const begin = async (task: ImportTask) =>
  (await caller.call('imports.begin', { database, task })).import;

const ended = (id: string, isIt?: (state: ImportState) => boolean) => stateOf(caller, id, isIt);
const send = (id: string, bytes: Uint8Array, chunkBytes: number) =>
  sendBytes(caller, id, { bytes, chunkBytes });

async function bring(
  task: ImportTask,
  content: string | Uint8Array,
  chunkBytes = 64 * 1024,
): Promise<Imported> {
  const id = await begin(task);
  await send(id, Buffer.from(content), chunkBytes);
  const state = await ended(id);
  if (task.kind !== 'run') await caller.call('imports.close', { import: id });
  return { id, state };
}

const manyRows = (count: number) =>
  `name,age\n${Array.from({ length: count }, (_, at) => `person ${at},${at}\n`).join('')}`;

describe('a file that a page sends', () => {
  it('is looked at: format, columns and their fields, first records, without all of it', async () => {
    const inspect = { kind: 'inspect', collection: 'people' } as const;
    const { state } = await bring(inspect, 'Name;AGE;Shoe size\nAnn;7;38\nBob;;39.5\n', 5);
    expect(state).toMatchObject({
      state: 'inspected',
      inspection: {
        format: 'csv',
        delimiter: ';',
        isWhole: true,
        recordCount: 2,
        columns: [
          { source: 'Name', field: 'name', isDefined: true, foundType: { name: 'String' } },
          { source: 'AGE', field: 'age', isDefined: true, foundType: { name: 'Int' } },
          { source: 'Shoe size', isDefined: false, foundType: { name: 'Float' } },
        ],
        records: [
          {
            line: 2,
            cells: [
              [0, 'Ann'],
              [1, '7'],
              [2, '38'],
            ],
          },
          {
            line: 3,
            cells: [
              [0, 'Bob'],
              [1, ''],
              [2, '39.5'],
            ],
          },
        ],
      },
    });
    const long = await begin(inspect);
    const text = Buffer.from(manyRows(60_000));
    expect(await send(long, text, 16 * 1024)).toBeLessThan(text.length / (16 * 1024) - 10);
    expect(await ended(long)).toMatchObject({ inspection: { isWhole: false } });
    const formats = [];
    for (const content of [
      '[{"a":1}]',
      '{"a":1}\n{"a":2}',
      '{\n"a":1}',
      gzipSync('{"a":1}\n'),
      'a\tb\n1\t2',
    ]) {
      const { state: seen } = await bring({ ...inspect, collection: 'others' }, content);
      formats.push(seen.state === 'inspected' ? seen.inspection.format : seen);
    }
    expect(formats).toEqual(['json', 'ndjson', 'json', 'ndjson', 'csv']);
  });

  it('is tried, imported as it was tried, and gives what it rejects back to be mended', async () => {
    await rowsOf(
      'mutation { insertInto(collection: "people", data: { name: "Cid", age: 1 }) { id } }',
    );
    const text = 'name;age\nAnn;7\nBob;seven\nCid;9\nDan;4;5\nEve;3\n';
    const before = await fingerprint();
    const tried = await bring({ kind: 'try', order: order() }, text, 7);
    const counts = { recordCount: 5, importedCount: 2, rejectedCount: 3 };
    expect(tried.state).toMatchObject({ state: 'tried', confirmation: 'click', report: counts });
    expect(await fingerprint()).toBe(before);
    const { id, state } = await bring({ kind: 'run', order: order() }, text, 7);
    expect(state).toMatchObject({ state: 'imported', report: counts });
    const rejected = await rejectsOf(caller, id);
    const lines = ['name;age', 'Bob;seven', 'Cid;9', 'Dan;4;5', ''];
    expect(rejected.split('\r\n').toSorted()).toEqual(lines.toSorted());
    expect(rejected.startsWith('name;age\r\n')).toBe(true);
    const mended = rejected.replace('seven', '8').replace('Cid', 'Cy').replace(';5', '');
    await bring({ kind: 'run', order: order() }, mended);
    expect(await people()).toEqual([
      ['Ann', 7],
      ['Bob', 8],
      ['Cid', 1],
      ['Cy', 9],
      ['Dan', 4],
      ['Eve', 3],
    ]);
  });

  it('says of an upsert what it would replace, and what it has replaced', async () => {
    await bring({ kind: 'run', order: order() }, 'name,age\nAnn,1\nBob,2\n');
    const upsert = order({ upsertKey: 'name' });
    const text = 'name,age\nAnn,5\nCid,6\nCid,7\nDan,x\n';
    const before = await fingerprint();
    const counts = { importedCount: 3, updatedCount: 2, rejectedCount: 1 };
    const tried = await bring({ kind: 'try', order: upsert }, text);
    expect([tried.state, await fingerprint()]).toMatchObject([{ report: counts }, before]);
    const { state } = await bring({ kind: 'run', order: upsert }, text);
    expect(state).toMatchObject({ report: counts });
    expect(await people()).toEqual([
      ['Ann', 5],
      ['Bob', 2],
      ['Cid', 7],
    ]);
  });

  it('follows the order: fields, types, what is left out, what means null, where to go on', async () => {
    const columns = [
      { source: 'Who', field: 'label' },
      { source: 'n', type: { kind: 'scalar', name: 'String' } },
      { source: 'secret', isSkipped: true },
    ] as const;
    const { state } = await bring(
      {
        kind: 'run',
        order: order({ collection: 'others', columns, nullTokens: ['NULL'], skipRecords: 1 }),
      },
      'Who,n,secret\nzero,0,x\none,1,x\nNULL,2,x\n',
    );
    expect(state).toMatchObject({ report: { created: true, importedCount: 2, handledCount: 3 } });
    expect(await rowsOf('{ others(orderBy: { n: ASC }) { label n } }')).toEqual([
      ['one', '1'],
      [null, '2'],
    ]);
    const stopped = await bring(
      { kind: 'run', order: order({ onReject: 'stop' }) },
      'name,age\nAnn,1\nBob,x\nCid,3\n',
    );
    expect(stopped.state).toMatchObject({
      report: { outcome: 'stopped', importedCount: 1, handledCount: 1 },
    });
  });

  it.each([
    ['nothing', '', 'others', 'ImportFailed'],
    ['binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]), 'people', 'ImportFailed'],
    ['zeros', Buffer.alloc(5_000), 'people', 'ImportFailed'],
    ['Latin-1', Buffer.from('name\nJos\xe9\n', 'latin1'), 'people', 'ImportFailed'],
    ['damaged gzip', gzipSync(manyRows(100)).subarray(0, 60), 'people', 'ImportFailed'],
  ])('fails with what to do when it is %s', async (name, content, collection, code) => {
    const inspect = { kind: 'inspect', collection } as const;
    const run = { kind: 'run', order: order({ collection }) } as const;
    const before = await fingerprint();
    const inspected = await bring(inspect, content);
    if (content.length > 0)
      expect(inspected.state).toMatchObject({ state: 'failed', error: { code } });
    else expect(inspected.state).toMatchObject({ inspection: { recordCount: 0, columns: [] } });
    const { state } = await bring(run, content);
    if (name !== 'zeros') expect(state).toMatchObject({ state: 'failed', error: { code } });
    expect(await fingerprint()).toBe(before);
  });
});

describe('an import that ends early', () => {
  const text = manyRows(3_000);
  const half = Buffer.from(text.slice(0, text.length / 2));

  async function beginHalf(more: Partial<ImportOrder> = {}): Promise<string> {
    const id = await begin({ kind: 'run', order: order(more) });
    for (let start = 0; start < half.length; start += 4_096) {
      const chunk = half.subarray(start, start + 4_096).toString('base64');
      await caller.call('imports.send', { import: id, chunk, isLast: false });
    }
    await ended(id, (state) => state.state === 'running' && state.importedCount >= 500);
    return id;
  }

  it.each(['csv', 'ndjson', 'json'] as const)(
    'leaves all as it was when it is to be reverted, also from %s',
    async (format) => {
      await rowsOf(
        'mutation { insertInto(collection: "people", data: { name: "before" }) { id } }',
      );
      const before = await fingerprint();
      const rows = Array.from({ length: 3_000 }, (_, at) => JSON.stringify({ name: `p${at}` }));
      const whole = { csv: text, ndjson: rows.join('\n'), json: `[${rows.join(',')}]` }[format];
      for (const collection of ['people', 'others']) {
        const id = await begin({ kind: 'run', order: order({ format, collection }) });
        const chunk = Buffer.from(whole.slice(0, whole.length - 20)).toString('base64');
        await caller.call('imports.send', { import: id, chunk, isLast: false });
        if (collection === 'people') {
          await ended(id, (state) => state.state === 'running' && state.importedCount >= 500);
        }
        await caller.call('imports.cancel', { import: id, committed: 'revert' });
        expect(await ended(id)).toEqual({
          state: 'cancelled',
          isReverted: true,
          importedCount: 0,
          handledCount: 0,
        });
        expect(await fingerprint()).toBe(before);
      }
    },
  );

  it('keeps what it has committed when it is to, and another one goes on from there', async () => {
    const id = await beginHalf();
    await caller.call('imports.cancel', { import: id, committed: 'keep' });
    const state = await ended(id);
    if (state.state !== 'cancelled') throw new Error(state.state);
    expect((await people()).length).toBe(state.importedCount);
    await bring({ kind: 'run', order: order({ skipRecords: state.handledCount }) }, text);
    expect((await people()).length).toBe(3_000);
  });

  it('ends with its page, and leaves no folder behind', async () => {
    const { page, host } = createChannelPair();
    shop.services.serve(host);
    const [first, second] = [caller, new Caller(page)];
    await second.connect();
    caller = second;
    const folders = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('aurora-import-'));
    const before = await folders();
    await beginHalf();
    second.close();
    caller = first;
    await expect
      .poll(async () => (await folders()).filter((name) => !before.includes(name)), {
        timeout: 15_000,
      })
      .toEqual([]);
    const { length } = await people();
    expect(length).toBeGreaterThanOrEqual(500);
    // Nothing of it is under way any more: all of it can be imported.
    const { state } = await bring({ kind: 'run', order: order({ upsertKey: 'name' }) }, text);
    expect(state).toMatchObject({ report: { importedCount: 3_000, updatedCount: length } });
  });

  it('ends with its database', async () => {
    await beginHalf();
    await caller.call('databases.close', { database });
    ({ database } = await caller.call('databases.open', { path: shop.path }));
    expect((await people()).length).toBeGreaterThanOrEqual(500);
  });
});

describe('what a page may import', () => {
  it('is what was tried, on production', async () => {
    await caller.call('settings.set', { key: environmentSetting(shop.path), value: 'production' });
    const text = manyRows(600);
    const run = (previewToken?: string, more: Partial<ImportOrder> = {}): ImportTask => ({
      kind: 'run',
      order: order(more),
      ...(previewToken === undefined ? {} : { previewToken }),
    });
    const refused = { code: 'PreviewRequired' };
    await expect(begin(run())).rejects.toMatchObject(refused);
    const tokenOf = async () => {
      const { state } = await bring({ kind: 'try', order: order() }, text, 4_096);
      if (state.state !== 'tried') throw new Error(state.state);
      expect(state.confirmation).toBe('typed');
      return state.token;
    };
    await expect(begin(run(await tokenOf(), { upsertKey: 'name' }))).rejects.toMatchObject(refused);
    const other = await begin(run(await tokenOf()));
    const changed = text.replace('person 0', 'Person 0');
    await expect(send(other, Buffer.from(changed), 4_096)).rejects.toMatchObject(refused);
    expect(await ended(other)).toMatchObject({ state: 'failed', error: refused });
    expect(await people()).toEqual([]);
    const token = await tokenOf();
    const id = await begin(run(token));
    await send(id, Buffer.from(text), 4_096);
    expect(await ended(id)).toMatchObject({ report: { importedCount: 600 } });
    await expect(begin(run(token))).rejects.toMatchObject(refused);
  });

  it('is nothing where the database is read-only', async () => {
    await caller.call('databases.close', { database });
    const { path } = shop;
    ({ database } = await caller.call('databases.open', { path, readOnly: true }));
    const task = { kind: 'run', order: order() } as const;
    await expect(begin(task)).rejects.toMatchObject({ code: 'ReadOnly' });
    const { state } = await bring({ kind: 'inspect', collection: 'people' }, 'name\nAnn\n');
    expect(state).toMatchObject({ state: 'inspected' });
  });

  it('comes one piece after the other, of few imports at a time', async () => {
    const task = { kind: 'inspect', collection: 'people' } as const;
    const ids = await Promise.all([1, 2, 3, 4].map(() => begin(task)));
    await expect(begin(task)).rejects.toMatchObject({ code: 'TooManyCalls' });
    const [id = ''] = ids;
    const piece = { import: id, chunk: Buffer.from('a,b\n').toString('base64') };
    await caller.call('imports.send', { ...piece, isLast: true });
    const late = caller.call('imports.send', { ...piece, isLast: true });
    await expect(late.then(({ isWanted }) => isWanted)).rejects.toMatchObject({
      code: 'InvalidParams',
    });
    const wrong = caller.call('imports.send', { import: ids[1] ?? '', chunk: 'ä', isLast: false });
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidParams' });
    for (const each of ids) await caller.call('imports.close', { import: each });
    await expect(caller.call('imports.send', { ...piece, isLast: true })).rejects.toMatchObject({
      code: 'ImportNotFound',
    });
  });
});
