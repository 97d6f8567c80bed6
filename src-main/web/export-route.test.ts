import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ExportState, type ExportTask, readRun, WireError } from '#contract';
import { Aurora, schemaText } from '#engine';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';
import { startWebHost, type WebHost } from './web-host.ts';

let shop: ShopHost;
let host: WebHost;
let cookie: string;
beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  host = await startWebHost({
    host: '127.0.0.1',
    port: 0,
    bundle: new Map(),
    exports: shop.services.exports,
    serve: shop.services.serve,
    onFault: (error) => expect.unreachable(String(error)),
  });
  const { origin, hash } = new URL(host.url);
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin },
    body: JSON.stringify({ token: new URLSearchParams(hash.slice(1)).get('token') }),
  });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  await run('schema { define collection notes { n: Int! text: String more: Object } }');
});
afterEach(async () => {
  await host.close();
  await closeShopHost(shop);
});

async function run(text: string): Promise<void> {
  for await (const part of readRun(shop.caller, { database: shop.database, text })) {
    if (part.kind === 'failed') throw new WireError(part.error);
  }
}

async function insert(count: number): Promise<void> {
  const data = Array.from({ length: count }, (_, n) => {
    const text = ['"ü, \\"q\\"\\n"', 'null', '""'][n % 3];
    return n % 4 === 3 ? `{ n: ${n} }` : `{ n: ${n}, text: ${text}, more: { list: [${n}, null] } }`;
  });
  await run(`mutation { insertMany(collection: "notes", data: [${data.join(', ')}]) { id } }`);
}

async function begin(from: ExportTask['from'], more: Partial<ExportTask> = {}) {
  const usual = {
    format: 'ndjson',
    delimiter: ',',
    nullToken: '',
    hasHeader: true,
    nested: 'json',
  } as const;
  const task: ExportTask = { ...usual, from, name: 'notes ü', ...more };
  const way = await shop.caller.call('exports.begin', { database: shop.database, task });
  if (way.kind !== 'download') throw new Error(`The way is ${way.kind}.`);
  return way;
}

const fetchFile = (path: string, headers: Record<string, string> = { cookie }) =>
  fetch(new URL(path, host.url), { headers });

/** How an export ended. */
async function endOf(id: string): Promise<ExportState> {
  let stop = () => {};
  const ended = await new Promise<ExportState>((resolve) => {
    stop = shop.caller.subscribe(
      'exports',
      { export: id },
      (state) => {
        if (state.state !== 'waiting' && state.state !== 'running') resolve(state);
      },
      () => {},
    );
  });
  stop();
  return ended;
}

const all = { kind: 'collection', collection: 'notes', where: '' } as const;

it('is a file that imports to the same documents, and that is fetched once, with a session', async () => {
  await insert(500);
  const way = await begin(all);
  expect((await fetchFile(way.path, {})).status).toBe(401);
  const answer = await fetchFile(way.path);
  const file = await answer.text();
  expect(answer.headers.get('content-disposition')).toBe(
    "attachment; filename*=UTF-8''notes%20%C3%BC.ndjson",
  );
  expect((await fetchFile(way.path)).status).toBe(404);
  expect(await endOf(way.export)).toMatchObject({
    state: 'done',
    documentCount: 500,
    sizeBytes: Buffer.byteLength(file),
  });
  const original = await Aurora.open(shop.path);
  const copy = await Aurora.open(':memory:');
  await copy.execute(schemaText(original.catalog().collections));
  await copy.importInto('notes', { text: file }, { format: 'ndjson' });
  const documentsOf = (db: typeof copy) => db.query('notes').collect();
  expect(await documentsOf(copy)).toEqual(await documentsOf(original));
  await Promise.all([copy.close(), original.close()]);
});

it('is what a filter leaves, or the rows of a query', async () => {
  await insert(20);
  const filtered = await begin({ ...all, where: '{ n: { gte: 18 } }' }, { format: 'json' });
  const documents: unknown = await (await fetchFile(filtered.path)).json();
  expect(documents).toMatchObject([{ n: 18 }, { n: 19 }]);
  const text = 'query($n: Int) { notes(where: { n: { eq: $n } }) { n text } }';
  const from = { kind: 'query', text, variables: { n: 0 }, result: 0 } as const;
  const rows = await begin(from, { format: 'csv', delimiter: '\t' });
  expect(await (await fetchFile(rows.path)).text()).toBe('n\ttext\r\n0\t"ü, ""q""\n"\r\n');
});

it('comes in the order that is looked at', async () => {
  await insert(20);
  const sorted = { ...all, where: '{ n: { gte: 17 } }', orderBy: '[{ n: DESC }]' };
  const few = await begin(sorted, { format: 'json' });
  expect(await (await fetchFile(few.path)).json()).toMatchObject([{ n: 19 }, { n: 18 }, { n: 17 }]);
  const whole = await begin({ ...all, orderBy: '[{ n: DESC }]' });
  const [first = ''] = (await (await fetchFile(whole.path)).text()).split('\n');
  expect(JSON.parse(first)).toMatchObject({ n: 19 });
});

it('gives nested fields columns of their own', async () => {
  await insert(2);
  const way = await begin(all, { format: 'csv', nested: 'columns' });
  const [head, first] = (await (await fetchFile(way.path)).text()).split('\r\n');
  expect([head, first?.split(',').at(-1)]).toEqual(['id,n,text,more.list', 'null]"']);
});

it('finds documents of an open collection by what no schema names', async () => {
  await run('schema { define collection things @open { n: Int } }');
  await run(
    'mutation { insertMany(collection: "things", data: [{ n: 1, colour: "red" }, { n: 2 }]) { id } }',
  );
  const where = '{ colour: { in: ["red"] } }';
  const way = await begin({ kind: 'collection', collection: 'things', where });
  expect(JSON.parse(await (await fetchFile(way.path)).text())).toMatchObject({ colour: 'red' });
});

it('is no more when it is cancelled, and tells why it failed', async () => {
  await insert(3_000);
  const text = 'query { a: notes { n text more } b: notes { n } }';
  const first = await begin({ kind: 'query', text, result: 0 });
  await shop.caller.call('exports.cancel', { export: first.export });
  expect((await fetchFile(first.path)).status).toBe(404);
  expect((await endOf(first.export)).state).toBe('cancelled');
  const second = await begin({
    kind: 'query',
    text: 'mutation { deleteFrom(collection: "notes", where: {}) { id } }',
    result: 0,
  });
  await expect(fetchFile(second.path)).rejects.toThrow();
  expect(await endOf(second.export)).toMatchObject({
    state: 'failed',
    error: { code: 'InvalidOption' },
  });
});
