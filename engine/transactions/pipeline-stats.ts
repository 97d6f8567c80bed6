import type { Clock } from '../base/clock.ts';
import type { ColumnCacheStats } from '../cache/column-cache.ts';
import type { RowCacheStats } from '../cache/row-cache.ts';
import type { LogStats } from '../wal/log-options.ts';
import type { CommitLog, DurabilityMode } from './commit-log.ts';
import type { PipelineState } from './pipeline-state.ts';

/** What lies between the last commit and the store, in figures. */
export interface PipelineStats {
  readonly mode: DurabilityMode;
  /** LSN of the last visible commit. */
  readonly sequence: number;
  /** LSN up to which the store holds every commit. */
  readonly storedSequence: number;
  /** Commits that are not in the store yet. */
  readonly buffer: { readonly changeCount: number; readonly bytes: number };
  /** `undefined` without a log, and before the first change since the database was opened. */
  readonly log: LogStats | undefined;
  /** `undefined` when documents are not cached. */
  readonly cache: RowCacheStats | undefined;
  /** `undefined` when fields are not kept as vectors. */
  readonly columnCache: ColumnCacheStats | undefined;
  /** Snapshots that somebody holds, the oldest first. */
  readonly readers: readonly { readonly sequence: number; readonly ageMs: number }[];
}

export function pipelineStats(parts: {
  readonly mode: DurabilityMode;
  readonly state: PipelineState;
  readonly log: CommitLog | undefined;
  readonly cache: { stats(): RowCacheStats } | undefined;
  readonly columnCache: { stats(): ColumnCacheStats } | undefined;
  readonly clock: Clock;
}): PipelineStats {
  const { mode, state, log, cache, columnCache, clock } = parts;
  const { active, frozen, published } = state;
  const nowMs = clock.elapsed();
  return {
    mode,
    sequence: published.sequence,
    storedSequence: published.baseSequence,
    buffer: {
      changeCount: active.changeCount + (frozen?.changeCount ?? 0),
      bytes: active.bytes + (frozen?.bytes ?? 0),
    },
    log: log?.writeAhead?.stats(),
    cache: cache?.stats(),
    columnCache: columnCache?.stats(),
    readers: [...state.readers]
      .map(({ sequence, openedMs }) => ({ sequence, ageMs: nowMs - openedMs }))
      .sort((a, b) => b.ageMs - a.ageMs),
  };
}
