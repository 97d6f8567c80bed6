/* The recorders of a process: one for each database that is measured, shared by all who have the database open. */

import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import type { StoreHold } from '../open-databases.ts';
import type { ResolvedOptions } from '../options.ts';
import { indexUsesOf } from './index-documents.ts';
import { MetricsRecorder, type MetricsSample } from './metrics-recorder.ts';
import { SlowStatements } from './slow-statements.ts';

/** In the folder of the database. */
const fileName = 'metrics.jsonl';

type MeasuredHold = Pick<StoreHold, 'path' | 'pipeline' | 'live' | 'release'>;

export class MetricsRecorders {
  readonly #recorders = new Map<
    string,
    { readonly recorder: MetricsRecorder; holderCount: number }
  >();

  /** What is kept of slow statements of a database while nothing measures it. */
  readonly #slow = new WeakMap<object, SlowStatements>();

  slowOf({ pipeline }: Pick<StoreHold, 'pipeline'>): SlowStatements {
    const known = this.#slow.get(pipeline) ?? new SlowStatements();
    this.#slow.set(pipeline, known);
    return known;
  }

  of(databasePath: string): MetricsRecorder | undefined {
    // Asked at each operation, mostly where no database has any.
    return this.#recorders.size === 0 ? undefined : this.#recorders.get(databasePath)?.recorder;
  }

  /** Measures an open database if its options say so, until it is released. */
  withRecorder<Hold extends MeasuredHold>(
    hold: Hold,
    { recordMetrics, readOnly, clock }: ResolvedOptions,
  ): Hold {
    if (!recordMetrics) return hold;
    const path = readOnly ? undefined : join(hold.path, fileName);
    const shared = this.#recorders.get(hold.path) ?? {
      recorder: recorderOf(hold, clock ?? systemClock, path),
      holderCount: 0,
    };
    shared.holderCount += 1;
    this.#recorders.set(hold.path, shared);
    let isReleased = false;
    return {
      ...hold,
      release: async () => {
        if (!isReleased) {
          isReleased = true;
          shared.holderCount -= 1;
          if (shared.holderCount === 0) {
            this.#recorders.delete(hold.path);
            await shared.recorder.close();
          }
        }
        await hold.release();
      },
    };
  }
}

function recorderOf(hold: MeasuredHold, clock: Clock, path: string | undefined): MetricsRecorder {
  return new MetricsRecorder({
    clock,
    path,
    sample: () => sampleOf(hold),
    indexUses: () => indexUsesOf(hold.pipeline),
    onFailure: (error) => {
      const why = error instanceof Error ? error.message : String(error);
      process.emitWarning(`Metrics of "${hold.path}" are not written down: ${why}`, {
        type: 'MetricsWarning',
      });
    },
  });
}

function sampleOf({ pipeline, live }: MeasuredHold): MetricsSample {
  const { sequence, log, cache, buffer, readers } = pipeline.stats();
  const file = pipeline.maintenance.stats();
  return {
    sequence,
    cacheHits: cache?.hitCount ?? 0,
    cacheMisses: cache?.missCount ?? 0,
    gauges: {
      fileBytes: file.sizeBytes,
      usedBytes: file.usedBytes,
      logBytes: log?.bytes ?? null,
      bufferBytes: buffer.bytes,
      cacheBytes: cache?.bytes ?? null,
      readers: readers.length,
      oldestReaderMs: readers[0]?.ageMs ?? 0,
      watchers: live.watchers().length,
    },
  };
}
