import { type HostInfo, type MethodHandlers, WireError } from '#contract';
import { getCatalog } from './catalog-service.ts';
import type { DatabaseService } from './database-service.ts';
import type { QueryService } from './query-service.ts';
import type { SettingsService } from './settings-service.ts';

export interface PageMethodServices {
  readonly host: HostInfo;
  readonly databases: DatabaseService;
  /** The runs of this page alone. */
  readonly queries: QueryService;
  readonly settings: SettingsService;
  readonly pickFolder: ((purpose: 'open' | 'create') => Promise<string | null>) | undefined;
}

/** What one page can call. */
export function pageMethods(services: PageMethodServices): MethodHandlers<AbortSignal> {
  const { host, databases, queries, settings, pickFolder } = services;
  return {
    'host.info': () => host,
    'host.pickFolder': async ({ purpose }) => {
      if (pickFolder === undefined) throw noDialogs();
      return { path: await pickFolder(purpose) };
    },
    'databases.list': () => databases.list(),
    'databases.open': ({ path, ...options }) => databases.open(path, options),
    'databases.openSample': () => databases.openSample(),
    'databases.close': async ({ database }) => {
      await databases.close(database);
      return {};
    },
    'databases.forget': async ({ path }) => {
      await databases.forget(path);
      return {};
    },
    'catalog.get': ({ database }) => getCatalog(databases, database),
    'query.open': (params) => queries.open(params),
    'query.next': (params, { signal }) => queries.next(params, signal),
    'query.close': async ({ cursor }) => {
      await queries.close(cursor);
      return {};
    },
    'settings.get': async () => ({ values: await settings.get() }),
    'settings.set': async ({ key, value }) => {
      await settings.set(key, value);
      return {};
    },
  };
}

function noDialogs(): WireError {
  return new WireError({
    code: 'NotSupported',
    message: 'This host has no folder dialog.',
    hint: 'Type the path of the folder.',
  });
}
