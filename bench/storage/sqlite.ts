/*
 * SQLite, as better-sqlite3 and as node:sqlite. Their calls have the same names, so one description serves both. Its
 * table has a column for each field: that is faster than JSON with expression indexes, and so the harder peer.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { write } from './report.ts';
import { type IndexedFields, type User, userColumns, userOf } from './users.ts';

type SqliteValue = string | number | null;

export interface Statement {
  run(...values: readonly SqliteValue[]): unknown;
  get(...values: readonly SqliteValue[]): unknown;
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
  try {
    const Database = loadBetterSqlite() ?? buildBetterSqlite();
    if (Database !== undefined)
      return { name: 'better-sqlite3', open: (path) => new Database(path) };
    write('SKIPPED: better-sqlite3 is not here and cannot be built (bench/peers).\n');
  } catch (error) {
    write(`SKIPPED: better-sqlite3: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  return undefined;
}

type DatabaseClass = new (path: string) => SqliteDatabase;

/** `undefined` when it is not installed, or not built for this version of Node. */
function loadBetterSqlite(): DatabaseClass | undefined {
  try {
    const loaded: unknown = require(join(peersFolder, 'node_modules', 'better-sqlite3'));
    if (!isDatabaseClass(loaded)) return undefined;
    new loaded(':memory:').close();
    return loaded;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Installs the peers into a folder of their own and compiles them for the Node that runs this, beside whose binary its headers lie. */
function buildBetterSqlite(): DatabaseClass | undefined {
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
  return loadBetterSqlite();
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

export type Synchronous = 'FULL' | 'NORMAL';

/** The table `users` with its indexes, and the statements that the workloads use. */
export class SqliteUsers {
  readonly database: SqliteDatabase;
  readonly #insert: Statement;
  readonly #byId: Statement;
  readonly #setAge: Statement;
  readonly #setAgeByEmail: Statement | undefined;
  readonly #byEmail: Statement | undefined;

  constructor(peer: SqlitePeer, path: string, synchronous: Synchronous, indexed: IndexedFields) {
    const database = peer.open(path);
    this.database = database;
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
      PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824;`);
    database.exec(`CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, name TEXT, email TEXT, city TEXT, role TEXT,
      age INTEGER, score REAL, active INTEGER, tags TEXT, bio TEXT, joined REAL)`);
    for (const field of indexed) {
      const unique = field === 'email' ? 'UNIQUE' : '';
      database.exec(`CREATE ${unique} INDEX IF NOT EXISTS users_${field} ON users (${field})`);
    }
    const marks = userColumns.map(() => '?').join(', ');
    this.#insert = database.prepare(`INSERT INTO users VALUES (${marks})`);
    this.#byId = database.prepare('SELECT * FROM users WHERE id = ?');
    this.#setAge = database.prepare('UPDATE users SET age = ? WHERE id = ?');
    const hasEmail = indexed.includes('email');
    this.#byEmail = hasEmail ? database.prepare('SELECT * FROM users WHERE email = ?') : undefined;
    this.#setAgeByEmail = hasEmail
      ? database.prepare('UPDATE users SET age = ? WHERE email = ?')
      : undefined;
  }

  insert(user: User): void {
    const { id, name, email, city, role, age, score, active, tags, bio, joined } = user;
    const flag = active ? 1 : 0;
    const list = JSON.stringify(tags);
    this.#insert.run(id, name, email, city, role, age, score, flag, list, bio, joined);
  }

  /** All in one transaction. */
  insertAll(users: Iterable<User>): void {
    this.database.exec('BEGIN');
    for (const user of users) this.insert(user);
    this.database.exec('COMMIT');
  }

  fill(start: number, count: number): void {
    this.insertAll(
      (function* () {
        for (let n = start; n < start + count; n += 1) yield userOf(n);
      })(),
    );
  }

  get(id: string): unknown {
    return decoded(this.#byId.get(id));
  }

  getByEmail(email: string): unknown {
    return decoded(this.#byEmail?.get(email));
  }

  setAge(id: string, age: number): void {
    this.#setAge.run(age, id);
  }

  setAgeByEmail(email: string, age: number): void {
    this.#setAgeByEmail?.run(age, email);
  }

  /** What is in the write-ahead log goes into the database. */
  checkpoint(): void {
    this.database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  }

  close(): void {
    this.database.close();
  }
}

/** A row with its list, so that both sides give the same values. */
function decoded(found: unknown): unknown {
  if (typeof found !== 'object' || found === null || !('tags' in found)) return undefined;
  if (typeof found.tags === 'string') found.tags = JSON.parse(found.tags);
  return found;
}
