/* Reads records back while the log is open: for feeds of changes, history and undo. */
import { AuroraError } from '../errors.ts';
import type { LiveSegment } from './live-segment.ts';
import { LogChain } from './log-chain.ts';
import type { LogFolder } from './log-folder.ts';
import type { LogRecord } from './log-record.ts';
import { decodeHeader, recordsOffset } from './log-segment.ts';
import { logGap, type RetainedSegments, type SegmentSpan } from './retained-segments.ts';
import { SegmentCursor } from './segment-cursor.ts';

interface SegmentSource {
  readonly retained: RetainedSegments;
  readonly live: LiveSegment | undefined;
  readonly oldestLsn: number | undefined;
}

export interface ReadSegmentsOptions {
  readonly folder: LogFolder;
  readonly source: SegmentSource;
  readonly syncedLsn: () => number;
  readonly fromLsn: number;
}

/** Records from a number on, up to what is on disk when the end is reached. */
export async function* readSegments(options: ReadSegmentsOptions): AsyncGenerator<LogRecord> {
  const { source, fromLsn, syncedLsn } = options;
  if (fromLsn > syncedLsn()) return;
  if (fromLsn < (source.oldestLsn ?? Number.POSITIVE_INFINITY)) {
    throw logGap({ fromLsn, oldestLsn: source.oldestLsn });
  }
  let span = spanBefore(source, fromLsn);
  const chain = new LogChain(span?.previousLsn ?? 0);
  while (span !== undefined) {
    yield* readSegment(options, span, chain);
    if (chain.wholeLsn >= syncedLsn()) return;
    span = spanAfter(source, span.number);
  }
}

/** The last segment that begins before the record with that number. */
function spanBefore(source: SegmentSource, fromLsn: number): SegmentSpan | undefined {
  return spansOf(source).findLast((span) => span.previousLsn < fromLsn);
}

function spanAfter(source: SegmentSource, number: number): SegmentSpan | undefined {
  return spansOf(source).find((span) => span.number === number + 1);
}

function spansOf(source: SegmentSource): readonly SegmentSpan[] {
  const { live } = source;
  return live === undefined ? source.retained.list() : [...source.retained.list(), live];
}

async function* readSegment(
  { folder, source, fromLsn, syncedLsn }: ReadSegmentsOptions,
  span: SegmentSpan,
  chain: LogChain,
): AsyncGenerator<LogRecord> {
  const { retained } = source;
  const file = await retained.reading(span.number, () => folder.open(span.name, 'read'));
  try {
    const guarded = {
      bytes: file.bytes,
      read: (into: Uint8Array, offset: number) =>
        retained.reading(span.number, () => file.read(into, offset)),
    };
    const beginning = Buffer.alloc(recordsOffset);
    await guarded.read(beginning, 0);
    const decoded = decodeHeader(beginning);
    if (decoded.kind !== 'used') throw doesNotVerify(span.name, 0);
    const { epoch, crc } = decoded.header;
    const cursor = new SegmentCursor(guarded, crc, () => readableEnd(source, span.number));
    while (!isAtEnd(source, span.number, cursor, chain)) {
      const part = await cursor.next();
      if (part === undefined || !chain.add(part)) throw doesNotVerify(span.name, cursor.offset);
      const { lsn, kind, isLast } = part;
      if (isLast && lsn >= fromLsn && lsn <= syncedLsn()) {
        yield { lsn, epoch, kind, payload: chain.payload() };
      }
    }
  } finally {
    await file.close();
  }
}

/** Nothing behind it may be looked at, because it may still change. */
function readableEnd(source: SegmentSource, number: number): number {
  const { live } = source;
  return live?.number === number ? live.syncedOffset : Number.POSITIVE_INFINITY;
}

function isAtEnd(
  source: SegmentSource,
  number: number,
  cursor: SegmentCursor,
  chain: LogChain,
): boolean {
  const { live } = source;
  if (live?.number === number) return cursor.offset >= live.syncedOffset;
  const segment = source.retained.list().find((candidate) => candidate.number === number);
  if (segment === undefined) throw logGap({ segmentNumber: number });
  return cursor.crc === segment.lastCrc && chain.lsn === segment.lastLsn;
}

function doesNotVerify(segment: string, offset: number): AuroraError {
  return new AuroraError(
    'DatabaseCorrupt',
    `The log is damaged in ${segment} at byte ${offset}: a record there does not verify.`,
    { details: { segment, offset }, hint: 'Check the database with "aurora verify".' },
  );
}
