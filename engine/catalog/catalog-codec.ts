/* How the catalog is stored: one JSON record per collection, and one for what belongs to all of them. */
import type { CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { catalogKey, catalogRange, metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { CollectionEntry, IndexEntry } from './catalog.ts';
import { CatalogState } from './catalog-state.ts';
import { readHandlers } from './handler-record.ts';
import { readMigrationFailures, readMigrations } from './migration-record.ts';

/** The catalog as stored, and the next storage id to give out. */
export interface StoredCatalog {
  readonly catalog: CatalogState;
  readonly nextStorageId: number;
}

/** @throws AuroraError `DatabaseCorrupt` */
export function readCatalog(reader: KvReader): StoredCatalog {
  const head = reader.get(metaKey('catalog'));
  const { version, nextStorageId } = head === undefined ? newHead : parseHead(head);
  const collections: CollectionEntry[] = [];
  for (const { value } of reader.range({ ...catalogRange(), limit: Number.MAX_SAFE_INTEGER })) {
    collections.push(parseCollection(value));
  }
  const catalog = new CatalogState(version, collections, {
    migrations: readMigrations(reader),
    migrationFailures: readMigrationFailures(reader),
    handlers: readHandlers(reader),
  });
  return { catalog, nextStorageId };
}

export function writeCatalogHead(
  writer: Pick<KvWriter, 'put'>,
  version: number,
  nextStorageId: number,
): void {
  writer.put(metaKey('catalog'), toJson({ version, nextStorageId }));
}

export function writeCollection(writer: Pick<KvWriter, 'put'>, entry: CollectionEntry): void {
  writer.put(catalogKey(entry.storageId), toJson(entry));
}

export function removeCollection(writer: Pick<KvWriter, 'remove'>, entry: CollectionEntry): void {
  writer.remove(catalogKey(entry.storageId));
}

const newHead = { version: 1, nextStorageId: 1 };

function parseHead(bytes: Uint8Array): { version: number; nextStorageId: number } {
  const value = fromJson(bytes);
  if (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    typeof value.version === 'number' &&
    'nextStorageId' in value &&
    typeof value.nextStorageId === 'number'
  ) {
    return { version: value.version, nextStorageId: value.nextStorageId };
  }
  throw damaged();
}

function parseCollection(bytes: Uint8Array): CollectionEntry {
  const value = fromJson(bytes);
  if (!isCollectionEntry(value)) throw damaged();
  return value;
}

/** Checks the parts that the engine navigates by; the record was written by this module. */
function isCollectionEntry(value: unknown): value is CollectionEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'storageId' in value &&
    typeof value.storageId === 'number' &&
    'definition' in value &&
    isDefinition(value.definition) &&
    'indexes' in value &&
    Array.isArray(value.indexes) &&
    value.indexes.every(isIndexEntry) &&
    'idsAscend' in value &&
    typeof value.idsAscend === 'boolean'
  );
}

function isDefinition(value: unknown): value is CollectionDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'fields' in value &&
    Array.isArray(value.fields) &&
    'indexes' in value &&
    Array.isArray(value.indexes)
  );
}

function isIndexEntry(value: unknown): value is IndexEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'storageId' in value &&
    typeof value.storageId === 'number' &&
    'fields' in value &&
    Array.isArray(value.fields) &&
    'state' in value &&
    (value.state === 'live' || value.state === 'building')
  );
}

function toJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function fromJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', 'A record of the catalog is damaged.', { cause });
}
