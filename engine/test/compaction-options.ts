/*
 * The effects of the options about how documents lie on disk, and about compacting by itself. Time is moved by hand:
 * the engine's clock, and the timers of this process.
 */
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Aurora, type AuroraOptions, type Database, ManualClock } from '#engine';

const minuteMs = 60_000;
/** No sync is on its way when minutes pass in a moment; it would be taken for one that hangs. */
const atRest = {
  durabilityMode: 'WAL',
  writeBufferFlushIntervalMs: 3_600_000,
  checkpointIntervalMs: 24 * 3_600_000,
} satisfies AuroraOptions;
const text = 'what is said again and again, '.repeat(20);

type Effect = (folder: string) => Promise<void>;

async function fill(db: Database, documentCount: number): Promise<void> {
  await db.newCollection('notes', { text: { type: 'String' } });
  const documents = Array.from({ length: documentCount }, (_, at) => ({ text: `${at} ${text}` }));
  await db.insertMany('notes', documents);
}

/** Bytes of the file that hold something, after everything was brought into it. */
async function usedBytes(dbPath: string, options: Partial<AuroraOptions>): Promise<number> {
  await (await Aurora.open(dbPath)).close();
  const db = await Aurora.open({ dbPath, ...options });
  const { file } = await db.stats();
  await db.close();
  return file?.usedBytes ?? 0;
}

/** Opens a database of which most is free, at rest, and tells how often it has compacted itself after some minutes. */
async function compactionsAfter(
  folder: string,
  options: AuroraOptions,
  minutes: number,
): Promise<number> {
  const dbPath = join(folder, `${minutes}-${JSON.stringify(options).replace(/\W/g, '')}.db`);
  const clock = new ManualClock(Date.UTC(2001, 1, 3));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const db = await Aurora.open({ dbPath, ...options, ...atRest, clock });
    await fill(db, 5_000);
    await db.query('notes').delete();
    await db.query('notes').collect();
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(minuteMs);
      vi.advanceTimersByTime(minuteMs);
      while ((await db.stats()).idleCompaction?.isRunning === true) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const { idleCompaction, file, lastCompaction } = await db.stats();
    const count = idleCompaction?.count ?? 0;
    expect(lastCompaction?.cause).toBe(count > 0 ? 'idle' : undefined);
    const isSmall = (file?.sizeBytes ?? 0) < 1_048_576;
    expect([isSmall, idleCompaction?.failure ?? null]).toEqual([count > 0, null]);
    await db.close();
    return count;
  } finally {
    vi.useRealTimers();
  }
}

/** By option: shows that two of its values differ as documented. */
export const compactionEffects: Readonly<Record<string, Effect>> = {
  coldMode: async (folder) => {
    const paths = { HighThroughput: join(folder, 'fast.db'), LowSpace: join(folder, 'small.db') };
    for (const coldMode of ['HighThroughput', 'LowSpace'] as const) {
      const db = await Aurora.open({ dbPath: paths[coldMode], coldMode });
      await fill(db, 2_000);
      await db.close();
    }
    const fast = await usedBytes(paths.HighThroughput, {});
    expect(await usedBytes(paths.LowSpace, {})).toBeLessThan(fast / 2);

    // What lies there follows a changed mode at the next compaction, either way.
    expect(await usedBytes(paths.HighThroughput, { coldMode: 'LowSpace' })).toBe(fast);
    const db = await Aurora.open(paths.HighThroughput);
    expect((await db.stats()).cold).toEqual({ mode: 'LowSpace', isApplied: false });
    await db.compact();
    const { file, cold } = await db.stats();
    expect([cold.isApplied, (file?.usedBytes ?? fast) < fast / 2]).toEqual([true, true]);
    const found = await db.query('notes').limit(1).collect();
    expect(found).toMatchObject([{ text: `0 ${text}` }]);
    expect(await db.verify()).toMatchObject({ isSound: true });
    await db.close();
    const back = await Aurora.open({ dbPath: paths.HighThroughput, coldMode: 'HighThroughput' });
    await back.compact();
    expect((await back.stats()).file?.usedBytes).toBeGreaterThan(0.9 * fast);
    expect(await back.query('notes').count()).toBe(2_000);
    await back.close();
  },

  autoCompact: async (folder) => {
    expect(await compactionsAfter(folder, { autoCompact: true }, 60)).toBe(1);
    expect(await compactionsAfter(folder, { autoCompact: false }, 60)).toBe(0);
  },

  compactIntervalMins: async (folder) => {
    expect(await compactionsAfter(folder, { compactIntervalMins: 2 }, 1)).toBe(0);
    expect(await compactionsAfter(folder, { compactIntervalMins: 2 }, 2)).toBe(1);
  },
};
