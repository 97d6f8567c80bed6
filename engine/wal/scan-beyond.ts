/*
 * Looks for good records behind a place where the chain broke. There the seed is lost, but not wholly: each record
 * carries its own CRC, which seeds the next. So a record counts as good when it verifies behind the CRC that stands
 * (or ought to stand) in the broken one, or behind that of any record-like bytes that end where it begins. Stale
 * records of a recycled segment also verify behind each other; their numbers give them away, which are too low.
 */
import type { TimeSlicer } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import {
  computePartCrc,
  isPlausiblePart,
  type LogPart,
  partBytes,
  partHeadBytes,
  readPart,
  readSafeInteger,
} from './log-record.ts';
import { recordsOffset } from './log-segment.ts';

export interface BrokenPlace {
  /** The whole segment. */
  readonly bytes: Buffer;
  readonly offset: number;
  /** CRC of the last good record, the seed of the one that is broken. */
  readonly crc: number;
  /** Number of the last good record; only records above it count. */
  readonly lsn: number;
}

export interface RecordsBeyond {
  /** Whole records that verify. */
  readonly count: number;
  readonly firstLsn: number;
  /** Behind the last one; the broken place when there is none. */
  readonly endOffset: number;
  /** One of them knew that the broken place had been on disk. */
  readonly isProofOfDamage: boolean;
}

export async function scanBeyond(place: BrokenPlace, slicer: TimeSlicer): Promise<RecordsBeyond> {
  const scan = new Scan(place);
  while (scan.step()) await slicer.yieldIfDue();
  return scan.found();
}

/** Places that are looked at before the caller may yield. */
const placesPerStep = 4096;

class Scan {
  readonly #bytes: Buffer;
  readonly #brokenOffset: number;
  readonly #lsn: number;
  #seeds: readonly number[];
  #at: number;
  #scannedBytes = 0;
  #count = 0;
  #firstLsn = 0;
  #endOffset: number;
  #isProofOfDamage = false;

  constructor({ bytes, offset, crc, lsn }: BrokenPlace) {
    this.#bytes = bytes;
    this.#brokenOffset = offset;
    this.#endOffset = offset;
    this.#lsn = lsn;
    const first = Math.max(offset, recordsOffset);
    this.#seeds = this.#seedsBehind(first, crc);
    this.#at = offset < recordsOffset ? first : first + 8;
  }

  found(): RecordsBeyond {
    return {
      count: this.#count,
      firstLsn: this.#firstLsn,
      endOffset: this.#endOffset,
      isProofOfDamage: this.#isProofOfDamage,
    };
  }

  /** Goes on for a while; false when the end was reached. */
  step(): boolean {
    const stop = Math.min(this.#bytes.length - partHeadBytes, this.#at + placesPerStep * 8);
    const scannedBefore = this.#scannedBytes;
    while (this.#at <= stop && this.#scannedBytes - scannedBefore < limits.logPartBytesMax) {
      const kind = this.#bytes[this.#at + 16];
      if (kind === 0 || !this.#isCandidate(this.#at)) this.#at += 8;
      else this.#examine();
    }
    if (this.#scannedBytes > limits.logScanBytesMax) {
      // Bytes made to look like records without end. Refusing is the safe side.
      this.#isProofOfDamage = true;
      return false;
    }
    return this.#at <= this.#bytes.length - partHeadBytes;
  }

  #isCandidate(at: number): boolean {
    return (
      isPlausiblePart(this.#bytes, at, this.#bytes.length) &&
      readSafeInteger(this.#bytes, at + 8) >= this.#lsn
    );
  }

  /** Looks at bytes that could be a record: do they verify, or does what follows them? */
  #examine(): void {
    const at = this.#at;
    for (const seed of this.#seeds) {
      const part = this.#read(at, seed);
      if (part !== undefined) {
        this.#follow(at, part);
        return;
      }
    }
    const next = at + partBytes(this.#bytes.readUInt32LE(at + 4));
    if (next + partHeadBytes <= this.#bytes.length && this.#isCandidate(next)) {
      const part = this.#read(next, this.#bytes.readUInt32LE(at));
      if (part !== undefined) {
        this.#follow(next, part);
        return;
      }
    }
    this.#at += 8;
  }

  /** Counts a record that verifies and those that follow it in the chain. */
  #follow(start: number, first: LogPart): void {
    let at = start;
    let seed = first.crc;
    for (let part: LogPart | undefined = first; part !== undefined; part = this.#read(at, seed)) {
      if (part.syncedOffset > this.#brokenOffset) this.#isProofOfDamage = true;
      if (this.#firstLsn === 0) this.#firstLsn = part.lsn;
      if (part.isLast) this.#count += 1;
      at += part.bytes;
      seed = part.crc;
    }
    this.#endOffset = at;
    this.#seeds = this.#seedsBehind(at, seed);
    this.#at = at + 8;
  }

  #read(at: number, seed: number): LogPart | undefined {
    if (at + partHeadBytes > this.#bytes.length || !this.#isCandidate(at)) return undefined;
    this.#scannedBytes += partBytes(this.#bytes.readUInt32LE(at + 4));
    return readPart(this.#bytes, at, this.#bytes.length, seed);
  }

  /** What may seed the record behind a broken one: the CRC that stands in it, or the one that ought to. */
  #seedsBehind(at: number, seed: number): readonly number[] {
    if (at + partHeadBytes > this.#bytes.length) return [seed];
    const stored = this.#bytes.readUInt32LE(at);
    if (!isPlausiblePart(this.#bytes, at, this.#bytes.length)) return [seed, stored];
    return [seed, stored, computePartCrc(this.#bytes, at, seed)];
  }
}
