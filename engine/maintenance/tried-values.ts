/*
 * What a dry run remembers of the documents that it has tried: the values of which there may be one only. Each batch is
 * tried in a transaction that is given up, so without this memory two records of different batches would not be known to
 * have the same value, and the import would refuse what the dry run had let pass.
 */
import { createHash } from 'node:crypto';
import type { CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { triedValuesMax } from './import-limits.ts';
import type { ImportDocument } from './import-report.ts';

/** A document as it would be stored, and what tells it from others: two with the same owner are one document. */
export interface TriedDocument {
  readonly owner: string;
  readonly document: ImportDocument;
}

export class TriedValues {
  readonly #owners = new Map<string, string>();

  /** True when a document with this owner was tried in an earlier batch. */
  isKnown(owner: string): boolean {
    return this.#owners.has(ownerKey(owner));
  }

  /**
   * Remembers the documents of a batch, all or none. With `mayComeAgain` an earlier document is replaced by one with the
   * same owner.
   * @throws AuroraError `UniqueConstraintViolation` when one has what another one of an earlier batch has
   */
  take(
    definition: CollectionDefinition,
    documents: readonly TriedDocument[],
    { mayComeAgain }: { readonly mayComeAgain: boolean },
  ): void {
    const unique = uniqueFields(definition);
    const added = new Map<string, string>();
    for (const { owner, document } of documents) {
      if (!mayComeAgain && this.isKnown(owner)) throw violation(definition, ['id'], [owner]);
      added.set(ownerKey(owner), owner);
      for (const fields of unique) {
        for (const values of tuplesOf(fields, document)) {
          const key = keyOf(fields, values);
          const other = this.#owners.get(key);
          if (other !== undefined && other !== owner) throw violation(definition, fields, values);
          added.set(key, owner);
        }
      }
    }
    if (this.#owners.size + added.size > triedValuesMax) return;
    for (const [key, owner] of added) this.#owners.set(key, owner);
  }
}

/** True when documents of the collection can stand in each other's way. */
export function hasUnique(definition: CollectionDefinition): boolean {
  return uniqueFields(definition).length > 0;
}

function uniqueFields({ fields, indexes }: CollectionDefinition): readonly (readonly string[])[] {
  return [
    ...fields.filter(({ unique }) => unique).map(({ name }) => [name]),
    ...indexes.filter(({ unique }) => unique).map((index) => index.fields),
  ];
}

/** A list stands for each of its elements; with a null among them, values are not compared. */
function tuplesOf(
  fields: readonly string[],
  document: ImportDocument,
): readonly (readonly unknown[])[] {
  let tuples: readonly (readonly unknown[])[] = [[]];
  for (const field of fields) {
    const value = document[field];
    const each: readonly unknown[] = Array.isArray(value) ? value : [value];
    tuples = tuples.flatMap((tuple) => each.map((element) => [...tuple, element]));
  }
  return tuples.filter((tuple) => tuple.every((value) => value !== null && value !== undefined));
}

function keyOf(fields: readonly string[], values: readonly unknown[]): string {
  return short(JSON.stringify([fields, values]));
}

function ownerKey(owner: string): string {
  return short(JSON.stringify(owner));
}

function short(text: string): string {
  return text.length <= 80 ? text : createHash('sha256').update(text).digest('base64');
}

function violation(
  { name }: CollectionDefinition,
  fields: readonly string[],
  values: readonly unknown[],
): AuroraError {
  const what = fields.map((field, at) => `${field} ${JSON.stringify(values[at])}`).join(', ');
  return new AuroraError(
    'UniqueConstraintViolation',
    `Cannot write to "${name}": another record before it has ${what}.`,
    { details: { collection: name, fields, values } },
  );
}
