import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller, environmentSetting, type Params, readRun, WireError } from '#contract';
import { createServices, type Services } from '../services/create-services.ts';
import { transports } from '../testing/transport-ends.ts';

/*
 * On a database that is marked as production, nothing writes that was not previewed, however its messages travel: the
 * real services with a real database behind every transport.
 */

let folder: string;
let services: Services;
const toDispose: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-production-')));
  services = createServices({
    dataFolder: join(folder, 'data'),
    version: '0.0.0',
    host: 'in-process',
    sampleFolder: join(folder, 'sample'),
    log: (line) => expect.unreachable(line),
  });
});

afterEach(async () => {
  await services.close();
  for (const dispose of toDispose.splice(0)) await dispose();
  await rm(folder, { recursive: true });
});

const deletion =
  'mutation ($n: Int) { deleteFrom(collection: "orders", where: { n: { lt: $n } }) { id } }';

/** Texts that write, one of each kind that this version runs, and one that it cannot run yet. */
const writes: readonly string[] = [
  'mutation { insertInto(collection: "orders", data: { n: 1 }) { id } }',
  'mutation { update(collection: "orders", where: {}, data: { n: 1 }) { id } }',
  'mutation { upsert(collection: "orders", where: { n: 1 }, data: { n: 1 }) { id } }',
  'mutation { deleteFrom(collection: "orders", where: {}) { id } }',
  'query { orders { n } } mutation { ...f } fragment f on Mutation { deleteFrom(collection: "orders", where: {}) { id } }',
  'schema { define collection users { name: String } }',
  'schema { drop collection orders }',
  'migrate { "v1": { drop collection orders } }',
];

describe.each(Object.entries(transports))('writes to production over the %s', (_name, openEnds) => {
  async function openPage(): Promise<Caller> {
    const { page, host, dispose } = await openEnds();
    toDispose.push(dispose);
    services.serve(host);
    const caller = new Caller(page);
    await caller.connect();
    return caller;
  }

  async function run(caller: Caller, params: Params<'query.open'>): Promise<number> {
    let rowCount = 0;
    for await (const part of readRun(caller, params)) {
      if (part.kind === 'failed') throw new WireError(part.error);
      if (part.kind === 'summary') rowCount += part.summary.rowCount;
    }
    return rowCount;
  }

  const outcomeOf = (caller: Caller, params: Params<'query.open'>) =>
    run(caller, params).catch((error: unknown) =>
      error instanceof WireError ? error.code : expect.unreachable(String(error)),
    );

  async function openShop() {
    const caller = await openPage();
    const path = join(folder, 'shop.db');
    const { database } = await caller.call('databases.open', { path, create: true });
    await run(caller, { database, text: 'schema { define collection orders { n: Int! } }' });
    const data = Array.from({ length: 10 }, (_, n) => `{ n: ${n} }`).join(' ');
    const text = `mutation { insertMany(collection: "orders", data: [${data}]) { id } }`;
    await run(caller, { database, text });
    const mark = (value: string) =>
      caller.call('settings.set', { key: environmentSetting(path), value });
    return { caller, database, mark };
  }

  const countOf = async (caller: Caller, database: string) =>
    (await caller.call('catalog.get', { database })).collections.map(
      ({ name, documentCount }) => `${name} ${documentCount}`,
    );

  it('are refused without a preview, whatever they are, and change nothing', async () => {
    const { caller, database, mark } = await openShop();
    await mark('production');
    const outcomes = [];
    for (const text of writes) outcomes.push(await outcomeOf(caller, { database, text }));
    expect([outcomes, await countOf(caller, database)]).toEqual([
      writes.map(() => 'PreviewRequired'),
      ['orders 10'],
    ]);
    const { entries } = await caller.call('history.list', { limit: 1 });
    expect(entries).toMatchObject([{ outcome: 'failed', text: writes.at(-1) }]);
  });

  it('are refused however they are written, among other texts and with tokens of chance', async () => {
    const { caller, database, mark } = await openShop();
    await mark('production');
    const others = ['', 'query Q { orders { n } }', '# mutation', '{ a: orders(limit: 1) { n } }'];
    const spaces = [' ', '\n', '\t', ' # }\n', ',', '\uFEFF'];
    const disguised = fc
      .record({
        write: fc.constantFrom(...writes),
        before: fc.constantFrom(...others),
        after: fc.constantFrom(...others),
        space: fc.constantFrom(...spaces),
        previewToken: fc.option(fc.string(), { nil: undefined }),
      })
      .map(({ write, before, after, space, previewToken }) => ({
        text: `${before}\n${write.replaceAll(' ', (found, at: number) => (at % 3 === 0 ? space : found))}\n${after}`,
        ...(previewToken === undefined ? {} : { previewToken }),
      }));
    await fc.assert(
      fc.asyncProperty(disguised, async (params) => {
        const outcome = await outcomeOf(caller, { database, ...params });
        // A text that the disguise has made wrong is refused by the language.
        expect(typeof outcome).toBe('string');
        expect(await countOf(caller, database)).toEqual(['orders 10']);
      }),
      { numRuns: 60 },
    );
  });

  it('run once with the token of their preview, and as they were previewed', async () => {
    const { caller, database, mark } = await openShop();
    await mark('production');
    const params = { database, text: deletion, variables: { n: 4 } };
    const { previews, confirmation, token = '' } = await caller.call('query.preview', params);
    expect([previews[0]?.count, confirmation]).toEqual([4, 'typed']);
    const previewToken = token;
    const outcomes = [
      await outcomeOf(caller, { ...params, previewToken: 'made up' }),
      await outcomeOf(caller, { ...params, variables: { n: 9 }, previewToken }),
      await outcomeOf(caller, { ...params, text: `${deletion} # more`, previewToken }),
      await outcomeOf(caller, { ...params, previewToken }),
      await outcomeOf(caller, { ...params, previewToken }),
    ];
    expect(outcomes).toEqual([
      'PreviewRequired',
      'PreviewRequired',
      'PreviewRequired',
      4,
      'PreviewRequired',
    ]);
    expect(await countOf(caller, database)).toEqual(['orders 6']);
  });

  it('are refused to every page, also to one that was there before the mark', async () => {
    const { caller, database, mark } = await openShop();
    const other = await openPage();
    const params = { database, text: deletion, variables: { n: 1 } };
    expect(await outcomeOf(other, params)).toBe(1);
    await mark('production');
    expect(await outcomeOf(other, { ...params, variables: { n: 2 } })).toBe('PreviewRequired');
    await mark('staging');
    expect([
      await outcomeOf(other, { ...params, variables: { n: 2 } }),
      caller.isConnected,
    ]).toEqual([1, true]);
  });

  it('hold up no text that reads, and tell the findings of one that is wrong', async () => {
    const { caller, database, mark } = await openShop();
    await mark('production');
    const texts = [
      'query { orders { n } }',
      'mutation { deleteFrom(collection: "orders", where: { m: 1 }) { id } }',
      'mutation { deleteFrom(collection: "orders", where: {) { id } }',
    ];
    const outcomes = [];
    for (const text of texts) outcomes.push(await outcomeOf(caller, { database, text }));
    expect(outcomes).toEqual([10, 'UnknownField', 'SyntaxError']);
  });

  // Writes were once looked for before the binder had bounded the text: a hundred lines held the host for ever.
  it('are not looked for in fragments that multiply each other', async () => {
    const { caller, database, mark } = await openShop();
    await mark('production');
    const fragments = Array.from(
      { length: 40 },
      (_, at) => `fragment f${at} on Mutation { ...f${at + 1} ...f${at + 1} }`,
    );
    const last = 'fragment f40 on Mutation { __typename }';
    const text = `mutation { ...f0 } ${fragments.join(' ')} ${last}`;
    expect(await outcomeOf(caller, { database, text })).toBe('LimitExceeded');
  });
});
