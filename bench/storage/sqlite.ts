/*
 * SQLite, as better-sqlite3 and as node:sqlite. Their calls have the same names, so one description serves both.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { write } from './report.ts';

type SqliteValue = string | number | null;

export interface Statement {
  run(...values: readonly SqliteValue[]): unknown;
  get(...values: readonly SqliteValue[]): unknown;
  all(...values: readonly SqliteValue[]): readonly unknown[];
}

export interface SqliteDatabase {
  exec(text: string): unknown;
  prepare(text: string): Statement;
  close(): unknown;
}

export interface SqlitePeer {
  readonly name: string;
  open(path: string): SqliteDatabase;
}

/** The peers that this machine has; why one is missing is printed. */
export function sqlitePeers(): readonly SqlitePeer[] {
  return [betterSqlite(), nodeSqlite()].filter((peer) => peer !== undefined);
}

const require = createRequire(import.meta.url);
const peersFolder = join(import.meta.dirname, '..', 'peers');

function betterSqlite(): SqlitePeer | undefined {
  // Nothing of it may be collected: on Node 24 its destructors then end the process.
  const kept: (SqliteDatabase | Statement)[] = [];
  process.once('exit', () => {
    kept.length = 0;
  });
  const opener = (Database: DatabaseClass) => (path: string) => {
    const database = new Database(path);
    kept.push(database);
    return {
      exec: (text: string) => database.exec(text),
      prepare(text: string) {
        const statement = database.prepare(text);
        kept.push(statement);
        return statement;
      },
      close: () => database.close(),
    };
  };
  try {
    const Database = loadBetterSqlite(opener) ?? buildBetterSqlite(opener);
    if (Database !== undefined) return { name: 'better-sqlite3', open: opener(Database) };
    write('SKIPPED: better-sqlite3 is not here and cannot be built (bench/peers).\n');
  } catch (error) {
    write(`SKIPPED: better-sqlite3: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  return undefined;
}

type Opener = (Database: DatabaseClass) => (path: string) => SqliteDatabase;

type DatabaseClass = new (path: string) => SqliteDatabase;

/** `undefined` when it is not installed, or not built for this version of Node. */
function loadBetterSqlite(opener: Opener): DatabaseClass | undefined {
  try {
    const loaded: unknown = require(join(peersFolder, 'node_modules', 'better-sqlite3'));
    if (!isDatabaseClass(loaded)) return undefined;
    opener(loaded)(':memory:').close();
    return loaded;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Installs the peers into a folder of their own and compiles them for the Node that runs this, beside whose binary its headers lie. */
function buildBetterSqlite(opener: Opener): DatabaseClass | undefined {
  write('Building better-sqlite3 for the comparison; that takes some minutes, once.\n');
  const bin = dirname(process.execPath);
  const environment = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: dirname(bin),
    npm_config_build_from_source: 'true',
  };
  for (const args of [
    ['ci', '--ignore-scripts'],
    ['rebuild', '--ignore-scripts=false', 'better-sqlite3'],
  ]) {
    const { status } = spawnSync('npm', args, {
      cwd: peersFolder,
      env: environment,
      stdio: 'ignore',
    });
    if (status !== 0) return undefined;
  }
  return loadBetterSqlite(opener);
}

function nodeSqlite(): SqlitePeer | undefined {
  const builtin: unknown = process.getBuiltinModule?.('node:sqlite');
  const hasClass =
    typeof builtin === 'object' &&
    builtin !== null &&
    'DatabaseSync' in builtin &&
    isDatabaseClass(builtin.DatabaseSync);
  if (!hasClass) {
    write(`SKIPPED: node:sqlite, which Node ${process.version} does not have.\n`);
    return undefined;
  }
  const Database = builtin.DatabaseSync;
  if (!isDatabaseClass(Database)) return undefined;
  return { name: 'node:sqlite', open: (path) => new Database(path) };
}

/** The calls of both are used alike; whether they exist is seen when the first one is made. */
function isDatabaseClass(value: unknown): value is DatabaseClass {
  return typeof value === 'function';
}
