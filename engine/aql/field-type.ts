/** The scalar types of AQL (aql document, section 2). `Bool` and `ID` are spellings of `Boolean` and `Uuid`. */
export type ScalarTypeName =
  | 'String'
  | 'Int'
  | 'Float'
  | 'Boolean'
  | 'Uuid'
  | 'DateTime'
  | 'Object'
  | 'Any';

/** The type of a field: a scalar, or a list of a type. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly name: ScalarTypeName }
  | { readonly kind: 'list'; readonly element: FieldType };

/** A JSON value: what literals, variables and documents hold outside the engine. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
