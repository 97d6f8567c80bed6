/*
 * The server beside a plain service of fastify and better-sqlite3: `npm run bench -- server [--rounds N] [--count N]
 * [--folder PATH]`. Both are processes of their own, ask for a token and put inserts on the disk before they answer;
 * 16 connections ask one and then the other, each first in every second round. Answers are compared before anything is
 * measured, and the first rounds are not: V8 compiles both services while they run.
 *
 * Requests per second hold this process's part of the work too, which is small and the same for both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Asked, connectPlain, type PlainClient } from './server/plain-client.ts';
import { idOf, user, userCount } from './server/users.ts';
import { median } from './storage/interleave.ts';
import { write } from './storage/report.ts';
import { sqlitePeers } from './storage/sqlite.ts';

const connectionCount = 16;
const unmeasuredRounds = 3;
const headers = { Authorization: 'Bearer bench-token' };

interface Service {
  readonly name: 'aurora' | 'fastify + better-sqlite3';
  readonly url: URL;
  readonly child: ChildProcess;
}

interface Workload {
  readonly name: string;
  /** The part of the requests of a round that it is measured with; what waits for the disk takes longer. */
  readonly share: number;
  ask(service: Service, number: number): Asked;
}

let nextUser = userCount;

const workloads: readonly Workload[] = [
  {
    name: 'point read',
    share: 1,
    ask: (_, number) => ({ method: 'GET', path: `/users/${idOf((number * 7_919) % userCount)}` }),
  },
  { name: 'filtered list, ordered, 20 rows', share: 0.5, ask: filteredList },
  {
    name: 'insert, durable',
    share: 0.2,
    ask: () => {
      nextUser += 1;
      return { method: 'POST', path: '/users', body: JSON.stringify(user(nextUser)) };
    },
  },
];

function filteredList({ name }: Service, number: number): Asked {
  const from = number % 60;
  const city = user(number).city;
  const search =
    name === 'aurora'
      ? new URLSearchParams({
          where: JSON.stringify({ age: { gte: from, lt: from + 10 }, city: { eq: city } }),
          orderBy: 'age,id',
          limit: '20',
        })
      : new URLSearchParams({ from: String(from), to: String(from + 10), city });
  return { method: 'GET', path: `/users?${search}` };
}

export async function benchServer(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      count: { type: 'string', default: '10000' },
      folder: { type: 'string', default: process.env['BENCH_FOLDER'] ?? tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.folder, 'aurora-bench-server-'));
  const load = loadavg().map((value) => value.toFixed(1));
  write(`Node ${process.version}, load ${load.join(' ')}, databases in ${folder}\n`);
  // Builds it with the first run.
  const hasPeer = sqlitePeers().some(({ name }) => name === 'better-sqlite3');
  const services: Service[] = [];
  try {
    services.push(await start('aurora', join(folder, 'users.db')));
    if (hasPeer)
      services.push(await start('fastify + better-sqlite3', join(folder, 'users.sqlite')));
    await compare(services);
    for (const workload of workloads) {
      await measure(workload, services, {
        rounds: Number(values.rounds),
        count: Math.ceil(Number(values.count) * workload.share),
      });
    }
  } finally {
    for (const { child } of services) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(name: Service['name'], path: string): Promise<Service> {
  const file = name === 'aurora' ? 'aurora-service.ts' : 'fastify-service.ts';
  const program = join(import.meta.dirname, 'server', file);
  const flags = ['--experimental-strip-types', '--no-warnings'];
  const child = spawn(process.execPath, [...flags, program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it said where it is.`);
  });
  const [address] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  // Its end is expected from now on.
  ended.catch(() => undefined);
  return { name, url: new URL(String(address).trim()), child };
}

/** Both must say the same, or what they take for it means nothing. */
async function compare(services: readonly Service[]): Promise<void> {
  const sides = await Promise.all(
    services.map(async (service) => ({
      service,
      client: await connectPlain(service.url, headers),
    })),
  );
  for (const workload of workloads.slice(0, 2)) {
    for (let number = 0; number < 50; number += 1) {
      const answers = await Promise.all(
        sides.map(async ({ service, client }) => {
          const { status, text } = await client.ask(workload.ask(service, number));
          const { next: _, ...rest } = JSON.parse(text);
          return JSON.stringify([status, rest]);
        }),
      );
      if (new Set(answers).size > 1) {
        throw new Error(`The answers to "${workload.name}" differ: ${answers.join('\n')}`);
      }
    }
  }
  for (const { client } of sides) client.close();
}

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(
  workload: Workload,
  services: readonly Service[],
  { rounds, count }: { readonly rounds: number; readonly count: number },
): Promise<void> {
  const measured = new Map<string, Round[]>(services.map(({ name }) => [name, []]));
  for (let round = -unmeasuredRounds; round < rounds; round += 1) {
    for (const service of round % 2 === 0 ? services : services.toReversed()) {
      const result = await runRound(workload, service, count);
      if (round >= 0) measured.get(service.name)?.push(result);
    }
  }
  write(`\n${workload.name}: ${connectionCount} connections, ${count} requests a round\n`);
  for (const [name, results] of measured) {
    const of = (pick: (round: Round) => number) => median(results.map(pick));
    write(
      `  ${name.padEnd(28)}${of(({ perSecond }) => perSecond)
        .toFixed(0)
        .padStart(8)} requests/s` +
        `   p50 ${of(({ p50Ms }) => p50Ms).toFixed(2)} ms   p99 ${of(({ p99Ms }) => p99Ms).toFixed(2)} ms\n`,
    );
  }
  const [ours = [], peer] = measured.values();
  if (peer === undefined) return;
  const ratios = ours.map(({ perSecond }, at) => perSecond / (peer[at]?.perSecond ?? Number.NaN));
  const ratio = median(ratios);
  write(
    `  ${ratio >= 1 ? 'met' : 'MISSED'}: ${ratio.toFixed(2)} × the plain service ` +
      `(${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}); required ≥ 1\n`,
  );
}

async function runRound(workload: Workload, service: Service, count: number): Promise<Round> {
  const latenciesMs: number[] = [];
  const clients = await Promise.all(
    Array.from({ length: connectionCount }, () => connectPlain(service.url, headers)),
  );
  let asked = 0;
  const askAll = async (client: PlainClient): Promise<void> => {
    while (asked < count) {
      asked += 1;
      const sentMs = performance.now();
      const { status, text } = await client.ask(workload.ask(service, asked));
      latenciesMs.push(performance.now() - sentMs);
      if (status >= 300) throw new Error(`${service.name} answered ${status}: ${text}`);
    }
  };
  const startedMs = performance.now();
  await Promise.all(clients.map(askAll));
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  for (const client of clients) client.close();
  latenciesMs.sort((left, right) => left - right);
  const at = (share: number) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
  return { perSecond: count / elapsedSeconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}
