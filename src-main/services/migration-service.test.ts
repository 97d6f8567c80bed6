import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Caller, environmentSetting, type MigrationsInfo, readRun } from '#contract';
import { closeShopHost, openShopHost, type ShopHost } from '../testing/shop-host.ts';

/** Migrations through the contract, as the page Migrations uses it. */

let shop: ShopHost;
let path: string;
let caller: Caller;
let database: string;

beforeEach(async () => {
  shop = await openShopHost((line) => expect.unreachable(line), { sampleFolder: '.' });
  ({ caller, path, database } = shop);
  await run(
    'schema { define collection users { name: String age: Int } } mutation { insertInto(collection: "users", data: { name: "ann", age: 3 }) { id } }',
  );
});
afterEach(async () => {
  await closeShopHost(shop);
});

async function run(text: string, previewToken?: string): Promise<void> {
  const token = previewToken === undefined ? {} : { previewToken };
  for await (const part of readRun(caller, { database, text, ...token })) {
    if (part.kind === 'failed') throw new Error(part.error.message);
  }
}

const text = 'migrate { "1": { alter collection users { drop age } } }';
const markProduction = () =>
  caller.call('settings.set', { key: environmentSetting(path), value: 'production' });

it('plans a text, lets it run once, and undoes it', async () => {
  await markProduction();
  const plan = await caller.call('migrations.plan', { database, text });
  expect(plan).toMatchObject({
    versions: [{ version: '1', state: 'pending', recordedMeaning: null }],
    steps: [{ kind: 'dropField', samples: [{ before: { age: 3 }, after: {} }] }],
    documentsChanged: 1,
    confirmation: 'typed',
  });
  await expect(run(text)).rejects.toMatchObject({ code: 'PreviewRequired' });
  await run(text, plan.token);
  const { versions } = await caller.call('migrations.applied', { database });
  const appliedBy = userInfo().username;
  expect(versions).toMatchObject([{ version: '1', documentsChanged: 1, appliedBy }]);

  const trial = await caller.call('migrations.planRollback', { database });
  expect(trial).toMatchObject({ version: '1', documentsChanged: 1, losses: [] });
  const undo = { database, version: '1' };
  await expect(caller.call('migrations.rollBack', undo)).rejects.toMatchObject({
    code: 'PreviewRequired',
  });
  await caller.call('migrations.rollBack', { ...undo, previewToken: trial.token });
  expect((await caller.call('migrations.applied', { database })).versions).toEqual([]);
});

it('tells what a version was when it was applied, where a text has another one under its name', async () => {
  await run(text);
  const other = text.replace('drop age', 'drop name');
  const { versions } = await caller.call('migrations.plan', { database, text: other });
  expect(versions).toMatchObject([{ state: 'drifted' }]);
  const [version] = versions;
  expect(version?.recordedMeaning).toContain('"age"');
  expect(version?.meaning).toContain('"name"');
});

it('tells pages of what is applied and has failed, and of the files of a folder as they change', async () => {
  const files = join(path, '..', 'migration files');
  mkdirSync(files);
  const write = (name: string, content: string) => writeFileSync(join(files, name), content);
  write('10.aql', 'migrate { "2": { alter collection users { add more: Int } } }');
  write('2.aql', text);
  let info: MigrationsInfo | undefined;
  const stop = caller.subscribe('migrations', { database, folder: files }, (event) => {
    info = event;
  });
  const status = () =>
    info?.folder?.status?.versions.map(({ version, state }) => `${version} ${state}`);
  await expect.poll(status).toEqual(['1 pending', '2 pending']);
  expect(info?.folder?.files.map(({ name }) => name)).toEqual(['2.aql', '10.aql']);
  await run(text);
  await expect.poll(status).toEqual(['1 applied', '2 pending']);
  expect(info?.applied).toMatchObject([{ version: '1', appliedBy: expect.any(String) }]);

  const failing = 'migrate { "2": { alter collection users { modify name: Int } } }';
  await expect(run(failing)).rejects.toThrow();
  await expect
    .poll(() => info?.failed)
    .toMatchObject([{ version: '2', error: expect.stringContaining('1 document') }]);
  write('2.aql', text.replace('drop age', 'drop nothing'));
  await expect.poll(status).toEqual(['1 drifted', '2 pending']);
  write('10.aql', 'migrate { "2": { alter collection nobody { add more: Int } } }');
  await expect.poll(() => info?.folder?.problem).toMatch(/^10\.aql: .*nobody/);
  rmSync(files, { recursive: true });
  await expect
    .poll(() => info?.folder?.problem, { timeout: 10_000 })
    .toBe(`There is no folder "${files}". Write its whole path.`);
  await caller.call('migrations.order', { database, order: 'cancel' });
  stop();
});
