import { homedir } from 'node:os';
import {
  type Channel,
  type ClientMessage,
  type DatabaseInfo,
  decodeHistoryKept,
  type HostInfo,
  type HostMessage,
  historyKeptSetting,
  Responder,
  type TopicSink,
} from '#contract';
import { AuditService } from './audit-service.ts';
import { audited } from './audited-calls.ts';
import { systemClock } from './clock.ts';
import type { OpenDatabaseOptions } from './database-service.ts';
import { DatabaseService } from './database-service.ts';
import { ExportService } from './export-service.ts';
import { HealthService } from './health-service.ts';
import { HistoryService } from './history-service.ts';
import { ImportService } from './import-service.ts';
import { JobsService } from './jobs-service.ts';
import { pageMethods } from './page-methods.ts';
import { pageTopics } from './page-topics.ts';
import { PreviewTokens } from './preview-tokens.ts';
import { QueryService } from './query-service.ts';
import { SettingsService } from './settings-service.ts';
import { StagedService } from './staged-service.ts';
import { createErrorMapping } from './to-wire.ts';
import { boundaryValidation } from './validation.ts';
import { ValueSamples } from './value-samples.ts';
import { WriteGate } from './write-gate.ts';

/*
 * What every host offers its pages, put together. A host brings channels; the services know neither windows nor
 * sockets.
 */

export interface ServicesOptions {
  /** Where settings, recent databases and the sample are kept. */
  readonly dataFolder: string;
  readonly version: string;
  readonly host: HostInfo['host'];
  /** The native folder dialog of hosts that have one; null when the person cancels. */
  readonly pickFolder?: (purpose: 'open' | 'create') => Promise<string | null>;
  /** The native dialog that asks where to write a file, of hosts that have one; null when the person cancels. */
  readonly pickFile?: (fileName: string) => Promise<string | null>;
  /** The files the sample database is built from. */
  readonly sampleFolder: string;
  /** Takes lines for the host's log; standard error when left out. */
  readonly log?: (line: string) => void;
}

export interface Services {
  /** Files that pages have asked for. */
  readonly exports: Pick<ExportService, 'find'>;
  /** Serves one page until its channel closes. */
  readonly serve: (channel: Channel<HostMessage, ClientMessage>) => void;
  /** Sends the id of a command, chosen in a native menu, to every page. */
  readonly sendCommand: (command: string) => void;
  /** Opens a database as `databases.open` does; pages see it in the `databases` topic. */
  readonly openDatabase: (path: string, options?: OpenDatabaseOptions) => Promise<DatabaseInfo>;
  readonly openSample: () => Promise<DatabaseInfo>;
  /** Disconnects the pages and closes every database. */
  readonly close: () => Promise<void>;
}

export function createServices(options: ServicesOptions): Services {
  const { dataFolder, log = console.error } = options;
  const host = describeHost(options);
  const clock = systemClock;
  const toWireError = createErrorMapping(log);
  const settings = new SettingsService(dataFolder, log);
  const staged = new StagedService(dataFolder, log);
  const databases = new DatabaseService({
    dataFolder,
    homeFolder: host.homeFolder,
    sampleFolder: options.sampleFolder,
    clock,
    historyKept: async () => decodeHistoryKept(await settings.value(historyKeptSetting)),
    log,
  });
  const history = new HistoryService({ dataFolder, clock, log });
  const audit = new AuditService({ databases, settings, clock, toWireError });
  const { homeFolder } = host;
  const health = new HealthService({ databases, clock, homeFolder, toWireError });
  const samples = new ValueSamples(databases, clock);
  const gate = new WriteGate({ databases, settings, tokens: new PreviewTokens(clock) });
  const { sampleFolder } = options;
  const jobs = new JobsService({
    databases,
    clock,
    gate,
    sampleFolder,
    homeFolder,
    settings,
    toWireError,
  });
  const { pickFile } = options;
  const exports = new ExportService({ databases, clock, toWireError, pickFile, log });
  const shared = {
    audit,
    databases,
    exports,
    clock,
    health,
    history,
    jobs,
    gate,
    toWireError,
    log,
  };
  const pages = new Map<Responder<AbortSignal>, () => Promise<void>>();
  const commandSinks = new Set<TopicSink<'host.command'>>();

  const serve = (channel: Channel<HostMessage, ClientMessage>) => {
    const queries = new QueryService(shared);
    const imports = new ImportService(shared);
    const endAll = async () => {
      await Promise.all([queries.closeAll(), imports.closeAll()]);
    };
    const page = new Responder(channel, {
      host,
      methods: pageMethods({
        ...shared,
        host,
        queries,
        imports,
        samples,
        settings,
        staged,
        pickFolder: options.pickFolder,
      }),
      topics: pageTopics({ ...shared, imports, commandSinks }),
      validate: boundaryValidation,
      around: audited,
      toWireError,
      newCancelSource: () => new AbortController(),
    });
    pages.set(page, endAll);
    page.onClosed(() => {
      pages.delete(page);
      endAll().catch((error: unknown) => log(`A page left runs behind: ${String(error)}`));
    });
  };

  return {
    exports,
    serve,
    sendCommand: (command) => {
      for (const sink of [...commandSinks]) sink.emit({ command });
    },
    openDatabase: (path, openOptions) => databases.open(path, openOptions),
    openSample: () => databases.openSample(),
    close: async () => {
      const open = [...pages];
      for (const [page] of open) page.close('The host is shutting down.');
      await Promise.all(open.map(([, endAll]) => endAll()));
      await databases.closeAll();
      await history.close();
    },
  };
}

function describeHost(options: ServicesOptions): HostInfo {
  return {
    product: 'Aurora Studio',
    version: options.version,
    host: options.host,
    platform: process.platform,
    capabilities: {
      dialogs: options.pickFolder !== undefined,
      menus: options.host === 'electron',
    },
    homeFolder: homedir(),
  };
}
