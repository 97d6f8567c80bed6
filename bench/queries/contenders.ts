/* The engine and its peers, each with the same documents and the same indexes on single fields. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Aurora, type Database } from '#engine';
import type { SqlitePeer } from '../storage/sqlite.ts';
import { type Person, personOf } from './people.ts';
import type { QueryWorkload, Values } from './workloads.ts';

export interface QueryContender {
  readonly name: string;
  /** What it gives, as it gives it. */
  ask(workload: QueryWorkload, values: Values): Promise<unknown>;
  /** What was given, in the form in which all are compared. */
  answer(workload: QueryWorkload, given: unknown): unknown;
  /** Changes one document, so that nothing can be kept from round to round. */
  change(n: number, age: number): Promise<void>;
  close(): Promise<void>;
}

const indexedFields = ['age', 'role', 'city'] as const;

export interface EngineContender extends QueryContender {
  readonly db: Database;
}

export async function openEngine(folder: string, documentCount: number): Promise<EngineContender> {
  const db: Database = await Aurora.open({
    dbPath: join(folder, 'engine.db'),
    durabilityMode: 'WAL',
  });
  await db.newCollection('people', {
    name: { type: 'String' },
    email: { type: 'String', unique: true },
    city: { type: 'String', indexed: true },
    role: { type: 'String', indexed: true },
    age: { type: 'Int', indexed: true },
    score: { type: 'Float' },
    active: { type: 'Boolean' },
    bio: { type: 'String' },
    joined: { type: 'Float' },
    tags: { type: ['String'] },
  });
  for (let start = 0; start < documentCount; start += 1_000) {
    const length = Math.min(1_000, documentCount - start);
    const people = Array.from({ length }, (_, each) => personOf(start + each));
    await db.insertMany(
      'people',
      people.map((person) => ({ ...person, tags: [...person.tags] })),
    );
  }
  return {
    name: 'aurora',
    db,
    async ask({ aql }, [a, b]) {
      const variables = b === undefined ? { a: a ?? null } : { a: a ?? null, b };
      const { data } = await db.execute(aql, { variables });
      return data['people'];
    },
    answer: ({ answer }, given) => answer(given),
    async change(n, age) {
      await db
        .query('people')
        .filter((f) => f.eq('email', `person${n}@example.com`))
        .update({ age });
    },
    close: () => db.close(),
  };
}

/** `composite`: also with the indexes that its queries want most. */
export function openSqlite(
  peer: SqlitePeer,
  path: string,
  { documentCount, isComposite }: { readonly documentCount: number; readonly isComposite: boolean },
): QueryContender {
  const database = peer.open(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144; PRAGMA mmap_size = 1073741824',
  );
  database.exec(
    'CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, email TEXT UNIQUE, city TEXT, role TEXT, age INTEGER, score REAL, active INTEGER, bio TEXT, joined REAL, tags TEXT)',
  );
  const insert = database.prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  database.exec('BEGIN');
  for (let n = 0; n < documentCount; n += 1) insert.run(...cells(personOf(n)));
  database.exec('COMMIT');
  for (const field of indexedFields)
    database.exec(`CREATE INDEX people_${field} ON people (${field})`);
  if (isComposite) {
    database.exec(
      'CREATE INDEX people_three ON people (role, active, age); CREATE INDEX people_two ON people (city, active)',
    );
  }
  database.exec('ANALYZE');
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  const setAge = database.prepare('UPDATE people SET age = ? WHERE email = ?');
  return {
    name: isComposite ? `${peer.name} composite` : peer.name,
    async ask({ sql }, values) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = database.prepare(sql);
        statements.set(sql, statement);
      }
      return statement.all(...values);
    },
    answer: ({ rows }, given) => rows(rowsOf(given)),
    async change(n, age) {
      setAge.run(age, `person${n}@example.com`);
    },
    async close() {
      database.close();
    },
  };
}

function cells(person: Person): readonly (string | number)[] {
  const { id, name, email, city, role, age, score, active, bio, joined, tags } = person;
  return [
    id,
    name,
    email,
    city,
    role,
    age,
    score,
    active ? 1 : 0,
    bio,
    joined,
    JSON.stringify(tags),
  ];
}

function rowsOf(found: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(found)) return [];
  return found.filter((row) => typeof row === 'object' && row !== null);
}

/** The calls of DuckDB that are made here. */
interface DuckConnection {
  run(sql: string): Promise<unknown>;
  prepare(sql: string): Promise<DuckStatement>;
  closeSync(): void;
}
interface DuckStatement {
  bind(values: Values): void;
  runAndReadAll(): Promise<{ getRowObjects(): unknown }>;
}
interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<DuckConnection> }>;
  };
}

/** `undefined` when it is not installed (bench/peers). */
export async function openDuck(documentCount: number): Promise<QueryContender | undefined> {
  const duck = loadDuck();
  if (duck === undefined) return undefined;
  const connection = await (await duck.DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    'CREATE TABLE people (id VARCHAR, name VARCHAR, email VARCHAR, city VARCHAR, role VARCHAR, age INTEGER, score DOUBLE, active INTEGER, bio VARCHAR, joined DOUBLE, tags VARCHAR)',
  );
  const quoted = (cell: string | number): string =>
    typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`;
  for (let start = 0; start < documentCount; start += 1_000) {
    const length = Math.min(1_000, documentCount - start);
    const rows = Array.from(
      { length },
      (_, each) =>
        `(${cells(personOf(start + each))
          .map(quoted)
          .join()})`,
    );
    await connection.run(`INSERT INTO people VALUES ${rows.join()}`);
  }
  const statements = new Map<string, DuckStatement>();
  return {
    name: 'DuckDB',
    async ask({ sql }, values) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = await connection.prepare(sql);
        statements.set(sql, statement);
      }
      statement.bind(values);
      return (await statement.runAndReadAll()).getRowObjects();
    },
    answer: ({ rows }, given) => rows(rowsOf(given)),
    async change(n, age) {
      await connection.run(`UPDATE people SET age = ${age} WHERE email = 'person${n}@example.com'`);
    },
    async close() {
      connection.closeSync();
    },
  };
}

function loadDuck(): DuckModule | undefined {
  const require = createRequire(import.meta.url);
  try {
    const loaded: unknown = require(
      join(import.meta.dirname, '../peers/node_modules/@duckdb/node-api'),
    );
    return isDuck(loaded) ? loaded : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')
      return undefined;
    throw error;
  }
}

function isDuck(value: unknown): value is DuckModule {
  return typeof value === 'object' && value !== null && 'DuckDBInstance' in value;
}
