import type { DatabaseId, MonitorInfo, MonitorWatcher, TopicSink } from '#contract';
import type { Database } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { fieldsOf, timeOf } from './result-fields.ts';

/* What the page Monitor shows: the metrics that the engine keeps, and who follows the database at the moment. */

export interface MonitorServices {
  readonly databases: DatabaseService;
  readonly clock: Clock;
}

/** Emits what is known now, and again every few seconds. */
export function watchMonitor(
  { databases, clock }: MonitorServices,
  id: DatabaseId,
  sink: TopicSink<'monitor'>,
): () => void {
  const database = databases.get(id);
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;
  const removeCloseListener = databases.onWillClose(async (closing) => {
    if (closing !== id) return;
    stop();
    sink.end();
  });
  const stop = () => {
    isStopped = true;
    cancelTimer?.();
    removeCloseListener();
  };
  const emit = async () => {
    try {
      const info = await monitorInfo(database);
      if (isStopped) return;
      sink.emit(info);
      cancelTimer = clock.after(serviceLimits.monitorEventMs, () => void emit());
    } catch (error) {
      if (isStopped) return;
      stop();
      sink.end(error);
    }
  };
  void emit();
  return stop;
}

async function monitorInfo(database: Database): Promise<MonitorInfo> {
  const [metrics, stats, watched] = await Promise.all([
    database.metrics(),
    database.stats(),
    database.execute(
      `{ _watchers(limit: ${serviceLimits.monitorRowsMax}) { id query collection started_at events reruns reason } }`,
    ),
  ]);
  const watchers = watched.data['_watchers'];
  return {
    ...metrics,
    slowQueries: metrics.slowQueries.slice(0, serviceLimits.monitorRowsMax),
    watchers: Array.isArray(watchers) ? watchers.map(toWatcher).sort(byCost) : [],
    readers: stats.readers.slice(0, serviceLimits.healthReadersMax),
  };
}

function toWatcher(row: unknown): MonitorWatcher {
  const fields = fieldsOf(row);
  const { reason } = fields;
  return {
    id: String(fields['id']),
    query: String(fields['query']),
    collection: String(fields['collection']),
    startedAt: timeOf(fields['started_at']) ?? 0,
    eventCount: Number(fields['events']),
    rerunCount: Number(fields['reruns']),
    reason: typeof reason === 'string' ? reason : null,
  };
}

/** Those that run again cost the most, then those that are told the most. */
function byCost(one: MonitorWatcher, other: MonitorWatcher): number {
  return other.rerunCount - one.rerunCount || other.eventCount - one.eventCount;
}
