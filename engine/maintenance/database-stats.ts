/* The state of an open database in figures, for people who look after it. Cheap: nothing is read but counts. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ColumnCacheStats } from '../cache/column-cache.ts';
import type { RowCacheStats } from '../cache/row-cache.ts';
import { readLastClose } from '../storage/close-record.ts';
import { type ColdMark, readColdMark } from '../storage/cold-mode.ts';
import { type CompactionRecord, readLastCompaction } from '../storage/compaction-record.ts';
import { logFolderPath } from '../storage/database-folder.ts';
import { freeBytesOf } from '../storage/disk.ts';
import { readFormat } from '../storage/format.ts';
import { readLockOwner } from '../storage/owner-lock.ts';
import type { DurabilityMode } from '../transactions/commit-log.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { LogStats } from '../wal/log-options.ts';
import { segmentNumberOf } from '../wal/log-segment.ts';
import type { AuditLog, AuditLogStats } from './audit-log.ts';
import type { IdleCompaction, IdleCompactionStats } from './idle-compaction.ts';

export interface DatabaseStats {
  readonly path: string;
  /** `owner`: this process has the folder; `guest`: process `ownerPid` has it; `memory`: there is no folder. */
  readonly mode: 'owner' | 'guest' | 'memory';
  readonly readOnly: boolean;
  /** Why every write is refused: it was opened read-only, its log is damaged, or storage has failed. Null when none is. */
  readonly refusal: string | null;
  /** The process that holds the lock; null in memory. */
  readonly ownerPid: number | null;
  /** Milliseconds since 1970. */
  readonly openedAtMs: number;
  /** When it was last closed as it should be; null when it never was. */
  readonly lastCloseAtMs: number | null;
  readonly formatVersion: number;
  /** The number of the last commit. */
  readonly sequence: number;
  readonly documentCount: number;
  readonly collections: readonly {
    readonly name: string;
    readonly documentCount: number;
    readonly indexCount: number;
  }[];
  /** Null in memory. */
  readonly file: FileStats | null;
  /** How documents are written, and whether those that lie there follow. */
  readonly cold: ColdMark;
  /** Null when it was never compacted. */
  readonly lastCompaction: CompactionRecord | null;
  /** Null when it is not compacted by itself. */
  readonly idleCompaction: IdleCompactionStats | null;
  /** Null without an audit log. */
  readonly audit: AuditLogStats | null;
  readonly durabilityMode: DurabilityMode;
  /** Commits that are not in the file yet. */
  readonly buffer: { readonly changeCount: number; readonly bytes: number };
  /** Null without a log, and until this process has changed something. */
  readonly log: LogStats | null;
  /** The log as it lies in the folder, with what is kept of it and prepared; null in memory and when there is none. */
  readonly logFiles: { readonly segmentCount: number; readonly bytes: number } | null;
  /** Null when decoded documents are not kept. */
  readonly cache: RowCacheStats | null;
  /** Null when fields are not kept as vectors. */
  readonly columnCache: ColumnCacheStats | null;
  /** Snapshots that are held, the oldest first: the commit that each shows, and how long ago it was taken. */
  readonly readers: readonly { readonly sequence: number; readonly ageMs: number }[];
  /** What this process found when it opened the database. */
  readonly recovery: { readonly wasClean: boolean; readonly commitCount: number };
}

export interface FileStats {
  readonly sizeBytes: number;
  /** Bytes that hold something; later writes reuse the rest, and a compaction gives it back. */
  readonly usedBytes: number;
  readonly entryCount: number;
  /** Free bytes of the disk. */
  readonly diskFreeBytes: number;
}

export interface StatsSource {
  readonly path: string;
  readonly pipeline: CommitPipeline;
  readonly idleCompaction: IdleCompaction | undefined;
  readonly auditLog: AuditLog | undefined;
  readonly readOnly: boolean;
  readonly openedAtMs: number;
}

/** O(collections). @throws AuroraError `DatabaseClosed` */
export function databaseStats({
  path,
  pipeline,
  idleCompaction,
  auditLog,
  readOnly,
  openedAtMs,
}: StatsSource): DatabaseStats {
  const isInMemory = path === ':memory:';
  const { mode, log, cache, columnCache, readers, buffer } = pipeline.stats();
  const { wasClean, commitCount } = pipeline.recovery;
  return {
    path,
    mode: isInMemory ? 'memory' : 'owner',
    readOnly,
    refusal: pipeline.refusal?.message ?? null,
    ownerPid: isInMemory ? null : (readLockOwner(path)?.pid ?? null),
    openedAtMs,
    ...pipeline.maintenance.readStore((reader) => ({
      lastCloseAtMs: readLastClose(reader) ?? null,
      formatVersion: readFormat(reader).format,
      cold: readColdMark(reader),
      lastCompaction: readLastCompaction(reader) ?? null,
    })),
    ...countDocuments(pipeline),
    file: isInMemory
      ? null
      : { ...pipeline.maintenance.stats(), diskFreeBytes: freeBytesOf(dirname(path)) },
    idleCompaction: idleCompaction?.stats ?? null,
    audit: auditLog?.stats() ?? null,
    durabilityMode: mode,
    buffer,
    log: log ?? null,
    logFiles: isInMemory ? null : logFilesIn(logFolderPath(path)),
    cache: cache ?? null,
    columnCache: columnCache ?? null,
    readers,
    recovery: { wasClean, commitCount },
  };
}

function logFilesIn(folder: string): DatabaseStats['logFiles'] {
  if (!existsSync(folder)) return null;
  // A segment that is no longer needed may go while this looks.
  const sizes = readdirSync(folder)
    .filter((name) => segmentNumberOf(name) !== undefined)
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  if (sizes.length === 0) return null;
  return { segmentCount: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function countDocuments(
  pipeline: CommitPipeline,
): Pick<DatabaseStats, 'sequence' | 'documentCount' | 'collections'> {
  const snapshot = pipeline.snapshot();
  try {
    const collections = snapshot.catalog.collections.map((collection) => ({
      name: collection.definition.name,
      documentCount: snapshot.documentCount(collection),
      indexCount: collection.indexes.length,
    }));
    const documentCount = collections.reduce((sum, entry) => sum + entry.documentCount, 0);
    return { sequence: snapshot.sequence, documentCount, collections };
  } finally {
    snapshot.release();
  }
}
