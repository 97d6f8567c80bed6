import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type RunPart } from '#engine';

const folders: string[] = [];
const databases: Database[] = [];

afterEach(async () => {
  for (const database of databases.splice(0)) await database.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-database-'));
  folders.push(folder);
  return join(folder, 'test.db');
}

async function memory(): Promise<Database> {
  const db = await Aurora.open({ store: 'memory' });
  databases.push(db);
  return db;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    () => 'nothing thrown',
    (error: unknown) => error,
  );
  return outcome instanceof AuroraError ? outcome.code : String(outcome);
}

async function withNumbers(db: Database, count: number): Promise<void> {
  await db.newCollection('numbers', {
    n: { type: 'Int', indexed: true },
    text: { type: 'String', nullable: true },
  });
  const documents = Array.from({ length: count }, (_, n) => ({ n, text: `number ${n}` }));
  await db.insertMany('numbers', documents);
}

describe('values that no statement can take', () => {
  // A bigint or a symbol ended in a TypeError of the message that was to describe it, and NaN was called null.
  it('are refused with the name of the variable', async () => {
    const db = await memory();
    await withNumbers(db, 1);
    const text = 'query ($v: Int) { numbers(where: { n: { eq: $v } }) { n } }';
    const messages: string[] = [];
    for (const v of [1n, Symbol('s'), () => 1, new Map(), Number.NaN]) {
      // What plain JavaScript may hand in, whatever the types say.
      const variables = { v } as unknown as Record<string, number>;
      await db.execute(text, { variables }).catch((error: AuroraError) => {
        messages.push(`${error.code}: ${error.message}`);
      });
    }
    expect(messages).toEqual([
      'InvalidValue: "v" is a bigint, which is no JSON value.',
      'InvalidValue: "v" is a symbol, which is no JSON value.',
      'InvalidValue: "v" is a function, which is no JSON value.',
      'InvalidValue: "v" is an object of a class, which is no JSON value.',
      'TypeMismatch: Variable "$v" is declared as Int, but its value is NaN.',
    ]);
  });

  // The mark of required elements was read and forgotten: null in such a list was let through.
  it('are refused where null stands in a list of required elements', async () => {
    const db = await memory();
    await withNumbers(db, 1);
    const run = (type: string, v: readonly (number | null)[]) =>
      db.execute(`query ($v: ${type}) { numbers(where: { n: { in: $v } }) { n } }`, {
        variables: { v },
      });
    const refused = { code: 'TypeMismatch', message: expect.stringContaining('[Int!]') };
    await expect(run('[Int!]', [0, null])).rejects.toMatchObject(refused);
    await expect(run('[Int!]!', [null])).rejects.toMatchObject(refused);
    await expect(run('[Int!]!', [0])).resolves.toBeDefined();
    await expect(run('[Int]!', [0, null])).resolves.toBeDefined();
  });

  // The whole operation was marked, not the condition.
  it('are marked at their condition when they are patterns', async () => {
    const db = await memory();
    await withNumbers(db, 1);
    const text = '{ numbers(limit: 1, where: { text: { matches: "(?=a)" } }) { n } }';
    const error: unknown = await db.execute(text).catch((failure: unknown) => failure);
    const span = error instanceof AuroraError ? error.span : undefined;
    expect(text.slice(span?.start, span?.end)).toContain('"(?=a)"');
    expect(span?.start).toBeGreaterThan(text.indexOf('where'));
  });
});

describe('opening and closing', () => {
  it('shares a folder that is open in this process until its last holder closes it', async () => {
    const path = newFolder();
    const first = await Aurora.open(path);
    const second = await Aurora.open({ dbPath: `${path}/../test.db` });
    await first.newCollection('notes', { text: { type: 'String' } });
    const id = await second.insertInto('notes', { text: 'shared' });
    await first.close();
    expect(second.get('notes', id)).toEqual({ id, text: 'shared' });
    expect(await codeOf(first.execute('query { notes { id } }'))).toBe('DatabaseClosed');
    await second.close();
    const third = await Aurora.open({ dbPath: path, create: false });
    expect(await third.query('notes').count()).toBe(1);
    await third.close();
  });

  it('refuses to make a database that was said to exist, and options that make no sense', async () => {
    const path = newFolder();
    expect(await codeOf(Aurora.open({ dbPath: path, create: false }))).toBe('DatabaseNotFound');
    expect(await codeOf(Aurora.open({ dbPath: '' }))).toBe('InvalidOption');
    expect(await codeOf(Aurora.open({ store: 'memory', readOnly: true }))).toBe('InvalidOption');
  });

  it('refuses every write when it is read-only', async () => {
    const path = newFolder();
    const writer = await Aurora.open(path);
    await withNumbers(writer, 3);
    const reader = await Aurora.open({ dbPath: path, readOnly: true });
    const writes = [
      reader.insertInto('numbers', { n: 1 }),
      reader.query('numbers').delete(),
      reader.execute('schema { define collection other { a: Int } }'),
    ];
    expect(await Promise.all(writes.map(codeOf))).toEqual(['ReadOnly', 'ReadOnly', 'ReadOnly']);
    expect(await reader.query('numbers').count()).toBe(3);
    await reader.close();
    await writer.close();
  });

  // Asking for more than the database was opened with had no effect, and nobody was told.
  it('is shared with the durability that it has, and refused with another', async () => {
    const path = newFolder();
    const relaxed = await Aurora.open({ dbPath: path, durabilityMode: 'None' });
    await expect(Aurora.open({ dbPath: path, durabilityMode: 'Strict' })).rejects.toMatchObject({
      code: 'InvalidOption',
      details: { option: 'durabilityMode', value: 'Strict', allowed: 'None' },
    });
    const again = await Aurora.open({ dbPath: path, durabilityMode: 'None' });
    const whatever = await Aurora.open(path);
    expect((await whatever.stats()).durabilityMode).toBe('None');
    for (const db of [relaxed, again, whatever]) await db.close();
    await (await Aurora.open({ dbPath: path, durabilityMode: 'Strict' })).close();
  });

  it('cancels what reads when it closes, and frees the folder', async () => {
    const path = newFolder();
    const db = await Aurora.open(path);
    await withNumbers(db, 5_000);
    const run = db.run('query { numbers { n } }');
    await run.next(10);
    const scan = codeOf(db.execute('query { numbers(where: { text: { matches: "x+" } }) { n } }'));
    await db.close();
    expect(await scan).toBe('DatabaseClosed');
    // It said that it was done, with nothing of what was to come.
    expect(await run.next(10)).toMatchObject({
      parts: [{ kind: 'failed', error: { code: 'DatabaseClosed' } }],
      done: true,
    });
    expect(await run.next(10)).toEqual({ parts: [], done: true });
    const again = await Aurora.open({ dbPath: path, create: false });
    expect((await again.verify()).isSound).toBe(true);
    await again.close();
  });
});

describe('mutations', () => {
  it('let later fields of one operation see what earlier ones did', async () => {
    const db = await memory();
    await withNumbers(db, 3);
    const result = await db.execute(`mutation {
      insertInto(collection: "numbers", data: { n: 10 }) { n }
      update(collection: "numbers", data: { text: "big" }, where: { n: { gte: 2 } }) { n text }
      deleteFrom(collection: "numbers", where: { text: { eq: "big" } }) { n }
    }`);
    expect(result.data).toEqual({
      insertInto: { n: 10 },
      update: [
        { n: 2, text: 'big' },
        { n: 10, text: 'big' },
      ],
      deleteFrom: [{ n: 2 }, { n: 10 }],
    });
    expect(await db.query('numbers').count()).toBe(2);
  });

  it('apply nothing when one field fails', async () => {
    const db = await memory();
    await db.newCollection('people', { email: { type: 'String', unique: true } });
    await db.insertInto('people', { email: 'a@b.c' });
    const text = `mutation {
      one: insertInto(collection: "people", data: { email: "new@b.c" }) { id }
      two: insertInto(collection: "people", data: { email: "a@b.c" }) { id }
    }`;
    expect(await codeOf(db.execute(text))).toBe('UniqueConstraintViolation');
    expect(await db.query('people').count()).toBe(1);
  });

  it('run again when another commit was first, so that no increment is lost', async () => {
    const db = await memory();
    await withNumbers(db, 1);
    const updates = Array.from({ length: 4 }, () =>
      db.query('numbers').update({ n: { increment: 1 } }),
    );
    await Promise.all(updates);
    expect(await db.query('numbers').firstOne()).toMatchObject({ n: 4 });
  });

  it('refuse a filter whose variable has no value, which would change everything', async () => {
    const db = await memory();
    await withNumbers(db, 3);
    const text =
      'mutation($n: Int) { deleteFrom(collection: "numbers", where: { n: { eq: $n } }) { n } }';
    expect(await codeOf(db.execute(text))).toBe('UndefinedVariable');
    expect(await db.query('numbers').count()).toBe(3);
  });
});

describe('results', () => {
  it('say null in data and nothing in documents where a field is not set', async () => {
    const db = await memory();
    await withNumbers(db, 0);
    const id = await db.insertInto('numbers', { n: 1 });
    const result = await db.execute('query { numbers { n text } }');
    expect(result.data).toEqual({ numbers: [{ n: 1, text: null }] });
    expect(result.kind === 'query' && result.documents).toEqual([{ id, data: { n: 1 } }]);
  });

  it('can be changed without harm to what is stored', async () => {
    const db = await memory();
    await db.newCollection('things', { data: { type: 'Object' }, list: { type: ['String'] } });
    const id = await db.insertInto('things', { data: { a: { b: 1 } }, list: ['x'] });
    const [found] = await db.query('things').collect();
    Object.assign(Object(found?.['data']), { a: 'changed' });
    Object.assign(Object(found?.['list']), ['changed']);
    expect(db.get('things', id)).toEqual({ id, data: { a: { b: 1 } }, list: ['x'] });
  });

  it('of several statements end at the first error, with the results so far', async () => {
    const db = await memory();
    const result = await db.execute(`
      schema { define collection people { email: String @unique } }
      mutation { insertInto(collection: "people", data: { email: "a" }) { email } }
      mutation { insertInto(collection: "people", data: { email: "a" }) { email } }
      query { people { email } }
    `);
    expect(result).toMatchObject({
      kind: 'batch',
      results: [{ kind: 'schema' }, { kind: 'mutation' }],
      errors: [{ extensions: { code: 'UniqueConstraintViolation' }, locations: [{ line: 4 }] }],
    });
  });

  it('report everything that is wrong with a text before anything runs', async () => {
    const db = await memory();
    await withNumbers(db, 1);
    const text =
      'mutation { deleteFrom(collection: "numbers", where: {}) { n } } query { numbrs { n } other { n } }';
    const error = await db.execute(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'CollectionNotFound',
      diagnostics: [{ code: 'CollectionNotFound' }, { code: 'CollectionNotFound' }],
    });
    expect(await db.query('numbers').count()).toBe(1);
  });
});

describe('a run', () => {
  async function pullAll(db: Database, text: string, rowsMax: number): Promise<RunPart[]> {
    const run = db.run(text);
    const parts: RunPart[] = [];
    for (;;) {
      const pulled = await run.next(rowsMax);
      parts.push(...pulled.parts);
      if (pulled.done) return parts;
    }
  }

  it('gives head, rows and summary, never more rows at once than were asked for', async () => {
    const db = await memory();
    await withNumbers(db, 1_000);
    const parts = await pullAll(db, 'query { numbers(orderBy: { n: DESC }) { n } }', 64);
    const rows = parts.filter((part) => part.kind === 'rows');
    expect(parts[0]).toMatchObject({ kind: 'head', title: 'numbers', columns: [{ name: 'n' }] });
    expect(Math.max(...rows.map(({ rowCount }) => rowCount))).toBeLessThanOrEqual(64);
    expect(rows.flatMap(({ columns }) => columns[0])).toEqual(
      Array.from({ length: 1_000 }, (_, at) => 999 - at),
    );
    expect(parts.at(-1)).toMatchObject({ kind: 'summary', rowCount: 1_000, truncated: false });
  });

  it('runs statements only as far as it is pulled', async () => {
    const db = await memory();
    await withNumbers(db, 100);
    const run = db.run(`
      query { numbers { n } }
      mutation { deleteFrom(collection: "numbers", where: {}) { n } }
    `);
    await run.next(10);
    await run.close();
    expect(await db.query('numbers').count()).toBe(100);
  });

  it('ends with a failed part at the first error', async () => {
    const db = await memory();
    const parts = await pullAll(
      db,
      'schema { define collection a { n: Int @unique } } mutation { insertMany(collection: "a", data: [{ n: 1 }, { n: 1 }]) { id } } query { a { n } }',
      10,
    );
    expect(parts.map(({ kind }) => kind)).toEqual(['head', 'summary', 'failed']);
  });
});
