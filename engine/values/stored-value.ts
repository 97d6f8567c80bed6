/**
 * A value as storage and executor hold it: a DateTime is its milliseconds since 1970 (an integer), a Uuid its
 * lower-case text, everything else is its JSON form. `undefined` is "not set" and never stored.
 */
export type StoredValue =
  | null
  | boolean
  | number
  | string
  | readonly StoredValue[]
  | { readonly [key: string]: StoredValue };

/** A document as storage and executor hold it: flat, with its `id`; frozen by convention, never changed in place. */
export type StoredDocument = { readonly id: string } & { readonly [field: string]: StoredValue };

/** The dense number of a document inside its collection. Never leaves the engine. */
export type Row = number & { readonly __brand: 'Row' };
