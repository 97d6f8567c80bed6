/*
 * What a write gives of the documents that it changed. Plain fields are read from the documents as they are. For
 * everything else the documents become a collection of their own, laid over a snapshot that shows the write, and are
 * read as any other root: so totals, groups and relations mean the same after a write as in a query.
 */
import type { BoundPlainField, BoundRead, CollectionDefinition } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { withEngineCollections } from './engine-collections.ts';
import { EngineCollectionsSnapshot } from './engine-collections-snapshot.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableWrite } from './executable.ts';
import { findCollection } from './find-collection.ts';
import type { VariableValues } from './operand.ts';
import { QueryStatementRun } from './query-statement.ts';
import type { MutationFieldOutcome } from './run-mutation.ts';
import type { ProjectedField } from './selection.ts';

/** The fields of a selection of nothing but stored fields; else `undefined`. */
export function plainFieldsOf({
  selection,
  parts,
}: Pick<BoundRead, 'selection' | 'parts'>): readonly ProjectedField[] | undefined {
  if (parts !== undefined) return undefined;
  const plain = selection.flatMap((field): readonly BoundPlainField[] =>
    field.kind === 'field' || field.kind === 'typename' ? [field] : [],
  );
  return plain.length < selection.length ? undefined : plain;
}

/** A name that no collection can have. */
const writtenName = '_written';

/** The collection of a write, as it is now. */
export function collectionOf(
  environment: ExecEnvironment,
  { collection, span }: Pick<ExecutableWrite, 'collection' | 'span'>,
): CollectionEntry {
  const snapshot = environment.snapshot();
  try {
    return findCollection(snapshot, collection, span);
  } finally {
    snapshot.release();
  }
}

/** A run over the documents of a write, in their order. The caller closes it. */
export async function openWritten(
  environment: ExecEnvironment,
  { field, documents }: Pick<MutationFieldOutcome, 'field' | 'documents'>,
  variables: VariableValues,
): Promise<QueryStatementRun> {
  const { responseKey, selection, parts, span } = field;
  const root = {
    kind: 'read',
    responseKey,
    collection: writtenName,
    orderBy: [],
    isInRowOrder: true,
    selection,
    span,
    ...(parts === undefined ? {} : { parts }),
  } as const;
  const { definition } = collectionOf(environment, field);
  const own = [{ definition: { ...definition, name: writtenName }, documents }];
  const reading = await withEngineCollections(environment, [root]);
  return QueryStatementRun.open(
    {
      ...reading,
      snapshot: () => new EngineCollectionsSnapshot(reading.snapshot(), own),
      settledSnapshot: async () =>
        new EngineCollectionsSnapshot(await reading.settledSnapshot(), own),
    },
    [root],
    variables,
  );
}

/** The fields of whole documents, in the order of the definition. */
export function wholeFields(
  { fields }: CollectionDefinition,
  { span }: Pick<ExecutableWrite, 'span'>,
): readonly BoundPlainField[] {
  const id = { name: 'id', type: { kind: 'scalar', name: 'Uuid' }, nullable: false } as const;
  return [id, ...fields].map(({ name, type, nullable }) => ({
    kind: 'field',
    responseKey: name,
    path: [name],
    type,
    nullable,
    span,
  }));
}
