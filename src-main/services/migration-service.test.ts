import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Caller, environmentSetting, readRun } from '#contract';
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
  expect(versions).toMatchObject([{ version: '1', documentsChanged: 1 }]);

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
