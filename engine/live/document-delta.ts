/* What became of documents in one commit, in the form that feeds and live queries work with. */
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { ChangedCollection, PublishedCommit } from '../transactions/pipeline-task.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** One document before and after a commit; the images are the engine's and never altered. */
export class DocumentDelta {
  readonly id: string;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
  #changedFields: readonly string[] | undefined;

  constructor(before: StoredDocument | undefined, after: StoredDocument | undefined) {
    const present = after ?? before;
    assert(present !== undefined, 'a change has an image');
    this.id = present.id;
    this.before = before;
    this.after = after;
  }

  /** Top-level fields that differ between the images; computed once, for whoever asks first. */
  get changedFields(): readonly string[] {
    this.#changedFields ??= differingFields(this.before, this.after);
    return this.#changedFields;
  }
}

/** What one commit did to one collection; each document is there at most once. */
export interface CollectionDelta {
  readonly entry: CollectionEntry;
  readonly documents: readonly DocumentDelta[];
}

/** The changes of a commit, by collection. */
export function deltasOf({
  changed,
}: Pick<PublishedCommit, 'changed'>): readonly CollectionDelta[] {
  return changed.map((collection) => ({
    entry: collection.entry,
    documents: documentDeltas(collection),
  }));
}

function documentDeltas({ changes }: ChangedCollection): readonly DocumentDelta[] {
  const [only] = changes;
  if (only !== undefined && changes.length === 1) return [deltaOf(only.change)];
  const deleted = new Map<string, StoredDocument>();
  for (const { change } of changes) {
    if (change.kind === 'delete') deleted.set(change.before.id, change.before);
  }
  if (deleted.size === 0) return changes.map(({ change }) => deltaOf(change));
  // A document that goes and one that takes over its id are one document that changes.
  const taken = new Set<string>();
  for (const { change } of changes) {
    if (change.kind === 'insert' && deleted.has(change.document.id)) taken.add(change.document.id);
  }
  return changes.flatMap(({ change }) => {
    if (change.kind === 'delete' && taken.has(change.before.id)) return [];
    if (change.kind !== 'insert') return [deltaOf(change)];
    return [new DocumentDelta(deleted.get(change.document.id), change.document)];
  });
}

function deltaOf(change: DocumentChange): DocumentDelta {
  switch (change.kind) {
    case 'insert':
      return new DocumentDelta(undefined, change.document);
    case 'replace':
      return new DocumentDelta(change.before, change.document);
    case 'delete':
      return new DocumentDelta(change.before, undefined);
  }
}

function differingFields(
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return Object.keys(after ?? before ?? {});
  const fields: string[] = [];
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name) || !sameValue(before[name], after[name])) fields.push(name);
  }
  for (const name of Object.keys(after)) if (!Object.hasOwn(before, name)) fields.push(name);
  return fields;
}
