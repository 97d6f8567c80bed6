import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database } from '#engine';

let folder: string;
let dbPath: string;
let db: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-audit-'));
  dbPath = join(folder, 'audited.db');
  db = await Aurora.open({ dbPath, auditLogPath: 'audit.jsonl' });
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly [key: string]: unknown;
}

/** The lines of the file once the database is closed, without those of opening and closing. */
async function linesAfterClose(): Promise<readonly Line[]> {
  await db.close();
  const text = readFileSync(join(dbPath, 'audit.jsonl'), 'utf8');
  const lines: readonly Line[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  expect([lines[0]?.['action'], lines.at(-1)?.['action']]).toEqual(['open', 'close']);
  return lines.slice(1, -1);
}

const summary = ({ source, action, collection, outcome, rows }: Line) => [
  source,
  action,
  collection,
  outcome,
  rows,
];

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof AuroraError ? error.code : String(error);
}

describe('the audit log of a database', () => {
  it('has every operation with its outcome, its rows and its source', async () => {
    await db.newCollection('users', { name: { type: 'String', unique: true } });
    const id = await db.insertInto('users', { name: 'Ada' });
    await db.insertMany('users', [{ name: 'Bob' }, { name: 'Cleo' }]);
    expect(await codeOf(db.insertInto('users', { name: 'Ada' }))).toBe('UniqueConstraintViolation');
    db.get('users', id);
    await db.query('users').collect();
    await db.query('users').count();
    await db.execute('query { users { name } }');
    await db.execute(
      'mutation { update(collection: "users", data: { name: "Dan" }, where: { name: { eq: "Bob" } }) { id } }',
    );
    expect(await codeOf(db.execute('query { nothing { name } }'))).toBe('CollectionNotFound');
    const run = db.run('query { users { name } }');
    for (let isGiven = false; !isGiven; ) {
      const { parts } = await run.next(2);
      isGiven = parts.some(({ kind }) => kind === 'rows');
    }
    await run.close();
    await db
      .query('users')
      .filter((f) => f.eq('name', 'Cleo'))
      .delete();
    await db.verify();
    const lines = await linesAfterClose();
    expect(lines.map(summary)).toEqual([
      ['api', 'schema', 'users', 'ok', 0],
      ['api', 'insert', 'users', 'ok', 1],
      ['api', 'insert', 'users', 'ok', 2],
      ['api', 'insert', 'users', 'UniqueConstraintViolation', 0],
      ['api', 'get', 'users', 'ok', 1],
      ['api', 'select', 'users', 'ok', 3],
      ['api', 'count', 'users', 'ok', 0],
      ['aql', 'query', 'users', 'ok', 3],
      ['aql', 'mutation', 'users', 'ok', 1],
      ['aql', 'execute', undefined, 'CollectionNotFound', 0],
      ['aql', 'query', 'users', 'ok', 2],
      ['api', 'delete', 'users', 'ok', 1],
      ['api', 'verify', undefined, 'ok', 0],
    ]);
    expect(lines[1]).toMatchObject({ document_id: id, lsn: expect.any(Number) });
    expect(lines[7]).toMatchObject({ text: 'query { users { name } }' });
    expect(lines.every(({ elapsed_ms }) => typeof elapsed_ms === 'number' && elapsed_ms >= 0)).toBe(
      true,
    );
  });

  it('tells imports, backups and compactions apart, and shows in the figures of the database', async () => {
    await db.newCollection('users', { name: { type: 'String' } });
    await db.importInto('users', { text: '[{"name":"Ada"},{"name":"Bob"}]' }, { format: 'json' });
    const target = join(folder, 'copy.db');
    await db.backup(target);
    expect(await codeOf(db.backup(target))).toBe('InvalidOption');
    await db.compact();
    const { audit } = await db.stats();
    expect([audit?.path, (audit?.writtenCount ?? 0) + (audit?.waitingCount ?? 0)]).toEqual([
      join(dbPath, 'audit.jsonl'),
      6,
    ]);
    expect(audit?.droppedCount).toBe(0);
    const lines = (await linesAfterClose()).slice(1);
    expect(lines.map((line) => [...summary(line), line['target']])).toEqual([
      ['import', 'insert', 'users', 'ok', 2, undefined],
      ['api', 'backup', undefined, 'ok', 0, target],
      ['api', 'backup', undefined, 'InvalidOption', 0, target],
      ['api', 'compact', undefined, 'ok', 0, undefined],
    ]);
  });

  it('tells which operations were one transaction, and what became of it', async () => {
    await db.newCollection('users', { name: { type: 'String' } });
    await db.transaction(async (tx) => {
      await tx.insertInto('users', { name: 'Ada' });
      await tx.execute('query { users { name } }');
    });
    const aborted = db.transaction(async (tx) => {
      await tx.insertInto('users', { name: 'Bob' });
      throw new AuroraError('Cancelled', 'changed my mind');
    });
    expect(await codeOf(aborted)).toBe('Cancelled');
    const lines = (await linesAfterClose()).slice(1);
    expect(
      lines.map((line) => [...summary(line), line['transaction'], typeof line['lsn']]),
    ).toEqual([
      ['api', 'insert', 'users', 'ok', 1, 1, 'undefined'],
      ['aql', 'query', 'users', 'ok', 1, 1, 'undefined'],
      ['api', 'transaction', undefined, 'ok', 1, 1, 'number'],
      ['api', 'insert', 'users', 'ok', 1, 2, 'undefined'],
      ['api', 'transaction', undefined, 'Cancelled', 0, 2, 'undefined'],
    ]);
  });

  it('leaves out what reads nothing but the log, so that whoever follows it sees it stand still', async () => {
    await db.newCollection('users', { name: { type: 'String' } });
    await db.execute('{ _audit { action } }');
    await db.execute('{ rows: _audit { totalCount } }');
    await db.execute('{ _audit { action } users { name } }');
    expect(await codeOf(db.execute('{ _audit { nothing } }'))).toBe('UnknownField');
    const lines = (await linesAfterClose()).slice(1);
    expect(lines.map(summary)).toEqual([
      ['aql', 'query', undefined, 'ok', expect.any(Number)],
      ['aql', 'execute', undefined, 'UnknownField', 0],
    ]);
  });

  it('is the collection _audit, which queries filter, order and limit like any other', async () => {
    await db.newCollection('users', { name: { type: 'String' } });
    await db.insertMany('users', [{ name: 'Ada' }, { name: 'Bob' }]);
    await db.insertInto('users', { name: 'Cleo' });
    const text =
      'query { _audit(where: { action: { eq: "insert" } }, orderBy: { rows: DESC }, limit: 1) { action rows source at } }';
    const result = await db.execute(text);
    expect(result.data['_audit']).toEqual([
      { action: 'insert', rows: 2, source: 'api', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
    expect(result.extensions.plan).toEqual(['FullScan(_audit) → Filter → TopK(1) → Project']);
    const run = db.run('query { _audit { action } }');
    const actions: unknown[] = [];
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(100);
      isDone = done;
      for (const part of parts) if (part.kind === 'rows') actions.push(...(part.columns[0] ?? []));
    }
    expect(actions).toEqual(['open', 'schema', 'insert', 'insert']);
    await run.close();
    const both = await db.execute(
      'query { users { name } _audit(where: { action: { eq: "query" } }) { rows } }',
    );
    expect(both.data).toMatchObject({
      users: [{ name: 'Ada' }, { name: 'Bob' }, { name: 'Cleo' }],
    });
  });

  it('is shared by all who have the database open, and refuses a second place', async () => {
    const other = await Aurora.open(dbPath);
    await other.newCollection('users', { name: { type: 'String' } });
    await other.close();
    expect(await codeOf(Aurora.open({ dbPath, auditLogPath: 'other.jsonl' }))).toBe(
      'InvalidOption',
    );
    const result = await db.execute('query { _audit { action } }');
    expect(result.data['_audit']).toEqual(
      ['open', 'open', 'schema', 'close'].map((action) => ({ action })),
    );
  });

  it('is never one of the files of the database, nor outside its folder by a relative path', async () => {
    await db.close();
    for (const auditLogPath of [
      'data.mdb',
      'wal/1',
      'aurora.lock',
      '../audit.jsonl',
      '.',
      'a/../data.mdb-x',
    ]) {
      expect(await codeOf(Aurora.open({ dbPath, auditLogPath }))).toBe('InvalidOption');
    }
    db = await Aurora.open({ dbPath, auditLogPath: join(folder, 'elsewhere.jsonl') });
    await db.newCollection('users', { name: { type: 'String' } });
    await db.close();
    expect(readFileSync(join(folder, 'elsewhere.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  });

  it('is empty in AQL when there is none', async () => {
    const memory = await Aurora.open({ store: 'memory' });
    const result = await memory.execute('query { _audit { action } }');
    expect(result.data['_audit']).toEqual([]);
    await memory.close();
  });
});
