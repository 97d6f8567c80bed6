import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller, createChannelPair } from '#contract';
import { createServices, type Services } from '../services/create-services.ts';

/** The services of a host over a folder of their own, a page that calls them, and an empty database that is open. */
export interface ShopHost {
  readonly folder: string;
  readonly services: Services;
  readonly caller: Caller;
  readonly path: string;
  readonly database: string;
}

/** `log` gets what the services say; saying nothing is the rule. `sampleFolder` is inside of the folder. */
export async function openShopHost(
  log: (line: string) => void,
  { sampleFolder = 'sample' }: { readonly sampleFolder?: string } = {},
): Promise<ShopHost> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-shop-')));
  const services = createServices({
    dataFolder: join(folder, 'data'),
    version: '0.0.0',
    host: 'in-process',
    sampleFolder: join(folder, sampleFolder),
    log,
  });
  const { page, host } = createChannelPair();
  services.serve(host);
  const caller = new Caller(page);
  await caller.connect();
  const path = join(folder, 'shop.db');
  const { database } = await caller.call('databases.open', { path, create: true });
  return { folder, services, caller, path, database };
}

export async function closeShopHost({ services, folder }: ShopHost): Promise<void> {
  await services.close();
  await rm(folder, { recursive: true });
}
