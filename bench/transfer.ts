/*
 * Import and export beside what the engine inserts without them: `npm run bench -- transfer [--count N] [--rounds N]
 * [--folder PATH]`. Raw is `insertMany` of documents that are in memory, in batches of the same size. In turns; the
 * median of the rounds. To be: NDJSON import at least 0.8 times as fast as raw, export at least as fast; memory flat
 * (the most that the process took in the last quarter beside the first); what was exported imports as the same database.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Aurora, type Database } from '#engine';
import { median } from './storage/interleave.ts';
import { write } from './storage/report.ts';

const batchSize = 250;
const schema = `schema { define collection users {
  username: String!  email: String  age: Int  balance: Float  active: Boolean  created_at: DateTime  tags: [String]
} }`;

export async function benchTransfer(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      folder: { type: 'string', default: process.env['BENCH_FOLDER'] ?? tmpdir() },
    },
  });
  const folder = mkdtempSync(join(values.folder, 'aurora-bench-transfer-'));
  const count = Number(values.count);
  const load = loadavg().map((value) => value.toFixed(1));
  write(`Node ${process.version}, load ${load.join(' ')}, ${count} documents in ${folder}\n`);
  const file = join(folder, 'users.ndjson');
  const rates = { raw: [] as Rate[], import: [] as Rate[], export: [] as Rate[] };
  try {
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const first = await opened(join(folder, 'raw.db'));
      rates.raw.push(await rateOf(count, () => insertRaw(first, count)));
      rates.export.push(await rateOf(count, () => exportTo(first, file)));
      const second = await opened(join(folder, 'imported.db'));
      rates.import.push(await rateOf(count, () => second.importInto('users', { path: file })));
      if (round === 0) {
        const [one, other] = [await checksum(first, folder), await checksum(second, folder)];
        write(`the same after export and import: ${one === other ? 'yes' : 'NO'}\n`);
        write(`file: ${(statSync(file).size / 1e6).toFixed(0)} MB\n`);
      }
      await first.close();
      await second.close();
      for (const name of ['raw.db', 'imported.db']) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
    report(rates);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rate {
  readonly perSecond: number;
  readonly processorPerSecond: number;
  /** The most that the process took, in the first quarter and in the last one. */
  readonly residentMb: readonly [number, number];
}

async function opened(path: string): Promise<Database> {
  const db = await Aurora.open(path);
  await db.execute(schema);
  return db;
}

async function insertRaw(db: Database, count: number): Promise<void> {
  for (let start = 0; start < count; start += batchSize) {
    const size = Math.min(batchSize, count - start);
    const documents = Array.from({ length: size }, (_, index) => documentOf(start + index));
    await db.insertMany('users', documents);
  }
}

function documentOf(number: number) {
  return {
    username: `user ${number}`,
    email: `user.${number}@example.com`,
    age: number % 90,
    balance: number / 7,
    active: number % 3 === 0,
    created_at: new Date(1.6e12 + number * 1_000).toISOString(),
    tags: [`tag ${number % 10}`, 'member'],
  };
}

async function exportTo(db: Database, path: string): Promise<void> {
  const file = createWriteStream(path);
  const isWritten = finished(file);
  await db.exportFrom('users', async (text) => {
    if (!file.write(text)) await once(file, 'drain');
  });
  file.end();
  await isWritten;
}

async function rateOf(count: number, work: () => Promise<unknown>): Promise<Rate> {
  globalThis.gc?.();
  const sizes: number[] = [];
  const timer = setInterval(() => sizes.push(process.memoryUsage.rss() / 1e6), 50);
  const processor = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(processor);
  clearInterval(timer);
  const quarter = Math.max(1, Math.floor(sizes.length / 4));
  const most = (part: readonly number[]) => Math.max(0, ...part);
  return {
    perSecond: (count / elapsedMs) * 1_000,
    processorPerSecond: (count / (user + system)) * 1e6,
    residentMb: [most(sizes.slice(0, quarter)), most(sizes.slice(-quarter))],
  };
}

/** Of what an export gives; documents come in the order of their ids. */
async function checksum(db: Database, folder: string): Promise<string> {
  const path = join(folder, 'checked.ndjson');
  await exportTo(db, path);
  const hash = createHash('sha256').update(JSON.stringify(db.catalog().collections));
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  rmSync(path);
  return hash.digest('hex');
}

function report(rates: Readonly<Record<'raw' | 'import' | 'export', readonly Rate[]>>): void {
  const line = (cells: readonly string[]) =>
    write(`${cells.map((cell, at) => (at === 0 ? cell.padEnd(8) : cell.padStart(18))).join('')}\n`);
  line([
    '',
    'documents/s',
    'per CPU second',
    'MB, first quarter',
    'last quarter',
    'to raw',
    'to be',
  ]);
  const raw = median(rates.raw.map(({ perSecond }) => perSecond));
  for (const [name, required] of [
    ['raw', 1],
    ['import', 0.8],
    ['export', 1],
  ] as const) {
    const each = rates[name];
    const perSecond = median(each.map((rate) => rate.perSecond));
    line([
      name,
      perSecond.toFixed(0),
      median(each.map((rate) => rate.processorPerSecond)).toFixed(0),
      median(each.map(({ residentMb: [first] }) => first)).toFixed(0),
      median(each.map(({ residentMb: [, last] }) => last)).toFixed(0),
      (perSecond / raw).toFixed(2),
      `≥ ${required}`,
    ]);
  }
}
