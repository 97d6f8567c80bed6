/*
 * Queries beside SQLite and DuckDB: `npm run bench -- queries [--count N] [--rounds N] [--only NAME]`. Same documents, same
 * indexes, other constants in each call, one write between rounds; every answer is compared. With more than 100,000
 * documents the engine also answers over 100,000, which tells how much time grows. Writes bench/RESULTS.md, and
 * bench/RESULTS-1000000.md for a million.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDuck, openEngine, openSqlite, type QueryContender } from './queries/contenders.ts';
import { pointQueries } from './queries/point-query.ts';
import { type QueryWorkload, queryWorkloads } from './queries/workloads.ts';
import { median } from './storage/interleave.ts';
import { write } from './storage/report.ts';
import { sqlitePeers } from './storage/sqlite.ts';

const roundMs = 120;
const callsMax = 2_000;
/**
 * Calls before the rounds, the same for all: statements are prepared and caches filled, and the engine has its columns
 * once queries have paid for them. What it takes cold is told with the first call.
 */
const warmCalls = 10_000;
const warmCallsMin = 6;
const warmMs = 2_500;
/** Answers that are compared before and after the rounds: as many calls as this, or as fit into the time, but five. */
const agreedCalls = 40;
const agreeMs = 2_000;
/** Over so many documents growth is told. */
const growthFrom = 100_000;

export async function benchQueries(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: String(growthFrom) },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
    },
  });
  const documentCount = Number(values.count);
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-queries-'));
  const contenders: QueryContender[] = [];
  try {
    const engine = await openEngine(folder, documentCount);
    contenders.push(engine, ...(await openPeers(folder, documentCount)));
    const tables: string[] = [];
    const ours: OurTime[] = [];
    for (const workload of queryWorkloads) {
      if (values.only !== undefined && !values.only.includes(workload.name)) continue;
      const { table, us } = await compare(workload, contenders, Number(values.rounds));
      write(`\n${table}\n`);
      tables.push(table);
      ours.push({ workload, us });
    }
    if (values.only === undefined || values.only.includes('point')) {
      const table = await pointQueries(engine.db, Number(values.rounds));
      write(`\n${table}\n`);
      tables.push(table);
    }
    for (const contender of contenders.splice(0)) await contender.close();
    if (documentCount > growthFrom) {
      const table = await growth(join(folder, 'less'), ours, Number(values.rounds));
      write(`\n${table}\n`);
      tables.push(table);
    }
    if (values.only === undefined) save(tables, documentCount);
  } finally {
    for (const contender of contenders) await contender.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openPeers(
  folder: string,
  documentCount: number,
): Promise<readonly QueryContender[]> {
  const contenders: QueryContender[] = [];
  for (const [at, peer] of sqlitePeers().entries()) {
    for (const isComposite of at === 0 ? [false, true] : [false]) {
      const path = join(folder, `${peer.name.replace(':', '-')}-${isComposite}.db`);
      contenders.push(openSqlite(peer, path, { documentCount, isComposite }));
    }
  }
  const duck = await openDuck(documentCount);
  if (duck === undefined) write('SKIPPED: DuckDB is not installed (npm ci in bench/peers).\n');
  else contenders.push(duck);
  return contenders;
}

/** Microseconds of a typical call of the engine, over all documents. */
interface OurTime {
  readonly workload: QueryWorkload;
  readonly us: number;
}

/** What the engine takes over fewer documents, alone. */
async function growth(folder: string, ours: readonly OurTime[], rounds: number): Promise<string> {
  mkdirSync(folder);
  const engine = await openEngine(folder, growthFrom);
  const lines = [
    `### Growth from ${growthFrom} documents`,
    '',
    `| typical call | µs over ${growthFrom} | µs over all | times |`,
    '|---|---:|---:|---:|',
  ];
  try {
    for (const { workload, us } of ours) {
      await verify(workload, engine);
      const times: Round[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await engine.change(round * 37, 18 + (round % 60));
        times.push(await oneRound(workload, engine));
      }
      const less = typicalCall(times);
      lines.push(
        `| ${workload.title} | ${less.toFixed(1)} | ${us.toFixed(1)} | ${(us / less).toFixed(1)} |`,
      );
    }
  } finally {
    await engine.close();
  }
  return lines.join('\n');
}

/** One table: medians of microseconds per call, and how the engine stands beside each. */
async function compare(
  workload: QueryWorkload,
  contenders: readonly QueryContender[],
  rounds: number,
): Promise<{ readonly table: string; readonly us: number }> {
  const first = new Map<string, number>();
  for (const contender of contenders) first.set(contender.name, await verify(workload, contender));
  await agree(workload, contenders);
  const times = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      await contender.change(round * 37, 18 + (round % 60));
      // The first call after a write pays for it, and is part of the round.
      times.get(contender.name)?.push(await oneRound(workload, contender));
    }
  }
  await agree(workload, contenders);
  return { table: tableOf(workload, first, times), us: typicalCall(times.get('aurora') ?? []) };
}

/** The time of the first call, in microseconds; then enough of them for whatever learns from use. */
async function verify(workload: QueryWorkload, contender: QueryContender): Promise<number> {
  const startedAt = performance.now();
  await contender.ask(workload, workload.values(0));
  const firstUs = (performance.now() - startedAt) * 1_000;
  for (let call = 0; call < warmCalls; call += 1) {
    await contender.ask(workload, workload.values(call));
    if (call >= warmCallsMin && performance.now() - startedAt > warmMs) break;
  }
  return firstUs;
}

async function agree(
  workload: QueryWorkload,
  contenders: readonly QueryContender[],
): Promise<void> {
  const [engine, ...peers] = contenders;
  const startedAt = performance.now();
  for (let call = 0; call < agreedCalls; call += 1) {
    if (call >= 5 && performance.now() - startedAt > agreeMs) return;
    const values = workload.values(call);
    const answer = engine?.answer(workload, await engine.ask(workload, values));
    for (const peer of peers) {
      const other = peer.answer(workload, await peer.ask(workload, values));
      deepStrictEqual(other, answer, `${peer.name}: ${workload.title}`);
    }
  }
}

/** In microseconds. */
interface Round {
  /** The mean of its calls, whatever else happened meanwhile. */
  readonly mean: number;
  readonly calls: readonly number[];
}

async function oneRound(workload: QueryWorkload, contender: QueryContender): Promise<Round> {
  // Made before, for all the same: it takes a twentieth of the shortest calls to make them.
  const values = Array.from({ length: callsMax }, (_, call) => workload.values(call));
  const startedAt = performance.now();
  const calls: number[] = [];
  let now = startedAt;
  while (calls.length < callsMax && (now - startedAt < roundMs || calls.length < 3)) {
    const calledAt = now;
    await contender.ask(workload, values[calls.length] ?? []);
    now = performance.now();
    calls.push((now - calledAt) * 1_000);
  }
  return { mean: ((now - startedAt) * 1_000) / calls.length, calls };
}

function medianOfMeans(rounds: readonly Round[]): number {
  return median(rounds.map(({ mean }) => mean));
}

/** What half of all calls take no longer than. */
function typicalCall(rounds: readonly Round[]): number {
  return median(rounds.flatMap(({ calls }) => calls));
}

function tableOf(
  { title, goals }: QueryWorkload,
  first: ReadonlyMap<string, number>,
  times: ReadonlyMap<string, readonly Round[]>,
): string {
  const ours = times.get('aurora') ?? [];
  const lines = [
    `### ${title}`,
    '',
    '| | µs each, median | least – most | typical call, µs | first call, ms | times the engine’s | typical | wanted |',
    '|---|---:|---:|---:|---:|---:|---:|---|',
  ];
  for (const [name, rounds] of times) {
    const means = rounds.map(({ mean }) => mean);
    const ratio = medianOfMeans(rounds) / medianOfMeans(ours);
    const typicalRatio = typicalCall(rounds) / typicalCall(ours);
    const goal = goals.find(({ peer }) => peer === name);
    const cells = [
      name,
      medianOfMeans(rounds).toFixed(1),
      `${Math.min(...means).toFixed(1)} – ${Math.max(...means).toFixed(1)}`,
      typicalCall(rounds).toFixed(1),
      ((first.get(name) ?? 0) / 1_000).toFixed(1),
      ratio.toFixed(2),
      typicalRatio.toFixed(2),
      goal === undefined ? '' : verdictOf(goal.factor, ratio, typicalRatio),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function verdictOf(factor: number, ratio: number, typicalRatio: number): string {
  const wanted = `≥ ${factor.toFixed(2)}: `;
  if (ratio >= factor) return `${wanted}met`;
  return `${wanted}${typicalRatio >= factor ? 'met by the typical call' : 'MISSED'}`;
}

function save(tables: readonly string[], documentCount: number): void {
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
  const head = [
    '# Queries: results',
    '',
    `${documentCount} documents, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${load}.`,
    'Written by `npm run bench -- queries`. Constants change with each call, one document is changed before each round, all answers are equal.',
    'Ratios count: other work on the machine moves single values. Before the rounds all have the same time to warm up; “first call” is without it, and of the engine without columns.',
    'A round begins with the first call after a write and counts all that happens meanwhile, also that other work takes the processor away for longer than a hundred calls last; the typical call is the median of all calls of all rounds.',
  ];
  const name = documentCount > growthFrom ? `RESULTS-${documentCount}.md` : 'RESULTS.md';
  const path = join(import.meta.dirname, name);
  writeFileSync(path, `${[head.join('\n'), ...tables, ...writtenByHand(path)].join('\n\n')}\n`);
}

/** What stands in a file of results behind the tables, which other benchmarks have told. */
function writtenByHand(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const before = readFileSync(path, 'utf8');
  const start = before.indexOf('\n## ');
  return start < 0 ? [] : [before.slice(start).trim()];
}
