/* The versions of a document that the log still holds: what each commit made of it, from what. */
import type { JsonValue } from '#engine/aql';
import { documentOutput } from '../exec/document-output.ts';
import { deltasOf } from '../live/document-delta.ts';
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
    for (const { entry, documents } of deltasOf(commit)) {
      if (entry.definition.name !== collection) continue;
      const output = documentOutput(entry.definition);
      for (const { id: changed, before, after, changedFields } of documents) {
        if (changed !== id) continue;
        const changeType =
          before === undefined ? 'Insert' : after === undefined ? 'Delete' : 'Update';
        changes.push({
          ...position,
          changeType,
          ...(before === undefined ? {} : { before: output(before) }),
          ...(after === undefined ? {} : { after: output(after) }),
          changedFields,
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
