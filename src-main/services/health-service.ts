/*
 * The health of the open databases: figures that are sampled while somebody looks, and the long tasks of maintenance.
 * A task belongs to its database, not to the page that began it: a page that reloads finds it where it is.
 */
import type {
  DatabaseId,
  HealthFigures,
  HealthInfo,
  MaintenanceActivity,
  MaintenanceOutcome,
  MaintenanceTask,
  SizeSample,
  TopicSink,
  WireErrorShape,
} from '#contract';
import { Aurora, AuroraError, type Database, type DatabaseStats, type VerifyReport } from '#engine';
import type { Clock } from './clock.ts';
import { expandPath } from './database-path.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';

export interface HealthServiceOptions {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly homeFolder: string;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

interface DatabaseHealth {
  readonly sizes: SizeSample[];
  readonly outcomes: MaintenanceOutcome[];
  readonly listeners: Set<() => void>;
  activity: MaintenanceActivity | null;
  abort: AbortController | undefined;
  ended: Promise<void>;
}

export class HealthService {
  readonly #options: HealthServiceOptions;
  readonly #health = new Map<DatabaseId, DatabaseHealth>();

  constructor(options: HealthServiceOptions) {
    this.#options = options;
    options.databases.onWillClose(async (id) => {
      const health = this.#health.get(id);
      this.#health.delete(id);
      health?.abort?.abort();
      await health?.ended;
    });
  }

  /** Begins a task. How far it is and how it ends is told by `watch`. @throws AuroraError `InvalidOption` while another one runs */
  start(id: DatabaseId, task: MaintenanceTask): void {
    const { databases, clock, toWireError } = this.#options;
    const database = databases.get(id);
    const health = this.#healthOf(id);
    if (health.activity !== null) throw busy();
    const abort = new AbortController();
    const startedAt = clock.now();
    health.abort = abort;
    health.activity = { kind: task.kind, phase: firstPhase(task), fraction: 0 };
    this.#changed(health);
    const elapsed = () => ({ at: clock.now(), elapsedMs: clock.now() - startedAt });
    health.ended = this.#run(database, task, health, abort.signal)
      .then(
        (outcome): MaintenanceOutcome => ({ ...elapsed(), ...outcome }),
        (error: unknown): MaintenanceOutcome => ({
          ...elapsed(),
          kind: 'failed',
          task: task.kind,
          error: toWireError(error),
        }),
      )
      .then((outcome) => {
        health.activity = null;
        health.abort = undefined;
        keepOutcome(health.outcomes, outcome);
        this.#changed(health);
      });
  }

  /** Cancels what is under way, if anything is. */
  cancel(id: DatabaseId): void {
    this.#health.get(id)?.abort?.abort();
  }

  /** Emits the health now, after every change, and as time goes by. */
  watch(id: DatabaseId, sink: TopicSink<'health'>): () => void {
    const { databases, clock } = this.#options;
    const database = databases.get(id);
    const health = this.#healthOf(id);
    let isStopped = false;
    let cancelTimer: (() => void) | undefined;
    const emit = async () => {
      try {
        const stats = await database.stats();
        if (isStopped) return;
        sample(health.sizes, stats, clock.now());
        sink.emit(infoOf(stats, health));
      } catch (error) {
        sink.end(error);
      }
    };
    const tick = () => {
      void emit();
      cancelTimer = clock.after(serviceLimits.healthSampleMs, tick);
    };
    const change = () => void emit();
    health.listeners.add(change);
    const removeCloseListener = databases.onWillClose(async (closing) => {
      if (closing === id) stop();
      if (closing === id) sink.end();
    });
    const stop = () => {
      isStopped = true;
      cancelTimer?.();
      health.listeners.delete(change);
      removeCloseListener();
    };
    tick();
    return stop;
  }

  async #run(
    database: Database,
    task: MaintenanceTask,
    health: DatabaseHealth,
    signal: AbortSignal,
  ): Promise<TaskOutcome> {
    const report = (phase: MaintenanceActivity['phase'], fraction: number) =>
      this.#progress(health, { kind: task.kind, phase, fraction });
    const onProgress = (progress: Omit<MaintenanceActivity, 'kind'>) =>
      report(progress.phase, progress.fraction);
    switch (task.kind) {
      case 'verify': {
        const verified = await database.verify({
          signal,
          onProgress: ({ documentsDone, documentsAll }) =>
            report('verifying', Math.min(1, documentsDone / Math.max(1, documentsAll))),
        });
        return { kind: 'verify', ...verification(verified) };
      }
      case 'backup': {
        const target = expandPath(task.target, this.#options.homeFolder);
        const { path, sizeBytes, ...made } = await database.backup(target, { signal, onProgress });
        return { kind: 'backup', path, sizeBytes, ...verification(made.verification) };
      }
      case 'restore': {
        const from = expandPath(task.backup, this.#options.homeFolder);
        const target = expandPath(task.target, this.#options.homeFolder);
        const restored = await Aurora.restore(from, target, { signal, onProgress });
        const { path, sizeBytes } = restored;
        return { kind: 'restore', path, sizeBytes, ...verification(restored.verification) };
      }
      case 'compact': {
        const compacted = await database.compact({ signal, onProgress });
        const { sizeBytesBefore: sizeBefore, sizeBytesAfter: sizeAfter } = compacted;
        return { kind: 'compact', sizeBefore, sizeAfter };
      }
    }
  }

  /** Progress comes by the document; pages hear of it by the percent. */
  #progress(health: DatabaseHealth, activity: MaintenanceActivity): void {
    const before = health.activity;
    if (before === null) return;
    const isSmall =
      before.phase === activity.phase && activity.fraction - before.fraction < progressStep;
    if (isSmall) return;
    health.activity = activity;
    this.#changed(health);
  }

  #changed(health: DatabaseHealth): void {
    for (const listener of [...health.listeners]) listener();
  }

  #healthOf(id: DatabaseId): DatabaseHealth {
    const present = this.#health.get(id);
    if (present !== undefined) return present;
    const health: DatabaseHealth = {
      sizes: [],
      outcomes: [],
      listeners: new Set(),
      activity: null,
      abort: undefined,
      ended: Promise.resolve(),
    };
    this.#health.set(id, health);
    return health;
  }
}

/** An outcome without the times, which are the same for all. */
type TaskOutcome = MaintenanceOutcome extends infer Outcome
  ? Outcome extends MaintenanceOutcome
    ? Omit<Outcome, 'at' | 'elapsedMs'>
    : never
  : never;

const progressStep = 0.01;

function firstPhase({ kind }: MaintenanceTask): MaintenanceActivity['phase'] {
  return kind === 'verify' ? 'verifying' : 'copying';
}

function keepOutcome(outcomes: MaintenanceOutcome[], outcome: MaintenanceOutcome): void {
  const taskOf = (each: MaintenanceOutcome) => (each.kind === 'failed' ? each.task : each.kind);
  const before = outcomes.findIndex((each) => taskOf(each) === taskOf(outcome));
  if (before >= 0) outcomes.splice(before, 1);
  outcomes.unshift(outcome);
}

function verification(report: VerifyReport) {
  const { collections, kept, problemCount, problems } = report;
  const count = (all: typeof collections) =>
    all.reduce((sum, { documentCount }) => sum + documentCount, 0);
  return {
    documentCount: count(collections),
    keptCount: count(kept),
    problemCount,
    problems: problems
      .slice(0, serviceLimits.healthProblemsMax)
      .map(({ collection, message }) => ({ collection, message })),
  };
}

function sample(sizes: SizeSample[], { file }: DatabaseStats, at: number): void {
  const last = sizes.at(-1);
  if (file === null || (last !== undefined && at - last.at < serviceLimits.healthSampleMs / 2))
    return;
  const { sizeBytes, usedBytes } = file;
  sizes.push({ at, sizeBytes, usedBytes });
  if (sizes.length > serviceLimits.healthSamplesMax) sizes.shift();
}

function infoOf(stats: DatabaseStats, { sizes, activity, outcomes }: DatabaseHealth): HealthInfo {
  return { figures: figuresOf(stats), sizes: [...sizes], activity, outcomes: [...outcomes] };
}

function figuresOf(stats: DatabaseStats): HealthFigures {
  const { file, log, cache, columnCache, recovery } = stats;
  return {
    path: stats.path,
    mode: stats.mode,
    readOnly: stats.readOnly,
    refusal: stats.refusal,
    ownerPid: stats.ownerPid,
    openedAt: stats.openedAtMs,
    lastCloseAt: stats.lastCloseAtMs,
    wasClosed: recovery.wasClean,
    recoveredCommits: recovery.commitCount,
    formatVersion: stats.formatVersion,
    sequence: stats.sequence,
    durabilityMode: stats.durabilityMode,
    documentCount: stats.documentCount,
    collections: stats.collections,
    file: file && {
      sizeBytes: file.sizeBytes,
      usedBytes: file.usedBytes,
      diskFreeBytes: file.diskFreeBytes,
    },
    cold: stats.cold,
    lastCompaction: lastCompactionOf(stats),
    buffer: stats.buffer,
    log: log && {
      bytes: log.bytes,
      segmentCount: log.segmentCount,
      oldestLsn: log.oldestLsn,
      lastLsn: log.lastLsn,
    },
    logFiles: stats.logFiles,
    columnCache: columnCache && {
      hitCount: columnCache.hitCount,
      fillCount: columnCache.fillCount,
      bytes: columnCache.bytes,
      bytesMax: columnCache.bytesMax,
    },
    cache: cache && {
      hitCount: cache.hitCount,
      missCount: cache.missCount,
      entryCount: cache.entryCount,
      bytes: cache.bytes,
      bytesMax: cache.bytesMax,
    },
    readers: stats.readers.slice(0, serviceLimits.healthReadersMax),
  };
}

function lastCompactionOf({ lastCompaction }: DatabaseStats): HealthFigures['lastCompaction'] {
  if (lastCompaction === null) return null;
  const { atMs, cause, sizeBytesBefore, sizeBytesAfter, rewritten } = lastCompaction;
  return {
    at: atMs,
    wasIdle: cause === 'idle',
    sizeBytesBefore,
    sizeBytesAfter,
    packed: rewritten
      ? { count: rewritten.packedCount, documentCount: rewritten.documentCount }
      : null,
  };
}

function busy(): AuroraError {
  return new AuroraError('InvalidOption', 'Another task of maintenance is under way.', {
    hint: 'Wait for its end, or cancel it.',
  });
}
