/* What is kept of each version of a migration that was applied: part of the catalog, so that it changes with it. */
import { type BoundMigrationStep, type CollectionDefinition, meaningLines } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { Catalog } from './catalog.ts';

/** A collection that a version altered, to be brought back to what it was. */
export interface UndoneCollection {
  readonly before: CollectionDefinition;
  readonly after: CollectionDefinition;
  /** Those that concern it, in order. */
  readonly steps: readonly BoundMigrationStep[];
  /** Name of the collection that keeps its documents as they were; null when they can be told from what they are. */
  readonly keptAs: string | null;
}

/** What undoing a version takes. */
export interface MigrationUndo {
  /** The moment that its steps took for now. */
  readonly nowMs: number;
  readonly created: readonly string[];
  readonly dropped: readonly {
    readonly definition: CollectionDefinition;
    readonly keptAs: string;
  }[];
  readonly altered: readonly UndoneCollection[];
}

export interface MigrationRecord {
  readonly id: string;
  readonly version: string;
  /** SHA-256 of `meaning`, in hexadecimal digits. */
  readonly checksum: string;
  /** The steps without layout and comments, as the binder puts them. */
  readonly meaning: string;
  /** Milliseconds since 1970. */
  readonly appliedAtMs: number;
  readonly elapsedMs: number;
  readonly documentsChanged: number;
  /** Who applied it; absent where that was not recorded yet. */
  readonly appliedBy?: string;
  /** Absent for versions that were applied before any could be undone. */
  readonly undo?: MigrationUndo;
}

/** The last time that a version was run and could not be applied. */
export interface MigrationFailure {
  readonly id: string;
  readonly version: string;
  readonly checksum: string;
  readonly meaning: string;
  /** Milliseconds since 1970. */
  readonly failedAtMs: number;
  readonly elapsedMs: number;
  readonly failedBy: string;
  readonly message: string;
}

/** Failures with a further one; a version has at most one, and only the last are kept. */
export function withFailure(
  failures: readonly MigrationFailure[],
  failure: MigrationFailure,
): readonly MigrationFailure[] {
  const others = failures.filter(({ version }) => version !== failure.version);
  return [...others, failure].slice(-limits.migrationFailuresMax);
}

export function readMigrationFailures(reader: KvReader): readonly MigrationFailure[] {
  return readList(reader, 'migrationFailures', isFailure);
}

export function writeMigrationFailures(
  writer: Pick<KvWriter, 'put'>,
  failures: readonly MigrationFailure[],
): void {
  writer.put(metaKey('migrationFailures'), Buffer.from(JSON.stringify(failures), 'utf8'));
}

/** In the order in which they were applied. @throws AuroraError `DatabaseCorrupt` */
export function readMigrations(reader: KvReader): readonly MigrationRecord[] {
  return readList(reader, 'migrations', isRecord);
}

export function writeMigrations(
  writer: Pick<KvWriter, 'put'>,
  records: readonly MigrationRecord[],
): void {
  writer.put(metaKey('migrations'), Buffer.from(JSON.stringify(records), 'utf8'));
}

/** As documents of `_sys_migration`: what was applied, and what could not be. */
export function migrationDocuments({
  migrations,
  migrationFailures,
}: Pick<Catalog, 'migrations' | 'migrationFailures'>): readonly StoredDocument[] {
  return [
    ...migrations.map((record) => ({
      id: record.id,
      version: record.version,
      status: 'applied',
      checksum: record.checksum,
      text: meaningLines(record.meaning).join('\n'),
      applied_at: record.appliedAtMs,
      ...(record.appliedBy === undefined ? {} : { applied_by: record.appliedBy }),
      elapsed_ms: record.elapsedMs,
      documents_changed: record.documentsChanged,
    })),
    ...migrationFailures.map((failure) => ({
      id: failure.id,
      version: failure.version,
      status: 'failed',
      checksum: failure.checksum,
      text: meaningLines(failure.meaning).join('\n'),
      applied_at: failure.failedAtMs,
      applied_by: failure.failedBy,
      elapsed_ms: failure.elapsedMs,
      documents_changed: 0,
      error: failure.message,
    })),
  ];
}

function readList<Item>(
  reader: KvReader,
  name: string,
  isItem: (value: unknown) => value is Item,
): readonly Item[] {
  const bytes = reader.get(metaKey(name));
  if (bytes === undefined) return [];
  const value: unknown = parsed(bytes);
  if (!Array.isArray(value) || !value.every(isItem)) throw damaged();
  return value;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw damaged(error);
  }
}

function isRecord(value: unknown): value is MigrationRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, version, checksum, meaning, appliedAtMs, elapsedMs, documentsChanged } =
    value as Readonly<Record<string, unknown>>;
  return (
    [id, version, checksum, meaning].every((text) => typeof text === 'string') &&
    [appliedAtMs, elapsedMs, documentsChanged].every((number) => typeof number === 'number')
  );
}

function isFailure(value: unknown): value is MigrationFailure {
  if (typeof value !== 'object' || value === null) return false;
  const { id, version, checksum, meaning, failedAtMs, elapsedMs, failedBy, message } =
    value as Readonly<Record<string, unknown>>;
  return (
    [id, version, checksum, meaning, failedBy, message].every((text) => typeof text === 'string') &&
    [failedAtMs, elapsedMs].every((number) => typeof number === 'number')
  );
}

function damaged(cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', 'The record of the migrations is damaged.', { cause });
}
