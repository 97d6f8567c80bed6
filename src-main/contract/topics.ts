import type { AuditInfo } from './audit-types.ts';
import type { Environment } from './environment.ts';
import type { ExportState } from './export-types.ts';
import type { FollowedEvents, FollowRequest } from './follow-types.ts';
import type { HealthInfo } from './health-types.ts';
import type { ImportState } from './import-types.ts';
import type { JobsInfo } from './job-types.ts';
import type { MigrationsInfo } from './migration-types.ts';
import type { MonitorInfo } from './monitor-types.ts';
import type { SavedQueryList } from './studio-types.ts';
import type { CatalogInfo, DatabaseId, DatabaseList } from './wire-types.ts';

/** What a page can subscribe to. Each topic gives its present state at once, then every change; states coalesce. */
export interface Topics {
  /** Open and recent databases. */
  databases: { readonly params: Readonly<Record<string, never>>; readonly event: DatabaseList };
  /** Schema and counts of one database; at most one event in 250 ms. */
  catalog: { readonly params: { readonly database: DatabaseId }; readonly event: CatalogInfo };
  /** What a database is used for, as any page of the host has marked it. */
  environment: {
    readonly params: { readonly database: DatabaseId };
    readonly event: { readonly environment: Environment };
  };
  /** Moves on whenever the history changed. */
  history: {
    readonly params: Readonly<Record<string, never>>;
    readonly event: { readonly revision: number };
  };
  /** The saved queries of a database, as they are on disk. */
  savedQueries: {
    readonly params: { readonly database: DatabaseId };
    readonly event: SavedQueryList;
  };
  /** Figures and maintenance of a database; about every two seconds, and whenever a task moves on. */
  health: { readonly params: { readonly database: DatabaseId }; readonly event: HealthInfo };
  /** How far an import of this page is. */
  imports: { readonly params: { readonly import: string }; readonly event: ImportState };
  /** How far an export is. */
  exports: { readonly params: { readonly export: string }; readonly event: ExportState };
  /** Whether an audit log is kept, and how many entries it got; at most one event a second. */
  audit: { readonly params: { readonly database: DatabaseId }; readonly event: AuditInfo };
  /** What a database did over time; every few seconds. */
  monitor: { readonly params: { readonly database: DatabaseId }; readonly event: MonitorInfo };
  /** The jobs of a database; at most about two events a second. */
  jobs: { readonly params: { readonly database: DatabaseId }; readonly event: JobsInfo };
  /**
   * Versions of migrations, what is being applied, and a folder of migration files if one is named; whenever one of them
   * changes, and often while something is being applied.
   */
  migrations: {
    readonly params: { readonly database: DatabaseId; readonly folder?: string };
    readonly event: MigrationsInfo;
  };
  /** What happens in a database: changes, watched documents, live queries, subscriptions. */
  follow: {
    readonly params: { readonly database: DatabaseId; readonly request: FollowRequest };
    readonly event: FollowedEvents;
  };
  /** Ids of the page's commands, sent by native menus. Has no present state. */
  'host.command': {
    readonly params: Readonly<Record<string, never>>;
    readonly event: { readonly command: string };
  };
}

/** What a table of topics looks like; see `MethodTable`. */
export type TopicTable<Table> = {
  readonly [Name in keyof Table]: { readonly params: unknown; readonly event: unknown };
};

export type TopicName = keyof Topics;
export type TopicParams<T extends TopicName> = Topics[T]['params'];
export type TopicEvent<T extends TopicName> = Topics[T]['event'];
