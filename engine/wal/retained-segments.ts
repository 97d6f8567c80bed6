/*
 * The sealed segments that are still kept, oldest first: for recovery until their records are in the database, for
 * readers of the change log as long as retention wants. A segment that is being read at this moment is not taken away;
 * a reader that pauses between two reads has no claim on it and learns with `ChangeLogGap` that it came too late.
 */
import { AuroraError } from '../errors.ts';

/** Which numbers a segment takes up. */
export interface SegmentSpan {
  readonly number: number;
  readonly name: string;
  /** Last number before the segment; more than one below `firstLsn` when commits went past the log. */
  readonly previousLsn: number;
  readonly firstLsn: number;
}

export interface RetainedSegment extends SegmentSpan {
  readonly bytes: number;
  readonly lastLsn: number;
  readonly lastCrc: number;
  readonly sealedAtMs: number;
}

export interface Retention {
  /** Everything up to this number is flushed in the database. */
  readonly appliedLsn: number;
  /** What the log may take on disk. */
  readonly bytesMax: number;
  /** How long a sealed segment is kept. */
  readonly retentionMs: number;
}

export class RetainedSegments {
  readonly #segments: RetainedSegment[];
  readonly #reads = new Map<number, number>();

  constructor(segments: readonly RetainedSegment[]) {
    this.#segments = [...segments];
  }

  get count(): number {
    return this.#segments.length;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  list(): readonly RetainedSegment[] {
    return [...this.#segments];
  }

  add(segment: RetainedSegment): void {
    this.#segments.push(segment);
  }

  /** Takes the oldest segment out when it is applied and past retention; `otherBytes` is the rest of the log. */
  takeRetired(
    retention: Retention,
    nowMs: number,
    otherBytes: number,
  ): RetainedSegment | undefined {
    const [oldest] = this.#segments;
    if (oldest === undefined || oldest.lastLsn > retention.appliedLsn) return undefined;
    if (this.#reads.has(oldest.number)) return undefined;
    const isPast =
      this.bytes + otherBytes > retention.bytesMax ||
      nowMs - oldest.sealedAtMs > retention.retentionMs;
    return isPast ? this.#segments.shift() : undefined;
  }

  /** Lowest number from which nothing is missing; `undefined` when nothing is kept. */
  oldestLsn(live: SegmentSpan | undefined): number | undefined {
    let oldest: SegmentSpan | undefined;
    for (const span of [...this.#segments, ...(live === undefined ? [] : [live])].reverse()) {
      oldest = span;
      if (span.firstLsn > span.previousLsn + 1) break;
    }
    return oldest?.firstLsn;
  }

  /** Runs one read of a segment that must stay meanwhile. @throws AuroraError `ChangeLogGap` when it is gone */
  async reading<T>(number: number, read: () => Promise<T>): Promise<T> {
    const [oldest] = this.#segments;
    if (oldest !== undefined && number < oldest.number) throw logGap();
    this.#reads.set(number, (this.#reads.get(number) ?? 0) + 1);
    try {
      return await read();
    } finally {
      const count = (this.#reads.get(number) ?? 1) - 1;
      if (count === 0) this.#reads.delete(number);
      else this.#reads.set(number, count);
    }
  }
}

export function logGap(details: Readonly<Record<string, unknown>> = {}): AuroraError {
  return new AuroraError(
    'ChangeLogGap',
    'The log no longer holds the records that were asked for.',
    {
      details,
      hint: 'Read the data anew and go on from there; keep more of the log for longer pauses.',
    },
  );
}
