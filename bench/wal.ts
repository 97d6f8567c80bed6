/*
 * What the log adds to the disk. Beside each other in turns, the same bytes for each: a loop of write and fdatasync on
 * a preallocated file (raw), one caller of the log that waits for each record, and 64 callers that do. The number of
 * syncs is counted, so that equal durability is proved and not assumed. Medians of the rounds; ratios count, since
 * the disk changes from minute to minute.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../engine/base/clock.ts';
import { openLogFolder } from '../engine/wal/log-folder.ts';
import { WriteAheadLog } from '../engine/wal/write-ahead-log.ts';

const payloadBytes = 300;
/** Head and filling of a record. */
const recordBytes = 328;
const rounds = 25;
const recordsPerRound = 200;
const callerCount = 64;
const segmentBytes = 16 * 1024 * 1024;

interface Measured {
  readonly microsecondsEach: number;
  readonly recordsPerSync: number;
}

/** Prints the time per record of each way, and what the log costs and gains. */
export async function benchWal(): Promise<void> {
  const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'aurora-bench-wal-'));
  const raw = openRaw(join(folder, 'raw.log'));
  const log = await openLog(join(folder, 'wal'));
  const workloads: Readonly<Record<string, (count: number) => Promise<Measured>>> = {
    raw: async (count) => raw.run(count),
    one: (count) => runCallers(log, 1, count),
    many: (count) => runCallers(log, callerCount, count * 16),
    written: (count) => runWritten(log, count * 16),
  };
  const times = new Map<string, Measured[]>(Object.keys(workloads).map((name) => [name, []]));
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [name, run] of Object.entries(workloads)) {
        const measured = await run(recordsPerRound);
        // The first round warms up.
        if (round >= 0) times.get(name)?.push(measured);
      }
    }
  } finally {
    await log.log.close();
    raw.close();
    rmSync(folder, { recursive: true, force: true });
  }
  report(times);
}

function openRaw(path: string): { run(count: number): Measured; close(): void } {
  writeFileSync(path, Buffer.alloc(segmentBytes), { flush: true });
  const descriptor = openSync(path, 'r+');
  const record = Buffer.alloc(recordBytes, 1);
  let offset = 0;
  return {
    run(count) {
      const startedAt = performance.now();
      for (let index = 0; index < count; index += 1) {
        if (offset + recordBytes > segmentBytes) offset = 0;
        writeSync(descriptor, record, 0, recordBytes, offset);
        fdatasyncSync(descriptor);
        offset += recordBytes;
      }
      return measuredSince(startedAt, count, count);
    },
    close: () => closeSync(descriptor),
  };
}

interface OpenLog {
  readonly log: WriteAheadLog;
  readonly payload: readonly Uint8Array[];
  nextLsn: number;
}

async function openLog(path: string): Promise<OpenLog> {
  const log = await WriteAheadLog.open({
    folder: openLogFolder(path),
    databaseId: '018f0000-0000-7000-8000-000000000001',
    clock: systemClock,
    segmentBytes,
    syncIntervalMs: 50,
    epoch: 1,
    nextLsn: 1,
    onFailure: (error) => {
      throw error;
    },
  });
  return { log, payload: [Buffer.alloc(payloadBytes, 1)], nextLsn: 1 };
}

function append(open: OpenLog): number {
  const lsn = open.nextLsn;
  open.nextLsn += 1;
  open.log.append({ lsn, kind: 'commit', payload: open.payload });
  return lsn;
}

async function runCallers(open: OpenLog, callers: number, count: number): Promise<Measured> {
  const { log } = open;
  const syncsBefore = log.stats().syncCount;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let index = 0; index < count / callers; index += 1) await log.synced(append(open));
    }),
  );
  const measured = measuredSince(startedAt, count, log.stats().syncCount - syncsBefore);
  await retireAll(log);
  return measured;
}

async function runWritten(open: OpenLog, count: number): Promise<Measured> {
  const { log } = open;
  const syncsBefore = log.stats().syncCount;
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) await log.written(append(open));
  const measured = measuredSince(startedAt, count, log.stats().syncCount - syncsBefore);
  await log.synced(log.lastLsn);
  await retireAll(log);
  return measured;
}

function retireAll(log: WriteAheadLog): Promise<void> {
  return log.retire({ appliedLsn: log.syncedLsn, bytesMax: 0, retentionMs: 0 });
}

function measuredSince(startedAt: number, records: number, syncs: number): Measured {
  const microseconds = (performance.now() - startedAt) * 1_000;
  return { microsecondsEach: microseconds / records, recordsPerSync: records / Math.max(syncs, 1) };
}

function report(times: ReadonlyMap<string, readonly Measured[]>): void {
  const labels: Readonly<Record<string, string>> = {
    raw: 'raw write + fdatasync',
    one: 'log, one caller, synced',
    many: `log, ${callerCount} callers, synced`,
    written: 'log, one caller, written',
  };
  const line = (...cells: readonly string[]): void => {
    const [first = '', ...rest] = cells;
    process.stdout.write(`${first.padEnd(28)}${rest.map((cell) => cell.padStart(16)).join('')}\n`);
  };
  line('', 'µs a record', 'best µs', 'records a sync', 'to raw');
  const rawEach = (times.get('raw') ?? []).map((measured) => measured.microsecondsEach);
  for (const [name, measured] of times) {
    const each = measured.map(({ microsecondsEach }) => microsecondsEach);
    const ratios = each.map((value, round) => value / (rawEach[round] ?? Number.NaN));
    line(
      labels[name] ?? name,
      median(each).toFixed(2),
      Math.min(...each).toFixed(2),
      median(measured.map(({ recordsPerSync }) => recordsPerSync)).toFixed(1),
      `${median(ratios).toFixed(3)} x`,
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}
