import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AuditInfo, readRun, WireError } from '#contract';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';

let shop: ShopHost;
let database: string;
beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line));
  ({ database } = shop);
  await run('schema { define collection orders { n: Int! } }');
});
afterEach(() => closeShopHost(shop));

async function run(text: string, isForView = false): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const part of readRun(shop.caller, { database, text, isForView })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind === 'rows') rows.push(...(part.batch.columns[0] ?? []));
  }
  return rows;
}

const keep = (file: string | null) => shop.caller.call('audit.keep', { database, file });

/** The state of the log, once it is as expected. */
async function stateWhere(isWanted: (info: AuditInfo) => boolean): Promise<AuditInfo> {
  let stop = () => {};
  const found = await new Promise<AuditInfo>((resolve) => {
    stop = shop.caller.subscribe(
      'audit',
      { database },
      (info) => {
        if (isWanted(info)) resolve(info);
      },
      () => {},
    );
  });
  stop();
  return found;
}

const texts = '{ _audit(where: { caller: { eq: "studio" }, text: { ne: null } }) { text } }';

it('keeps a log from when it is told to until it is told not to, without closing the database', async () => {
  expect(await stateWhere(() => true)).toMatchObject({ file: null, wanted: null, entryCount: 0 });
  await keep('audit.jsonl');
  await run('mutation { insertInto(collection: "orders", data: { n: 1 }) { id } }');
  await run('{ orders { n } }', true);
  const info = await stateWhere(({ entryCount }) => entryCount > 2);
  expect(await run(texts)).toEqual([
    'mutation { insertInto(collection: "orders", data: { n: 1 }) { id } }',
  ]);
  expect(await run('{ _audit(where: { caller: { eq: "studio page" } }) { text } }')).toEqual([
    '{ orders { n } }',
  ]);
  await keep(null);
  await run('{ orders { n } }');
  expect([info.file, info.wanted, await run(texts)]).toEqual([
    join(shop.path, 'audit.jsonl'),
    'audit.jsonl',
    [],
  ]);
  expect(await readFile(join(shop.path, 'audit.jsonl'), 'utf8')).toContain('insertInto(');
});

it('keeps it again when the database is opened the next time', async () => {
  await keep('logs/all.jsonl');
  await shop.caller.call('databases.close', { database });
  ({ database } = await shop.caller.call('databases.open', { path: shop.path }));
  await run('{ orders { n } }');
  expect(await run(texts)).toEqual(['{ orders { n } }']);
  expect((await stateWhere(() => true)).file).toBe(join(shop.path, 'logs', 'all.jsonl'));
});

it('refuses a file that cannot be, and goes on with the one before', async () => {
  await keep('audit.jsonl');
  const refusal: unknown = await keep('../elsewhere.jsonl').catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'InvalidOption' });
  await run('{ orders { n } }');
  expect(await run(texts)).toEqual(['{ orders { n } }']);
  expect(await stateWhere(() => true)).toMatchObject({ wanted: 'audit.jsonl', error: null });
});
