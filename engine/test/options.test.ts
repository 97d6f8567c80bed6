/*
 * An option without effect is a defect. Every option stands here once: with a test that shows its effect, or, as long
 * as what it steers does not exist, in the list of those that wait.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, ManualClock } from '#engine';
import { optionNames } from '../options.ts';
import { compactionEffects } from './compaction-options.ts';
import { sharingEffects } from './sharing-options.ts';
import { storageEffects } from './storage-options.ts';

/** Options whose effect does not exist yet; one leaves the list when its test comes into the table below. */
const waiting: readonly string[] = [];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-options-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof AuroraError ? error.code : String(error);
}

/** What a query over four thousand texts gives with one megabyte of an option, and with more of it. */
async function memoryOutcomes(
  option: 'queryMemoryMb' | 'resultMemoryMb',
  text: string,
  enoughMb: number,
): Promise<readonly unknown[]> {
  const notes = Array.from({ length: 4_000 }, (_, n) => ({ n, text: `${n} `.repeat(200) }));
  const outcomes: unknown[] = [];
  for (const mb of [1, enoughMb]) {
    const db = await Aurora.open({ store: 'memory', coldCacheCapacityMb: 0, [option]: mb });
    await db.newCollection('notes', { n: { type: 'Int' }, text: { type: 'String' } });
    await db.insertMany('notes', notes);
    const found = await db.execute(text).then(
      ({ data }) => Object(data)['notes'],
      (error: unknown) => (error instanceof AuroraError ? error.code : String(error)),
    );
    outcomes.push(Array.isArray(found) ? found.length : found);
    await db.close();
  }
  return outcomes;
}

/** By option: opens databases with and without it, and shows that they differ as documented. */
const effects: Readonly<Record<string, () => Promise<void>>> = {
  dbPath: async () => {
    const db = await Aurora.open({ dbPath: join(folder, 'a.db') });
    expect([db.path.endsWith('a.db'), db.name]).toEqual([true, 'a']);
    await db.close();
  },
  create: async () => {
    const dbPath = join(folder, 'a.db');
    expect(await codeOf(Aurora.open({ dbPath, create: false }))).toBe('DatabaseNotFound');
    const db = await Aurora.open({ dbPath, create: true });
    await db.close();
    const again = await Aurora.open({ dbPath, create: false });
    await again.close();
  },
  readOnly: async () => {
    const dbPath = join(folder, 'a.db');
    const db = await Aurora.withConfig({ dbPath });
    await db.newCollection('notes', { text: { type: 'String' } });
    await db.insertInto('notes', { text: 'written' });
    await db.close();
    const reader = await Aurora.withConfig({ dbPath, readOnly: true });
    expect(await reader.query('notes').count()).toBe(1);
    expect(await codeOf(reader.insertInto('notes', { text: 'refused' }))).toBe('ReadOnly');
    await reader.close();
  },
  queryMemoryMb: async () => {
    expect(
      await memoryOutcomes('queryMemoryMb', '{ notes(orderBy: { text: ASC }) { n } }', 10),
    ).toEqual(['LimitExceeded', 4_000]);
  },
  resultMemoryMb: async () => {
    expect(await memoryOutcomes('resultMemoryMb', '{ notes { n text } }', 100)).toEqual([
      'LimitExceeded',
      4_000,
    ]);
  },
  coldCacheCapacityMb: async () => {
    const text = '{ notes { groupBy(field: "kind") { key count } } }';
    const notes = Array.from({ length: 1_000 }, (_, n) => ({ kind: `kind ${n % 2}` }));
    const outcomes: unknown[] = [];
    for (const coldCacheCapacityMb of [1, 0]) {
      const db = await Aurora.open({ store: 'memory', coldCacheCapacityMb });
      await db.newCollection('notes', { kind: { type: 'String' } });
      await db.insertMany('notes', notes);
      const { data, extensions } = await db.execute(text);
      const { columnCache } = await db.stats();
      outcomes.push([data, extensions.plan[0], columnCache?.bytesMax]);
      await db.close();
    }
    const data = { notes: { groupBy: [0, 1].map((n) => ({ key: `kind ${n}`, count: 500 })) } };
    expect(outcomes).toEqual([
      [data, 'ColumnScan(notes.kind) → GroupBy(kind)', 1_048_576],
      [data, 'FullScan(notes) → GroupBy(kind)', undefined],
    ]);
  },
  planner: async () => {
    const db = await Aurora.open({
      store: 'memory',
      planner: { disabledRules: ['index-range'], columnRowsMin: 10_000 },
    });
    await db.newCollection('notes', { kind: { type: 'String', indexed: true } });
    const { extensions } = await db.execute('{ notes(where: { kind: { eq: "a" } }) { id } }');
    expect(extensions.plan).toEqual(['FullScan(notes) → Filter → Project']);
    await db.close();
  },
  store: async () => {
    const first = await Aurora.open({ store: 'memory' });
    await first.newCollection('notes', { text: { type: 'String' } });
    const second = await Aurora.open(':memory:');
    expect([first.path, second.catalog().collections]).toEqual([':memory:', []]);
    // The name says so as well where other options stand beside it.
    const third = await Aurora.open({ dbPath: ':memory:', hotCacheSizeMb: 8 });
    expect([third.path, third.catalog().collections]).toEqual([':memory:', []]);
    await Promise.all([first.close(), second.close(), third.close()]);
  },
  clock: async () => {
    const clock = new ManualClock(Date.UTC(2001, 1, 3));
    const db = await Aurora.open({ store: 'memory', clock });
    const notes = await db.newCollection('notes', {
      written: { type: 'DateTime', defaultNow: true },
    });
    const id = await notes.insert({});
    expect(notes.get(id)?.written).toBe('2001-02-03T00:00:00.000Z');
    await db.close();
  },
  auditLogPath: async () => {
    const dbPath = join(folder, 'a.db');
    const silent = await Aurora.open({ dbPath });
    await silent.newCollection('notes', { text: { type: 'String' } });
    await silent.close();
    expect(readdirSync(dbPath)).not.toContain('audit.jsonl');
    const db = await Aurora.open({ dbPath, auditLogPath: 'audit.jsonl' });
    await db.insertInto('notes', { text: 'recorded' });
    await db.close();
    const lines = readFileSync(join(dbPath, 'audit.jsonl'), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('"insert"'))).toHaveLength(1);
  },
  recordMetrics: async () => {
    const outcomes: unknown[] = [];
    for (const recordMetrics of [false, true]) {
      const dbPath = join(folder, `${recordMetrics}.db`);
      const db = await Aurora.open({ dbPath, recordMetrics });
      await db.newCollection('notes', { text: { type: 'String' } });
      await db.insertInto('notes', { text: 'measured' });
      const { isRecorded } = await db.metrics();
      await db.close();
      outcomes.push([isRecorded, readdirSync(dbPath).includes('metrics.jsonl')]);
    }
    expect(outcomes).toEqual([
      [false, false],
      [true, true],
    ]);
  },
};

describe('every option', () => {
  it.each(Object.entries(effects))('%s has its effect', async (_, effect) => {
    await effect();
  });

  it.each(Object.entries(storageEffects))('%s has its effect', async (_, effect) => {
    await effect(folder);
  });

  it.each(Object.entries(compactionEffects))('%s has its effect', async (_, effect) => {
    await effect(folder);
  });

  it.each(Object.entries(sharingEffects))(
    '%s has its effect',
    async (_, effect) => {
      await effect(folder);
    },
    60_000,
  );

  it('is either shown to have an effect, or waits for what it steers', () => {
    const tables = [effects, storageEffects, compactionEffects, sharingEffects];
    const shown = tables.flatMap((table) => Object.keys(table));
    expect([...shown, ...waiting].sort()).toEqual([...optionNames].sort());
  });
});
