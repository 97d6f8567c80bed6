/* Changes of documents, counted, and the first of them in JSON form. */
import type { CollectionDefinition } from '#engine/aql';
import type { Catalog } from '../catalog/catalog.ts';
import { documentOutput } from '../exec/document-output.ts';
import type { MutationFieldOutcome } from '../exec/run-mutation.ts';
import { deltasOf } from '../live/document-delta.ts';
import type { ChangedCollection } from '../transactions/pipeline-task.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { PreviewedCollection, PreviewedWrite, PreviewSample } from './preview-report.ts';

/** What one field of a mutation did; `undefined` for one that changes nothing, an export. */
export function previewedWrite(
  { field, documents, previous }: MutationFieldOutcome,
  definition: CollectionDefinition,
  samplesMax: number,
): Omit<PreviewedWrite, 'danglingReferences'> | undefined {
  if (field.kind === 'export') return undefined;
  const pairs = documents.map((document, at) => ({
    before: field.kind === 'delete' ? document : previous?.[at],
    after: field.kind === 'delete' ? undefined : document,
  }));
  const inserted = pairs.filter(({ before }) => before === undefined).length;
  const deleted = field.kind === 'delete' ? pairs.length : 0;
  const unchanged = pairs.filter(
    ({ before, after }) => before !== undefined && after !== undefined && sameValue(before, after),
  ).length;
  return {
    kind: field.kind,
    collection: field.collection,
    span: field.span,
    insertedCount: inserted,
    updatedCount: pairs.length - inserted - deleted,
    unchangedCount: unchanged,
    deletedCount: deleted,
    samples: pairs
      .slice(0, samplesMax)
      .map(({ before, after }) => sampleOf(definition, before, after)),
  };
}

/** What the changes of a transaction come to, by collection, in the order of the first change to each. */
export function previewedCollections(
  changes: readonly DocumentChange[],
  catalog: Catalog,
  samplesMax: number,
): readonly PreviewedCollection[] {
  return deltasOf({ changed: byCollection(changes, catalog) }).flatMap(({ entry, documents }) => {
    const real = documents.filter(
      ({ before, after }) => before === undefined || !sameValue(before, after),
    );
    if (real.length === 0) return [];
    const inserted = real.filter(({ before }) => before === undefined).length;
    const deleted = real.filter(({ after }) => after === undefined).length;
    return {
      collection: entry.definition.name,
      insertedCount: inserted,
      changedCount: real.length - inserted - deleted,
      deletedCount: deleted,
      samples: real
        .slice(0, samplesMax)
        .map(({ before, after }) => sampleOf(entry.definition, before, after)),
    };
  });
}

function byCollection(
  changes: readonly DocumentChange[],
  catalog: Catalog,
): readonly ChangedCollection[] {
  const groups = new Map<string, { readonly change: DocumentChange }[]>();
  for (const change of changes) {
    const group = groups.get(change.collection);
    if (group === undefined) groups.set(change.collection, [{ change }]);
    else group.push({ change });
  }
  return [...groups].flatMap(([name, list]) => {
    const entry = catalog.collection(name);
    return entry === undefined ? [] : [{ entry, changes: list }];
  });
}

function sampleOf(
  definition: CollectionDefinition,
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): PreviewSample {
  const output = documentOutput(definition);
  return {
    id: (before ?? after)?.id ?? '',
    ...(before === undefined ? {} : { before: output(before) }),
    ...(after === undefined ? {} : { after: output(after) }),
  };
}
