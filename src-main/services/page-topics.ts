import type { TopicHandlers, TopicSink } from '#contract';
import type { AuditService } from './audit-service.ts';
import { watchCatalog } from './catalog-service.ts';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import type { ExportService } from './export-service.ts';
import { follow } from './follow-service.ts';
import type { HealthService } from './health-service.ts';
import type { HistoryService } from './history-service.ts';
import type { ImportService } from './import-service.ts';
import type { JobsService } from './jobs-service.ts';
import { watchMigrations } from './migration-watch.ts';
import { watchMonitor } from './monitor.ts';
import { watchSavedQueries } from './saved-query-watch.ts';
import type { WriteGate } from './write-gate.ts';

export interface PageTopicServices {
  readonly audit: AuditService;
  readonly exports: ExportService;
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly history: HistoryService;
  readonly gate: WriteGate;
  readonly health: HealthService;
  /** The imports of this page alone. */
  readonly imports: ImportService;
  readonly jobs: JobsService;
  readonly log: (line: string) => void;
  /** Where commands of native menus are sent. */
  readonly commandSinks: Set<TopicSink<'host.command'>>;
}

/** What one page can subscribe to. */
export function pageTopics(services: PageTopicServices): TopicHandlers {
  const { databases, commandSinks, health, history, imports, jobs } = services;
  return {
    databases: {
      delivery: 'newest',
      start: (_params, sink) => watchDatabases(databases, sink),
    },
    catalog: {
      delivery: 'newest',
      start: ({ database }, sink) => watchCatalog(services, database, sink),
    },
    environment: {
      delivery: 'newest',
      start: ({ database }, sink) =>
        services.gate.watchEnvironment(
          database,
          (environment) => sink.emit({ environment }),
          (error) => sink.end(error),
        ),
    },
    history: {
      delivery: 'newest',
      start: (_params, sink) => {
        const emit = () => sink.emit({ revision: history.revision });
        emit();
        return history.onDidChange(emit);
      },
    },
    savedQueries: {
      delivery: 'newest',
      start: ({ database }, sink) => watchSavedQueries(services, database, sink),
    },
    health: {
      delivery: 'newest',
      start: ({ database }, sink) => health.watch(database, sink),
    },
    imports: {
      delivery: 'newest',
      start: (params, sink) => imports.watch(params.import, sink),
    },
    jobs: {
      delivery: 'newest',
      start: ({ database }, sink) => jobs.watch(database, sink),
    },
    exports: {
      delivery: 'newest',
      start: (params, sink) => services.exports.watch(params.export, sink),
    },
    audit: {
      delivery: 'newest',
      start: ({ database }, sink) => services.audit.watch(database, sink),
    },
    monitor: {
      delivery: 'newest',
      start: ({ database }, sink) => watchMonitor(services, database, sink),
    },
    migrations: {
      delivery: 'newest',
      start: (params, sink) => watchMigrations(services, params, sink),
    },
    follow: {
      delivery: 'every',
      start: (params, sink) => follow(services, params, sink),
    },
    'host.command': {
      delivery: 'every',
      start: (_params, sink) => {
        commandSinks.add(sink);
        return () => commandSinks.delete(sink);
      },
    },
  };
}

/** Listing looks at the disk, so it is asynchronous: one at a time, and once more after a change during it. */
function watchDatabases(databases: DatabaseService, sink: TopicSink<'databases'>): () => void {
  let isListing = false;
  let isStale = true;
  const refresh = async () => {
    if (isListing) return;
    isListing = true;
    try {
      while (isStale) {
        isStale = false;
        sink.emit(await databases.list());
      }
    } catch (error) {
      sink.end(error);
    } finally {
      isListing = false;
    }
  };
  const change = () => {
    isStale = true;
    void refresh();
  };
  const remove = databases.onDidChange(change);
  change();
  return remove;
}
