import { randomFillSync } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import type { EndedOperation } from '../exec/operation-tracker.ts';
import { limits } from '../limits.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { AuditLog } from './audit-log.ts';

let folder: string;
let path: string;
const failures: unknown[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-audit-'));
  path = join(folder, 'logs', 'audit.jsonl');
  failures.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openLog(fileBytesMax?: number): AuditLog {
  const clock = new ManualClock(Date.UTC(2026, 0, 31));
  const newId = createIdGenerator(clock, randomFillSync);
  const onFailure = (error: unknown) => failures.push(error);
  return new AuditLog({
    path,
    clock,
    newId,
    onFailure,
    ...(fileBytesMax === undefined ? {} : { fileBytesMax }),
  });
}

function operation(more: Partial<EndedOperation> = {}): EndedOperation {
  const startedAt = Date.UTC(2026, 0, 31);
  return { action: 'insert', startedAt, elapsedMs: 1.23456, outcome: 'ok', rowCount: 2, ...more };
}

const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const textOf = (line: string): unknown => JSON.parse(line).text;

describe('an audit log', () => {
  it('writes one line of JSON for each operation, in order, and leaves out what is not known', async () => {
    const log = openLog();
    log.append(operation({ collection: 'users', sequence: 7 }), 'api');
    log.append(
      operation({
        action: 'query',
        outcome: 'Timeout',
        message: 'late',
        text: 'query { a { id } }',
      }),
      'aql',
    );
    await log.close();
    const [first, second] = lines().map((line) => JSON.parse(line));
    expect(first).toEqual({
      id: expect.any(String),
      at: '2026-01-31T00:00:00.000Z',
      source: 'api',
      action: 'insert',
      collection: 'users',
      outcome: 'ok',
      rows: 2,
      elapsed_ms: 1.235,
      lsn: 7,
    });
    expect(second).toMatchObject({
      action: 'query',
      outcome: 'Timeout',
      message: 'late',
      text: 'query { a { id } }',
    });
    expect(second.id > first.id).toBe(true);
  });

  it('gives its records as documents, those that wait included, without torn lines', async () => {
    const log = openLog();
    log.append(operation({ text: 'first' }), 'api');
    await log.flush();
    appendFileSync(path, '{"id":"torn');
    const reopened = openLog();
    reopened.append(operation({ text: 'second' }), 'api');
    await reopened.flush();
    reopened.append(operation({ text: 'third' }), 'api');
    const records = await reopened.records();
    expect(records.map(({ at, text }) => [at, text])).toEqual([
      [Date.UTC(2026, 0, 31), 'first'],
      [Date.UTC(2026, 0, 31), 'second'],
      [Date.UTC(2026, 0, 31), 'third'],
    ]);
    await Promise.all([log.close(), reopened.close()]);
    expect(lines()).toHaveLength(4);
  });

  it('gives what is appended after it was read, however long lines and files are', async () => {
    const log = openLog(limits.auditReadBytes * 2);
    const long = 'ä'.repeat(limits.auditTextLengthMax);
    const texts = Array.from({ length: 200 }, (_, at) => `${at} ${at % 3 === 0 ? long : ''}`);
    for (const text of texts.slice(0, 150)) log.append(operation({ text }), 'api');
    await log.flush();
    const before = await log.records();
    for (const text of texts.slice(150)) log.append(operation({ text }), 'api');
    const after = await log.records();
    await log.flush();
    const reopened = openLog();
    const read = await reopened.records();
    await Promise.all([log.close(), reopened.close()]);
    const numbers = [before, after, read].map((records) =>
      records.map(({ text }) => Number.parseInt(String(text), 10)),
    );
    const all = [...texts.keys()];
    expect(numbers).toEqual([all.slice(0, 150), all, all]);
    expect(statSync(`${path}.1`).isFile()).toBe(true);
  });

  it('cuts long texts', async () => {
    const log = openLog();
    log.append(operation({ text: 'x'.repeat(100_000) }), 'aql');
    await log.close();
    expect(String(textOf(lines()[0] ?? ''))).toHaveLength(limits.auditTextLengthMax + 1);
  });

  it('begins a new file when one is full, and keeps a bounded number of them', async () => {
    const log = openLog(500);
    const count = 4 * (limits.auditFilesMax + 2);
    for (let at = 0; at < count; at += 1) {
      log.append(operation({ text: `${at}` }), 'api');
      await log.flush();
    }
    const texts = (await log.records()).map(({ text }) => Number(text));
    await log.close();
    const [first = 0] = texts;
    expect(texts).toEqual(Array.from({ length: count - first }, (_, at) => first + at));
    expect(first).toBeGreaterThan(0);
    expect(statSync(path).size).toBeLessThanOrEqual(500);
    expect(statSync(`${path}.${limits.auditFilesMax - 1}`).isFile()).toBe(true);
    expect(() => statSync(`${path}.${limits.auditFilesMax}`)).toThrow('ENOENT');
  });

  it('reports once that it cannot write, keeps what it can, and tells what it has lost', async () => {
    mkdirSync(path, { recursive: true });
    const log = openLog();
    const large = operation({ text: 'x'.repeat(4_000) });
    const appended = Math.ceil(limits.auditBufferBytesMax / 4_000) + 10;
    for (let at = 0; at < appended; at += 1) log.append(large, 'api');
    await log.flush();
    await log.flush();
    const { writtenCount, waitingCount, droppedCount, failure } = log.stats();
    expect([failures.length, writtenCount, waitingCount + droppedCount]).toEqual([1, 0, appended]);
    expect(droppedCount).toBeGreaterThan(0);
    expect(failure).toContain('EISDIR');
    rmSync(path, { recursive: true });
    await log.close();
    expect(lines()).toHaveLength(waitingCount + 1);
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({
      action: 'dropped',
      rows: droppedCount,
    });
    expect(log.stats()).toMatchObject({ waitingCount: 0, failure: undefined });
  });

  it('is written for its owner only', async () => {
    const log = openLog();
    log.append(operation(), 'api');
    await log.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
