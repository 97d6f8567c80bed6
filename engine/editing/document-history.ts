/* The versions of a document that the log still holds: what each commit made of it, from what. */
import type { JsonValue } from '#engine/aql';
import { isOwnedCollection } from '../catalog/owned-collections.ts';
import { documentOutput } from '../exec/document-output.ts';
import { limits } from '../limits.ts';
import { type CollectionDelta, type DocumentDelta, deltasOf } from '../live/document-delta.ts';
import type { ChangeLog, ChangePosition } from '../transactions/change-log.ts';

type Document = { readonly [field: string]: JsonValue };

/** What one commit made of the document. */
export interface DocumentChangeRecord extends ChangePosition {
  readonly changeType: 'Insert' | 'Update' | 'Delete';
  /** Absent for an insert. */
  readonly before?: Document;
  /** Absent for a delete. */
  readonly after?: Document;
  /** Top-level fields that differ; all of them for an insert or delete. */
  readonly changedFields: readonly string[];
  /** Documents that the same commit changed besides, but for jobs and what else is the engine's; the first of them. */
  readonly together: readonly TogetherChange[];
  /** How many those are. */
  readonly togetherCount: number;
}

/** What a commit did to another document. */
export interface TogetherChange {
  readonly collection: string;
  readonly id: string;
  readonly changeType: DocumentChangeRecord['changeType'];
}

export interface DocumentHistory {
  /** The newest first. */
  readonly changes: readonly DocumentChangeRecord[];
  /** False when the log does not reach back to where the document was inserted, or `limit` left older ones out. */
  readonly isComplete: boolean;
}

export interface HistoryRequest {
  readonly collection: string;
  readonly id: string;
  /** The newest changes to give. */
  readonly limit: number;
}

export async function readDocumentHistory(
  changeLog: ChangeLog,
  { collection, id, limit }: HistoryRequest,
  signal: AbortSignal | undefined,
): Promise<DocumentHistory> {
  const changes: DocumentChangeRecord[] = [];
  let leftOut = 0;
  for await (const { position, commit } of changeLog.kept(0, changeLog.position.lsn)) {
    signal?.throwIfAborted();
    if (!commit.event.collections.includes(collection)) continue;
    const deltas = deltasOf(commit);
    for (const { entry, documents } of deltas) {
      if (entry.definition.name !== collection) continue;
      const output = documentOutput(entry.definition);
      for (const delta of documents) {
        const { id: changed, before, after, changedFields } = delta;
        if (changed !== id) continue;
        changes.push({
          ...position,
          changeType: changeTypeOf(delta),
          ...(before === undefined ? {} : { before: output(before) }),
          ...(after === undefined ? {} : { after: output(after) }),
          changedFields,
          ...togetherWith(delta, deltas),
        });
        if (changes.length > limit) {
          changes.shift();
          leftOut += 1;
        }
      }
    }
  }
  const [oldest] = changes;
  const isComplete = leftOut === 0 && oldest?.changeType === 'Insert';
  return { changes: changes.reverse(), isComplete };
}

function changeTypeOf({ before, after }: DocumentDelta): DocumentChangeRecord['changeType'] {
  if (before === undefined) return 'Insert';
  return after === undefined ? 'Delete' : 'Update';
}

function togetherWith(
  own: DocumentDelta,
  deltas: readonly CollectionDelta[],
): Pick<DocumentChangeRecord, 'together' | 'togetherCount'> {
  const together: TogetherChange[] = [];
  let togetherCount = 0;
  for (const { entry, documents } of deltas) {
    const { name } = entry.definition;
    if (isOwnedCollection(name)) continue;
    for (const other of documents) {
      if (other === own) continue;
      togetherCount += 1;
      if (together.length >= limits.historyTogetherMax) continue;
      together.push({ collection: name, id: other.id, changeType: changeTypeOf(other) });
    }
  }
  return { together, togetherCount };
}
