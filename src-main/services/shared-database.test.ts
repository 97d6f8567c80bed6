import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Caller,
  type CatalogInfo,
  createChannelPair,
  type DatabaseConnectionInfo,
  readRun,
} from '#contract';
import { createServices, type Services } from './create-services.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-shared-'));
const path = join(folder, 'shared.db');
let application: ChildProcess | undefined;
let services: Services | undefined;

afterEach(async () => {
  await services?.close();
  application?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A program that owns the database and has written one document. */
async function startApplication(): Promise<number> {
  const text = `
    import { Aurora } from '#engine';
    const db = await Aurora.open(${JSON.stringify(path)});
    await db.newCollection('orders', { number: { type: 'Int' } });
    await db.insertInto('orders', { number: 1 });
    console.log('ready');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  application = child;
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('a database of a running application', () => {
  it('is opened beside it, and taken over when the application dies', async () => {
    const pid = await startApplication();
    services = createServices({
      dataFolder: join(folder, 'data'),
      version: '1.0.0',
      host: 'in-process',
      sampleFolder: join(folder, 'no-sample'),
    });
    const { page, host } = createChannelPair();
    services.serve(host);
    const caller = new Caller(page);
    await caller.connect();
    const { database, connection } = await caller.call('databases.open', { path });
    expect(connection).toEqual({ state: 'guest', ownerPid: pid });

    const connections: DatabaseConnectionInfo[] = [];
    const catalogs: CatalogInfo[] = [];
    caller.subscribe('databases', {}, ({ open }) => {
      for (const info of open) connections.push(info.connection);
    });
    caller.subscribe('catalog', { database }, (catalog) => catalogs.push(catalog));
    const run = async (text: string) => {
      const values: unknown[] = [];
      for await (const part of readRun(caller, { database, text })) {
        if (part.kind === 'rows') values.push(...part.batch.columns);
        if (part.kind === 'failed') throw new Error(part.error.message);
      }
      return values;
    };
    await run('mutation { insertInto(collection: "orders", data: { number: 2 }) { id } }');
    const numbers = await run('query { orders(orderBy: { number: ASC }) { number } }');
    expect(numbers.flat()).toEqual([1, 2]);
    await expect.poll(() => catalogs.at(-1)?.collections[0]?.documentCount).toBe(2);

    application?.kill('SIGKILL');
    await expect.poll(() => connections.at(-1)?.state, { timeout: 10_000 }).toBe('owner');
    expect(connections.at(-1)).toEqual({ state: 'owner', ownerPid: process.pid });
    await run('mutation { insertInto(collection: "orders", data: { number: 3 }) { id } }');
    await expect.poll(() => catalogs.at(-1)?.collections[0]?.documentCount).toBe(3);
  }, 60_000);
});
