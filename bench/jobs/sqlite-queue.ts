/*
 * Queues in SQLite: one written by hand as an application would, and plainjob. The first is durable at every step
 * (FULL), and enqueues what arrives in one turn of the event loop in one transaction; it claims and completes one job
 * after the other, or as many at once as may run.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SqlitePeer } from '../storage/sqlite.ts';
import type { OpenQueue, QueuePeer } from './queue-peer.ts';

const peersFolder = join(import.meta.dirname, '..', 'peers', 'node_modules');

export function sqliteQueue(peer: SqlitePeer, options: { readonly isBatched: boolean }): QueuePeer {
  const how = options.isBatched ? 'in batches' : 'one by one';
  return {
    name: `${peer.name} FULL, ${how}`,
    open: (folder) => openSqlite(peer, join(folder, 'jobs.sqlite'), options),
  };
}

function openSqlite(
  peer: SqlitePeer,
  path: string,
  { isBatched }: { readonly isBatched: boolean },
): OpenQueue {
  const database = peer.open(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE jobs (id INTEGER PRIMARY KEY, type TEXT, payload TEXT, status TEXT, priority INTEGER, run_at INTEGER,
      attempts INTEGER DEFAULT 0, started_at INTEGER, finished_at INTEGER);
    CREATE INDEX ready ON jobs (status, priority DESC, run_at, id);
  `);
  const insert = database.prepare(
    "INSERT INTO jobs (type, payload, status, priority, run_at) VALUES ('noop', ?, 'pending', 1, ?)",
  );
  const claim = database.prepare(
    `UPDATE jobs SET status = 'running', attempts = attempts + 1, started_at = ? WHERE id = (SELECT id FROM jobs
     WHERE status = 'pending' AND run_at <= ? ORDER BY priority DESC, run_at, id LIMIT 1) RETURNING id, payload`,
  );
  const complete = database.prepare(
    "UPDATE jobs SET status = 'completed', finished_at = ? WHERE id = ?",
  );
  let waiting: { readonly n: number; readonly resolve: () => void }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    database.exec('BEGIN IMMEDIATE');
    for (const { n } of batch) insert.run(JSON.stringify({ n }), Date.now());
    database.exec('COMMIT');
    for (const { resolve } of batch) resolve();
    if (waiting.length > 0) setImmediate(flush);
  };
  const claimOne = (): { readonly id: number; readonly payload: string } | undefined => {
    const row: unknown = claim.get(Date.now(), Date.now());
    return isRow(row) ? row : undefined;
  };
  const together = <Result>(action: () => Result): Result => {
    database.exec('BEGIN IMMEDIATE');
    const result = action();
    database.exec('COMMIT');
    return result;
  };
  return {
    enqueue: (n) =>
      new Promise<void>((resolve) => {
        waiting.push({ n, resolve });
        if (waiting.length === 1) setImmediate(flush);
      }),
    async work(concurrency, onJob) {
      let isStopped = false;
      const size = isBatched ? concurrency : 1;
      const step = (): void => {
        if (isStopped) return;
        const claimed = together(() =>
          Array.from({ length: size }, claimOne).filter((row) => row !== undefined),
        );
        for (const { payload } of claimed) onJob(numberOf(payload));
        if (claimed.length > 0) {
          together(() => {
            for (const { id } of claimed) complete.run(Date.now(), id);
          });
        }
        if (claimed.length > 0) setImmediate(step);
        else setTimeout(step, 1);
      };
      setImmediate(step);
      return () => {
        isStopped = true;
      };
    },
    close: () => database.close(),
  };
}

/** plainjob as it comes, which is not safe against a power cut: SQLite's synchronous NORMAL. */
export async function plainjobQueue(): Promise<QueuePeer> {
  const entry = join(peersFolder, 'plainjob', 'dist', 'plainjob.js');
  const plainjob: PlainjobModule = await import(pathToFileURL(entry).href);
  const require = createRequire(import.meta.url);
  const Database: new (path: string) => unknown = require(join(peersFolder, 'better-sqlite3'));
  const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing };
  return {
    name: 'plainjob (NORMAL)',
    open(folder) {
      const connection = plainjob.better(new Database(join(folder, 'plain.sqlite')));
      const queue = plainjob.defineQueue({ connection, logger: silent });
      return {
        enqueue: (n) => queue.add('noop', { n }),
        async work(_concurrency, onJob) {
          // It has no concurrency of its own; a worker takes one job after the other.
          const handler = async ({ data }: { readonly data: string }) => onJob(numberOf(data));
          const worker = plainjob.defineWorker('noop', handler, { queue, logger: silent });
          void worker.start();
          return () => worker.stop();
        },
        close: () => queue.close(),
      };
    },
  };
}

interface PlainjobModule {
  better(database: unknown): unknown;
  defineQueue(options: { connection: unknown; logger: unknown }): {
    add(type: string, data: unknown): unknown;
    close(): void;
  };
  defineWorker(
    type: string,
    handler: (job: { readonly data: string }) => Promise<void>,
    options: unknown,
  ): { start(): Promise<void>; stop(): Promise<void> };
}

function nothing(): void {}

function isRow(row: unknown): row is { readonly id: number; readonly payload: string } {
  return (
    typeof row === 'object' && row !== null && 'payload' in row && typeof row.payload === 'string'
  );
}

function numberOf(json: string): number {
  const value: { readonly n: number } = JSON.parse(json);
  return value.n;
}
