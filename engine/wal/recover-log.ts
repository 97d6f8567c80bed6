/*
 * Reads the log after a crash, or before one is ruled out. It begins in the last segment that holds everything above
 * `afterLsn`, walks the chain, hands each whole record on, and tells how the log ends:
 *
 *   clean    behind the last record nothing was written, or the log was sealed there
 *   torn     a write did not end; what it wrote was never acknowledged as synced, and is dropped
 *   damaged  records that were on disk have been lost: a later record, seal or segment proves that they were there
 *
 * What tells torn from damaged is a witness. A power cut may keep the end of an unsynced write and lose its beginning,
 * so good records behind a bad place prove nothing by themselves; but every record says how much of its segment had
 * been synced before it was written, and segments are sealed and synced before the next begins. Nothing is skipped:
 * records behind a damaged place are counted, not handed on.
 */
import type { Clock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import { LogChain } from './log-chain.ts';
import { logFailure } from './log-failure.ts';
import type { LogFolder } from './log-folder.ts';
import {
  isPlausiblePart,
  type LogPart,
  type LogRecord,
  partBytes,
  partHeadBytes,
  readSafeInteger,
} from './log-record.ts';
import type { LogEnd, LogRecovery, LogTail } from './log-recovery.ts';
import { headerCrcOffset, recordsOffset, segmentName } from './log-segment.ts';
import { type RecordsBeyond, scanBeyond } from './scan-beyond.ts';
import { SegmentCursor } from './segment-cursor.ts';
import { readSegmentHeads, type SegmentHead, type UsedSegment } from './segment-heads.ts';

export interface RecoverLogOptions {
  readonly databaseId: string;
  /** Records up to this number are in the database already. */
  readonly afterLsn: number;
  /**
   * Payloads may be kept. Commits may be handed on before they are on disk; a change of the catalog is on disk then, with
   * all that stands before it.
   */
  readonly onRecord: (record: LogRecord) => Promise<void> | undefined;
  readonly clock: Clock;
  /** Nothing may be changed or synced: what is handed on need not be on disk after the end of a process. */
  readonly isReadOnly?: boolean;
}

/**
 * Reads every record above `afterLsn` in order and hands it on; what was handed on is on disk when it resolves. Bad bytes
 * are told in the report, never thrown.
 * @throws AuroraError `FormatTooNew` for a segment of a newer version, `DatabaseCorrupt` for one of another database,
 * `StorageFailure` when the log cannot be read or synced
 */
export async function recoverLog(
  folder: LogFolder,
  options: RecoverLogOptions,
): Promise<LogRecovery> {
  const heads = await readSegmentHeads(folder, options.databaseId);
  const last = heads.findLast((head) => head.kind === 'used');
  if (last === undefined || last.seal !== undefined || options.isReadOnly === true) {
    return new Recovery(folder, options, heads).run();
  }
  // The disk may take as long as all the reading.
  const synced = syncFile(folder, last.name);
  const onRecord: RecoverLogOptions['onRecord'] = (record) =>
    record.kind === 'catalog'
      ? synced.then(() => options.onRecord(record))
      : options.onRecord(record);
  const [found] = await bothEnded(
    new Recovery(folder, { ...options, onRecord }, heads).run(),
    synced,
  );
  return found;
}

/** As `Promise.all`, but it does not end before both have. */
async function bothEnded<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<[First, Second]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** After the end of a process the system may still keep what it wrote in memory only. Other segments are on disk. */
async function syncFile(folder: LogFolder, name: string): Promise<void> {
  try {
    const file = await folder.open(name, 'write');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw logFailure(error);
  }
}

class Recovery {
  readonly #folder: LogFolder;
  readonly #options: RecoverLogOptions;
  readonly #heads: readonly SegmentHead[];
  readonly #used: readonly UsedSegment[];
  readonly #slicer: TimeSlicer;
  #chain = new LogChain(0);
  /** Behind the last good part. */
  #offset = 0;
  #crc = 0;
  #partCount = 0;
  #records = 0;
  #tail: Omit<LogTail, 'isFollowedByZeros'> | undefined;
  /** True when nothing but zeros stands behind the last good part. */
  #isFollowedByZeros = false;
  /** Good parts behind the tail, of a record that did not come to its end. */
  #openBytes = 0;

  constructor(folder: LogFolder, options: RecoverLogOptions, heads: readonly SegmentHead[]) {
    this.#folder = folder;
    this.#options = options;
    this.#heads = heads;
    this.#used = heads.filter((head) => head.kind === 'used');
    this.#slicer = new TimeSlicer(options.clock);
  }

  async run(): Promise<LogRecovery> {
    const end = await this.#walk();
    const tail = this.#tail;
    const isFollowedByZeros = this.#isFollowedByZeros && this.#openBytes === 0;
    return {
      records: this.#records,
      lastLsn: this.#chain.wholeLsn,
      lastEpoch: this.#used.reduce((epoch, { header }) => Math.max(epoch, header.epoch), 0),
      end,
      tail: tail && { ...tail, isFollowedByZeros },
      behind: this.#heads
        .filter(({ kind, number }) => kind !== 'unused' && number > (tail?.number ?? 0))
        .map(({ name }) => name),
    };
  }

  async #walk(): Promise<LogEnd> {
    const { afterLsn } = this.#options;
    const startIndex = this.#used.findLastIndex(({ header }) => header.previousLsn <= afterLsn);
    const [oldest] = this.#used;
    if (oldest === undefined) return this.#endBehind(undefined);
    if (startIndex < 0) {
      const missing = `records ${afterLsn + 1} to ${oldest.header.previousLsn} are missing`;
      return this.#damaged(oldest, 0, missing);
    }
    let last: UsedSegment | undefined;
    for (const segment of this.#used.slice(startIndex)) {
      if (last === undefined) {
        this.#chain = new LogChain(segment.header.previousLsn);
      } else if (segment.number !== last.number + 1) {
        const name = segmentName(last.number + 1);
        const reason = `segment ${name} is missing or has lost its header`;
        return this.#damaged({ name, number: last.number + 1 }, 0, reason);
      } else if (!this.#continues(segment)) {
        const reason = `segment ${segment.name} continues from other records than those that stand here`;
        return this.#damaged(last, this.#offset, reason);
      }
      await this.#walkSegment(segment);
      last = segment;
    }
    return this.#endBehind(last);
  }

  #continues({ header }: UsedSegment): boolean {
    return header.previousCrc === this.#crc && header.previousLsn === this.#chain.lsn;
  }

  async #walkSegment(segment: UsedSegment): Promise<void> {
    const { header, seal } = segment;
    this.#offset = recordsOffset;
    this.#crc = header.crc;
    this.#partCount = 0;
    if (!this.#chain.isOpen) this.#setTail(segment);
    const file = await this.#folder.open(segment.name, 'read');
    try {
      const cursor = new SegmentCursor(file, header.crc, () => seal?.endOffset ?? segment.bytes);
      for (;;) {
        const part = cursor.nextInMemory() ?? (await cursor.next());
        if (part === undefined || !this.#chain.add(part)) return;
        this.#offset = cursor.offset;
        this.#crc = cursor.crc;
        this.#partCount += 1;
        this.#openBytes += part.bytes;
        // Waiting for nothing would cost as much as reading the record.
        if (part.isLast) {
          const taken = this.#recordRead(segment, part);
          if (taken !== undefined) await taken;
        }
        if (this.#slicer.isDue) await this.#slicer.yieldIfDue();
      }
    } finally {
      await file.close();
    }
  }

  #recordRead(segment: UsedSegment, { lsn, kind }: LogPart): Promise<void> | undefined {
    this.#setTail(segment);
    if (lsn <= this.#options.afterLsn) return undefined;
    const { epoch } = segment.header;
    this.#records += 1;
    return this.#options.onRecord({ lsn, epoch, kind, payload: this.#chain.payload() });
  }

  #setTail({ number, name, header, seal }: UsedSegment): void {
    this.#openBytes = 0;
    this.#tail = {
      number,
      segment: name,
      headerCrc: header.crc,
      offset: this.#offset,
      crc: this.#crc,
      lsn: this.#chain.wholeLsn,
      partCount: this.#partCount,
      isSealed: seal?.endOffset === this.#offset,
    };
  }

  /** How the log ends behind the last segment in use. */
  async #endBehind(last: UsedSegment | undefined): Promise<LogEnd> {
    if (last?.seal !== undefined && last.seal.lastCrc !== this.#crc) {
      const reason = `the segment was sealed behind record ${last.seal.lastLsn}, which does not stand here any more`;
      return this.#damaged(last, this.#offset, reason);
    }
    const rest = last === undefined || last.seal !== undefined ? undefined : await this.#rest(last);
    if (last !== undefined && rest?.isProofOfDamage === true) {
      return this.#damaged(last, this.#offset, 'a record does not verify that was on disk', rest);
    }
    if (last !== undefined && last.seal === undefined && last.bytes < last.header.bytes) {
      const reason = `the file has been cut to ${last.bytes} of ${last.header.bytes} bytes`;
      return this.#damaged(last, this.#offset, reason, rest);
    }
    const next = this.#heads.find((head) => head.number > (last?.number ?? 0));
    if (next !== undefined) {
      const beyond = await this.#scan(next, 0);
      const isCut = next.kind === 'bad' && next.bytes < recordsOffset;
      if (beyond.isProofOfDamage || isCut) {
        return this.#damaged(next, 0, 'the segment has lost its header', beyond);
      }
    }
    const bytesDropped = this.#openBytes + (rest === undefined ? 0 : rest.endOffset - this.#offset);
    if (this.#tail !== undefined && bytesDropped > 0) {
      const { segment, offset } = this.#tail;
      return { kind: 'torn', segment, offset, bytesDropped };
    }
    if (next?.kind !== 'bad') return { kind: 'clean' };
    return { kind: 'torn', segment: next.name, offset: 0, bytesDropped: next.bytes };
  }

  /** What stands behind the last good record of an unsealed segment: nothing, or what was torn. */
  async #rest(segment: UsedSegment): Promise<RecordsBeyond> {
    const offset = this.#offset;
    if (await this.#isZeroFrom(segment.name, offset)) {
      this.#isFollowedByZeros = true;
      return { count: 0, firstLsn: 0, endOffset: offset, isProofOfDamage: false };
    }
    const bytes = await this.#readAll(segment.name);
    const beyond = await scanBeyond(
      { bytes, offset, crc: this.#crc, lsn: this.#chain.lsn },
      this.#slicer,
    );
    const head = bytes.subarray(offset, offset + partHeadBytes);
    if (beyond.count > 0 || head.every((byte) => byte === 0)) return beyond;
    return { ...beyond, endOffset: endOfGarbage(bytes, offset, this.#chain.lsn) };
  }

  /** Counts what verifies in a segment, behind an offset or from its beginning. */
  async #scan(head: SegmentHead, offset: number): Promise<RecordsBeyond> {
    const bytes = await this.#readAll(head.name);
    const isWhole = bytes.length >= recordsOffset;
    // The header's own CRC may be good also when the rest of it is not.
    const headerCrc = isWhole ? bytes.readUInt32LE(headerCrcOffset) : 0;
    const crc = offset === 0 ? headerCrc : this.#crc;
    return scanBeyond({ bytes, offset, crc, lsn: this.#chain.lsn }, this.#slicer);
  }

  /** Reports damage, with what still verifies behind it. */
  async #damaged(
    place: { readonly name: string; readonly number: number },
    offset: number,
    reason: string,
    rest?: RecordsBeyond,
  ): Promise<LogEnd> {
    let recordsBeyond = 0;
    let firstLsnBeyond = 0;
    for (const head of this.#heads) {
      if (head.number < place.number) continue;
      const isPlace = head.number === place.number;
      const beyond =
        isPlace && rest !== undefined ? rest : await this.#scan(head, isPlace ? offset : 0);
      recordsBeyond += beyond.count;
      firstLsnBeyond ||= beyond.firstLsn;
    }
    return {
      kind: 'damaged',
      segment: place.name,
      offset,
      lastGoodLsn: this.#chain.wholeLsn,
      recordsBeyond,
      firstLsnBeyond,
      reason,
    };
  }

  /** True when nothing was ever written behind an offset: the usual case, told without keeping what is read. */
  async #isZeroFrom(name: string, offset: number): Promise<boolean> {
    const file = await this.#folder.open(name, 'read');
    try {
      const chunk = Buffer.allocUnsafeSlow(limits.logReadBytes);
      const zeros = Buffer.alloc(limits.logReadBytes);
      for (let at = offset; at < file.bytes; ) {
        const count = await file.read(chunk, at);
        if (count === 0) return true;
        if (chunk.compare(zeros, 0, count, 0, count) !== 0) return false;
        at += count;
      }
      return true;
    } finally {
      await file.close();
    }
  }

  async #readAll(name: string): Promise<Buffer> {
    const file = await this.#folder.open(name, 'read');
    try {
      const bytes = Buffer.allocUnsafeSlow(file.bytes);
      return bytes.subarray(0, await file.read(bytes, 0));
    } finally {
      await file.close();
    }
  }
}

/** Where a record that does not verify ends by its own account; else where the last byte stands that is not zero. */
function endOfGarbage(bytes: Buffer, offset: number, lsn: number): number {
  if (isPlausiblePart(bytes, offset, bytes.length) && readSafeInteger(bytes, offset + 8) >= lsn) {
    return offset + partBytes(bytes.readUInt32LE(offset + 4));
  }
  let end = bytes.length;
  while (end > offset && bytes[end - 1] === 0) end -= 1;
  return end;
}
