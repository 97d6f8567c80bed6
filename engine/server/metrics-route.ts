/* Figures of the database and of the server, as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/. */
import type { Database, DatabaseStats } from '#engine';
import type { Exchange } from './exchange.ts';

type RowCacheStats = NonNullable<DatabaseStats['cache']>;

/** Answers that were given, by the first digit of their status. */
export class AnswerCounts {
  readonly #byClass = new Map<number, number>();

  count(status: number): void {
    const statusClass = Math.floor(status / 100);
    this.#byClass.set(statusClass, (this.#byClass.get(statusClass) ?? 0) + 1);
  }

  get byClass(): ReadonlyMap<number, number> {
    return this.#byClass;
  }
}

export async function answerMetrics(
  db: Database,
  answers: AnswerCounts,
  exchange: Exchange,
): Promise<void> {
  exchange.grant.requireForAll('read');
  const { documentCount, collections, sequence, cache, buffer } = await db.stats();
  const lines = [
    ...metric('aurora_http_answers_total', 'counter', 'Answers by class of status.', [
      ...[...answers.byClass].map(([digit, count]) => [`{status="${digit}xx"}`, count] as const),
    ]),
    ...metric('aurora_documents', 'gauge', 'Documents by collection.', [
      ...collections.map((each) => [`{collection="${each.name}"}`, each.documentCount] as const),
    ]),
    ...metric('aurora_documents_all', 'gauge', 'Documents.', [['', documentCount]]),
    ...metric('aurora_commits_total', 'counter', 'Sequence of the last commit.', [['', sequence]]),
    ...metric('aurora_buffer_bytes', 'gauge', 'Write buffer.', [['', buffer.bytes]]),
    ...(cache === null ? [] : cacheMetrics(cache)),
  ];
  await exchange.stream(200, 'text/plain; version=0.0.4', [`${lines.join('\n')}\n`]);
}

function cacheMetrics({ bytes, hitCount, missCount }: RowCacheStats): readonly string[] {
  return [
    ...metric('aurora_cache_bytes', 'gauge', 'Row cache.', [['', bytes]]),
    ...metric('aurora_cache_hits_total', 'counter', 'Reads from it.', [['', hitCount]]),
    ...metric('aurora_cache_misses_total', 'counter', 'Reads past it.', [['', missCount]]),
  ];
}

function metric(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
): readonly string[] {
  const values = samples.map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values];
}
