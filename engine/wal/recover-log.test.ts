import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { appendTo, openLog, payloadOf, range, readBack, reopenLog } from '../testing/log-scenes.ts';
import { partBytes } from './log-record.ts';
import { recordsOffset, segmentName } from './log-segment.ts';
import { recoverLog } from './recover-log.ts';
import { sealTail } from './seal-tail.ts';

const length = partBytes(40);

/** A folder as a power cut leaves it, with so many records, each synced, ten in a segment. */
async function crashedLog(count: number): Promise<FaultLogFolder> {
  const folder = new FaultLogFolder();
  const log = await openLog(folder, { segmentBytes: recordsOffset + 10 * length });
  for (const lsn of range(1, count)) {
    appendTo(log, lsn);
    await log.synced(lsn);
  }
  return folder.crash();
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

function change(folder: FaultLogFolder, name: string, at: number, bytes: Uint8Array): void {
  const changed = Buffer.from(folder.bytesOf(name));
  changed.set(bytes, at);
  folder.put(name, changed);
}

const damage = Buffer.from('damage!!');
const place = (record: number): number => recordsOffset + record * length + 24;

describe('recovery', () => {
  it('finds an empty folder clean', async () => {
    const back = await readBack(new FaultLogFolder());
    expect(back).toMatchObject({ records: 0, lastLsn: 0, lastEpoch: 0, end: { kind: 'clean' } });
    expect(back.tail).toBeUndefined();
  });

  it('hands on what follows a number, and reads no segment before it', async () => {
    const folder = await crashedLog(35);
    change(folder, segmentName(1), place(3), damage);
    const back = await readBack(folder, 20);
    expect([back.lsns, back.records, back.lastLsn]).toEqual([range(21, 35), 15, 35]);
    expect(back.end).toEqual({ kind: 'clean' });
  });

  it('waits for each record to be taken, and keeps its payloads valid', async () => {
    const folder = await crashedLog(25);
    const payloads: Uint8Array[] = [];
    let taking = 0;
    await recoverLog(folder, {
      databaseId: '018f0000-0000-7000-8000-0000000000aa',
      afterLsn: 0,
      clock: systemClock,
      onRecord: async ({ payload }) => {
        taking += 1;
        expect(taking).toBe(1);
        await Promise.resolve();
        payloads.push(payload);
        taking -= 1;
      },
    });
    expect(payloads.map((payload) => [...payload])).toEqual(
      range(1, 25).map((lsn) => [...payloadOf(lsn)]),
    );
  });

  it('reads commits while the disk syncs them, hands a change of the catalog on after that, and ends after it', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    for (const lsn of range(1, 5)) appendTo(log, lsn);
    log.append({ lsn: 6, kind: 'catalog', payload: [payloadOf(6)] });
    appendTo(log, 7);
    await log.synced(7);
    const crashed = folder.crash();
    let letGo = (): void => undefined;
    crashed.beforeSync = () => {
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return held;
    };
    const seen: number[] = [];
    let isEnded = false;
    const recovered = recoverLog(crashed, {
      databaseId: '018f0000-0000-7000-8000-0000000000aa',
      afterLsn: 0,
      clock: systemClock,
      onRecord: async ({ lsn }) => {
        seen.push(lsn);
      },
    }).finally(() => {
      isEnded = true;
    });
    await someTurns();
    expect([seen, isEnded]).toEqual([range(1, 5), false]);
    letGo();
    await recovered;
    expect(seen).toEqual(range(1, 7));
  });

  it('fails with the disk, after all that it reads', async () => {
    const folder = await crashedLog(15);
    folder.failSync({ nth: 1, code: 'EIO' });
    await expect(readBack(folder)).rejects.toMatchObject({ code: 'StorageFailure' });
  });

  it('works in time slices', async () => {
    const folder = await crashedLog(30);
    const clock = new ManualClock();
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    const turnsOf = async (msPerRecord: number): Promise<number> => {
      turns = 0;
      isOver = false;
      setImmediate(turn);
      await recoverLog(folder, {
        databaseId: '018f0000-0000-7000-8000-0000000000aa',
        afterLsn: 0,
        clock,
        onRecord: () => {
          clock.advance(msPerRecord);
          return undefined;
        },
      });
      isOver = true;
      await new Promise((resolve) => setImmediate(resolve));
      return turns;
    };
    const atOnce = await turnsOf(0);
    expect((await turnsOf(10)) - atOnce).toBeGreaterThanOrEqual(25);
  });

  it('calls a write that did not end torn, also when its end reached the disk without its beginning', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    appendTo(log, 1, 1000);
    await log.synced(1);
    for (const lsn of range(2, 6)) appendTo(log, lsn, 1000);
    await log.written(6);
    const firstSector = Math.floor((recordsOffset + partBytes(1000)) / 512);
    const image = folder.crash((_file, _write, sector) => sector > firstSector + 1);
    const back = await readBack(image);
    expect(back.lsns).toEqual([1]);
    expect(back.end).toEqual({
      kind: 'torn',
      segment: segmentName(1),
      offset: recordsOffset + partBytes(1000),
      bytesDropped: 5 * partBytes(1000),
    });
  });

  /*
   * Found by the random lives: a segment was sealed while its last records were not on disk. The power cut kept the
   * sector with the seal and lost theirs, and what nobody had been promised was reported as damage.
   */
  it('does not call it damage when a power cut keeps a seal and loses records that nobody was promised', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 4096, syncIntervalMs: 10_000 });
    for (const lsn of range(1, 3)) appendTo(log, lsn, 1000);
    await log.written(3);
    const images: FaultLogFolder[] = [];
    folder.beforeSync = async () => {
      images.push(folder.crash((_file, _write, sector) => sector === 0));
    };
    appendTo(log, 4, 1000);
    await log.synced(4);
    const ends = await Promise.all(images.map(async (image) => (await readBack(image)).end.kind));
    expect([ends.length >= 2, ends.includes('damaged')]).toEqual([true, false]);
  });

  it('calls it damage when a record that was on disk does not verify, and says what is behind', async () => {
    const folder = await crashedLog(35);
    change(folder, segmentName(2), place(4), damage);
    const back = await readBack(folder);
    expect(back.lsns).toEqual(range(1, 14));
    expect(back.end).toEqual({
      kind: 'damaged',
      segment: segmentName(2),
      offset: recordsOffset + 4 * length,
      lastGoodLsn: 14,
      recordsBeyond: 20,
      firstLsnBeyond: 16,
      reason: expect.stringContaining('continues from other records'),
    });
  });

  it('counts the records behind several damaged places, also in the last segment', async () => {
    const folder = await crashedLog(9);
    change(folder, segmentName(1), place(2), damage);
    change(folder, segmentName(1), place(5), damage);
    const back = await readBack(folder);
    expect(back.lsns).toEqual([1, 2]);
    expect(back.end).toMatchObject({ kind: 'damaged', recordsBeyond: 5, firstLsnBeyond: 4 });
  });

  it('notices that records at the end of a closed log are gone', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    for (const lsn of range(1, 5)) appendTo(log, lsn);
    await log.close();
    change(folder, segmentName(1), recordsOffset + 3 * length, Buffer.alloc(2 * length));
    expect((await readBack(folder)).end).toMatchObject({
      kind: 'damaged',
      lastGoodLsn: 3,
      recordsBeyond: 0,
      reason: expect.stringContaining('sealed behind record 5'),
    });
  });

  it('notices a missing segment in the middle, and one whose records are needed at the beginning', async () => {
    const middle = await crashedLog(45);
    await middle.remove(segmentName(3));
    expect((await readBack(middle)).end).toMatchObject({
      kind: 'damaged',
      segment: segmentName(3),
      lastGoodLsn: 20,
      recordsBeyond: 15,
      firstLsnBeyond: 31,
    });
    const beginning = await crashedLog(45);
    await beginning.remove(segmentName(1));
    expect((await readBack(beginning, 5)).end).toMatchObject({
      kind: 'damaged',
      reason: 'records 6 to 10 are missing',
      recordsBeyond: 35,
    });
    expect((await readBack(beginning, 10)).end).toEqual({ kind: 'clean' });
  });

  it('notices segments under each other’s names', async () => {
    const folder = await crashedLog(45);
    const [second, third] = [2, 3].map((number) =>
      Buffer.from(folder.bytesOf(segmentName(number))),
    );
    folder.put(segmentName(2), third ?? Buffer.alloc(0));
    folder.put(segmentName(3), second ?? Buffer.alloc(0));
    const back = await readBack(folder);
    expect(back.lsns).toEqual(range(1, 10));
    expect(back.end).toMatchObject({ kind: 'damaged', segment: segmentName(2) });
  });

  it('notices that the last segment has lost its header', async () => {
    const folder = await crashedLog(35);
    change(folder, segmentName(4), 0, Buffer.alloc(64));
    expect((await readBack(folder)).end).toMatchObject({
      kind: 'damaged',
      segment: segmentName(4),
      lastGoodLsn: 30,
      recordsBeyond: 4,
    });
  });

  it('refuses a segment of another database and one of a newer version, by name', async () => {
    const folder = await crashedLog(15);
    const options = { afterLsn: 0, clock: systemClock, onRecord: () => undefined };
    await expect(
      recoverLog(folder, { ...options, databaseId: '018f0000-0000-7000-8000-0000000000bb' }),
    ).rejects.toMatchObject({ code: 'DatabaseCorrupt', details: { segment: segmentName(1) } });
    const { crc32 } = await import('node:zlib');
    const header = Buffer.from(folder.bytesOf(segmentName(2)).subarray(0, 64));
    header.writeUInt32LE(2, 8);
    header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
    change(folder, segmentName(2), 0, header);
    await expect(readBack(folder)).rejects.toMatchObject({
      code: 'FormatTooNew',
      details: { segment: segmentName(2), format: 2 },
    });
  });

  it('does not take bytes inside a payload for records', async () => {
    const other = await crashedLog(9);
    const inner = Buffer.from(other.bytesOf(segmentName(1)));
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    appendTo(log, 1);
    await log.synced(1);
    log.append({ lsn: 2, kind: 'commit', payload: [inner] });
    await log.synced(2);
    const image = folder.crash();
    change(image, segmentName(1), recordsOffset + length, damage);
    expect((await readBack(image)).lsns).toEqual([1]);
  });

  it('syncs what the end of a process has left in memory before it hands it on', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { syncIntervalMs: 10_000 });
    for (const lsn of range(1, 5)) appendTo(log, lsn);
    await log.written(5);
    const image = folder.kill();
    expect((await readBack(image)).lsns).toEqual(range(1, 5));
    expect((await readBack(image.crash())).lsns).toEqual(range(1, 5));
  });
});

describe('sealing the tail', () => {
  it('removes a record that came without its end, in all segments that hold its parts', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder, { segmentBytes: 1024, partBytesMax: 300 });
    appendTo(log, 1);
    await log.synced(1);
    appendTo(log, 2, 5000);
    await log.synced(2);
    const image = folder.crash();
    expect((await readBack(image)).lsns).toEqual([1, 2]);
    for (const { name } of await image.list()) {
      if (name > segmentName(5)) await image.remove(name);
    }
    const { log: next, back } = await reopenLog(image);
    expect([back.lsns, back.end.kind]).toEqual([[1], 'torn']);
    appendTo(next, 2, 10);
    await next.close();
    const again = await readBack(image);
    expect([again.lsns, again.end.kind]).toEqual([[1, 2], 'clean']);
    expect(again.read[1]?.payload).toHaveLength(10);
  });

  it('leaves a log that was closed as it is', async () => {
    const folder = new FaultLogFolder();
    const log = await openLog(folder);
    appendTo(log, 1);
    await log.close();
    const { writeCount, syncCount } = folder;
    const back = await readBack(folder);
    await sealTail(folder, back, systemClock);
    expect([folder.writeCount, folder.syncCount]).toEqual([writeCount, syncCount]);
  });

  it('leaves a prepared segment for the next writer', async () => {
    const folder = await crashedLog(15);
    const prepared = segmentName(3);
    expect(folder.bytesOf(prepared).every((byte) => byte === 0)).toBe(true);
    await sealTail(folder, await readBack(folder), systemClock);
    expect((await folder.list()).map(({ name }) => name)).toContain(prepared);
    const { log, back } = await reopenLog(folder);
    appendTo(log, 16);
    await log.synced(16);
    expect(back.lsns).toEqual(range(1, 15));
    expect((await readBack(folder.crash())).lsns).toEqual(range(1, 16));
  });

  it('refuses to cut a damaged log', async () => {
    const folder = await crashedLog(9);
    change(folder, segmentName(1), place(2), damage);
    const back = await readBack(folder);
    await expect(sealTail(folder, back, systemClock)).rejects.toThrow('a damaged log is not cut');
  });
});
