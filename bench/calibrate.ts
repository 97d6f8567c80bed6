/*
 * What the planner's costs are on this machine, in documents of a full scan: `npm run bench -- calibrate [--documents N]`.
 * Each cost is the difference of two queries that differ in it alone, the least of some runs over so many documents; the
 * plans are forced by leaving rules out, and checked. The table goes into engine/plan/costs.ts by hand, since plans are to
 * be the same everywhere: ratios between costs move much less from machine to machine than the costs do.
 */
import { ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Aurora, type AuroraOptions, type Database } from '#engine';
import { costs } from '../engine/plan/costs.ts';
import { write } from './storage/report.ts';

const rounds = 25;
/** Queries are asked for so long before they are measured, until the compiler has done what it will. */
const warmMs = 1_500;
const warmRoundsMin = 6;
const groupCount = 100;

const everyRule = ['column-scan', 'column-order', 'index-range', 'index-order'] as const;
type Rule = (typeof everyRule)[number];

/** A way to run queries: all rules but some are left out. */
interface Way {
  readonly db: Database;
  readonly documentCount: number;
}

export async function benchCalibrate(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { documents: { type: 'string', default: '50000' } },
  });
  const documentCount = Number(values.documents);
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-calibrate-'));
  try {
    await prepare(join(folder, 'db'), documentCount);
    const withWay = async <Result>(
      allowed: readonly Rule[],
      measure: (way: Way) => Promise<Result>,
      options: Partial<AuroraOptions> = {},
    ): Promise<Result> => {
      const disabledRules = everyRule.filter((rule) => !allowed.includes(rule));
      const dbPath = join(folder, 'db');
      const db = await Aurora.open({ dbPath, planner: { disabledRules }, ...options });
      try {
        return await measure({ db, documentCount });
      } finally {
        await db.close();
      }
    };
    const scans = await withWay([], measureScans);
    const hot = await withWay(['index-range', 'index-order'], (way) => measureIndex(way, scans));
    const cold = await withWay(['index-range', 'index-order'], (way) => measureIndex(way, scans), {
      hotCacheSizeMb: 0,
    });
    const columns = await withWay(['column-scan', 'column-order'], measureColumns);
    report(scans.scan, {
      filterTest: scans.filterTest,
      heapRow: scans.heapRow,
      sortRow: scans.sortRow,
      indexRange: hot.indexRange,
      indexKey: hot.indexKey,
      indexRow: hot.indexRow,
      hotRead: hot.read,
      coldRead: cold.read,
      ...columns,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fields: `place` and `other` differ in each document, `bucket` has 100 values, `text` is never "none". */
async function prepare(dbPath: string, documentCount: number): Promise<void> {
  const db = await Aurora.open({ dbPath });
  try {
    await db.newCollection('events', {
      place: { type: 'Int', indexed: true },
      bucket: { type: 'Int', indexed: true },
      other: { type: 'Float' },
      more: { type: 'Float' },
      text: { type: 'String' },
      kind: { type: 'String' },
    });
    for (let start = 0; start < documentCount; start += 1_000) {
      const length = Math.min(1_000, documentCount - start);
      await db.insertMany(
        'events',
        Array.from({ length }, (_, at) => eventOf(start + at)),
      );
    }
  } finally {
    await db.close();
  }
}

function eventOf(n: number) {
  const mixed = (n * 2_654_435_761) % 4_294_967_296;
  return {
    place: mixed % 1_000_003,
    bucket: mixed % groupCount,
    other: mixed / 4_294_967_296,
    more: ((mixed * 7) % 4_294_967_296) / 4_294_967_296,
    text: `note ${mixed.toString(36)} of something that is written`,
    kind: `kind ${mixed % 12}`,
  };
}

const none = 'text: { eq: "none" }';

async function measureScans({ db, documentCount }: Way) {
  const us = await timesOf(db, 'FullScan', documentCount, {
    one: `events(where: { ${none} }) { id }`,
    three: `events(where: { other: { gte: -1 }, more: { gte: -1 }, ${none} }) { id }`,
    heap: 'events(orderBy: { other: ASC }, limit: 10) { id }',
    all: 'events { id }',
    sorted: 'events(orderBy: { other: ASC }) { id }',
  });
  const filterTest = (us('three') - us('one')) / 2;
  const scan = us('one') - filterTest;
  return { scan, filterTest, heapRow: us('heap') - scan, sortRow: us('sorted') - us('all') };
}

async function measureIndex(
  { db, documentCount }: Way,
  { filterTest }: { readonly filterTest: number },
) {
  // What an offset passes over is not read.
  const passedCount = Math.floor(documentCount / 4);
  const passing = (field: string) =>
    `events(orderBy: { ${field}: ASC }, limit: 1, offset: ${passedCount}) { id }`;
  const passed = await timesOf(db, 'IndexRange', passedCount, {
    byKey: passing('place'),
    byRow: passing('bucket'),
  });
  // Half of all: for more the planner would read them in another order.
  const from = 500_000;
  const places = Array.from({ length: documentCount }, (_, n) => eventOf(n).place);
  const walkedCount = places.filter((place) => place >= from).length;
  const walked = await timesOf(db, 'IndexRange', walkedCount, {
    walked: `events(where: { place: { gte: ${from} }, ${none} }, orderBy: { place: ASC }) { id }`,
  });
  const absent = (count: number) =>
    `events(where: { bucket: { in: [${Array.from({ length: count }, (_, at) => -1 - at)}] } }) { id }`;
  const ranges = await timesOf(db, 'IndexRange', 1, { one: absent(1), many: absent(101) });
  const byKey = passed('byKey');
  return {
    indexRange: (ranges('many') - ranges('one')) / 100,
    indexKey: byKey - passed('byRow'),
    indexRow: passed('byRow'),
    read: walked('walked') - byKey - filterTest,
  };
}

async function measureColumns({ db, documentCount }: Way) {
  const some = 'where: { other: { gte: 0.75 } }';
  const us = await timesOf(db, 'ColumnScan', documentCount, {
    one: 'events(where: { other: { lt: -1 } }) { id }',
    three: 'events(where: { other: { gte: -1 }, more: { gte: -1 }, place: { lt: -1 } }) { id }',
    texts: 'events(where: { text: { contains: "never there" } }) { id }',
    heap: 'events(orderBy: { other: ASC }, limit: 10) { id }',
    found: `events(${some}) { id }`,
    sorted: `events(${some}, orderBy: { more: ASC }) { id }`,
  });
  const columnTest = (us('three') - us('one')) / 2;
  const columnRow = us('one') - columnTest;
  return {
    columnRow,
    columnTest,
    columnTextTest: us('texts') - columnRow,
    columnHeapRow: us('heap') - columnRow,
    columnSortRow: 4 * (us('sorted') - us('found')),
  };
}

/** The least times of some rounds, in microseconds per document; all queries are asked in each round. */
async function timesOf<Name extends string>(
  db: Database,
  source: string,
  documentCount: number,
  queries: Readonly<Record<Name, string>>,
): Promise<(name: Name) => number> {
  const least = new Map<string, number>();
  const warmUntil = performance.now() + warmMs * Object.keys(queries).length;
  const ask = async (query: string): Promise<number> => {
    const startedAt = performance.now();
    const { extensions } = await db.execute(`{ ${query} }`);
    const us = ((performance.now() - startedAt) * 1_000) / documentCount;
    const plan = extensions.plan.join('; ');
    ok(round < warmRoundsMin || plan.startsWith(source), `${query} runs as ${plan}`);
    return us;
  };
  let round = 0;
  for (; round < warmRoundsMin || performance.now() < warmUntil; round += 1) {
    for (const query of Object.values<string>(queries)) await ask(query);
  }
  for (const end = round + rounds; round < end; round += 1) {
    for (const [name, query] of Object.entries<string>(queries)) {
      const us = await ask(query);
      least.set(name, Math.min(us, least.get(name) ?? us));
    }
  }
  return (name) => least.get(name) ?? Number.NaN;
}

function report(scan: number, measured: Readonly<Record<string, number>>): void {
  write(`\nA document of a full scan: ${scan.toFixed(3)} µs. In these, rather than in time:\n\n`);
  const chosen = new Map<string, number>(Object.entries(costs));
  for (const [name, us] of Object.entries(measured)) {
    const now = chosen.get(name)?.toString() ?? '-';
    write(`${name.padEnd(16)} ${(us / scan).toFixed(4).padStart(8)}   the planner's ${now}\n`);
  }
}
