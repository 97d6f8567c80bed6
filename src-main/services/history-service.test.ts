import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { HistoryService } from './history-service.ts';
import { serviceLimits } from './limits.ts';

let folder: string;
let clock: ManualClock;
let lines: string[];
let opened: HistoryService[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-history-'));
  clock = new ManualClock();
  lines = [];
  opened = [];
});
afterEach(async () => {
  // Runs are written behind the caller's back: a folder that is removed meanwhile would not be empty.
  await Promise.all(opened.map((history) => history.close()));
  await rm(folder, { recursive: true });
});

function open(): HistoryService {
  const history = new HistoryService({
    dataFolder: folder,
    clock,
    log: (line) => lines.push(line),
  });
  opened.push(history);
  return history;
}

function record(history: HistoryService, text: string, databaseName = 'shop') {
  return history.begin({ text, databaseName, databasePath: `/data/${databaseName}.db` });
}

const done = { outcome: 'done', elapsedMs: 5, rowCount: 2 } as const;

async function texts(history: HistoryService, params: { search?: string; before?: string } = {}) {
  const { entries } = await history.list({ limit: 10, ...params });
  return entries.map(({ text }) => text);
}

describe('the history', () => {
  it('tells runs newest first, with how they ended, also after a restart', async () => {
    const first = open();
    first.begin({
      text: 'query { a { id } }',
      databaseName: 'shop',
      databasePath: '/data/shop.db',
      variables: { min: 3 },
    });
    clock.advance(1000);
    record(first, 'query { b { id } }').end(done);
    const before = await first.list({ limit: 10 });
    await first.close();
    const after = await open().list({ limit: 10 });
    expect(before.entries.map(({ outcome }) => outcome)).toEqual(['done', 'running']);
    expect(after.entries).toEqual([
      { ...before.entries[0] },
      { ...before.entries[1], outcome: 'interrupted' },
    ]);
  });

  it('finds runs by words of text and database, whatever their case', async () => {
    const history = open();
    record(history, 'query { Films { title } }', 'cinema').end(done);
    record(history, 'query { orders { id } }').end(done);
    expect(await texts(history, { search: 'CINEMA title' })).toEqual(['query { Films { title } }']);
    expect(await texts(history, { search: 'shop title' })).toEqual([]);
  });

  it('is read page by page', async () => {
    const history = open();
    for (const text of ['a', 'b', 'c']) record(history, text).end(done);
    const first = await history.list({ limit: 2 });
    const last = first.entries.at(-1)?.id ?? '';
    expect([first.entries.map(({ text }) => text), first.hasMore]).toEqual([['c', 'b'], true]);
    expect(await texts(history, { before: last })).toEqual(['a']);
  });

  it('passes over lines that a kill has cut', async () => {
    const history = open();
    record(history, 'whole').end(done);
    await history.list({ limit: 1 });
    await history.close();
    await appendFile(join(folder, 'history.jsonl'), '{"begin":{"id":"x","te');
    expect(await texts(open())).toEqual(['whole']);
  });

  it('is bounded: the oldest runs make room', async () => {
    const history = open();
    const text = 'x'.repeat(serviceLimits.historyTextLengthMax);
    const fit = serviceLimits.historyLengthMax / serviceLimits.historyTextLengthMax;
    for (let count = 0; count < fit + 3; count += 1) record(history, `${count} ${text}`);
    const { entries } = await history.list({ limit: serviceLimits.historyPageMax });
    expect([entries.length, entries.at(-1)?.text.slice(0, 2)]).toEqual([fit, '3 ']);
    await history.close();
  });

  it('is empty after it was cleared, on disk as well', async () => {
    const history = open();
    const run = record(history, 'a');
    await history.clear();
    run.end(done);
    expect(await texts(history)).toEqual([]);
    await history.close();
    expect([await texts(open()), lines]).toEqual([[], []]);
  });
});
