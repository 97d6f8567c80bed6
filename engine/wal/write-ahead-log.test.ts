import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../base/scheduler.ts';
import type { AuroraError } from '../errors.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { appendTo, openLog, payloadOf, range, readBack, reopenLog } from '../testing/log-scenes.ts';
import { openLogFolder } from './log-folder.ts';
import { segmentName } from './log-segment.ts';

describe('the log', () => {
  it('gives back on disk what was synced, across segments, closings and epochs', async () => {
    const path = mkdtempSync(join(tmpdir(), 'aurora-wal-'));
    try {
      const folder = openLogFolder(join(path, 'wal'));
      const log = await openLog(folder, { segmentBytes: 4096 });
      for (const lsn of range(1, 100)) {
        appendTo(log, lsn);
        if (lsn % 7 === 0) await log.synced(lsn);
      }
      await log.close();
      const again = await openLog(folder, { segmentBytes: 4096, epoch: 2, nextLsn: 101 });
      for (const lsn of range(101, 150)) appendTo(again, lsn);
      await again.close();
      const back = await readBack(folder);
      expect(back.end).toEqual({ kind: 'clean' });
      expect(back.lsns).toEqual(range(1, 150));
      expect(back.read.map(({ epoch }) => epoch)).toEqual([
        ...range(1, 100).map(() => 1),
        ...range(101, 150).map(() => 2),
      ]);
      expect(back.read.map(({ payload }) => [...payload])).toEqual(
        range(1, 150).map((lsn) => [...payloadOf(lsn)]),
      );
      expect((await readBack(folder, 120)).lsns).toEqual(range(121, 150));
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  });

  it('keeps the kind of a record and joins its chunks', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    log.append({ lsn: 1, kind: 'catalog', payload: [Buffer.from('ab'), Buffer.alloc(0)] });
    log.append({ lsn: 5, kind: 'note', payload: [] });
    log.append({ lsn: 6, kind: 'commit', payload: [Buffer.from('c'), Buffer.from('de')] });
    await log.synced(6);
    const { read } = await readBack(folder.crash());
    expect(read.map(({ lsn, kind, payload }) => [lsn, kind, textOf(payload)])).toEqual([
      [1, 'catalog', 'ab'],
      [5, 'note', ''],
      [6, 'commit', 'cde'],
    ]);
  });

  it('divides a long record, and shows it only whole', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 4096, partBytesMax: 500 });
    appendTo(log, 1);
    appendTo(log, 2, 10_000);
    await log.synced(2);
    const { read } = await readBack(folder.crash());
    expect(read.map(({ payload }) => Buffer.compare(payload, payloadOf(2, 10_000)))).toEqual([
      expect.any(Number),
      0,
    ]);
  });

  it('continues behind a crash with a new epoch, and never finds the dropped records again', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    appendTo(log, 1);
    await log.synced(1);
    appendTo(log, 2, 1_000);
    appendTo(log, 3, 1_000);
    await log.written(3);
    // What was only written reaches the disk in part: the second record does not, the third does.
    const image = folder.crash((_file, _write, sector) => sector > 2);
    const { log: next, back } = await reopenLog(image);
    expect(back.lsns).toEqual([1]);
    const behind = image.bytesOf(segmentName(1)).subarray(back.tail?.offset);
    expect(behind.every((byte) => byte === 0)).toBe(true);
    appendTo(next, 2, 10);
    await next.synced(2);
    const after = await readBack(image.kill());
    expect(after.read.map(({ lsn, epoch }) => [lsn, epoch])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

describe('group commit', () => {
  it('needs one or two syncs for 64 callers of one turn', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    await nextTurn();
    const before = folder.syncCount;
    await Promise.all(
      range(1, 64).map(async (lsn) => {
        appendTo(log, lsn);
        await log.synced(lsn);
      }),
    );
    expect(folder.syncCount - before).toBe(1);
    expect(log.stats().syncCount).toBe(1);
  });

  it('needs one sync for each record of a caller that waits', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    for (const lsn of range(1, 150)) {
      appendTo(log, lsn);
      await log.synced(lsn);
    }
    expect(log.stats().syncCount).toBe(150);
  });

  it('lets everybody who comes while a sync is under way share the next', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    appendTo(log, 1);
    folder.beforeSync = () => held;
    const first = log.synced(1);
    const others: Promise<void>[] = [];
    for (const lsn of range(2, 40)) {
      await nextTurn();
      appendTo(log, lsn);
      others.push(log.synced(lsn));
    }
    expect([log.writtenLsn, log.syncedLsn]).toEqual([1, 0]);
    release();
    await first;
    folder.beforeSync = undefined;
    await Promise.all(others);
    expect(log.stats().syncCount).toBe(2);
  });

  it('answers `written` without a sync, and syncs by itself soon after', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { syncIntervalMs: 300 });
    for (const lsn of range(1, 5)) {
      appendTo(log, lsn);
      await log.written(lsn);
    }
    expect([log.writtenLsn, log.syncedLsn, log.stats().syncCount]).toEqual([5, 0, 0]);
    await expect.poll(() => log.syncedLsn).toBe(5);
    expect((await readBack(folder.crash())).lsns).toEqual(range(1, 5));
  });
});

describe('a log that fails', () => {
  it.each([
    ['a write', 'EIO', 'StorageFailure'],
    ['a write', 'ENOSPC', 'DiskFull'],
    ['a sync', 'EIO', 'StorageFailure'],
    ['a sync', 'ENOSPC', 'DiskFull'],
  ] as const)(
    'after %s with %s tells everybody %s, once, and does nothing more',
    async (what, code, expected) => {
      const folder = new FaultLogFolder();
      const failures: AuroraError[] = [];
      const log = await openLog(folder, { onFailure: (error) => failures.push(error) });
      appendTo(log, 1);
      await log.synced(1);
      if (what === 'a write') folder.failWrite({ nth: 1, code, partialBytes: 30 });
      else folder.failSync({ nth: 1, code });
      const outcomes = await Promise.allSettled(
        range(2, 5).map((lsn) => {
          appendTo(log, lsn);
          return log.synced(lsn);
        }),
      );
      expect(outcomes).toEqual(
        range(2, 5).map(() => ({
          status: 'rejected',
          reason: expect.objectContaining({ code: expected }),
        })),
      );
      expect(failures.map((error) => error.code)).toEqual([expected]);
      expect(() => appendTo(log, 6)).toThrow(expect.objectContaining({ code: expected }));
      const { writeCount, syncCount } = folder;
      await log.close();
      expect([folder.writeCount, folder.syncCount, log.syncedLsn]).toEqual([
        writeCount,
        syncCount,
        1,
      ]);
      expect((await readBack(folder.crash())).lsns).toEqual([1]);
      expect(failures).toHaveLength(1);
    },
  );
});

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString();
}
