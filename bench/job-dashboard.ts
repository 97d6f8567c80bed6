/*
 * What the page Jobs does over many jobs: `npm run bench -- job-dashboard [--count N] [--bulk N] [--folder PATH]`. Finds
 * one of a million by a field of its payload and by plain words, the first time and then again; retries 100,000 at once,
 * and takes that back. All through the contract, as a page does it.
 */
import { parseArgs } from 'node:util';
import type { JobFilter, JobOrder, JobsInfo } from '#contract';
import { Aurora, type Database, Job } from '#engine';
import { closeShopHost, openShopHost, type ShopHost } from '../src-main/testing/shop-host.ts';
import { write } from './storage/report.ts';

const perCommit = 10_000;

export async function benchJobDashboard(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000000' },
      bulk: { type: 'string', default: '100000' },
    },
  });
  const shop = await openShopHost((line) => write(`${line}\n`));
  try {
    const db = await Aurora.open(shop.path);
    await enqueueAll(db, Number(values.count));
    let newest: JobsInfo | undefined;
    const unsubscribe = shop.caller.subscribe(
      'jobs',
      { database: shop.database },
      (info) => {
        newest = info;
      },
      (error) => write(`${String(error)}\n`),
    );
    await finding(shop, Number(values.count));
    await acting(shop, Number(values.bulk), () => newest);
    unsubscribe();
    await db.close();
  } finally {
    await closeShopHost(shop);
  }
}

async function enqueueAll(db: Database, count: number): Promise<void> {
  const startedAt = performance.now();
  for (let from = 0; from < count; from += perCommit) {
    const jobs = Array.from({ length: Math.min(perCommit, count - from) }, (_, at) => {
      const n = from + at;
      return new Job(n % 3 === 0 ? 'mail' : 'thumbnail')
        .withPayload({ to: `user${n}@example.com`, order: n, service: n % 7 })
        .inQueue(n % 10 === 0 ? 'bulk' : 'default')
        .withDelay(86_400_000);
    });
    await db.workers.enqueueMany(jobs);
  }
  write(`${count.toLocaleString('en')} jobs enqueued in ${seconds(startedAt)}\n`);
}

async function finding({ caller, database }: ShopHost, count: number): Promise<void> {
  const find = async (what: string, filter: JobFilter) => {
    const startedAt = performance.now();
    const { jobs } = await caller.call('jobs.find', { database, filter, limit: 200 });
    write(`  ${what.padEnd(44)} ${seconds(startedAt)}, ${jobs.length} found\n`);
  };
  const by = (n: number) => ({ text: `payload: { to: { eq: "user${n}@example.com" } }` });
  write('\nfinding one job (required: 300 ms from the second search on)\n');
  await find('by a field of the payload, the first time', by(count >> 1));
  for (const part of [3, 5, 7, 9]) await find('again, another job', by(Math.floor(count / part)));
  await find('by another field', { text: `payload: { order: { eq: ${count - 7} } }` });
  await find('by a field, among those that wait', { ...by(count >> 2), states: ['Pending'] });
  await find('by plain words, the first time', { text: `user${count >> 3}@example.com` });
  await find('by plain words again', { text: `user${(count >> 3) + 1}@example.com` });
  await find('by its type', { type: 'mail' });
}

async function acting(
  { caller, database }: ShopHost,
  bulk: number,
  newest: () => JobsInfo | undefined,
): Promise<void> {
  const text = `payload: { order: { lt: ${bulk} } }`;
  const act = async (order: JobOrder) => {
    const startedAt = performance.now();
    await caller.call('jobs.order', { database, order });
    let told = 0;
    let last: JobsInfo['activity'] | undefined;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const info = newest();
      if (info?.activity !== last) told += 1;
      last = info?.activity;
      if (info?.activity === null && info.outcome?.order === order.kind) {
        const { changedCount, kind } = info.outcome;
        const ended = `${changedCount.toLocaleString('en')} changed, ${kind}`;
        write(`  ${order.kind.padEnd(44)} ${seconds(startedAt)}, ${ended}, told ${told} times\n`);
        return;
      }
    }
  };
  write('\nacting on many\n');
  await act({ kind: 'cancel', filter: { text } });
  await act({ kind: 'retry', filter: { text, states: ['Cancelled'] } });
  await act({ kind: 'undo' });
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1_000).toFixed(3)} s`;
}
