/*
 * The part of a commit that needs no transaction: encoding documents and computing index keys. It runs in time
 * slices before the commit takes its turn, against the catalog of that moment; if a collection was redefined since,
 * the commit prepares again.
 */
import { assert } from '../base/assert.ts';
import type { TimeSlicer } from '../base/scheduler.ts';
import type { Catalog, CollectionEntry } from '../catalog/catalog.ts';
import { fitsDefinition } from '../catalog/fits-definition.ts';
import { AuroraError } from '../errors.ts';
import {
  hasOneKey,
  type IndexKey,
  type IndexLayout,
  indexKeys,
  onlyKeys,
} from '../indexes/index-layout.ts';
import { readPath } from '../values/field-path.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { CodecTable } from './codec-table.ts';
import type { DocumentChange } from './snapshot.ts';
import type { WriteBuffer } from './write-buffer.ts';

/** The keys that a change takes from and gives to one index. Keys that stay are in neither. */
export interface PreparedIndexChange {
  readonly layout: IndexLayout;
  readonly removed: readonly IndexKey[];
  readonly added: readonly IndexKey[];
}

export interface PreparedChange {
  readonly change: DocumentChange;
  /** The document as it becomes; `undefined` for a delete. */
  readonly record: Uint8Array | undefined;
  /** The document as it was, when a log is to keep it. */
  readonly before: Uint8Array | undefined;
  /** Of the indexes in which anything changes. */
  readonly indexes: readonly PreparedIndexChange[];
}

/** The changes of one commit to one collection. */
export interface PreparedCollection {
  readonly entry: CollectionEntry;
  readonly changes: readonly PreparedChange[];
}

export interface PreparedChanges {
  readonly collections: readonly PreparedCollection[];
  /** What applying them may add to the file, generously: each key may copy a page. */
  readonly bytesExpected: number;
  /** Bytes of all images, new and old. */
  readonly recordBytes: number;
}

/** What changes are prepared against. */
export interface PreparationSource {
  readonly catalog: Catalog;
  readonly codecs: CodecTable;
  /** True when old images go into a log. */
  readonly keepsBefore: boolean;
  /** What is not in the store yet; it has the bytes of documents that were written a moment ago. */
  readonly buffers: readonly WriteBuffer[];
}

/** What one key may add to the file: a page. */
export const bytesPerKey = 4096;
const noKeys: readonly IndexKey[] = [];
const noChanges: readonly PreparedIndexChange[] = [];

/** Prepares changes in slices. @throws AuroraError `CollectionNotFound`, `LimitExceeded`, `InvalidValue`, `Cancelled` */
export async function prepareChanges(
  changes: readonly DocumentChange[],
  source: PreparationSource,
  slicer: TimeSlicer,
): Promise<PreparedChanges> {
  const preparation = new Preparation(source);
  for (const change of changes) {
    preparation.add(change);
    if (slicer.isDue) await slicer.yieldIfDue();
  }
  return preparation.finish();
}

/** Prepares changes at once, however many. @throws AuroraError as `prepareChanges` */
export function prepareAtOnce(
  changes: readonly DocumentChange[],
  source: PreparationSource,
): PreparedChanges {
  const preparation = new Preparation(source);
  for (const change of changes) preparation.add(change);
  return preparation.finish();
}

/** Prepares changes at once, for a commit that found the catalog changed when its turn came. */
export function prepareChangesAgain(
  stale: PreparedChanges,
  source: PreparationSource,
): PreparedChanges {
  const changes = stale.collections.flatMap((collection) =>
    collection.changes.map(({ change }) => change),
  );
  return prepareAtOnce(changes, source);
}

/** True when the collections are still as they were when the changes were prepared. */
export function isPreparedFor(prepared: PreparedChanges, catalog: Catalog): boolean {
  return prepared.collections.every(({ entry }) => {
    const current = catalog.collection(entry.definition.name);
    return current?.storageId === entry.storageId && current.indexes === entry.indexes;
  });
}

class Preparation {
  readonly #source: PreparationSource;
  readonly #collections = new Map<
    string,
    { entry: CollectionEntry; layouts: readonly IndexLayout[]; changes: PreparedChange[] }
  >();
  #bytesExpected = 0;
  #recordBytes = 0;

  constructor(source: PreparationSource) {
    this.#source = source;
  }

  add(change: DocumentChange): void {
    const { entry, layouts, changes } = this.#collectionOf(change.collection);
    const prepared = prepareChange(this.#source, { entry, layouts }, change);
    changes.push(prepared);
    this.#recordBytes += recordBytesOf(prepared);
    this.#bytesExpected += bytesExpectedOf(prepared);
  }

  finish(): PreparedChanges {
    const collections = [...this.#collections.values()].map(({ entry, changes }) => ({
      entry,
      changes,
    }));
    return {
      collections,
      bytesExpected: this.#bytesExpected,
      recordBytes: this.#recordBytes,
    };
  }

  #collectionOf(name: string) {
    const present = this.#collections.get(name);
    if (present !== undefined) return present;
    const entry = collectionNamed(this.#source.catalog, name);
    const layouts = this.#source.codecs.layouts(entry);
    const created = { entry, layouts, changes: [] };
    this.#collections.set(name, created);
    return created;
  }
}

/** @throws AuroraError `CollectionNotFound` */
export function collectionNamed(catalog: Catalog, name: string): CollectionEntry {
  const entry = catalog.collection(name);
  if (entry !== undefined) return entry;
  throw new AuroraError('CollectionNotFound', `There is no collection "${name}".`, {
    details: { collection: name },
    hint: 'Define it with a schema block first.',
  });
}

/** Prepares one change of a collection. @throws AuroraError `LimitExceeded`, `InvalidValue`, `WriteConflict` */
export function prepareChange(
  { codecs, keepsBefore, buffers }: Omit<PreparationSource, 'catalog'>,
  { entry, layouts }: { readonly entry: CollectionEntry; readonly layouts: readonly IndexLayout[] },
  change: DocumentChange,
): PreparedChange {
  const before = change.kind === 'insert' ? undefined : change.before;
  const after = change.kind === 'delete' ? undefined : change.document;
  if (before !== undefined && after !== undefined) {
    assert(before.id === after.id, 'the id of a document never changes');
  }
  if (after !== undefined && codecs.isRevised(entry)) assertFits(entry, after);
  const codec = codecs.of(entry);
  const record = after === undefined ? undefined : codec.encode(after);
  const image =
    change.kind === 'insert' || !keepsBefore
      ? undefined
      : (knownRecord(entry, change) ??
        bufferedRecord(buffers, entry, change) ??
        codec.encode(change.before));
  // A list that gets an item takes room for sixteen more, unlike its copy; and this is kept until it is applied.
  let indexes = noChanges;
  for (const layout of layouts) {
    const indexChange = indexChangeOf(layout, before, after);
    if (indexChange !== undefined) indexes = [...indexes, indexChange].slice();
  }
  return { change, record, before: image, indexes };
}

/** Bytes of both images. */
export function recordBytesOf({ record, before }: PreparedChange): number {
  return (record?.length ?? 0) + (before?.length ?? 0);
}

/** What applying a change may add to the file, generously. */
export function bytesExpectedOf({ record, indexes }: PreparedChange): number {
  let keyCount = 3;
  for (const { added, removed } of indexes) keyCount += added.length + removed.length;
  return 2 * (record?.length ?? 0) + keyCount * bytesPerKey;
}

/** The bytes that the writer had at hand, unless the collection was written anew since, with structures of its own. */
function knownRecord(
  { storageId }: CollectionEntry,
  { beforeRecord, beforeRecordOf = storageId }: Exclude<DocumentChange, { kind: 'insert' }>,
): Uint8Array | undefined {
  return beforeRecordOf === storageId ? beforeRecord : undefined;
}

/** The bytes of a document that an earlier commit has encoded. */
function bufferedRecord(
  buffers: readonly WriteBuffer[],
  { storageId }: CollectionEntry,
  { row, before, asOf = 0 }: Exclude<DocumentChange, { kind: 'insert' }>,
): Uint8Array | undefined {
  for (const buffer of buffers) {
    const newest = buffer.collection(storageId)?.rows.get(row)?.newest;
    if (newest === undefined) continue;
    const isBefore = newest.lsn <= asOf || newest.value.has(before);
    return isBefore ? newest.value.record : undefined;
  }
  return undefined;
}

/** What a change of a document changes in one index; `undefined` when nothing. */
export function indexChangeOf(
  layout: IndexLayout,
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): PreparedIndexChange | undefined {
  if (before !== undefined && after !== undefined) {
    if (hasSameValues(layout, before, after)) return undefined;
    if (hasOneKey(layout))
      return changeOfKey(layout, onlyKeys(layout, before), onlyKeys(layout, after));
  }
  const removed = before === undefined ? noKeys : indexKeys(layout, before);
  const added = after === undefined ? noKeys : indexKeys(layout, after);
  if (removed.length === 0 || added.length === 0) return { layout, removed, added };
  return { layout, removed: withoutKeys(removed, added), added: withoutKeys(added, removed) };
}

function changeOfKey(
  layout: IndexLayout,
  removed: readonly IndexKey[],
  added: readonly IndexKey[],
): PreparedIndexChange | undefined {
  return removed[0]?.mapKey === added[0]?.mapKey ? undefined : { layout, removed, added };
}

/** True when it is seen at once that a change does not concern an index; false says nothing. */
export function hasSameValues(
  { paths }: IndexLayout,
  before: StoredDocument,
  after: StoredDocument,
): boolean {
  for (const path of paths) {
    if (readPath(before, path) !== readPath(after, path)) return false;
  }
  return true;
}

export function withoutKeys(
  keys: readonly IndexKey[],
  others: readonly IndexKey[],
): readonly IndexKey[] {
  if (others.length < 8) {
    return keys.filter(({ mapKey }) => !others.some((other) => other.mapKey === mapKey));
  }
  const present = new Set(others.map(({ mapKey }) => mapKey));
  return keys.filter(({ mapKey }) => !present.has(mapKey));
}

/** What a writer has checked against an earlier definition must not come into what was written anew under another. */
export function assertFits({ definition }: CollectionEntry, document: StoredDocument): void {
  if (fitsDefinition(definition, document)) return;
  throw new AuroraError(
    'WriteConflict',
    `The schema of "${definition.name}" was changed while document ${document.id} was being written.`,
    {
      details: { collection: definition.name, id: document.id },
      hint: 'Repeat the change; it is checked against the schema as it is now.',
    },
  );
}
