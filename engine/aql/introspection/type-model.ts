/* The types of a GraphQL schema as plain data. A type is named by its text: `[users!]!`. */

export interface InputModel {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
}

export interface FieldModel {
  readonly name: string;
  readonly type: string;
  readonly args: readonly InputModel[];
  readonly description?: string;
}

export type TypeModel = { readonly name: string; readonly description?: string } & (
  | { readonly kind: 'SCALAR' }
  | { readonly kind: 'OBJECT'; readonly fields: readonly FieldModel[] }
  | { readonly kind: 'INPUT_OBJECT'; readonly inputFields: readonly InputModel[] }
  | { readonly kind: 'ENUM'; readonly values: readonly string[] }
);

export interface DirectiveModel {
  readonly name: string;
  readonly description: string;
  readonly locations: readonly string[];
  readonly args: readonly InputModel[];
}

export interface SchemaModel {
  readonly types: ReadonlyMap<string, TypeModel>;
  readonly directives: readonly DirectiveModel[];
}

export function field(
  name: string,
  type: string,
  args: Readonly<Record<string, string>> = {},
  description?: string,
): FieldModel {
  const base = { name, type, args: inputs(args) };
  return description === undefined ? base : { ...base, description };
}

export function inputs(types: Readonly<Record<string, string>>): readonly InputModel[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}
