/*
 * Segments before they are written to. One is prepared ahead, so that a commit rarely waits for a new file; segments
 * that nobody needs any more come back here and are used again, which saves writing their zeros.
 *
 * A segment that comes back loses its header first, and only then gets its new name: whatever a crash leaves behind is
 * either the old segment or an unused one. Sizes shrink with the free space, and grow with the log: the first segment
 * of an opening is a small one, so that a few commits do not cost a large file of zeros.
 */
import { assert } from '../base/assert.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { limits } from '../limits.ts';
import { noSpaceForLog } from './log-failure.ts';
import type { LogFile, LogFolder } from './log-folder.ts';
import { recordsOffset, segmentName } from './log-segment.ts';

/** How much larger each new segment of an opening is than the one before, up to the size that was asked for. */
const segmentGrowth = 4;

/** A file that is ready to become the segment of that number. */
export interface PreparedSegment {
  readonly number: number;
  readonly name: string;
  readonly bytes: number;
}

export interface SegmentSupplyOptions {
  readonly folder: LogFolder;
  readonly segmentBytes: number;
  /** Number of the first segment that will be taken. */
  readonly nextNumber: number;
  /** Unused segments that are there already, numbered from `nextNumber` on. */
  readonly prepared: readonly PreparedSegment[];
}

export class SegmentSupply {
  readonly #folder: LogFolder;
  readonly #segmentBytes: number;
  readonly #queue = new SerialQueue();
  #prepared: PreparedSegment[];
  #nextNumber: number;
  #isPreparing = false;
  /** Size of the next new segment, before the free space has its say. */
  #nextBytes: number;

  constructor(options: SegmentSupplyOptions) {
    this.#folder = options.folder;
    this.#segmentBytes = options.segmentBytes;
    this.#nextBytes = Math.min(options.segmentBytes, limits.logSegmentBytesFirst);
    this.#prepared = [...options.prepared];
    this.#nextNumber = options.nextNumber + this.#prepared.length;
  }

  /** Bytes in segments that are prepared. */
  get bytes(): number {
    return this.#prepared.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Bytes for records in segments that are prepared. */
  get roomBytes(): number {
    return this.bytes - this.#prepared.length * recordsOffset;
  }

  /**
   * Makes sure that so many bytes of records can follow the live segment.
   * @throws AuroraError `DiskFull` when another segment would be needed and cannot be made
   */
  checkSpace(recordBytes: number): void {
    if (recordBytes <= this.roomBytes) return;
    const free = this.#folder.freeBytes();
    assertSpace(free, Math.max(recordBytes, segmentBytesFor(this.#nextBytes, free)));
  }

  /** Prepares a segment in the background unless one is there. */
  prepareAhead(): void {
    if (this.#isPreparing || this.#prepared.length > 0) return;
    this.#isPreparing = true;
    void this.#queue
      .run(async () => {
        if (this.#prepared.length === 0) await (await this.#create(0)).close();
      })
      // What went wrong is told by the attempt that counts: the one when the segment is needed.
      .catch(() => undefined)
      .then(() => {
        this.#isPreparing = false;
      });
  }

  /** The next segment, large enough for that many bytes of records, opened for writing. */
  take(recordBytes: number): Promise<PreparedSegment & { readonly file: LogFile }> {
    return this.#queue.run(async () => {
      const bytesMin = recordsOffset + recordBytes;
      const ahead = this.#prepared[0];
      if (ahead !== undefined && ahead.bytes >= bytesMin) {
        const file = await this.#folder.open(ahead.name, 'write');
        this.#prepared.shift();
        return { ...ahead, file };
      }
      await this.#discardPrepared();
      const file = await this.#create(bytesMin);
      const segment = this.#prepared.shift();
      assert(segment !== undefined, 'a created segment is prepared');
      return { ...segment, file };
    });
  }

  /** Takes a segment back that is no longer needed: uses it again, or removes it. */
  takeBack(segment: { readonly name: string; readonly bytes: number }): Promise<void> {
    return this.#queue.run(async () => {
      const isWanted =
        this.#prepared.length < limits.logSegmentsAheadMax &&
        segment.bytes === segmentBytesFor(this.#segmentBytes, this.#folder.freeBytes());
      const target = segmentName(this.#nextNumber);
      if (isWanted && (await this.#recycle(segment, target))) return;
      // It may stand under either name when renaming failed halfway.
      if (isWanted) await this.#folder.remove(target);
      await this.#folder.remove(segment.name);
    });
  }

  /** False when the disk refused; what is in the segment does not matter any more, so it can still be removed. */
  async #recycle(
    segment: { readonly name: string; readonly bytes: number },
    target: string,
  ): Promise<boolean> {
    try {
      const file = await this.#folder.open(segment.name, 'write');
      try {
        await file.write(new Uint8Array(recordsOffset), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.#folder.rename(segment.name, target);
    } catch {
      return false;
    }
    this.#add(segment.bytes);
    return true;
  }

  /** Resolves when nothing is being prepared. */
  settled(): Promise<void> {
    return this.#queue.drained();
  }

  /** Prepared segments that are too small for what comes. */
  async #discardPrepared(): Promise<void> {
    for (let last = this.#prepared.pop(); last !== undefined; last = this.#prepared.pop()) {
      await this.#folder.remove(last.name);
      this.#nextNumber = last.number;
    }
  }

  async #create(bytesMin: number): Promise<LogFile> {
    const free = this.#folder.freeBytes();
    const bytes = Math.max(bytesMin, segmentBytesFor(this.#nextBytes, free));
    assertSpace(free, bytes);
    this.#nextBytes = Math.min(this.#segmentBytes, this.#nextBytes * segmentGrowth);
    const file = await this.#folder.create(segmentName(this.#nextNumber), bytes);
    this.#add(bytes);
    return file;
  }

  #add(bytes: number): void {
    const number = this.#nextNumber;
    this.#prepared.push({ number, name: segmentName(number), bytes });
    this.#nextNumber += 1;
  }
}

/** As much again stays free: what is in the log still has to go into the database. */
function assertSpace(freeBytes: number, bytes: number): void {
  if (freeBytes < 2 * bytes) throw noSpaceForLog(freeBytes, 2 * bytes);
}

/** Size of a new segment: halved until it takes a small share of what is free. */
function segmentBytesFor(wantedBytes: number, freeBytes: number): number {
  let bytes = wantedBytes;
  while (
    bytes / 2 >= limits.logSegmentBytesMin &&
    bytes * limits.logSegmentFreeShareMin > freeBytes
  ) {
    bytes /= 2;
  }
  return Math.floor(bytes / 8) * 8;
}
