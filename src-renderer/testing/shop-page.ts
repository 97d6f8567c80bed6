import { createChannelPair, type DatabaseInfo } from '#contract';
import { closeShopHost, openShopHost, type ShopHost } from '../../src-main/testing/shop-host.ts';
import { Client } from '../client/client.ts';

/** A page's client of a host with services of its own, and an empty database that is open in it. */
export interface ShopPage {
  readonly host: ShopHost;
  readonly client: Client;
  readonly info: DatabaseInfo;
  /** Id of the database. */
  readonly database: string;
  /** Runs a text to its end. @throws the error that it fails with */
  runText(text: string): Promise<void>;
  close(): Promise<void>;
}

/** `log` gets what the services say; saying nothing is the rule. */
export async function openShopPage(log: (line: string) => void): Promise<ShopPage> {
  const host = await openShopHost(log);
  const client = new Client({
    kind: 'browser',
    open: () => {
      const { page, host: end } = createChannelPair();
      host.services.serve(end);
      return Promise.resolve(page);
    },
  });
  await client.start();
  const { database } = host;
  const { open } = await client.call('databases.list', {});
  const info = open.find((each) => each.database === database);
  if (info === undefined) throw new Error('The database is open.');
  return {
    ...{ host, client, info, database },
    runText: async (text) => {
      for await (const part of client.run({ database, text })) {
        if (part.kind === 'failed') throw new Error(part.error.message);
      }
    },
    close: async () => {
      client.close();
      await closeShopHost(host);
    },
  };
}
