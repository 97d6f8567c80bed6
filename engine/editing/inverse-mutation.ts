/*
 * What takes a commit back: a mutation made of the images that documents had before it. It is only offered whole. Where a
 * later write has touched what the commit changed, taking it back would take that back as well, so it is refused,
 * with every place named. Fields that the commit did not change may have changed since; they stay as they are.
 */
import { type DocumentEdit, editText, type JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { documentOutput } from '../exec/document-output.ts';
import type { OutputObject } from '../exec/projection.ts';
import { type CollectionDelta, type DocumentDelta, deltasOf } from '../live/document-delta.ts';
import type { ChangeLog, ChangePosition, LoggedPublication } from '../transactions/change-log.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { sameValue } from '../values/compare.ts';
import { documentVersion } from '../values/document-version.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** Why the change of one document cannot be taken back. */
export interface InverseObstacle {
  readonly collection: string;
  readonly id: string;
  /**
   * `changed`: `fields` have other values since; `gone`: the document was deleted since; `back`: a deleted document is
   * there again; `ofEngine`: what jobs and migrations have done is not taken back.
   */
  readonly reason: 'changed' | 'gone' | 'back' | 'ofEngine';
  readonly fields: readonly string[];
  /** A sentence for people. */
  readonly message: string;
}

export interface InverseMutation {
  /** The commit that it takes back. */
  readonly position: ChangePosition;
  /** The mutation; absent when there are obstacles. It is meant for the documents as they are now (`ifVersion`). */
  readonly text?: string;
  readonly documentCount: number;
  readonly obstacles: readonly InverseObstacle[];
}

/** @throws AuroraError `ChangeLogGap` when the log does not hold the commit */
export async function invertCommit(
  changeLog: ChangeLog,
  position: ChangePosition,
  snapshot: Snapshot,
): Promise<InverseMutation> {
  const { commit } = await commitAt(changeLog, position);
  const edits: DocumentEdit[] = [];
  const obstacles: InverseObstacle[] = [];
  for (const delta of deltasOf(commit)) {
    for (const document of delta.documents) {
      const inverse = invertDocument(delta, document, snapshot);
      if ('reason' in inverse) obstacles.push(inverse);
      else edits.push(inverse);
    }
  }
  if (commit.event.schemaChanged) throw noDocuments(position);
  return {
    position,
    documentCount: edits.length + obstacles.length,
    obstacles,
    ...(obstacles.length > 0 || edits.length === 0 ? {} : { text: editText(inOrder(edits)) }),
  };
}

async function commitAt(
  changeLog: ChangeLog,
  { epoch, lsn }: ChangePosition,
): Promise<LoggedPublication> {
  if (lsn <= changeLog.position.lsn) {
    for await (const publication of changeLog.kept(lsn, lsn)) {
      const { position } = publication;
      if (position.lsn === lsn && position.epoch === epoch) return publication;
    }
  }
  throw new AuroraError('ChangeLogGap', `The log does not hold commit ${lsn} any more.`, {
    details: { epoch, lsn },
    hint: 'Keep more of it with changeLogBytesMax and changeLogRetentionMs.',
  });
}

function noDocuments({ lsn }: ChangePosition): AuroraError {
  return new AuroraError('InvalidOption', `Commit ${lsn} changed the schema.`, {
    details: { lsn },
    hint: 'Only changes of documents can be taken back.',
  });
}

/** Deletions free ids and unique values for what comes back. */
function inOrder(edits: readonly DocumentEdit[]): readonly DocumentEdit[] {
  const of = (kind: DocumentEdit['kind']) => edits.filter((edit) => edit.kind === kind);
  return [...of('delete'), ...of('update'), ...of('insert')];
}

function invertDocument(
  { entry }: CollectionDelta,
  { id, before, after, changedFields }: DocumentDelta,
  snapshot: Snapshot,
): DocumentEdit | InverseObstacle {
  const { name: collection } = entry.definition;
  const place = { collection, id };
  if (collection.startsWith('_')) return obstacle(place, 'ofEngine', []);
  const output = documentOutput(entry.definition);
  const row = snapshot.rowOf(entry, id);
  const present = row === undefined ? undefined : snapshot.read(entry, row);
  if (after === undefined) {
    if (present !== undefined) return obstacle(place, 'back', []);
    return { kind: 'insert', collection, document: output(before ?? { id }) };
  }
  if (present === undefined) return obstacle(place, 'gone', []);
  const version = documentVersion(output(present));
  const touched = before === undefined ? everyField(present, after) : changedFields;
  const fields = touched.filter((field) => !sameValue(own(present, field), own(after, field)));
  if (fields.length > 0) return obstacle(place, 'changed', fields);
  if (before === undefined) return { kind: 'delete', collection, id, version };
  const shown: OutputObject = output(before);
  const set: { [field: string]: JsonValue } = {};
  const unset: string[] = [];
  for (const field of changedFields) {
    const value = Object.hasOwn(shown, field) ? shown[field] : undefined;
    if (value === undefined) unset.push(field);
    else set[field] = value;
  }
  return { kind: 'update', collection, id, version, set, unset };
}

function everyField(present: StoredDocument, after: StoredDocument): readonly string[] {
  return [...new Set([...Object.keys(present), ...Object.keys(after)])];
}

function own(document: StoredDocument, field: string) {
  return Object.hasOwn(document, field) ? document[field] : undefined;
}

function obstacle(
  place: Pick<InverseObstacle, 'collection' | 'id'>,
  reason: InverseObstacle['reason'],
  fields: readonly string[],
): InverseObstacle {
  return { ...place, reason, fields, message: messageOf(place, reason, fields) };
}

function messageOf(
  { collection, id }: Pick<InverseObstacle, 'collection' | 'id'>,
  reason: InverseObstacle['reason'],
  fields: readonly string[],
): string {
  const which = `Document ${id} of "${collection}"`;
  switch (reason) {
    case 'changed':
      return `${which} was written again since: ${fields.map((field) => `"${field}"`).join(', ')}.`;
    case 'gone':
      return `${which} was deleted since.`;
    case 'back':
      return `${which} is there again.`;
    case 'ofEngine':
      return `${which} belongs to the engine; what jobs and migrations do is not taken back.`;
  }
}
