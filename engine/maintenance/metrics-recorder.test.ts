import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import type { EndedOperation } from '../exec/operation-tracker.ts';
import { MetricsRecorder, type MetricsSample } from './metrics-recorder.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let folder: string;
let clock: ManualClock;
let state: { sequence: number; cacheHits: number };
let useCount = 0;
const open: MetricsRecorder[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-metrics-'));
  clock = new ManualClock(1_000 * dayMs);
  state = { sequence: 10, cacheHits: 0 };
  useCount = 0;
});
afterEach(async () => {
  for (const recorder of open.splice(0)) await recorder.close();
  await rm(folder, { recursive: true });
});

function record(): MetricsRecorder {
  const sample = (): MetricsSample => ({
    ...state,
    cacheMisses: 0,
    gauges: {
      fileBytes: state.sequence * 1_000,
      usedBytes: 1,
      logBytes: null,
      bufferBytes: 0,
      cacheBytes: null,
      readers: 0,
      oldestReaderMs: 0,
      watchers: 2,
    },
  });
  const recorder = new MetricsRecorder({
    clock,
    sample,
    indexUses: () => [{ collection: 'users', index: 'name', useCount }],
    path: join(folder, 'metrics.jsonl'),
    onFailure: (error) => expect.unreachable(String(error)),
  });
  open.push(recorder);
  return recorder;
}

function operation(change: Partial<EndedOperation> = {}): EndedOperation {
  const startedAt = clock.now();
  return { action: 'query', startedAt, elapsedMs: 3, outcome: 'ok', rowCount: 5, ...change };
}

/** What all spans of a grain come to. */
async function totals(recorder: MetricsRecorder, grain: number) {
  const { series } = await recorder.metrics();
  const spans = series[grain]?.spans ?? [];
  const sum = (name: 'reads' | 'writes' | 'commits' | 'errors' | 'rowsGiven') =>
    spans.reduce((all, { counters }) => all + counters[name], 0);
  return { reads: sum('reads'), writes: sum('writes'), commits: sum('commits') };
}

describe('metrics', () => {
  it('tell rates, durations and the largest of what goes up and down', async () => {
    const recorder = record();
    for (let at = 0; at < 10; at += 1) recorder.take(operation({ elapsedMs: at === 9 ? 80 : 3 }));
    recorder.take(operation({ action: 'mutation', outcome: 'WriteConflict', rowCount: 0 }));
    recorder.take(operation({ action: 'backup' }));
    state = { sequence: 14, cacheHits: 7 };
    const { series } = await recorder.metrics();
    expect(series.map(({ stepMs }) => stepMs)).toEqual([5_000, 60_000, 900_000, 7_200_000]);
    for (const { spans } of series) {
      expect(spans).toHaveLength(1);
      const [span] = spans;
      expect(span).toMatchObject({
        counters: { reads: 10, writes: 1, errors: 1, rowsGiven: 50, commits: 4, cacheHits: 7 },
        gauges: { fileBytes: 14_000, logBytes: null, watchers: 2 },
      });
      expect(span?.readMs?.p50).toBeGreaterThan(2.4);
      expect(span?.readMs?.p50).toBeLessThan(3.6);
      expect(span?.readMs?.p99).toBeGreaterThan(64);
      expect(span?.readMs?.p99).toBeLessThan(96);
    }
  });

  it('keep slow statements with their plans, the newest first', async () => {
    const recorder = record();
    recorder.take(operation({ elapsedMs: 99, text: '{ quick }' }));
    recorder.take(operation({ elapsedMs: 100, text: '{ slow }', plan: 'FullScan(a)' }));
    recorder.take(operation({ elapsedMs: 5_000, text: '{ slower }', outcome: 'Timeout' }));
    const { slowQueries } = await recorder.metrics();
    expect(slowQueries).toMatchObject([
      { text: '{ slower }', plan: null, outcome: 'Timeout' },
      { text: '{ slow }', plan: 'FullScan(a)', elapsedMs: 100 },
    ]);
  });

  it('keep how often indexes were read, by earlier processes as well', async () => {
    const first = record();
    useCount = 3;
    clock.advance(minuteMs);
    first.look();
    await first.metrics();
    useCount = 4;
    expect(await first.indexUses()).toEqual([{ collection: 'users', index: 'name', useCount: 4 }]);
    // It is not closed: what the last minute brought is lost.
    useCount = 2;
    const second = record();
    expect(await second.indexUses()).toMatchObject([{ useCount: 5 }]);
    await second.close();
    useCount = 1;
    expect(await record().indexUses()).toMatchObject([{ useCount: 6 }]);
  });

  it('are known after a restart, also after one that was not announced, and count nothing twice', async () => {
    const first = record();
    for (let minute = 0; minute < 30; minute += 1) {
      first.take(operation({ elapsedMs: 200, text: `{ slow${minute} }` }));
      state.sequence += 2;
      first.look();
      clock.advance(minuteMs);
      await first.metrics();
    }
    // It is not closed: what was written each minute is there, and the end of a line that was being written.
    await appendFile(join(folder, 'metrics.jsonl'), '\n[60000, 86400');
    const second = record();
    const known = { reads: 30, writes: 0, commits: 60 };
    for (const grain of [1, 2, 3]) expect(await totals(second, grain)).toEqual(known);
    expect((await second.metrics()).slowQueries).toHaveLength(30);
    await second.close();
    const third = record();
    for (const grain of [1, 2, 3]) expect(await totals(third, grain)).toEqual(known);
    expect(await readFile(join(folder, 'metrics.jsonl'), 'utf8')).not.toContain('86400\n');
  });

  it('become coarser with time, in a file that stays small', async () => {
    const recorder = record();
    const hours = 5 * 24;
    for (let hour = 0; hour < hours; hour += 1) {
      for (let minute = 0; minute < 60; minute += 5) {
        recorder.take(operation());
        recorder.look();
        clock.advance(5 * minuteMs);
      }
    }
    await recorder.close();
    const again = record();
    expect(await totals(again, 3)).toMatchObject({ reads: hours * 12 });
    const { series } = await again.metrics();
    expect(series[3]?.spans).toHaveLength(hours / 2 + 1);
    const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.length).toBeLessThan(400);
  });
});
