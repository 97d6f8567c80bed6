/*
 * Walks through a whole database and compares what is stored twice: documents with the table of ids, with every index,
 * and with the counts. Every document is looked up in everything that should lead to it; then the entries are counted.
 * When there are as many as documents need and each of those was found, there can be no others; only when the numbers
 * differ is each entry followed back to its document. Works on one snapshot, in time slices, beside readers and writers.
 */
import { readUint32 } from '../base/bytes.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { isKeptCollection } from '../catalog/owned-collections.ts';
import { type IndexLayout, indexLayout } from '../indexes/index-layout.ts';
import { chunkCountOf, findDocumentDamage } from '../storage/document-value.ts';
import { readFormat } from '../storage/format.ts';
import {
  chunksRange,
  documentKey,
  documentRange,
  idKey,
  idOffset,
  idRange,
  numberOfChunkKey,
  rowOfDocumentKey,
} from '../storage/key-space.ts';
import { readCollectionState } from '../transactions/collection-state.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { StoredSnapshot } from '../transactions/engine-snapshot.ts';
import { formatUuid } from '../values/uuid.ts';
import type { LogFolder } from '../wal/log-folder.ts';
import { countEntries, countKeys, findStaleEntries } from './verify-index.ts';
import { verifyLog } from './verify-log.ts';
import { ProblemList, type VerifiedCollection, type VerifyReport } from './verify-report.ts';
import { eachEntry, tryDecode, type VerifyRun } from './verify-walk.ts';

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** The log that is read as well. */
  readonly logFolder?: LogFolder | undefined;
  /** Called after each step with how many documents were looked at, and how many there are. */
  readonly onProgress?: (progress: {
    readonly documentsDone: number;
    readonly documentsAll: number;
  }) => void;
}

/** What a caller of a database may ask. */
export type VerifyRequest = Omit<VerifyOptions, 'clock' | 'logFolder'>;

/**
 * Verifies the last published commit. O(documents × indexes). Damage is reported, not thrown.
 * @throws AuroraError `Cancelled`, `DatabaseClosed`
 */
export async function verifyDatabase(
  pipeline: CommitPipeline,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const clock = options.clock ?? systemClock;
  const startedMs = clock.elapsed();
  const snapshot = await pipeline.storedSnapshot();
  try {
    const slicer = new TimeSlicer(clock, { signal: options.signal });
    const run: VerifyRun = { snapshot, slicer, problems: new ProblemList() };
    const report = progressReporter(snapshot, options);
    const collections: VerifiedCollection[] = [];
    const kept: VerifiedCollection[] = [];
    for (const entry of snapshot.catalog.collections) {
      collections.push(await verifyCollection(run, entry, report));
    }
    for (const entry of snapshot.catalog.owned) {
      // What the engine has not used yet is nothing to tell about.
      const { nextRow } = readCollectionState(snapshot.kv, entry.storageId);
      if (nextRow === 0) continue;
      const list = isKeptCollection(entry.definition.name) ? kept : collections;
      list.push(await verifyCollection(run, entry, report));
    }
    const { logFolder: folder } = options;
    const { databaseId } = readFormat(snapshot.kv);
    const opened = pipeline.recovery.end;
    const log =
      folder === undefined ? null : await verifyLog(run, { folder, databaseId, clock, opened });
    return {
      isSound: run.problems.count === 0,
      sequence: snapshot.sequence,
      collections,
      kept,
      log,
      problems: run.problems.problems,
      problemCount: run.problems.count,
      elapsedMs: clock.elapsed() - startedMs,
    };
  } finally {
    snapshot.release();
  }
}

function progressReporter(
  snapshot: StoredSnapshot,
  options: VerifyOptions,
): (count: number) => void {
  const { catalog, kv } = snapshot;
  const counts = [...catalog.collections, ...catalog.owned].map(
    ({ storageId }) => readCollectionState(kv, storageId).documentCount,
  );
  const documentsAll = counts.reduce((sum, count) => sum + count, 0);
  let documentsDone = 0;
  return (count) => {
    documentsDone += count;
    options.onProgress?.({ documentsDone, documentsAll });
  };
}

async function verifyCollection(
  run: VerifyRun,
  entry: CollectionEntry,
  report: (count: number) => void,
): Promise<VerifiedCollection> {
  const layouts = entry.indexes
    .filter(({ state }) => state === 'live')
    .map((index) => indexLayout(entry.definition, index));
  const needed = layouts.map(() => 0);
  const documentCount = await verifyDocuments(run, entry, layouts, needed, report);
  await verifyChunks(run, entry);
  await verifyIds(run, entry);
  const indexes: { name: string; entryCount: number }[] = [];
  for (const [position, layout] of layouts.entries()) {
    const entryCount = await countEntries(run, layout);
    if (entryCount !== needed[position]) await findStaleEntries(run, entry, layout);
    indexes.push({ name: layout.entry.name, entryCount });
  }
  const { documentCount: counted } = readCollectionState(run.snapshot.kv, entry.storageId);
  if (counted !== documentCount) {
    run.problems.add({
      kind: 'countWrong',
      collection: entry.definition.name,
      message: `It counts ${counted} documents, but holds ${documentCount}.`,
    });
  }
  return { name: entry.definition.name, documentCount, indexes };
}

/** Looks every document up in the ids and indexes; gives the number of documents. */
async function verifyDocuments(
  run: VerifyRun,
  entry: CollectionEntry,
  layouts: readonly IndexLayout[],
  needed: number[],
  report: (count: number) => void,
): Promise<number> {
  const { kv, codecs } = run.snapshot;
  const { nextRow } = readCollectionState(kv, entry.storageId);
  const codec = codecs.of(entry);
  const collection = entry.definition.name;
  let documentCount = 0;
  await eachEntry(
    run,
    documentRange(entry.storageId),
    ({ key, value }) => {
      const row = rowOfDocumentKey(key);
      documentCount += 1;
      const stored = { collectionId: entry.storageId, row, value };
      const damage = findDocumentDamage(kv, stored);
      const document = damage === undefined ? tryDecode(codec, kv, stored) : undefined;
      if (document === undefined) {
        const message = damage ?? `The document in row ${row} cannot be decoded.`;
        run.problems.add({ kind: 'documentDamaged', collection, message });
        return;
      }
      const { id } = document;
      if (row >= nextRow) {
        run.problems.add({
          kind: 'rowOutOfRange',
          collection,
          id,
          message: `Row ${row} was never given out.`,
        });
      }
      const found = tryKey(() => kv.get(idKey(entry.storageId, id)));
      if (found === undefined || readUint32(found, 0) !== row) {
        run.problems.add({
          kind: 'idMissing',
          collection,
          id,
          message: 'Its id does not lead to it.',
        });
      }
      for (const [position, layout] of layouts.entries()) {
        const counts = countKeys(kv, layout, document, row);
        needed[position] = (needed[position] ?? 0) + counts.needed;
        for (let missing = 0; missing < counts.missing; missing += 1) {
          const index = layout.entry.name;
          run.problems.add({
            kind: 'indexEntryMissing',
            collection,
            index,
            id,
            message: `Index "${index}" does not hold it.`,
          });
        }
      }
    },
    report,
  );
  return documentCount;
}

/** Missing chunks are found with their documents; here those that no document names. */
async function verifyChunks(run: VerifyRun, entry: CollectionEntry): Promise<void> {
  const { kv } = run.snapshot;
  let row = -1;
  let chunkCount = 0;
  await eachEntry(run, chunksRange(entry.storageId), ({ key }) => {
    if (rowOfDocumentKey(key) !== row) {
      row = rowOfDocumentKey(key);
      const value = kv.get(documentKey(entry.storageId, row));
      chunkCount = value === undefined ? 0 : chunkCountOf(value);
    }
    const number = numberOfChunkKey(key);
    if (number < chunkCount) return;
    const message = `Piece ${number} in row ${row} belongs to no document.`;
    run.problems.add({ kind: 'chunkStale', collection: entry.definition.name, message });
  });
}

async function verifyIds(run: VerifyRun, entry: CollectionEntry): Promise<void> {
  const { kv, codecs } = run.snapshot;
  const codec = codecs.of(entry);
  await eachEntry(run, idRange(entry.storageId), ({ key, value }) => {
    const id = formatUuid(key, idOffset);
    const row = readUint32(value, 0);
    const bytes = kv.get(documentKey(entry.storageId, row));
    const stored = bytes && { collectionId: entry.storageId, row, value: bytes };
    const document = stored === undefined ? undefined : tryDecode(codec, kv, stored);
    if (bytes !== undefined && (document === undefined || document.id === id)) return;
    const message =
      bytes === undefined ? 'Its id leads to no document.' : 'Its id leads to another document.';
    run.problems.add({ kind: 'idStale', collection: entry.definition.name, id, message });
  });
}

/** A damaged document may hold an id that is none; then nothing leads to it. */
function tryKey<T>(lookUp: () => T | undefined): T | undefined {
  try {
    return lookUp();
  } catch {
    return undefined;
  }
}
