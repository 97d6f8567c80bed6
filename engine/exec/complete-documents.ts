import type { JsonValue } from '#engine/aql';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { completeDocument } from '../catalog/document-schema.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ExecEnvironment } from './environment.ts';
import { tooLarge } from './find-documents.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * Documents to insert together, in order, from values in JSON form. `isOwned`: the values are nobody else's, and may become
 * the documents. `isTaken` tells of ids that the same mutation has inserted before.
 * @throws AuroraError `ValidationError`, `TransactionTooLarge`, `UniqueConstraintViolation` for an id that is given twice
 */
export async function completeDocuments(
  environment: ExecEnvironment,
  collection: CollectionEntry,
  {
    data,
    isOwned,
    isTaken = () => false,
  }: {
    readonly data: readonly JsonObject[];
    readonly isOwned?: boolean;
    readonly isTaken?: (id: string) => boolean;
  },
): Promise<readonly StoredDocument[]> {
  const { name } = collection.definition;
  if (data.length > limits.commitChangesMax) throw tooLarge(name);
  const context = { now: environment.clock.now(), newId: () => environment.newId(), isOwned };
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  const documents: StoredDocument[] = [];
  // While ids ascend, none is there twice.
  let seen: Set<string> | undefined;
  let last = '';
  for (const input of data) {
    if (slicer.isDue) await slicer.yieldIfDue();
    const document = completeDocument(collection, input, context);
    const { id } = document;
    if (seen === undefined && id <= last) seen = new Set(documents.map((each) => each.id));
    if (seen?.has(id) === true || isTaken(id)) throw givenTwice(name, id);
    seen?.add(id);
    last = id;
    documents.push(document);
  }
  return documents;
}

function givenTwice(collection: string, id: string): AuroraError {
  return new AuroraError(
    'UniqueConstraintViolation',
    `Two documents of one insert into "${collection}" have the id "${id}".`,
    { details: { collection, field: 'id', value: id } },
  );
}
