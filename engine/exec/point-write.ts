/*
 * Changes of single documents that a condition names: found at once, changed, committed. What is changed, and when it
 * is tried again, is as in a mutation; where it takes a query to find the document, these leave it to one.
 */
import { reviseDocument } from '../catalog/document-schema.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { JsonObject } from './complete-documents.ts';
import type { ExecEnvironment } from './environment.ts';
import {
  type LocatedDocument,
  locatePoint,
  type PointCondition,
  type PointSource,
} from './point-read.ts';
import { retryConflicts } from './run-mutation.ts';
import { changesOf } from './update-data.ts';

interface PointWrite {
  readonly collection: string;
  readonly condition: PointCondition;
  /** What is published at the moment of the call. */
  readonly source: () => PointSource;
}

/** Updates the document, and gives 1; `undefined` when it takes a query. @throws AuroraError as `runMutation` */
export function updatePoint(
  environment: ExecEnvironment,
  write: PointWrite,
  data: JsonObject,
): Promise<number | undefined> {
  return changePoint(environment, write, (place) => updateOf(place, data, environment.clock.now()));
}

/** Deletes the document, and gives 1; `undefined` when it takes a query. @throws AuroraError as `runMutation` */
export function deletePoint(
  environment: ExecEnvironment,
  write: PointWrite,
): Promise<number | undefined> {
  return changePoint(environment, write, deleteOf);
}

/** What an update makes of a document. @throws AuroraError `ValidationError` */
export function updateOf(
  { entry, row, document: before, record: beforeRecord }: LocatedDocument,
  data: JsonObject,
  now: number,
): DocumentChange {
  const { definition, storageId: beforeRecordOf } = entry;
  const changes = changesOf(before, data, definition);
  const document = reviseDocument(entry, before, changes, { now });
  const collection = definition.name;
  return { kind: 'replace', collection, row, before, beforeRecord, beforeRecordOf, document };
}

export function deleteOf(place: LocatedDocument): DocumentChange {
  const { entry, row, document: before, record: beforeRecord } = place;
  const { definition, storageId: beforeRecordOf } = entry;
  const collection = definition.name;
  return { kind: 'delete', collection, row, before, beforeRecord, beforeRecordOf };
}

function changePoint(
  given: ExecEnvironment,
  { collection, condition, source }: PointWrite,
  change: (place: LocatedDocument) => DocumentChange,
): Promise<number | undefined> {
  // What the engine keeps about itself is changed in its own ways.
  if (collection.startsWith('_')) return Promise.resolve(undefined);
  return retryConflicts(given, async (environment) => {
    const place = locatePoint(source(), collection, condition);
    if (place === undefined) return undefined;
    await environment.commit([change(place)]);
    return 1;
  });
}
