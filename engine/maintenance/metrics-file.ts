/*
 * What is written down of metrics: lines of JSON in one file of the database's folder. A line is a span, a slow query, or
 * how often an index was read; one that is torn or not understood is passed over. It is appended to, without syncing, and written anew when
 * it is read, and after some hours, so that it stays small.
 *
 *   [stepMs, at, counters, gauges, histogram of reads, histogram of writes]
 *   { "at": …, "elapsedMs": …, "text": …, … }
 *   { "collection": …, "index": …, "useCount": … }
 */
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import type { KeptSpan } from './metrics-rings.ts';
import { metricsCounters, metricsGauges, SpanTally } from './metrics-span.ts';

/** A statement that took long. */
export interface SlowQuery {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly elapsedMs: number;
  readonly text: string;
  /** Null where none was made. */
  readonly plan: string | null;
  /** Documents given, or changed. */
  readonly rowCount: number;
  /** Documents and index entries that were read, where that is known. */
  readonly rowsRead?: number;
  /** `ok`, or the code of the error that it ended with. */
  readonly outcome: string;
}

/** How often queries have read an index. */
export interface IndexUse {
  readonly collection: string;
  readonly index: string;
  readonly useCount: number;
}

export interface MetricsRecords {
  readonly spans: readonly KeptSpan[];
  readonly slowQueries: readonly SlowQuery[];
  /** Later ones stand in place of earlier ones about the same index. */
  readonly indexUses: readonly IndexUse[];
}

/** @throws what reading throws; nothing is there when there is no file */
export async function readMetrics(path: string): Promise<MetricsRecords> {
  const spans: KeptSpan[] = [];
  const slowQueries: SlowQuery[] = [];
  const indexUses: IndexUse[] = [];
  for (const line of (await textOf(path)).split('\n')) {
    const value = parsed(line);
    const span = spanOf(value);
    if (span !== undefined) spans.push(span);
    else if (isSlowQuery(value)) slowQueries.push(value);
    else if (isIndexUse(value)) indexUses.push(value);
  }
  return { spans, slowQueries, indexUses };
}

export async function appendMetrics(path: string, records: MetricsRecords): Promise<void> {
  await appendFile(path, linesOf(records), { mode: 0o600 });
}

/** In place of what is there, whole or not at all. */
export async function writeMetrics(path: string, records: MetricsRecords): Promise<void> {
  await writeFile(`${path}.new`, linesOf(records), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function linesOf({ spans, slowQueries, indexUses }: MetricsRecords): string {
  const lines = [
    ...spans.map(({ stepMs, tally }) => [
      stepMs,
      tally.at,
      metricsCounters.map((name) => tally.counters[name]),
      metricsGauges.map((name) => tally.gauges[name]),
      tally.read.counts,
      tally.write.counts,
    ]),
    ...slowQueries,
    ...indexUses,
  ];
  // A line begins anew whatever a killed process has left.
  return lines.map((line) => `\n${JSON.stringify(line)}`).join('');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parsed(line: string): unknown {
  try {
    return line === '' ? undefined : JSON.parse(line);
  } catch {
    // The end of a line that was being written when its process ended.
    return undefined;
  }
}

function spanOf(value: unknown): KeptSpan | undefined {
  if (!Array.isArray(value)) return undefined;
  const [stepMs, at, counters, gauges, read, write]: readonly unknown[] = value;
  if (typeof stepMs !== 'number' || typeof at !== 'number' || !isListOf(gauges, isNumberOrNull)) {
    return undefined;
  }
  const areNumbers = isListOf(counters, isNumber) && isListOf(read, isNumber);
  if (!areNumbers || !isListOf(write, isNumber)) return undefined;
  return { stepMs, tally: new SpanTally(at, { counters, gauges, read, write }) };
}

function isListOf<Item>(
  value: unknown,
  isItem: (item: unknown) => item is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

function isIndexUse(value: unknown): value is IndexUse {
  if (typeof value !== 'object' || value === null) return false;
  const { collection, index, useCount } = { ...value } as Record<string, unknown>;
  return typeof collection === 'string' && typeof index === 'string' && isNumber(useCount);
}

function isSlowQuery(value: unknown): value is SlowQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { at, elapsedMs, text, plan, rowCount, outcome } = { ...value } as Record<string, unknown>;
  const areNumbers = [at, elapsedMs, rowCount].every(isNumber);
  return (
    areNumbers &&
    typeof text === 'string' &&
    (plan === null || typeof plan === 'string') &&
    typeof outcome === 'string'
  );
}
