/* References that a write leaves behind to documents that are not there: the engine takes them, but a person may not mean it. */
import type { CollectionDefinition } from '#engine/aql';
import type { TimeSlicer } from '../base/scheduler.ts';
import type { MutationFieldOutcome } from '../exec/run-mutation.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { isList, sameValue } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

export interface DanglingReferences {
  readonly field: string;
  /** The collection that has no such documents. */
  readonly target: string;
  /** Written documents that refer to one; what they referred to before is not counted. */
  readonly documentCount: number;
}

/** What the field of a mutation wrote, seen when all of the text has run: what is referred to may come after it. */
export async function danglingReferences(
  { field, documents, previous }: MutationFieldOutcome,
  { fields }: CollectionDefinition,
  view: Snapshot,
  slicer: TimeSlicer,
): Promise<readonly DanglingReferences[]> {
  if (field.kind === 'delete' || field.kind === 'export') return [];
  const found: DanglingReferences[] = [];
  for (const { name, references } of fields) {
    const target = references === undefined ? undefined : view.catalog.collection(references);
    if (references === undefined || target === undefined) continue;
    let documentCount = 0;
    for (const [at, document] of documents.entries()) {
      await slicer.yieldIfDue();
      const before: StoredDocument | undefined = previous?.[at];
      const value = document[name];
      if (before !== undefined && sameValue(before[name], value)) continue;
      if (idsIn(value).some((id) => view.rowOf(target, id) === undefined)) documentCount += 1;
    }
    if (documentCount > 0) found.push({ field: name, target: references, documentCount });
  }
  return found;
}

function idsIn(value: StoredValue | undefined): readonly string[] {
  const values = isList(value) ? value : [value];
  return values.filter((each) => typeof each === 'string');
}
