import type { CatalogShape } from '../catalog-shape.ts';
import type { JsonValue } from '../field-type.ts';

/** A value that documents hold, and how many of the sampled documents hold it. */
export interface SampledValue {
  readonly value: JsonValue;
  readonly count: number;
}

/**
 * Values that a bounded sample of documents holds, the most frequent first, by collection and field: `users.role`,
 * and `users.address.city` below an object. A list field is sampled by its elements. Fields with too many different
 * values to be of help are left out.
 */
export type CatalogSamples = Readonly<Record<string, readonly SampledValue[]>>;

/** The schema and what is known of the documents: all that the language service asks of a database. */
export interface LanguageCatalog extends CatalogShape {
  readonly samples?: CatalogSamples;
}
