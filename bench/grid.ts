/*
 * The grid over long sets of rows, in Chromium: `npm run bench -- grid [synthetic | engine] [--rows N]`. Synthetic: ten
 * million rows that a source computes, behind the row model that collections have. Engine: a million documents in the
 * built studio (`npm run build` first), from the key press that opens the collection; then once more with more than a
 * thousand staged cells where the wheel turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { Aurora } from '#engine';
import { type BenchPage, openPage, percentile } from './page/open-page.ts';
import { type BenchStudio, openStudio } from './page/studio.ts';
import { seededRandom } from './storage/random.ts';
import { write } from './storage/report.ts';

const jumpCount = 40;
const wheelSteps = 120;
/** How often the first rows are asked for, each time by a page of its own. */
const openings = 5;

export async function benchGrid(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rows: { type: 'string' } },
  });
  const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name);
  if (isAsked('synthetic')) await synthetic(Number(values.rows ?? 10_000_000));
  if (isAsked('engine')) await engine(Number(values.rows ?? 1_000_000));
}

async function synthetic(rowCount: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-grid-'));
  await build({
    root: join(import.meta.dirname, 'grid'),
    configFile: false,
    plugins: [react()],
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const server = await serve(folder);
  const opened = await openPage(`http://127.0.0.1:${portOf(server)}/index.html`);
  try {
    const heapBefore = await opened.heapBytes();
    const firstMs = await opened.page.evaluate((count) => {
      const startedAt = performance.now();
      window.mountGrid(count);
      return window.probe.rowsPainted(startedAt);
    }, rowCount);
    await report(opened, { title: 'rows that are computed', rowCount, firstMs, heapBefore });
  } finally {
    await opened.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function engine(rowCount: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-grid-'));
  const path = join(folder, 'rows.db');
  await fill(path, rowCount);
  const early: number[] = [];
  const late: number[] = [];
  for (let count = 0; count < openings; count += 1) {
    early.push(await firstRows(path, join(folder, `early-${count}`), isListed));
    late.push(await firstRows(path, join(folder, `late-${count}`), isAtRest));
  }
  write(`\nFirst rows, each in a page and a host of its own, least / median / most:\n`);
  write(`  of a page at rest (≤ 500 ms wanted): ${spread(late)} ms\n`);
  write(`  while the page still loads its editor: ${spread(early)} ms\n`);
  const studio = await openStudio(path, join(folder, 'data'));
  try {
    await isAtRest(studio);
    const heapBefore = await studio.heapBytes();
    const firstMs = await studio.openCollection('items');
    await report(studio, { title: 'documents of the engine', rowCount, firstMs, heapBefore });
    const staged = await stageInTheMiddle(studio, rowCount);
    const gaps = await wheel(studio, rowCount);
    write(`  the same with ${staged} there, p50 / p95 / max: ${three(gaps)} ms\n`);
  } finally {
    await studio.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Milliseconds from the key press to the first rows, of a studio that was just started. */
async function firstRows(
  path: string,
  dataFolder: string,
  isReady: (studio: BenchStudio) => Promise<void>,
): Promise<number> {
  const studio = await openStudio(path, dataFolder);
  try {
    await isReady(studio);
    return await studio.openCollection('items');
  } finally {
    await studio.close();
  }
}

async function isListed({ page }: BenchStudio): Promise<void> {
  await page.getByRole('treeitem', { name: /items/ }).waitFor();
}

/** The editor of the first tab has come, and what the page fetches in its idle time too. */
async function isAtRest(studio: BenchStudio): Promise<void> {
  await isListed(studio);
  await studio.page.locator('.monaco-editor').first().waitFor();
  await studio.page.waitForTimeout(1_500);
}

function spread(values: readonly number[]): string {
  return [0, 0.5, 1].map((part) => percentile(values, part).toFixed(0)).join(' / ');
}

/** Stages another name for the documents around the middle, all whose names begin with its first digits. */
async function stageInTheMiddle({ page }: BenchPage, rowCount: number): Promise<string> {
  await page.getByRole('button', { name: 'Find and replace in a column' }).click();
  const dialog = page.getByRole('dialog', { name: /Find and replace/ });
  await dialog.getByLabel('Column').selectOption('name');
  const digits = String(rowCount / 2).slice(0, -3);
  await dialog.getByLabel('Find').fill(`item ${digits}`);
  await dialog.getByLabel('Replace with').fill(`thing ${digits}`);
  const stage = dialog.getByRole('button', { name: /^Stage [\d,]+ replacements$/ });
  await stage.waitFor({ timeout: 120_000 });
  const title = (await stage.innerText())
    .replace('Stage ', '')
    .replace('replacements', 'cells staged');
  await stage.click();
  await dialog.waitFor({ state: 'hidden' });
  return title;
}

async function fill(path: string, rowCount: number): Promise<void> {
  const db = await Aurora.open({ dbPath: path, durabilityMode: 'None' });
  await db.newCollection('items', {
    name: { type: 'String' },
    number: { type: 'Int' },
    city: { type: 'String' },
    price: { type: 'Float' },
  });
  for (let first = 0; first < rowCount; first += 5_000) {
    const documents = Array.from({ length: Math.min(5_000, rowCount - first) }, (_, at) => ({
      ...{ name: `item ${first + at}`, number: first + at },
      ...{ city: `city ${at % 40}`, price: at / 7 },
    }));
    await db.insertMany('items', documents);
  }
  await db.close();
}

async function report(
  opened: BenchPage,
  facts: {
    readonly title: string;
    readonly rowCount: number;
    readonly firstMs: number;
    readonly heapBefore: number;
  },
): Promise<void> {
  const { page, heapBytes } = opened;
  const { title, rowCount, firstMs, heapBefore } = facts;
  const random = seededRandom(3);
  const jumps: number[] = [];
  for (let count = 0; count < jumpCount; count += 1) {
    const part = count === 0 ? 1 : random();
    jumps.push(
      await page.evaluate(([to, rows]) => window.probe.jump(to, rows), [part, rowCount] as const),
    );
  }
  const heap = ((await heapBytes()) - heapBefore) / 1e6;
  const gaps = await wheel(opened, rowCount);
  write(`\n${rowCount.toLocaleString('en-US')} ${title}, load ${loadavg()[0]?.toFixed(1)}\n`);
  write(`  first rows (≤ 500 ms wanted): ${firstMs.toFixed(0)} ms\n`);
  write(`  heap grew by (≤ 50 MB wanted): ${heap.toFixed(1)} MB\n`);
  write(`  jump anywhere, p50 / p95 / max (≤ 150 ms wanted): ${three(jumps)} ms\n`);
  write(`  between frames while the wheel turns, p50 / p95 / max: ${three(gaps)} ms\n`);
}

async function wheel({ page }: BenchPage, rowCount: number): Promise<readonly number[]> {
  await page.evaluate((rows) => window.probe.jump(0.5, rows), rowCount);
  await page.mouse.move(700, 500);
  await page.evaluate(() => window.probe.startFrames());
  for (let step = 0; step < wheelSteps; step += 1) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(16);
  }
  return page.evaluate(() => window.probe.frameGaps());
}

function three(values: readonly number[]): string {
  return [0.5, 0.95, 1].map((part) => percentile(values, part).toFixed(0)).join(' / ');
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    readFile(join(folder, name)).then(
      (content) => {
        response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has a port.');
  return address.port;
}
