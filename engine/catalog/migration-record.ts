/* What is kept of each version of a migration that was applied: part of the catalog, so that it changes with it. */
import type { BoundMigrationStep, CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';

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
  /** Absent for versions that were applied before any could be undone. */
  readonly undo?: MigrationUndo;
}

/** In the order in which they were applied. @throws AuroraError `DatabaseCorrupt` */
export function readMigrations(reader: KvReader): readonly MigrationRecord[] {
  const bytes = reader.get(metaKey('migrations'));
  if (bytes === undefined) return [];
  const value: unknown = parsed(bytes);
  if (!Array.isArray(value) || !value.every(isRecord)) throw damaged();
  return value;
}

export function writeMigrations(
  writer: Pick<KvWriter, 'put'>,
  records: readonly MigrationRecord[],
): void {
  writer.put(metaKey('migrations'), Buffer.from(JSON.stringify(records), 'utf8'));
}

/** As documents of `_sys_migration`. */
export function migrationDocuments(records: readonly MigrationRecord[]): readonly StoredDocument[] {
  return records.map((record) => ({
    id: record.id,
    version: record.version,
    checksum: record.checksum,
    applied_at: record.appliedAtMs,
    elapsed_ms: record.elapsedMs,
    documents_changed: record.documentsChanged,
  }));
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

function damaged(cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', 'The record of the migrations is damaged.', { cause });
}
