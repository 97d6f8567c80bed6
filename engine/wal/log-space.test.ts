import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { appendTo, openLog, range, readBack, reopenLog } from '../testing/log-scenes.ts';
import { RecordBuffer } from './record-buffer.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

const mebibyte = 1024 * 1024;

async function sizesOf(folder: FaultLogFolder): Promise<readonly number[]> {
  return (await folder.list()).map(({ bytes }) => bytes);
}

describe('the space of the log', () => {
  it.each([
    [1024, 1],
    [16, 1],
    [8, 0.5],
    [2, 0.125],
    [0.5, 0.03125],
  ])('of a disk with %d MiB free takes a first segment of %d MiB', async (free, expected) => {
    const folder = new FaultLogFolder();
    folder.free = free * mebibyte;
    const log = await openLog(folder, { segmentBytes: 16 * mebibyte });
    appendTo(log, 1);
    await log.synced(1);
    expect((await sizesOf(folder))[0]).toBe(expected * mebibyte);
    await log.close();
  });

  it('takes larger segments as it grows, up to the size that was asked for', async () => {
    const folder = new FaultLogFolder();
    folder.free = 1024 * mebibyte;
    const log = await openLog(folder, { segmentBytes: 8 * mebibyte });
    for (const lsn of range(1, 90)) {
      log.append({ lsn, kind: 'commit', payload: [new Uint8Array(mebibyte / 4)] });
      await log.synced(lsn);
    }
    expect((await sizesOf(folder)).slice(0, 5).map((bytes) => bytes / mebibyte)).toEqual([
      1, 4, 8, 8, 8,
    ]);
    await log.close();
  });

  it('prepares the next segment ahead, so that a change of segments waits for no new file', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 4096 });
    appendTo(log, 1);
    await log.synced(1);
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    expect(await sizesOf(folder)).toEqual([4096, 4096]);
    folder.failCreate({ nth: 1, code: 'EIO' });
    for (const lsn of range(2, 100)) {
      appendTo(log, lsn);
      await log.synced(lsn);
    }
    expect(log.stats().segmentCount).toBe(2);
  });

  it('refuses a record for which no segment can be made, and takes it when there is space again', async () => {
    const folder = new FaultLogFolder();
    const failures: unknown[] = [];
    folder.free = mebibyte;
    const log = await openLog(folder, {
      segmentBytes: limits.logSegmentBytesMin,
      onFailure: (error) => failures.push(error),
    });
    const refusedAt = await fillUntilRefused(log);
    expect(refusedAt).toBeGreaterThan(2);
    expect(log.syncedLsn).toBe(refusedAt - 1);
    folder.free = 10 * mebibyte;
    appendTo(log, refusedAt, 20_000);
    await log.synced(refusedAt);
    expect(failures).toEqual([]);
    expect((await readBack(folder.crash())).lsns).toEqual(range(1, refusedAt));
  });

  it('makes a segment that is large enough for a record longer than a segment', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 4096 });
    appendTo(log, 1);
    appendTo(log, 2, 100_000);
    appendTo(log, 3);
    await log.synced(3);
    expect((await readBack(folder.crash())).read.map(({ payload }) => payload.length)).toEqual([
      40, 100_000, 40,
    ]);
  });

  it('bounds what waits, and how long a record is', () => {
    const buffer = new RecordBuffer(limits.logPartBytesMax);
    const half = limits.logPendingBytesMax / 2;
    const payload = [Buffer.allocUnsafeSlow(half)];
    buffer.append(1, 'commit', payload, half);
    const { bytes } = buffer;
    expect(() => buffer.append(2, 'commit', payload, half)).toThrow(
      expect.objectContaining({ code: 'LimitExceeded' }),
    );
    expect(() => buffer.append(2, 'commit', [], limits.logRecordBytesMax + 1)).toThrow(
      expect.objectContaining({ code: 'TransactionTooLarge' }),
    );
    expect(buffer.bytes).toBe(bytes);
    buffer.take();
    buffer.append(2, 'commit', payload, half);
    expect(buffer.bytes).toBe(bytes);
  });
});

async function fillUntilRefused(log: WriteAheadLog): Promise<number> {
  for (let lsn = 1; lsn < 1_000; lsn += 1) {
    try {
      appendTo(log, lsn, 20_000);
    } catch (error) {
      expect(error).toMatchObject({ code: 'DiskFull' });
      return lsn;
    }
    await log.synced(lsn);
  }
  throw new Error('nothing was refused');
}

describe('waiting for the disk', () => {
  /** Counts what holds the event loop and what does not. */
  async function syncsOf(
    msPerSync: (index: number) => number,
    count: number,
  ): Promise<{ holding: number; waiting: number }> {
    const folder = new FaultLogFolder();
    const clock = new ManualClock();
    const counts = { holding: 0, waiting: 0 };
    const open = folder.open.bind(folder);
    folder.open = async (name) => {
      const file = await open(name);
      return {
        ...file,
        sync: async () => {
          clock.advance(msPerSync(counts.holding + counts.waiting));
          counts.waiting += 1;
          await file.sync();
        },
        syncSync: () => {
          clock.advance(msPerSync(counts.holding + counts.waiting));
          counts.holding += 1;
          file.syncSync();
        },
      };
    };
    const log = await openLog(folder, { clock, segmentBytes: mebibyte });
    for (const lsn of range(1, count)) {
      appendTo(log, lsn);
      await log.synced(lsn);
    }
    // Preparing a segment syncs, too.
    return { holding: counts.holding, waiting: counts.waiting };
  }

  it('holds the event loop for one caller only after 32 fast syncs', async () => {
    expect(await syncsOf(() => 0.2, 250)).toEqual({ holding: 218, waiting: 32 });
  });

  it('goes on holding it after a slow one, and stops for the next 32 after some', async () => {
    const msOf = (slowUntil: number) => (index: number) =>
      index >= 120 && index < slowUntil ? 5 : 0.2;
    expect(await syncsOf(msOf(121), 300)).toEqual({ holding: 268, waiting: 32 });
    expect(await syncsOf(msOf(124), 300)).toEqual({ holding: 91 + 144, waiting: 32 + 33 });
  });

  it('never holds it for a slow disk, nor for callers that are not alone', async () => {
    expect((await syncsOf(() => 3, 250)).holding).toBe(0);
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: mebibyte });
    for (const first of range(0, 149).map((round) => round * 2 + 1)) {
      appendTo(log, first);
      appendTo(log, first + 1);
      let isOther = false;
      setImmediate(() => {
        isOther = true;
      });
      await Promise.all([log.synced(first), log.synced(first + 1)]);
      expect(isOther).toBe(true);
    }
    expect(log.stats().syncCount).toBe(150);
  });
});

describe('closing the log', () => {
  it('syncs what waits, answers those who wait, and takes nothing more', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    const waits = range(1, 10).map((lsn) => {
      appendTo(log, lsn);
      return lsn % 2 === 0 ? log.written(lsn) : log.synced(lsn);
    });
    await Promise.all([log.close(), log.close(), ...waits]);
    expect(() => appendTo(log, 11)).toThrow(expect.objectContaining({ code: 'DatabaseClosed' }));
    expect((await readBack(folder.crash())).lsns).toEqual(range(1, 10));
  });

  it('leaves a log in which nothing was written without a segment in use', async () => {
    const folder = new FaultLogFolder();
    for (const epoch of range(1, 4)) await (await openLog(folder, { epoch })).close();
    const back = await readBack(folder);
    expect([back.lastEpoch, back.end.kind, (await folder.list()).length]).toEqual([0, 'clean', 1]);
  });

  it('must be recovered before it is opened when it was not closed', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    appendTo(log, 1);
    await log.synced(1);
    await expect(openLog(folder.crash(), { nextLsn: 2 })).rejects.toThrow('sealTail');
    const { log: next } = await reopenLog(folder.crash());
    expect(() => appendTo(next, 1)).toThrow('ascend');
    await next.close();
  });
});
