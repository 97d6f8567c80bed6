/*
 * Every byte of the log: one of 200 records, cut at every offset and with a bit turned at every offset. What is read
 * must be the longest good prefix, and what is missing must be told. WAL_BYTES=all turns all eight bits of each byte
 * and takes every offset (`npm run test:long -- wal-bytes`); without it every eleventh offset is taken, beginning with
 * another one each time; WAL_BYTES_START says with which.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import {
  appendTo,
  openLog,
  payloadOf,
  type ReadBack,
  range,
  readBack,
} from '../testing/log-scenes.ts';
import { partBytes } from './log-record.ts';
import { recordsOffset, segmentName } from './log-segment.ts';

const isWhole = process.env['WAL_BYTES'] === 'all';
const stride = isWhole ? 1 : 11;
const start = Number(process.env['WAL_BYTES_START'] ?? Math.floor(Math.random() * stride));
const recordCount = 200;
const recordLength = partBytes(20);
const timeoutMs = isWhole ? 3_600_000 : 240_000;

/** Fault to one file of a log, and what the reading of it must be. */
interface Case {
  readonly title: string;
  readonly folder: FaultLogFolder;
  /** Whole records before the fault. */
  readonly good: number;
  readonly ends: readonly string[];
}

const logs: Record<'open' | 'closed', { folder: FaultLogFolder; perSegment: number }> = {
  open: { folder: new FaultLogFolder(), perSegment: 0 },
  closed: { folder: new FaultLogFolder(), perSegment: 0 },
};

/** Three segments, each record on disk before the next is written. */
beforeAll(async () => {
  const folder = new FaultLogFolder();
  const perSegment = 80;
  const segmentBytes = recordsOffset + perSegment * recordLength;
  const log = await openLog(folder, { segmentBytes });
  for (const lsn of range(1, recordCount)) {
    appendTo(log, lsn, 20);
    await log.synced(lsn);
  }
  // The file behind the last segment is prepared for later, and the third has room for 40 more records.
  logs.open = { folder: folder.crash(), perSegment };
  await log.close();
  logs.closed = { folder: folder.crash(), perSegment };
});

function* offsetsOf(bytes: Buffer): Generator<number> {
  for (let offset = start; offset < bytes.length; offset += stride) yield offset;
}

function withFile(folder: FaultLogFolder, name: string, bytes: Buffer): FaultLogFolder {
  const image = folder.kill();
  image.put(name, bytes);
  return image;
}

/** Records that are whole when everything in the segment from the offset on is lost. */
function goodBefore(number: number, offset: number, perSegment: number): number {
  const inSegment = Math.max(0, Math.floor((offset - recordsOffset) / recordLength));
  return Math.min(recordCount, (number - 1) * perSegment + Math.min(inSegment, perSegment));
}

function* cuts(state: 'open' | 'closed', number: number): Generator<Case> {
  const { folder, perSegment } = logs[state];
  const name = segmentName(number);
  const bytes = folder.bytesOf(name);
  const used = recordsOffset + (number === 3 ? 40 : perSegment) * recordLength;
  for (const offset of offsetsOf(bytes)) {
    const isNeeded = number < 3 || state === 'closed';
    // An empty last file is one that was being made; a sealed segment tells what is in it, whatever its size.
    const isSound = offset === 0 ? number === 3 : isNeeded && offset >= used;
    yield {
      title: `${state}: ${name} cut at ${offset}`,
      folder: withFile(folder, name, bytes.subarray(0, offset)),
      good: isSound && offset > 0 ? recordCount : goodBefore(number, offset, perSegment),
      ends: isSound ? ['clean'] : ['damaged'],
    };
  }
}

function* flips(state: 'open' | 'closed', number: number): Generator<Case> {
  const { folder, perSegment } = logs[state];
  const name = segmentName(number);
  const bytes = folder.bytesOf(name);
  const used = recordsOffset + (number === 3 ? 40 : perSegment) * recordLength;
  for (const offset of offsetsOf(bytes)) {
    const bits = isWhole ? range(0, 7) : [offset % 8];
    for (const bit of bits) {
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ (1 << bit);
      const image = withFile(folder, name, changed);
      const title = `${state}: ${name} bit ${bit} of byte ${offset} turned`;
      const isHarmless = (offset >= 64 && offset < recordsOffset) || offset >= used;
      const isLastRecord = number === 3 && offset >= used - recordLength;
      const mayBeTorn = state === 'open' && number === 3 && isLastRecord;
      yield isHarmless
        ? {
            title,
            folder: image,
            good: recordCount,
            ends: mayBeTorn ? ['clean', 'torn'] : ['clean'],
          }
        : {
            title,
            folder: image,
            good: goodBefore(number, offset, perSegment),
            ends: mayBeTorn ? ['torn'] : ['damaged'],
          };
    }
  }
}

/** What is wrong with a reading; nothing when all is as it must be. */
function complaintAbout({ title, good, ends }: Case, back: ReadBack): string | undefined {
  const { end, lsns, read } = back;
  const isPrefix = lsns.every((lsn, index) => lsn === index + 1);
  const isRight = read.every(
    ({ lsn, payload }) => Buffer.compare(payload, payloadOf(lsn, 20)) === 0,
  );
  const told = `${title}: ${lsns.length} of ${good} records, ${JSON.stringify(end)}`;
  if (!isPrefix || !isRight) return `wrong data: ${told}`;
  if (lsns.length !== good || !ends.includes(end.kind)) return `not as it must be: ${told}`;
  if (end.kind !== 'damaged') return undefined;
  return end.lastGoodLsn === good ? undefined : `wrong report: ${told}`;
}

/** Reads some hundred logs at once, since each waits for its turns. */
async function complaintsAbout(cases: Iterable<Case>): Promise<readonly string[]> {
  const complaints: string[] = [];
  let some: Promise<string | undefined>[] = [];
  const settle = async (): Promise<void> => {
    for (const complaint of await Promise.all(some)) {
      if (complaint !== undefined) complaints.push(complaint);
    }
    some = [];
  };
  for (const one of cases) {
    some.push(readBack(one.folder).then((back) => complaintAbout(one, back)));
    if (some.length >= 200) await settle();
  }
  await settle();
  return complaints.slice(0, 10);
}

describe(`every byte of the log, ${start} and then each ${stride} further (WAL_BYTES_START=${start})`, () => {
  for (const state of ['open', 'closed'] as const) {
    for (const number of [1, 2, 3]) {
      it(
        `reads the good prefix of a log left ${state} when segment ${number} is cut anywhere`,
        async () => expect(await complaintsAbout(cuts(state, number))).toEqual([]),
        timeoutMs,
      );
      it(
        `reads the good prefix of a log left ${state} when a bit of segment ${number} turns`,
        async () => expect(await complaintsAbout(flips(state, number))).toEqual([]),
        timeoutMs,
      );
    }
  }
});
