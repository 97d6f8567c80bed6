/* A database of the engine with the collection `users`, as the workloads use it. */
import { Aurora, type Database } from '#engine';
import { defineUsers, type IndexedFields, insertUsers, userOf } from './users.ts';

/** The modes that are compared with SQLite's FULL and NORMAL. */
type EngineMode = 'Strict' | 'WAL';

export interface EngineUsersOptions {
  readonly path: string;
  readonly mode: EngineMode;
  readonly indexed: IndexedFields;
  readonly hotCacheSizeMb?: number;
}

export class EngineUsers {
  readonly db: Database;

  private constructor(db: Database) {
    this.db = db;
  }

  static async open(options: EngineUsersOptions): Promise<EngineUsers> {
    const { path, mode, indexed, hotCacheSizeMb } = options;
    const db = await Aurora.open({ dbPath: path, durabilityMode: mode, hotCacheSizeMb });
    await defineUsers(db, indexed);
    return new EngineUsers(db);
  }

  fill(start: number, count: number): Promise<void> {
    return insertUsers(this.db, start, count);
  }

  insert(n: number): Promise<string> {
    return this.db.insertInto('users', userOf(n));
  }

  setAge(id: string, age: number): Promise<number> {
    return this.db
      .query('users')
      .filter((f) => f.eq('id', id))
      .update({ age });
  }

  setAgeByEmail(email: string, age: number): Promise<number> {
    return this.db
      .query('users')
      .filter((f) => f.eq('email', email))
      .update({ age });
  }

  getByEmail(email: string): Promise<unknown> {
    return this.db
      .query('users')
      .filter((f) => f.eq('email', email))
      .firstOne();
  }

  /** Whoever scans first has everything applied to the B-trees; one document is enough for that. */
  async settle(): Promise<void> {
    await this.db
      .query('users')
      .filter((f) => f.eq('role', 'viewer'))
      .limit(1)
      .collect();
  }

  close(): Promise<void> {
    return this.db.close();
  }
}
