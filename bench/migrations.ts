/*
 * A field of many documents is renamed, alone and while others read and write: `npm run bench -- migrations [--count N]
 * [--rounds N] [--folder PATH]`. In turns; the median of the rounds. To be: online at most twice the offline time, and
 * the event loop, which readers share with the migration, held for less than 20 ms. How long writers waited is told, and
 * what a dry run has foreseen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Aurora, type Database } from '#engine';
import { LongestTurn } from './longest-turn.ts';
import { median } from './storage/interleave.ts';
import { write } from './storage/report.ts';

/** Pauses of readers and writers: a busy application, not one that does nothing else. */
const pauseMs = 5;

export async function benchMigrations(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      folder: { type: 'string', default: process.env['BENCH_FOLDER'] ?? tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.folder, 'aurora-bench-migrations-'));
  const count = Number(values.count);
  const load = loadavg().map((value) => value.toFixed(1));
  write(`Node ${process.version}, load ${load.join(' ')}, ${count} documents in ${folder}\n`);
  const db = await Aurora.open(join(folder, 'migrations.db'));
  try {
    await fill(db, count);
    const offline: Measured[] = [];
    const online: Measured[] = [];
    // The first one warms up.
    await rename(db, 0, undefined);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      offline.push(await rename(db, 2 * round + 1, undefined));
      online.push(await rename(db, 2 * round + 2, count));
    }
    report('offline', offline);
    report('online', online);
    const ratio = timeOf(online) / timeOf(offline);
    const foreseen = median(offline.map(({ foreseenMs, elapsedMs }) => foreseenMs / elapsedMs));
    write(`a dry run foresees ${foreseen.toFixed(2)} times the offline time\n`);
    write(`online takes ${ratio.toFixed(2)} times the offline time (to be: ≤ 2)\n`);
  } finally {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(db: Database, count: number): Promise<void> {
  await db.execute(`schema { define collection users {
    number: Int @unique  login: String @indexed  email: String  age: Int  touched: Int
  } }`);
  const size = 1_000;
  for (let start = 0; start < count; start += size) {
    const documents = Array.from({ length: Math.min(size, count - start) }, (_, index) => {
      const number = start + index;
      return { number, login: `user ${number}`, email: `${number}@example.com`, age: number % 90 };
    });
    await db.insertMany('users', documents);
  }
}

interface Measured {
  readonly elapsedMs: number;
  /** The estimate of the dry run. */
  readonly foreseenMs: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly longestTurn: LongestTurn;
  /** How long each write waited, ascending. */
  readonly writesMs: readonly number[];
  readonly readsMs: readonly number[];
}

/** Renames the field back and forth; with others at work where `busyOver` says over how many documents. */
async function rename(
  db: Database,
  version: number,
  busyOver: number | undefined,
): Promise<Measured> {
  globalThis.gc?.();
  const [from, to] = version % 2 === 0 ? ['login', 'username'] : ['username', 'login'];
  const text = `migrate { "${version}": { alter collection users { rename ${from} to ${to} } } }`;
  const foreseenMs = (await db.planMigration(text)).estimate.elapsedMs;
  const [reads, writes]: [number[], number[]] = [[], []];
  const ending = new AbortController();
  const busy =
    busyOver === undefined
      ? []
      : [
          busily(ending.signal, reads, (at) => readSome(db, at, busyOver)),
          busily(ending.signal, writes, (at) => writeOne(db, at, busyOver)),
        ];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const longest = new LongestTurn();
  loop.enable();
  const startedAt = performance.now();
  await db.execute(text);
  const elapsedMs = performance.now() - startedAt;
  loop.disable();
  await longest.end();
  ending.abort();
  await Promise.all(busy);
  return {
    elapsedMs,
    foreseenMs,
    loopP99Ms: loop.percentile(99) / 1e6,
    loopMaxMs: loop.max / 1e6,
    longestTurn: longest,
    writesMs: writes.toSorted((a, b) => a - b),
    readsMs: reads.toSorted((a, b) => a - b),
  };
}

async function busily(
  signal: AbortSignal,
  times: number[],
  work: (at: number) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; !signal.aborted; at += 1) {
    const startedAt = performance.now();
    await work(at);
    times.push(performance.now() - startedAt);
    await delay(pauseMs);
  }
}

function readSome(db: Database, at: number, count: number): Promise<unknown> {
  const number = (at * 7_919) % count;
  return db
    .query('users')
    .filter((f) => f.between('number', number, number + 20))
    .collect();
}

function writeOne(db: Database, at: number, count: number): Promise<unknown> {
  return db
    .query('users')
    .filter((f) => f.eq('number', (at * 104_729) % count))
    .update({ touched: at });
}

function report(name: string, rounds: readonly Measured[]): void {
  const of = (value: (round: Measured) => number) => median(rounds.map(value)).toFixed(1);
  const share = (times: readonly number[], part: number) =>
    times[Math.floor((times.length - 1) * part)] ?? 0;
  write(`${name}: ${of(({ elapsedMs }) => elapsedMs)} ms; `);
  write(`loop delay p99 ${of(({ loopP99Ms }) => loopP99Ms)} ms, `);
  write(`max ${of(({ loopMaxMs }) => loopMaxMs)} ms (to be: < 20), `);
  write(
    `on a processor ${of(({ longestTurn }) => longestTurn.processorMaxMs)} ms a turn at most, `,
  );
  write(`the collector ${of(({ longestTurn }) => longestTurn.collectorMaxMs)} ms at once; `);
  for (const { turnMs, processorMs, collectorMs } of rounds.map((round) => round.longestTurn)) {
    write(`longest turn ${turnMs.toFixed(1)} ms: ${collectorMs.toFixed(1)} ms the collector, `);
    write(`${processorMs.toFixed(1)} ms on a processor; `);
  }
  if (rounds.every(({ writesMs }) => writesMs.length === 0)) {
    write('\n');
    return;
  }
  write(`writes p50 ${of(({ writesMs }) => share(writesMs, 0.5))} ms, `);
  write(`p99 ${of(({ writesMs }) => share(writesMs, 0.99))} ms, `);
  write(`max ${of(({ writesMs }) => share(writesMs, 1))} ms; `);
  write(`reads p99 ${of(({ readsMs }) => share(readsMs, 0.99))} ms\n`);
}

function timeOf(rounds: readonly Measured[]): number {
  return median(rounds.map(({ elapsedMs }) => elapsedMs));
}
