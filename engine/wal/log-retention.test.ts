import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { appendTo, openLog, payloadOf, range, readBack, reopenLog } from '../testing/log-scenes.ts';
import { partBytes } from './log-record.ts';
import { recordsOffset, segmentName } from './log-segment.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

const segmentBytes = recordsOffset + 10 * partBytes(40);
const everything = { bytesMax: 0, retentionMs: 0 };

async function fill(log: WriteAheadLog, from: number, to: number): Promise<void> {
  for (const lsn of range(from, to)) {
    appendTo(log, lsn);
    await log.synced(lsn);
  }
}

async function lsnsFrom(log: WriteAheadLog, from: number): Promise<readonly number[]> {
  const lsns: number[] = [];
  for await (const { lsn } of log.read(from)) lsns.push(lsn);
  return lsns;
}

describe('retiring segments', () => {
  it('gives up whole segments that are applied, and uses their files again', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 55);
    const { bytes } = log.stats();
    await log.retire({ appliedLsn: 34, ...everything });
    expect(log.stats()).toMatchObject({ segmentCount: 3, oldestLsn: 31 });
    const names = (await folder.list()).map(({ name }) => name).sort();
    expect(names).toEqual([4, 5, 6, 7, 8].map(segmentName));
    // One of three was removed; two wait for their next life, with the records of their last one still in them.
    expect(log.stats().bytes).toBe(bytes - 2 * segmentBytes);
    expect(folder.bytesOf(segmentName(8)).includes('record 1')).toBe(true);
    await fill(log, 56, 90);
    expect(await lsnsFrom(log, 31)).toEqual(range(31, 90));
    const back = await readBack(folder.crash(), 34);
    expect([back.lsns, back.end.kind]).toEqual([range(35, 90), 'clean']);
  });

  it('keeps what is within its bytes and its time', async () => {
    const folder = new FaultLogFolder();
    const clock = new ManualClock(1_000);
    const log = await openLog(folder, { segmentBytes, clock });
    await fill(log, 1, 25);
    clock.advance(1_000);
    await fill(log, 26, 35);
    const kept = { appliedLsn: 35, bytesMax: 100 * segmentBytes, retentionMs: 1_500 };
    await log.retire(kept);
    expect(log.stats().oldestLsn).toBe(1);
    clock.advance(1_000);
    await log.retire(kept);
    expect(log.stats().oldestLsn).toBe(21);
    await log.retire({ ...kept, retentionMs: 1_000_000, bytesMax: segmentBytes });
    expect(log.stats().oldestLsn).toBe(31);
  });

  it('never gives up a segment with records that are not applied', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 25);
    await log.retire({ appliedLsn: 9, ...everything });
    expect(log.stats().oldestLsn).toBe(1);
    await log.retire({ appliedLsn: 10, ...everything });
    expect(log.stats().oldestLsn).toBe(11);
  });

  it('removes a segment that the disk does not let it use again', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 15);
    folder.failWrite({ nth: 1, code: 'EIO' });
    await log.retire({ appliedLsn: 15, ...everything });
    expect((await folder.list()).map(({ name }) => name).includes(segmentName(1))).toBe(false);
    await fill(log, 16, 45);
    expect((await readBack(folder.crash(), 15)).lsns).toEqual(range(16, 45));
  });

  it('finds neither records of an earlier life nor harm in them after a crash', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 25);
    await log.retire({ appliedLsn: 25, ...everything });
    await fill(log, 26, 43);
    const { log: next, back } = await reopenLog(folder.crash(), { segmentBytes }, 25);
    expect([back.end.kind, back.lastLsn]).toEqual(['clean', 43]);
    await next.close();
  });
});

describe('reading the log back', () => {
  it('gives records from a number on, up to what is on disk, across epochs', async () => {
    const folder = new FaultLogFolder();
    const first = await openLog(folder, { segmentBytes });
    await fill(first, 1, 25);
    await first.close();
    const log = await openLog(folder, {
      segmentBytes,
      epoch: 7,
      nextLsn: 26,
      syncIntervalMs: 10_000,
    });
    await fill(log, 26, 44);
    appendTo(log, 45);
    await log.written(45);
    const records = [];
    for await (const record of log.read(8)) records.push(record);
    expect(records.map(({ lsn, epoch }) => [lsn, epoch])).toEqual(
      range(8, 44).map((lsn) => [lsn, lsn <= 25 ? 1 : 7]),
    );
    expect(records.every(({ lsn, payload }) => Buffer.compare(payloadOf(lsn), payload) === 0)).toBe(
      true,
    );
    expect(await lsnsFrom(log, 45)).toEqual([]);
    await log.close();
  });

  it('goes on with what is written while it is read', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 5);
    const lsns: number[] = [];
    for await (const { lsn } of log.read(3)) {
      lsns.push(lsn);
      if (lsn < 40) await fill(log, log.lastLsn + 1, log.lastLsn + 2);
    }
    expect(lsns).toEqual(range(3, log.lastLsn));
  });

  it('joins the parts of a long record', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 1024, partBytesMax: 100 });
    appendTo(log, 1, 3_000);
    appendTo(log, 2, 4_000);
    await log.synced(2);
    const records = [];
    for await (const record of log.read(2)) records.push(record);
    expect(records.map(({ payload }) => Buffer.compare(payloadOf(2, 4_000), payload))).toEqual([0]);
  });

  it('says ChangeLogGap for numbers that are gone, and to a reader that paused for too long', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 45);
    const slow = log.read(1);
    expect((await slow.next()).value?.lsn).toBe(1);
    await log.retire({ appliedLsn: 45, ...everything });
    await expect(lsnsFrom(log, 40)).rejects.toMatchObject({
      code: 'ChangeLogGap',
      details: { fromLsn: 40, oldestLsn: 41 },
    });
    const rest = async (): Promise<void> => {
      for (;;) if ((await slow.next()).done === true) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: 'ChangeLogGap' });
  });

  it('says ChangeLogGap across commits that went past the log', async () => {
    const folder = new FaultLogFolder();
    const first = await openLog(folder, { segmentBytes });
    await fill(first, 1, 5);
    await first.close();
    const log = await openLog(folder, { segmentBytes, epoch: 2, nextLsn: 50 });
    await fill(log, 50, 52);
    await expect(lsnsFrom(log, 3)).rejects.toMatchObject({ code: 'ChangeLogGap' });
    await expect(lsnsFrom(log, 20)).rejects.toMatchObject({ code: 'ChangeLogGap' });
    expect(await lsnsFrom(log, 50)).toEqual([50, 51, 52]);
  });

  it('tells a record that does not verify', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes });
    await fill(log, 1, 5);
    folder.bytesOf(segmentName(1))[recordsOffset + 2 * partBytes(40) + 30] = 0;
    await expect(lsnsFrom(log, 1)).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
      details: { segment: segmentName(1), offset: recordsOffset + 2 * partBytes(40) },
    });
  });
});
