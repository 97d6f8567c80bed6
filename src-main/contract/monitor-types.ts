/* What a database did over time, as the page Monitor shows it. Times are milliseconds since 1970. */

interface MonitorDurations {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What happened in a span of time. Sizes are bytes; of what goes up and down the largest is given. */
export interface MonitorSpan {
  readonly at: number;
  readonly counters: {
    readonly reads: number;
    readonly writes: number;
    readonly errors: number;
    readonly rowsGiven: number;
    readonly rowsChanged: number;
    readonly commits: number;
    readonly cacheHits: number;
    readonly cacheMisses: number;
  };
  /** Null where nothing is known. */
  readonly gauges: {
    readonly fileBytes: number | null;
    readonly usedBytes: number | null;
    readonly logBytes: number | null;
    readonly bufferBytes: number | null;
    readonly cacheBytes: number | null;
    readonly readers: number | null;
    readonly oldestReaderMs: number | null;
    readonly watchers: number | null;
  };
  /** Null when there were none. */
  readonly readMs: MonitorDurations | null;
  readonly writeMs: MonitorDurations | null;
}

/** A statement that took long. */
interface MonitorSlowQuery {
  readonly at: number;
  readonly elapsedMs: number;
  readonly text: string;
  readonly plan: string | null;
  readonly rowCount: number;
  /** `ok`, or the code of its error. */
  readonly outcome: string;
}

/** A live query that is followed, and what it has cost. */
export interface MonitorWatcher {
  readonly id: string;
  readonly query: string;
  readonly collection: string;
  readonly startedAt: number;
  readonly eventCount: number;
  /** How often it ran again as a whole. */
  readonly rerunCount: number;
  /** Why it does. */
  readonly reason: string | null;
}

export interface MonitorInfo {
  /** False where the process that owns the database does not measure it. */
  readonly isRecorded: boolean;
  /** The grains that there are, and the spans of each: the oldest first, the last one is under way. */
  readonly series: readonly { readonly stepMs: number; readonly spans: readonly MonitorSpan[] }[];
  readonly slowQueryMs: number;
  /** The newest first. */
  readonly slowQueries: readonly MonitorSlowQuery[];
  readonly watchers: readonly MonitorWatcher[];
  /** Snapshots that are held, the oldest first. */
  readonly readers: readonly { readonly sequence: number; readonly ageMs: number }[];
}
