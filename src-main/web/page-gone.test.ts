import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Caller, type HostInfo, Responder, readRun } from '#contract';
import { AuditService } from '../services/audit-service.ts';
import { systemClock } from '../services/clock.ts';
import { DatabaseService } from '../services/database-service.ts';
import { ExportService } from '../services/export-service.ts';
import { HealthService } from '../services/health-service.ts';
import { HistoryService } from '../services/history-service.ts';
import { ImportService } from '../services/import-service.ts';
import { JobsService } from '../services/jobs-service.ts';
import { pageMethods } from '../services/page-methods.ts';
import { pageTopics } from '../services/page-topics.ts';
import { PreviewTokens } from '../services/preview-tokens.ts';
import { QueryService } from '../services/query-service.ts';
import { SettingsService } from '../services/settings-service.ts';
import { StagedService } from '../services/staged-service.ts';
import { createErrorMapping } from '../services/to-wire.ts';
import { boundaryValidation } from '../services/validation.ts';
import { ValueSamples } from '../services/value-samples.ts';
import { WriteGate } from '../services/write-gate.ts';
import { createSocketChannel } from './socket-channel.ts';

/** Polls end when their condition holds; how long that takes on a busy machine is no matter of the test. */
const patience = { timeout: 15_000 };

const hostInfo: HostInfo = {
  product: 'Aurora Studio',
  version: '0.0.0',
  host: 'web',
  platform: 'test',
  capabilities: { dialogs: false, menus: false },
  homeFolder: '/',
};

let folder: string;
let databases: DatabaseService;
let history: HistoryService;
let queries: QueryService;
let server: WebSocketServer;
const log = (line: string) => expect.unreachable(line);

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-page-gone-')));
  const settings = new SettingsService(folder, log);
  const toWireError = createErrorMapping(log);
  const clock = systemClock;
  databases = new DatabaseService({
    dataFolder: folder,
    homeFolder: folder,
    sampleFolder: folder,
    clock,
    log,
  });
  history = new HistoryService({ dataFolder: folder, clock, log });
  const gate = new WriteGate({ databases, settings, tokens: new PreviewTokens(clock) });
  const health = new HealthService({ databases, clock, homeFolder: folder, toWireError });
  const jobs = new JobsService({
    databases,
    clock,
    gate,
    sampleFolder: folder,
    homeFolder: folder,
    settings,
    toWireError,
  });
  const audit = new AuditService({ databases, settings, clock, toWireError });
  const exports = new ExportService({
    ...{ databases, clock, toWireError, log },
    pickFile: undefined,
  });
  const shared = {
    audit,
    exports,
    databases,
    clock,
    health,
    history,
    jobs,
    gate,
    toWireError,
    log,
  };
  queries = new QueryService(shared);
  const imports = new ImportService(shared);
  const samples = new ValueSamples(databases, clock);
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    const page = new Responder(createSocketChannel(socket), {
      host: hostInfo,
      methods: pageMethods({
        ...shared,
        host: hostInfo,
        queries,
        imports,
        samples,
        settings,
        staged: new StagedService(folder, log),
        pickFolder: undefined,
      }),
      topics: pageTopics({ ...shared, imports, commandSinks: new Set() }),
      validate: boundaryValidation,
      toWireError,
      newCancelSource: () => new AbortController(),
    });
    page.onClosed(() => void queries.closeAll());
  });
  await once(server, 'listening');
});

afterEach(async () => {
  await databases.closeAll();
  await history.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

it('a page that is killed in the middle of a query leaves no run behind', async () => {
  const { database } = await databases.open(join(folder, 'numbers.db'), { create: true });
  const db = databases.get(database);
  await db.execute('schema { define collection numbers { n: Int! } }');
  await db.insertMany(
    'numbers',
    Array.from({ length: 5000 }, (_, n) => ({ n })),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  const caller = new Caller(createSocketChannel(socket));
  await caller.connect();
  const text = 'query { numbers { n } }';
  const reader = readRun(caller, { database, text }, { rowsMax: 10 });
  for (let taken = 0; taken < 5; taken += 1) await reader.next();
  const openBefore = queries.openCount;

  socket.terminate();

  await expect.poll(() => queries.openCount, patience).toBe(0);
  expect(openBefore).toBe(1);
});
