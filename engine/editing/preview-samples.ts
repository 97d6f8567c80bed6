/* Changes of documents, counted, and the first of them in JSON form. */
import type { CollectionDefinition } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { documentOutput } from '../exec/document-output.ts';
import type { MutationFieldOutcome } from '../exec/run-mutation.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { PreviewedCollection, PreviewedWrite, PreviewSample } from './preview-report.ts';

/** What one field of a mutation did; `undefined` for one that changes nothing, an export. */
export function previewedWrite(
  { field, documents, previous }: MutationFieldOutcome,
  definition: CollectionDefinition,
  samplesMax: number,
): PreviewedWrite | undefined {
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
  const groups = new Map<string, DocumentChange[]>();
  for (const change of changes) {
    const group = groups.get(change.collection);
    if (group === undefined) groups.set(change.collection, [change]);
    else group.push(change);
  }
  return [...groups].flatMap(([collection, group]) => {
    const definition = catalog.collection(collection)?.definition;
    const real = netChanges(group).filter((change) => !isNothing(change));
    if (definition === undefined || real.length === 0) return [];
    const count = (kind: DocumentChange['kind']) =>
      real.filter((change) => change.kind === kind).length;
    return {
      collection,
      insertedCount: count('insert'),
      changedCount: count('replace'),
      deletedCount: count('delete'),
      samples: real.slice(0, samplesMax).map((change) => sampleOfChange(definition, change)),
    };
  });
}

/** A document that goes and comes again under its id has changed. */
function netChanges(changes: readonly DocumentChange[]): readonly DocumentChange[] {
  const deleted = new Map<string, Extract<DocumentChange, { kind: 'delete' }>>();
  for (const change of changes) if (change.kind === 'delete') deleted.set(change.before.id, change);
  const back = new Set<string>();
  const net = changes.map((change): DocumentChange => {
    const earlier = change.kind === 'insert' ? deleted.get(change.document.id) : undefined;
    if (change.kind !== 'insert' || earlier === undefined) return change;
    back.add(change.document.id);
    return { ...earlier, kind: 'replace', document: change.document };
  });
  return net.filter((change) => change.kind !== 'delete' || !back.has(change.before.id));
}

function isNothing(change: DocumentChange): boolean {
  return change.kind === 'replace' && sameValue(change.before, change.document);
}

function sampleOfChange(definition: CollectionDefinition, change: DocumentChange): PreviewSample {
  switch (change.kind) {
    case 'insert':
      return sampleOf(definition, undefined, change.document);
    case 'replace':
      return sampleOf(definition, change.before, change.document);
    case 'delete':
      return sampleOf(definition, change.before, undefined);
    default:
      return unreachable(change);
  }
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
