// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogInfo, environmentSetting, readRun } from '#contract';
import type { Client } from '../../client/client.ts';
import { openShopPage, type ShopPage } from '../../testing/shop-page.ts';
import type { EncodingName } from './file-source.ts';
import { type ImportRequest, ImportWizard } from './import-wizard.ts';
import type { WizardState } from './wizard-state.ts';

/* The wizard's decisions over a real host with a real database. */

let shop: ShopPage;
let client: Client;
let catalog: CatalogInfo;
let wizard: ImportWizard;

beforeEach(async () => {
  shop = await openShopPage((line) => expect.unreachable(line));
  ({ client } = shop);
  await run('schema { define collection people { name: String! @unique  age: Int } }');
});

afterEach(async () => {
  wizard.close();
  await shop.close();
});

async function run(text: string): Promise<number> {
  let rowCount = 0;
  for await (const part of readRun(shop.host.caller, { database: shop.database, text })) {
    if (part.kind === 'failed') throw new Error(part.error.message);
    if (part.kind === 'rows') rowCount += part.batch.rowCount;
  }
  catalog = await client.call('catalog.get', { database: shop.database });
  return rowCount;
}

async function start(request: ImportRequest): Promise<void> {
  const database = shop.info;
  wizard = new ImportWizard({ client, database, collections: () => catalog.collections }, request);
}

const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => ({
  file: { name, blob: new Blob([content]) },
});

/** Waits until the wizard's state is so. */
function until(isIt: (state: WizardState) => boolean): Promise<WizardState> {
  return new Promise((resolve) => {
    const stop = wizard.subscribe(() => look());
    const look = () => {
      const state = wizard.state();
      if (!isIt(state)) return;
      stop();
      resolve(state);
    };
    look();
  });
}

const over = (name: 'look' | 'trial' | 'run') =>
  until((state) => state[name].kind === 'ended' || state[name].kind === 'failed');
const halfway = ({ run: passage }: WizardState) =>
  passage.kind === 'underWay' && passage.share > 0.2;
const longName = 'somebody whose name is long '.repeat(8);
const many = (count: number) =>
  `name,age\n${Array.from({ length: count }, (_, at) => `${longName}${at},${at}\n`).join('')}`;

describe('the wizard', () => {
  it('leads from a file to documents, and to a file of what was refused', async () => {
    await start(file('people.csv', 'Name;Age;Shoe\nAnn;7;38\nBob;x;39\n'));
    expect(await over('look')).toMatchObject({
      collection: 'people',
      columns: [{ field: 'name' }, { field: 'age' }, { isSkipped: true }],
    });
    wizard.go('columns');
    wizard.go('trial');
    const counts = { importedCount: 1, rejectedCount: 1 };
    expect((await over('trial')).trial).toMatchObject({ end: { state: 'tried', report: counts } });
    wizard.import();
    expect((await over('run')).run).toMatchObject({ end: { state: 'imported', report: counts } });
    expect(await (await wizard.rejects('run')).text()).toBe('Name;Age;Shoe\r\nBob;x;39\r\n');
    expect(await run('{ people { name } }')).toBe(1);
  });

  it('looks anew when the file is read otherwise, and forgets a trial when the order changes', async () => {
    await start(
      file('data.txt', new Uint8Array([...Buffer.from('name,age\nJos'), 0xe9, 0x2c, 0x37])),
    );
    wizard.setCollection('people');
    const failed = await until(({ look }) => look.kind === 'ended' && look.end.state === 'failed');
    expect(failed.look).toMatchObject({ end: { error: { code: 'ImportFailed' } } });
    const encoding: EncodingName = 'windows-1252';
    wizard.read({ encoding });
    const seen = await until(({ look }) => look.kind === 'ended' && look.end.state === 'inspected');
    expect(seen.look).toMatchObject({
      end: {
        inspection: {
          records: [
            {
              cells: [
                [0, 'José'],
                [1, '7'],
              ],
            },
          ],
        },
      },
    });
    wizard.go('trial');
    await over('trial');
    wizard.setRules({ upsertKey: 'name' });
    expect([wizard.state().trial.kind, wizard.order().upsertKey]).toEqual(['none', 'name']);
    wizard.changeColumn('name', { isSkipped: true });
    expect(wizard.state().upsertKey).toBeUndefined();
    wizard.read({ delimiter: '|' });
    await until(({ look, columns }) => look.kind === 'ended' && columns.length === 1);
  });

  it('holds an import, takes it back with the collection it has made, and lets it be tried again', async () => {
    await start(file('others.csv', many(3_000)));
    await over('look');
    wizard.import();
    await until(halfway);
    wizard.hold(true);
    await wizard.cancel('run', 'revert');
    expect((await over('run')).run).toMatchObject({
      end: { state: 'cancelled', isReverted: true },
    });
    await run('{ people { name } }');
    expect(catalog.collections.map(({ name }) => name)).toEqual(['people']);
  });

  it('goes on where an import has ended', async () => {
    await start(file('people.csv', many(3_000)));
    await over('look');
    wizard.import();
    await until(halfway);
    wizard.hold(true);
    await wizard.cancel('run', 'keep');
    const { run: ended } = await over('run');
    if (ended.kind !== 'ended' || ended.end.state !== 'cancelled') throw new Error(ended.kind);
    wizard.continueAfter(ended.end.handledCount);
    expect((await over('trial')).trial).toMatchObject({ end: { report: { rejectedCount: 0 } } });
    wizard.import();
    await over('run');
    expect(await run('{ people { name } }')).toBe(3_000);
  });

  it('imports into production what was tried', async () => {
    const key = environmentSetting(shop.host.path);
    await client.call('settings.set', { key, value: 'production' });
    await start(file('people.csv', many(10)));
    await over('look');
    wizard.import();
    expect((await over('run')).run).toMatchObject({ error: { code: 'PreviewRequired' } });
    wizard.tryIt();
    expect((await over('trial')).trial).toMatchObject({ end: { confirmation: 'typed' } });
    wizard.import();
    await until(({ run: passage }) => passage.kind === 'ended');
    expect(await run('{ people { name } }')).toBe(10);
  });
});
