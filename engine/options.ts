/* Every option of `Aurora.open`, in one readable table: name, meaning, unit, default, what is allowed. */
import type { Clock } from './base/clock.ts';
import type { EvictionPolicy } from './cache/row-cache.ts';
import { queryMemoryMb } from './exec/query-memory.ts';
import {
  flag,
  invalidOption,
  type OptionRule,
  objectWith,
  oneOf,
  oneOfOrNone,
  path,
  refuseUnknown,
  take,
  wholeNumber,
} from './option-rules.ts';
import { type PlannerOptions, plannerRules } from './plan/logical-query.ts';
import type { ColdStoreMode } from './storage/cold-mode.ts';

/**
 * When a write resolves, and what can be lost afterwards:
 *
 * | mode | resolves when | killed process | power cut |
 * |---|---|---|---|
 * | `None` | it is in memory | what was not applied yet | back to the last flushed state |
 * | `WAL` | the operating system has its record | nothing | at most `walSyncIntervalMs` |
 * | `Strict` | its record is on disk | nothing | nothing |
 * | `Synchronous` | it is applied and on disk, one at a time | nothing | nothing, and nothing to replay |
 */
export type DurabilityMode = 'None' | 'WAL' | 'Strict' | 'Synchronous';

const mebibytesMax = 1_048_576;
const dayMs = 86_400_000;
const kibibyte = 1_024;
const mebibyte = 1_048_576;

/** The defaults, and what is allowed. */
const rules = {
  dbPath: path('the path of a folder'),
  create: flag(true),
  readOnly: flag(false),
  store: oneOf('lmdb', ['lmdb', 'memory']),
  guest: flag(true),
  ownerTimeoutMs: wholeNumber({ fallback: 10_000, min: 100, max: 3_600_000, unit: 'ms' }),
  clock: objectWith<Clock>(['now', 'elapsed']),

  hotCacheSizeMb: wholeNumber({ fallback: 256, min: 0, max: mebibytesMax, unit: 'MiB' }),
  evictionPolicy: oneOf('LRU', ['LRU', 'LFU', 'Hybrid']),
  coldCacheCapacityMb: wholeNumber({ fallback: 1_024, min: 0, max: mebibytesMax, unit: 'MiB' }),
  queryMemoryMb: wholeNumber({
    fallback: queryMemoryMb.operator,
    min: 1,
    max: mebibytesMax,
    unit: 'MiB',
  }),
  resultMemoryMb: wholeNumber({
    fallback: queryMemoryMb.result,
    min: 1,
    max: mebibytesMax,
    unit: 'MiB',
  }),
  planner: plannerChoices(),
  coldMode: oneOfOrNone<ColdStoreMode>(['HighThroughput', 'LowSpace']),

  enableWriteBuffering: flag(true),
  writeBufferSize: wholeNumber({ fallback: 10_000, min: 1, max: 1_000_000, unit: 'writes' }),
  writeBufferFlushIntervalMs: wholeNumber({ fallback: 1_000, min: 1, max: 3_600_000, unit: 'ms' }),

  enableWal: flag(true),
  durabilityMode: oneOf('Strict', ['None', 'WAL', 'Strict', 'Synchronous']),
  walSyncIntervalMs: wholeNumber({ fallback: 50, min: 1, max: 10_000, unit: 'ms' }),
  walSegmentBytes: wholeNumber({
    fallback: 16 * mebibyte,
    min: 256 * kibibyte,
    max: 1_024 * mebibyte,
    unit: 'bytes',
  }),
  checkpointIntervalMs: wholeNumber({ fallback: 10_000, min: 10, max: dayMs, unit: 'ms' }),
  changeLogBytesMax: wholeNumber({
    fallback: 256 * mebibyte,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    unit: 'bytes',
  }),
  changeLogRetentionMs: wholeNumber({ fallback: dayMs, min: 0, max: 3_650 * dayMs, unit: 'ms' }),

  autoCompact: flag(true),
  compactIntervalMins: wholeNumber({ fallback: 60, min: 1, max: 525_600, unit: 'minutes' }),
  auditLogPath: path('the path of a file'),
  recordMetrics: flag(false),
} as const;

/** How a database is opened. What is left out is as the table of defaults says. */
export interface AuroraOptions {
  /** The folder of the database. Required unless it is kept in memory. */
  readonly dbPath?: string | undefined;
  /** Make the database when there is none; otherwise a missing one is `DatabaseNotFound`. Default true. */
  readonly create?: boolean | undefined;
  /** Refuse every write with `ReadOnly`. A database must exist to be opened so. Default false. */
  readonly readOnly?: boolean | undefined;
  /** `lmdb` keeps documents on disk; `memory` forgets them at close and shares nothing. Default `lmdb`. */
  readonly store?: 'lmdb' | 'memory' | undefined;
  /**
   * When another process owns the database, use it through that process. False refuses then, with `DatabaseLocked`.
   * Default true.
   */
  readonly guest?: boolean | undefined;
  /**
   * How long an opening, and a call after the owner was lost, wait for an owner; and how long an owner that was asked
   * may give no sign of life before it counts as lost. In milliseconds. Default 10,000.
   */
  readonly ownerTimeoutMs?: number | undefined;
  /** Where time comes from; the machine's clock unless told. For tests. */
  readonly clock?: Clock | undefined;

  /** Memory for decoded documents, in MiB; 0 turns the cache off. Default 256. */
  readonly hotCacheSizeMb?: number | undefined;
  /** Which decoded documents go first when that memory is used up. Default `LRU`. */
  readonly evictionPolicy?: EvictionPolicy | undefined;
  /** Memory for column vectors, bitmaps and posting blocks, in MiB; 0 turns that cache off. Default 1,024. */
  readonly coldCacheCapacityMb?: number | undefined;
  /**
   * Memory that each part of a query may take that must gather before it gives: a sort, a `groupBy`, the distinct values
   * of `countDistinct`, a join, a search; in MiB. Beyond it the query ends with `LimitExceeded`. Default 128.
   */
  readonly queryMemoryMb?: number | undefined;
  /**
   * Memory that the whole result of one `execute` may take, in MiB; beyond it `LimitExceeded`. `run` gives results of
   * any size piece by piece. Default 1,024.
   */
  readonly resultMemoryMb?: number | undefined;
  /**
   * Which rules plan queries (`disabledRules`), from how many documents on fields are kept as vectors
   * (`columnRowsMin`), and how many a walk through an order may read before it is given up (`retreatRowsMax`). To find out what a rule
   * does; results are the same whatever it says. All rules unless told.
   */
  readonly planner?: PlannerOptions | undefined;
  /**
   * How documents lie on disk: as they are (`HighThroughput`), or deflated where that saves space and compacted sooner
   * (`LowSpace`). What is written from now on follows it, the rest at the next compaction. It belongs to the database:
   * left out, it stays what it was, and is `HighThroughput` for a new one.
   */
  readonly coldMode?: ColdStoreMode | undefined;

  /** Gather writes before they are applied to the B-trees; what is durable when does not change. Default true. */
  readonly enableWriteBuffering?: boolean | undefined;
  /**
   * Changed documents after which the buffer is applied while others are gathered; at twice as many, writers wait for the
   * buffer before it. Default 10,000.
   */
  readonly writeBufferSize?: number | undefined;
  /** How long the buffer gathers at most, in milliseconds. Default 1,000. */
  readonly writeBufferFlushIntervalMs?: number | undefined;

  /**
   * Keep a log of all writes. Default true. Without one there is no change log either, and only the modes `None` and
   * `Synchronous` are possible; `None` keeps none whatever this says.
   */
  readonly enableWal?: boolean | undefined;
  /** When a write resolves, and what can be lost then. Default `Strict`. */
  readonly durabilityMode?: DurabilityMode | undefined;
  /** In mode `WAL`, the longest time until what was written is on disk, in milliseconds. Default 50. */
  readonly walSyncIntervalMs?: number | undefined;
  /** Size of one file of the log, in bytes. Default 16 MiB. */
  readonly walSegmentBytes?: number | undefined;
  /** How often what is logged is brought into the B-trees and to disk, in milliseconds. Default 10,000. */
  readonly checkpointIntervalMs?: number | undefined;
  /** Log that is kept for history and for feeds that resume, in bytes. Default 256 MiB. */
  readonly changeLogBytesMax?: number | undefined;
  /** How long it is kept, in milliseconds. Default one day. */
  readonly changeLogRetentionMs?: number | undefined;

  /**
   * Compact by itself, once nothing was committed for 10 seconds: when half of the file is free (in `LowSpace` a fifth)
   * and that is at least 1 MiB, or when documents wait to be brought into the form of `coldMode`. Default true.
   */
  readonly autoCompact?: boolean | undefined;
  /** How often at most, and how long after opening at first, in minutes. Default 60. */
  readonly compactIntervalMins?: number | undefined;
  /** A file that gets one line of JSON for every operation; relative to the folder of the database. None unless told. */
  readonly auditLogPath?: string | undefined;
  /**
   * Measure operations and state over time (`metrics`), and write it down in the folder of the database. Costs some
   * microseconds for each operation. Default false.
   */
  readonly recordMetrics?: boolean | undefined;
}

/** The same under the name that the configuration reference gives it. */
export type AuroraConfig = AuroraOptions;

/** Options with every choice made, and with what follows from the choices. */
export type ResolvedOptions = {
  readonly [Name in keyof typeof rules]: (typeof rules)[Name]['fallback'];
};

/** Every option, in the order of the table. */
export const optionNames = Object.keys(rules);

/** @throws AuroraError `InvalidOption`, with the option, its value and what is allowed in `details` */
export function resolveOptions(input: string | AuroraOptions): ResolvedOptions {
  const named: AuroraOptions = typeof input === 'string' ? { dbPath: input } : input;
  if (typeof named !== 'object' || named === null) {
    throw invalidOption({ option: 'dbPath', value: named, allowed: rules.dbPath.allowed });
  }
  const given = inMemoryByName(named);
  refuseUnknown(Object.keys(given), optionNames);
  const options = takeAll(given);
  return options.store === 'memory' ? forMemory(given, options) : forDisk(given, options);
}

/** `:memory:` is what programs write that come from SQLite; nobody wants a folder of that name. */
function inMemoryByName(named: AuroraOptions): AuroraOptions {
  if (named.dbPath !== ':memory:') return named;
  const { dbPath: _, ...others } = named;
  return { ...others, store: 'memory' };
}

/** Each option by its own rule. */
function takeAll(given: AuroraOptions): ResolvedOptions {
  const entries = Object.entries(rules).map(([name, rule]) => [
    name,
    take<unknown>(name, rule, Reflect.get(given, name)),
  ]);
  // Each value has passed the rule that its type is derived from.
  return Object.fromEntries(entries) as ResolvedOptions;
}

function plannerChoices(): OptionRule<PlannerOptions | undefined> {
  const names: readonly string[] = plannerRules;
  return {
    fallback: undefined,
    allowed: `an object with disabledRules, a list of ${names.map((name) => `"${name}"`).join(', ')}, columnRowsMin and retreatRowsMax`,
    accepts: (value) => {
      if (typeof value !== 'object' || value === null) return false;
      const {
        disabledRules = [],
        columnRowsMin = 0,
        retreatRowsMax = 0,
        ...others
      } = { ...value } as PlannerOptions;
      return (
        Object.keys(others).length === 0 &&
        Array.isArray(disabledRules) &&
        disabledRules.every((name) => names.includes(name)) &&
        [columnRowsMin, retreatRowsMax].every((rows) => Number.isSafeInteger(rows) && rows >= 0)
      );
    },
  };
}

/** Options that are about files; a database in memory has none. */
const diskOptions = [
  'dbPath',
  'readOnly',
  'guest',
  'ownerTimeoutMs',
  'coldMode',
  'enableWriteBuffering',
  'writeBufferSize',
  'writeBufferFlushIntervalMs',
  'enableWal',
  'durabilityMode',
  'walSyncIntervalMs',
  'walSegmentBytes',
  'checkpointIntervalMs',
  'changeLogBytesMax',
  'changeLogRetentionMs',
  'autoCompact',
  'compactIntervalMins',
  'auditLogPath',
  'recordMetrics',
] as const satisfies readonly (keyof AuroraOptions)[];

function forMemory(given: AuroraOptions, options: ResolvedOptions): ResolvedOptions {
  for (const option of diskOptions) {
    // `readOnly: false` says what is true anyway.
    if (given[option] === undefined || (option === 'readOnly' && given.readOnly === false))
      continue;
    throw invalidOption({
      option,
      value: given[option],
      allowed: 'left out for a database in memory, which begins empty and writes no files',
    });
  }
  return {
    ...options,
    durabilityMode: 'None',
    enableWal: false,
    enableWriteBuffering: true,
    autoCompact: false,
  };
}

function forDisk(given: AuroraOptions, options: ResolvedOptions): ResolvedOptions {
  const { dbPath, create, readOnly, durabilityMode, enableWal, enableWriteBuffering } = options;
  if (dbPath === undefined) {
    throw invalidOption({ option: 'dbPath', value: dbPath, allowed: rules.dbPath.allowed });
  }
  if (!enableWal && (durabilityMode === 'WAL' || durabilityMode === 'Strict')) {
    const isTold = given.durabilityMode !== undefined;
    throw invalidOption(
      {
        option: 'enableWal',
        value: enableWal,
        allowed: `true in durability mode "${durabilityMode}"${isTold ? '' : ', the default'}, which promises what only a log can keep`,
      },
      'Without a log, set durabilityMode to "Synchronous" (safe, slower) or "None" (fast, loses what is in memory).',
    );
  }
  return {
    ...options,
    create: create && !readOnly,
    enableWal: enableWal && durabilityMode !== 'None',
    enableWriteBuffering: enableWriteBuffering && durabilityMode !== 'Synchronous',
  };
}
