/*
 * The table `users` in SQLite. It has a column for each field: that is faster than JSON with expression indexes, and so
 * the harder peer.
 */
import type { SqliteDatabase, SqlitePeer, Statement } from './sqlite.ts';
import { type IndexedFields, type User, userColumns, userOf } from './users.ts';

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
