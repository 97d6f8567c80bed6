import { type HostInfo, type MethodHandlers, WireError } from '#contract';
import { testText } from '#engine';
import type { AuditService } from './audit-service.ts';
import { getCatalog } from './catalog-service.ts';
import type { DatabaseService } from './database-service.ts';
import { commitEdits, readVersions, takeBack } from './edit-service.ts';
import type { ExportService } from './export-service.ts';
import type { HealthService } from './health-service.ts';
import type { HistoryService } from './history-service.ts';
import type { ImportService } from './import-service.ts';
import { indexFigures } from './index-figures.ts';
import { getJob } from './job-detail.ts';
import { groupErrors } from './job-errors.ts';
import type { JobsService } from './jobs-service.ts';
import { planRollback, planText, recordedVersions, rollBack } from './migration-service.ts';
import type { QueryService } from './query-service.ts';
import {
  deleteSavedQuery,
  listSavedQueries,
  readSavedQuery,
  renameSavedQuery,
  saveQuery,
} from './saved-queries.ts';
import type { SettingsService } from './settings-service.ts';
import type { StagedService } from './staged-service.ts';
import type { ValueSamples } from './value-samples.ts';
import { type PreviewServices, previewWrites } from './write-preview.ts';

export interface PageMethodServices extends PreviewServices {
  readonly host: HostInfo;
  readonly audit: AuditService;
  readonly exports: ExportService;
  readonly databases: DatabaseService;
  readonly history: HistoryService;
  readonly health: HealthService;
  readonly jobs: JobsService;
  readonly samples: ValueSamples;
  /** The imports of this page alone. */
  readonly imports: ImportService;
  /** The runs of this page alone. */
  readonly queries: QueryService;
  readonly settings: SettingsService;
  readonly staged: StagedService;
  readonly pickFolder: ((purpose: 'open' | 'create') => Promise<string | null>) | undefined;
}

/** What one page can call. */
export function pageMethods(services: PageMethodServices): MethodHandlers<AbortSignal> {
  const { host, databases, health, history, queries, samples } = services;
  const { settings, staged, pickFolder } = services;
  return {
    ...savedQueryMethods(databases),
    ...jobMethods(services),
    ...migrationMethods(services),
    ...editMethods(services),
    ...importMethods(services),
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
    'catalog.samples': async ({ database, collection }) => ({
      ...(await samples.of(database, collection)),
    }),
    'catalog.indexes': ({ database }, { signal }) => indexFigures(databases.get(database), signal),
    'query.preview': (params, { signal }) => previewWrites(services, params, signal),
    'query.explain': ({ database, text, ...asked }, { signal }) =>
      databases.get(database).explain(text, { ...asked, signal }),
    'query.hints': ({ database, text, ...asked }, { signal }) =>
      databases.get(database).explain(text, { ...asked, signal }),
    'query.open': (params) => queries.open(params),
    'query.next': (params, { signal }) => queries.next(params, signal),
    'query.close': async ({ cursor }) => {
      await queries.close(cursor);
      return {};
    },
    'history.list': (params) => history.list(params),
    'history.clear': async () => {
      await history.clear();
      return {};
    },
    'maintenance.start': async ({ database, task }) => {
      health.start(database, task);
      return {};
    },
    'maintenance.cancel': async ({ database }) => {
      health.cancel(database);
      return {};
    },
    'exports.begin': ({ database, task }) => services.exports.begin(database, task),
    'exports.cancel': async (params) => {
      services.exports.cancel(params.export);
      return {};
    },
    'audit.keep': async ({ database, file }) => {
      await services.audit.keep(database, file);
      return {};
    },
    'settings.get': async () => ({
      values: { ...(await settings.get()), ...(await staged.all()) },
    }),
    'settings.set': async ({ key, value }) => {
      await settings.set(key, value);
      return {};
    },
    'staged.save': async (change) => {
      await staged.save(change);
      return {};
    },
  };
}

type JobMethod =
  | 'jobs.find'
  | 'jobs.get'
  | 'jobs.errors'
  | 'jobs.preview'
  | 'jobs.order'
  | 'jobs.cancelOrder'
  | 'jobs.runWorkers';

function jobMethods({
  databases,
  jobs,
}: PageMethodServices): Pick<MethodHandlers<AbortSignal>, JobMethod> {
  return {
    'jobs.find': (params, { signal }) => jobs.find(params, signal),
    'jobs.get': async ({ database, id }, { signal }) => ({
      job: await getJob(databases.get(database), id, signal),
    }),
    'jobs.errors': ({ database }, { signal }) => groupErrors(databases.get(database), signal),
    'jobs.preview': (params, { signal }) => jobs.preview(params, signal),
    'jobs.order': (params, { signal }) => jobs.order(params, signal),
    'jobs.cancelOrder': async ({ database }) => {
      jobs.cancelOrder(database);
      return {};
    },
    'jobs.runWorkers': async (params) => {
      await jobs.runWorkers(params);
      return {};
    },
  };
}

function editMethods({
  databases,
  gate,
}: PageMethodServices): Pick<
  MethodHandlers<AbortSignal>,
  'edits.read' | 'edits.commit' | 'edits.history' | 'edits.inverse'
> {
  return {
    'edits.read': ({ database, collection, ids }, { signal }) =>
      readVersions(databases.get(database), { collection, ids }, signal),
    'edits.commit': (params, { signal }) => commitEdits({ databases, gate }, params, signal),
    'edits.history': ({ database, collection, id, limit }, { signal }) =>
      databases.get(database).historyOf(collection, id, { limit, signal }),
    'edits.inverse': ({ database, position }, { signal }) =>
      takeBack(databases.get(database), position, signal),
  };
}

type ImportMethod =
  | 'imports.begin'
  | 'imports.send'
  | 'imports.cancel'
  | 'imports.rejects'
  | 'imports.close';

function importMethods({
  imports,
}: PageMethodServices): Pick<MethodHandlers<AbortSignal>, ImportMethod> {
  return {
    'imports.begin': (params) => imports.begin(params),
    'imports.send': (params) => imports.send(params),
    'imports.cancel': async (params) => {
      imports.cancel(params);
      return {};
    },
    'imports.rejects': (params) => imports.rejects(params),
    'imports.close': async ({ import: id }) => {
      await imports.close(id);
      return {};
    },
  };
}

type MigrationMethod =
  | 'migrations.applied'
  | 'migrations.order'
  | 'migrations.plan'
  | 'migrations.planRollback'
  | 'migrations.rollBack';

function migrationMethods(
  services: PageMethodServices,
): Pick<MethodHandlers<AbortSignal>, MigrationMethod> {
  return {
    'migrations.applied': async ({ database }, { signal }) => {
      const found = await recordedVersions(services.databases.get(database), signal);
      return { versions: found.applied };
    },
    'migrations.order': async ({ database, order }) => {
      await services.databases.get(database).migrations[order]();
      return {};
    },
    'migrations.plan': (params, { signal }) => planText(services, params, signal),
    'migrations.planRollback': (params, { signal }) => planRollback(services, params, signal),
    'migrations.rollBack': (params, { signal }) => rollBack(services, params, signal),
  };
}

type SavedQueryMethod =
  | 'savedQueries.list'
  | 'savedQueries.read'
  | 'savedQueries.save'
  | 'savedQueries.rename'
  | 'savedQueries.delete'
  | 'savedQueries.test';

/** Saved queries are files; the pages hear of a change by the folder's watch. */
function savedQueryMethods(
  databases: DatabaseService,
): Pick<MethodHandlers<AbortSignal>, SavedQueryMethod> {
  const pathOf = (database: string) => databases.get(database).path;
  return {
    'savedQueries.list': ({ database }) => listSavedQueries(pathOf(database)),
    'savedQueries.read': ({ database, path }) => readSavedQuery(pathOf(database), path),
    'savedQueries.save': ({ database, path, text, overwrite = false }) =>
      saveQuery(pathOf(database), { path, text, overwrite }),
    'savedQueries.rename': async ({ database, from, to }) => {
      await renameSavedQuery(pathOf(database), { from, to });
      return {};
    },
    'savedQueries.delete': async ({ database, path }) => {
      await deleteSavedQuery(pathOf(database), path);
      return {};
    },
    'savedQueries.test': async ({ database, path }, { signal }) => {
      const { text } = await readSavedQuery(pathOf(database), path);
      return testText(databases.get(database), text, { signal });
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
