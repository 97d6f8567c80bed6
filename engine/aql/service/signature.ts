/* How the language service describes what takes arguments. */

/** What stands behind the colon of an argument; it decides what completion offers there. */
export type ParameterKind =
  | 'filter'
  | 'order'
  | 'data'
  | 'having'
  | 'search'
  | 'collection'
  | 'field'
  | 'fields'
  | 'localField'
  | 'action'
  | 'word'
  | 'boolean'
  | 'number'
  | 'text'
  | 'instant'
  | 'json';

export interface Parameter {
  readonly name: string;
  /** Other spellings that mean the same. */
  readonly aliases: readonly string[];
  readonly kind: ParameterKind;
  /** What a reader is shown as the type. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly documentation: string;
  /** The words of kind `word`. */
  readonly words: readonly string[];
}

export interface Signature {
  readonly name: string;
  readonly documentation: string;
  readonly parameters: readonly Parameter[];
}

const typeTexts: Readonly<Record<ParameterKind, string>> = {
  filter: 'Filter',
  order: 'Order',
  data: 'Document',
  having: 'Filter',
  search: 'Search',
  collection: 'Collection',
  field: 'Field',
  fields: '[Field]',
  localField: 'Field',
  action: 'Mutation',
  word: 'Word',
  boolean: 'Boolean',
  number: 'Int',
  text: 'String',
  instant: 'DateTime',
  json: 'Any',
};

type Extras = Partial<Pick<Parameter, 'aliases' | 'words' | 'type' | 'isRequired'>>;

export const parameter = (
  name: string,
  kind: ParameterKind,
  documentation: string,
  extras: Extras = {},
): Parameter => ({
  name,
  kind,
  documentation,
  aliases: [],
  words: [],
  type: typeTexts[kind],
  isRequired: false,
  ...extras,
});

export const required = (
  name: string,
  kind: ParameterKind,
  documentation: string,
  extras: Extras = {},
): Parameter => parameter(name, kind, documentation, { ...extras, isRequired: true });

/** The parameter that an argument of that name or alias gives a value to. */
export function findParameter(
  signature: Signature | undefined,
  name: string | undefined,
): Parameter | undefined {
  return signature?.parameters.find(
    (each) => each.name === name || (name !== undefined && each.aliases.includes(name)),
  );
}

/** One line for a reader: `update(collection: Collection!, where: Filter!)`, and where each parameter lies in it. */
export function signatureLabel(signature: Signature): {
  readonly label: string;
  readonly parameters: readonly { readonly start: number; readonly end: number }[];
} {
  const parameters: { start: number; end: number }[] = [];
  let label = `${signature.name}(`;
  for (const each of signature.parameters) {
    if (parameters.length > 0) label += ', ';
    const start = label.length;
    label += `${each.name}: ${each.type}${each.isRequired ? '!' : ''}`;
    parameters.push({ start, end: label.length });
  }
  return { label: `${label})`, parameters };
}

/** Signatures by name; `spellings` gives some of them a second name. */
export function signatures(
  entries: readonly (readonly [string, string, readonly Parameter[]])[],
  spellings: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Signature> {
  const found = new Map<string, Signature>();
  for (const [name, documentation, parameters] of entries) {
    found.set(name, { name, documentation, parameters });
  }
  for (const [spelling, name] of Object.entries(spellings)) {
    const known = found.get(name);
    if (known !== undefined) found.set(spelling, { ...known, name: spelling });
  }
  return found;
}
