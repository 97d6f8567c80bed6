/*
 * Measures a database while it is open: hears of every operation as it ends, looks at the state every few seconds, and
 * writes each minute down, so that it is known after a restart. It never makes an operation wait or fail; when it
 * cannot write, it says so once and goes on in memory.
 */

import type { Clock } from '../base/clock.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { EndedOperation } from '../exec/operation-tracker.ts';
import { limits } from '../limits.ts';
import {
  appendMetrics,
  type IndexUse,
  readMetrics,
  type SlowQuery,
  writeMetrics,
} from './metrics-file.ts';
import { type KeptSpan, MetricsRings, type MetricsSeries } from './metrics-rings.ts';
import type { MetricsGauge } from './metrics-span.ts';
import { SlowStatements } from './slow-statements.ts';

/** What is known of a database over time. */
export interface DatabaseMetrics {
  /** False where nobody measures: the option `recordMetrics`. */
  readonly isRecorded: boolean;
  /** From so long on a statement is slow, in milliseconds. */
  readonly slowQueryMs: number;
  /** Fine to coarse: 5 seconds, minutes, quarters of an hour, and two hours, some 200 spans of each at most. */
  readonly series: readonly MetricsSeries[];
  /** The newest first. */
  readonly slowQueries: readonly SlowQuery[];
}

/** Of a database that nobody measures. */
export const notMeasured: DatabaseMetrics = {
  isRecorded: false,
  slowQueryMs: limits.slowQueryMs,
  series: [],
  slowQueries: [],
};

/** The state at a moment; counts since the database was opened. */
export interface MetricsSample {
  readonly sequence: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly gauges: Readonly<Record<MetricsGauge, number | null>>;
}

export interface MetricsRecorderOptions {
  readonly clock: Clock;
  readonly sample: () => MetricsSample;
  /** How often each index was read since the database was opened. */
  readonly indexUses: () => readonly IndexUse[];
  /** Where minutes are written down; nowhere when it is left out. */
  readonly path?: string | undefined;
  readonly onFailure: (error: unknown) => void;
}

const minuteMs = 60_000;
const rewriteMinutes = 180;

export class MetricsRecorder {
  readonly #options: MetricsRecorderOptions;
  readonly #rings = new MetricsRings();
  readonly #writing = new SerialQueue();
  readonly #timer: NodeJS.Timeout;
  readonly #slow = new SlowStatements();
  /** Slow queries that are not written down yet. */
  #unwritten: SlowQuery[] = [];
  /** How often indexes were read before this process opened the database, by `indexKeyOf`. */
  #usesBefore: ReadonlyMap<string, number> = new Map();
  /** What is written down of that. */
  #usesWritten: ReadonlyMap<string, number> = new Map();
  #last: MetricsSample;
  #minute: number;
  #minutesWritten = 0;
  /** What was before is in the file. */
  #writtenUntil = 0;
  #hasFailed = false;

  constructor(options: MetricsRecorderOptions) {
    this.#options = options;
    this.#last = options.sample();
    this.#minute = this.#minuteNow();
    this.#timer = setInterval(() => this.look(), limits.metricsSampleMs);
    this.#timer.unref();
    if (options.path !== undefined) void this.#restore(options.path);
  }

  /** Takes an operation that has ended. */
  take(operation: EndedOperation): void {
    const kind = kindOf(operation);
    if (kind === undefined) return;
    const { elapsedMs, outcome, rowCount } = operation;
    for (const { counters, read, write } of this.#rings.at(this.#options.clock.now())) {
      counters[kind === 'read' ? 'reads' : 'writes'] += 1;
      counters[kind === 'read' ? 'rowsGiven' : 'rowsChanged'] += rowCount;
      if (outcome !== 'ok') counters.errors += 1;
      (kind === 'read' ? read : write).add(elapsedMs);
    }
    const slow = this.#slow.take(operation);
    if (slow !== undefined)
      this.#unwritten = [...this.#unwritten, slow].slice(-limits.slowQueriesMax);
  }

  /** Looks at the state; by itself every few seconds. */
  look(): void {
    const { clock, sample, path } = this.#options;
    const now = sample();
    const before = this.#last;
    this.#last = now;
    for (const tally of this.#rings.at(clock.now())) {
      tally.counters.commits += Math.max(0, now.sequence - before.sequence);
      tally.counters.cacheHits += Math.max(0, now.cacheHits - before.cacheHits);
      tally.counters.cacheMisses += Math.max(0, now.cacheMisses - before.cacheMisses);
      for (const [name, value] of Object.entries(now.gauges)) {
        tally.raise(name as MetricsGauge, value);
      }
    }
    const minute = this.#minuteNow();
    if (minute === this.#minute) return;
    this.#minute = minute;
    const ended = this.#rings.minuteBefore(clock.now());
    if (path !== undefined) void this.#writing.run(() => this.#write(path, ended));
  }

  async metrics(): Promise<DatabaseMetrics> {
    // What an earlier process has left may still be on its way.
    await this.#writing.run(async () => this.look());
    return {
      isRecorded: true,
      slowQueryMs: limits.slowQueryMs,
      series: this.#rings.series(),
      slowQueries: this.#slow.all,
    };
  }

  /** How often indexes were read, by earlier processes as well. */
  async indexUses(): Promise<readonly IndexUse[]> {
    await this.#writing.run(async () => undefined);
    return this.#usesNow();
  }

  /** Writes down what is known, the minute that is under way included. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.look();
    const { path } = this.#options;
    if (path !== undefined)
      await this.#writing.run(() => this.#rewrite(path, Number.POSITIVE_INFINITY));
  }

  #usesNow(): readonly IndexUse[] {
    return this.#options.indexUses().map((use) => ({
      ...use,
      useCount: use.useCount + (this.#usesBefore.get(indexKeyOf(use)) ?? 0),
    }));
  }

  #restore(path: string): Promise<void> {
    return this.#writing.run(() =>
      this.#trying(async () => {
        const { spans, slowQueries, indexUses } = await readMetrics(path);
        this.#usesBefore = new Map(indexUses.map((use) => [indexKeyOf(use), use.useCount]));
        for (const span of spans) this.#rings.restore(span);
        this.#slow.prepend(slowQueries);
        await this.#rewrite(path, this.#minuteNow());
      }),
    );
  }

  async #write(path: string, ended: KeptSpan | undefined): Promise<void> {
    this.#minutesWritten += 1;
    if (this.#minutesWritten % rewriteMinutes === 0) return this.#rewrite(path, this.#minute);
    const isNew = ended !== undefined && ended.tally.at >= this.#writtenUntil;
    const slowQueries = this.#unwritten;
    this.#unwritten = [];
    const uses = this.#usesNow();
    const indexUses = uses.filter((use) => use.useCount !== this.#usesWritten.get(indexKeyOf(use)));
    this.#usesWritten = new Map(uses.map((use) => [indexKeyOf(use), use.useCount]));
    await this.#trying(() =>
      appendMetrics(path, { spans: isNew ? [ended] : [], slowQueries, indexUses }),
    );
  }

  /** Minutes before `until`; the one under way is written when it is over, or when nothing comes after. */
  #rewrite(path: string, until: number): Promise<void> {
    this.#unwritten = [];
    this.#writtenUntil = until * minuteMs;
    const spans = this.#rings.kept(this.#options.clock.now(), this.#writtenUntil);
    const indexUses = this.#usesNow();
    this.#usesWritten = new Map(indexUses.map((use) => [indexKeyOf(use), use.useCount]));
    const slowQueries = this.#slow.oldestFirst();
    return this.#trying(() => writeMetrics(path, { spans, slowQueries, indexUses }));
  }

  async #trying(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#options.onFailure(error);
      this.#hasFailed = true;
    }
  }

  #minuteNow(): number {
    return Math.floor(this.#options.clock.now() / minuteMs);
  }
}

/** What an index is known by. */
export function indexKeyOf({ collection, index }: Omit<IndexUse, 'useCount'>): string {
  return `${collection}\n${index}`;
}

function kindOf({ action }: EndedOperation): 'read' | 'write' | undefined {
  switch (action) {
    case 'get':
    case 'select':
    case 'count':
    case 'execute':
    case 'query':
      return 'read';
    case 'insert':
    case 'update':
    case 'delete':
    case 'mutation':
    case 'transaction':
    case 'enqueue':
      return 'write';
    default:
      return undefined;
  }
}
