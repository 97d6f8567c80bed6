/*
 * From a commit to the painted cell, through the whole path: `npm run bench -- paint [--seconds N] [--rate N] [--view
 * collection | query] [--profile FILE]`, after `npm run build`. This process is a guest that writes the moment of sending into documents;
 * the studio's host owns them; Chromium shows them. So a delay holds everything: the guest's socket, the commit, the
 * engine, the contract, the page's socket, the grid and the frame.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Aurora, type Database } from '#engine';
import { percentile, processorMs } from './page/open-page.ts';
import { type BenchStudio, openStudio } from './page/studio.ts';
import { write } from './storage/report.ts';

const documentCount = 200;
const rowsPerCommit = 20;
const commitsUnderWayMax = 20;

export async function benchPaint(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      rate: { type: 'string', default: '2000' },
      view: { type: 'string', default: 'collection' },
      profile: { type: 'string' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-paint-'));
  const path = join(folder, 'ticks.db');
  const ids = await fill(path);
  const studio = await openStudio(path, join(folder, 'data'));
  const db = await Aurora.open(path);
  try {
    const column = values.view === 'query' ? await showQuery(studio) : await showRows(studio);
    const seconds = Number(values.seconds);
    const rate = Number(values.rate);
    // The first seconds are for the compilers to get warm.
    await writeTicks(db, ids, { rate, seconds: Math.min(5, seconds) });
    const endProfile = values.profile === undefined ? undefined : await studio.profile();
    await measure(studio, column, () => writeTicks(db, ids, { rate, seconds }));
    if (endProfile !== undefined) writeFileSync(values.profile ?? '', await endProfile());
  } finally {
    await db.close();
    await studio.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function fill(path: string): Promise<readonly string[]> {
  const db = await Aurora.open(path);
  await db.newCollection('ticks', {
    name: { type: 'String' },
    tick: { type: 'Int' },
    sent: { type: 'String' },
  });
  const documents = Array.from({ length: documentCount }, (_, at) => ({
    ...{ name: `document ${at}`, tick: 0, sent: '0' },
  }));
  const ids = await db.insertMany('ticks', documents);
  await db.close();
  return ids;
}

/** Gives the column of the moment of sending. */
async function showRows(studio: BenchStudio): Promise<number> {
  await studio.openCollection('ticks');
  return 3;
}

async function showQuery({ page }: BenchStudio): Promise<number> {
  await page.getByRole('button', { name: 'New query' }).first().click();
  await page.locator('.monaco-editor:visible').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('query { ticks(orderBy: { name: ASC }) { name tick sent } }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('grid', { name: 'Rows of ticks' }).waitFor();
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await page.getByText(/kept from changes alone/).waitFor();
  return 2;
}

/** Changes so many rows a second; gives how many it was. */
async function writeTicks(
  db: Database,
  ids: readonly string[],
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<number> {
  const startedAt = performance.now();
  const commits = Math.round((rate * seconds) / rowsPerCommit);
  const pauseMs = (1_000 * rowsPerCommit) / rate;
  const underWay = new Set<Promise<unknown>>();
  for (let count = 0; count < commits; count += 1) {
    const wait = startedAt + count * pauseMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (underWay.size >= commitsUnderWayMax) await Promise.race(underWay);
    const some = Array.from(
      { length: rowsPerCommit },
      (_, at) => ids[(count * rowsPerCommit + at) % ids.length] ?? '',
    );
    const sent = String(performance.timeOrigin + performance.now());
    const writing = db
      .query('ticks')
      .filter(() => ({ where: { id: { in: some } } }))
      .update({ sent, tick: { increment: 1 } })
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
  }
  await Promise.all(underWay);
  return (commits * rowsPerCommit) / ((performance.now() - startedAt) / 1_000);
}

async function measure(
  { page, host, heapBytes, busyMs }: BenchStudio,
  column: number,
  work: () => Promise<number>,
): Promise<void> {
  const { pid } = host.child;
  const heapBefore = await heapBytes();
  const [pageBefore, hostBefore, startedAt] = [await busyMs(), processorMs(pid), performance.now()];
  await page.evaluate((at) => window.probe.startStamps(at), column);
  await page.evaluate(() => window.probe.startFrames());
  const rate = await work();
  await page.waitForTimeout(500);
  const gaps = await page.evaluate(() => window.probe.frameGaps());
  const delays = await page.evaluate(() => window.probe.stampDelays());
  const seconds = (performance.now() - startedAt) / 1_000;
  const [pageBusy, hostBusy] = [(await busyMs()) - pageBefore, processorMs(pid) - hostBefore];
  const growth = ((await heapBytes()) - heapBefore) / 1e6;
  const figures = (values: readonly number[]) =>
    [0.5, 0.95, 0.99, 1].map((part) => percentile(values, part).toFixed(0)).join(' / ');
  write(
    `\n${rate.toFixed(0)} row changes a second for ${seconds.toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  write(
    `  sent to painted, ms, p50 / p95 / p99 / max (p95 ≤ 100 wanted): ${figures(delays)}, ${delays.length} cells\n`,
  );
  write(
    `  between frames, ms, p50 / p95 / p99 / max (p95 ≤ 33 wanted): ${figures(gaps)}, ${gaps.length} frames\n`,
  );
  write(
    `  heap of the page grew by ${growth.toFixed(1)} MB from ${(heapBefore / 1e6).toFixed(0)} MB\n`,
  );
  write(
    `  processor time per second: page ${(pageBusy / seconds).toFixed(0)} ms, host ${(hostBusy / seconds).toFixed(0)} ms\n`,
  );
}
