import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { JsonValue } from '../field-type.ts';

/** A value that documents hold, and how many of the sampled documents hold it. */
export interface SampledValue {
  readonly value: JsonValue;
  readonly count: number;
}

/**
 * What jobs are given, as if it were a collection: samples name a field of a payload `enqueueJob.import_file.path`, with
 * no values where they are too many.
 */
export const payloads: CollectionDefinition = {
  name: 'enqueueJob',
  fields: [],
  indexes: [],
  open: true,
};

/**
 * Values that a bounded sample of documents holds, the most frequent first, by collection and field: `users.role`,
 * and `users.address.city` below an object. A list field is sampled by its elements. Fields with too many different
 * values to be of help are left out.
 */
export type CatalogSamples = Readonly<Record<string, readonly SampledValue[]>>;

/** About how many different values fields have in all documents, by the same names, where that is known. */
export type DistinctCounts = Readonly<Record<string, number>>;

/** What is known of the values of fields. */
export type KnownValues = Pick<LanguageCatalog, 'samples' | 'distinctCounts'>;

/** The schema and what is known of the documents: all that the language service asks of a database. */
export interface LanguageCatalog extends CatalogShape {
  readonly samples?: CatalogSamples;
  readonly distinctCounts?: DistinctCounts;
}
