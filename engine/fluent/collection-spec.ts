/*
 * Collections as TypeScript programs define them: a plain object, from whose literal the types of documents follow.
 */
import {
  type CollectionDefinition,
  type FieldDefinition,
  type FieldType,
  type IndexDefinition,
  type JsonValue,
  type ScalarTypeName,
  typeNames,
  type ValidationRules,
} from '#engine/aql';
import { requireList, requireObject, requireText } from '../base/arguments.ts';
import { AuroraError } from '../errors.ts';

/** The type of a field: a name, or a list of one type: `['String']`. `Bool` and `ID` are `Boolean` and `Uuid`. */
export type TypeSpec = ScalarTypeName | 'Bool' | 'ID' | readonly [TypeSpec];

/** A field of a definition. Everything but the type may be left out. */
export interface FieldSpec {
  readonly type: TypeSpec;
  /** Whether the field may be null or not set; it may not unless this says so. */
  readonly nullable?: boolean;
  /** Unique among non-null values; implies an index. */
  readonly unique?: boolean;
  readonly indexed?: boolean;
  /** What an insert that leaves the field out gets. */
  readonly default?: JsonValue;
  /** An insert that leaves the field out gets the present time. */
  readonly defaultNow?: boolean;
  /** The collection whose `id` this field holds. */
  readonly references?: string;
  readonly validate?: ValidationRules;
}

/** A definition: fields by name. Every document has an `id` besides, which is never listed. */
export interface CollectionSpec {
  readonly [field: string]: FieldSpec;
}

/** What concerns the whole collection. */
export interface CollectionOptions {
  /** Compound, nested and text indexes; fields may be dotted paths. `text` is of the words in one field, for searches. */
  readonly indexes?: readonly {
    readonly fields: readonly string[];
    readonly unique?: boolean;
    readonly text?: boolean;
  }[];
  /** Accept fields that the definition does not name. */
  readonly open?: boolean;
}

type ValueOfType<T> = T extends 'String' | 'Uuid' | 'ID' | 'DateTime'
  ? string
  : T extends 'Int' | 'Float'
    ? number
    : T extends 'Boolean' | 'Bool'
      ? boolean
      : T extends readonly [infer Element]
        ? ValueOfType<Element>[]
        : T extends 'Object'
          ? { [key: string]: JsonValue }
          : JsonValue;

type IsNullable<F> = F extends { readonly nullable: true } ? true : false;
type HasDefault<F> = F extends { readonly default: JsonValue } | { readonly defaultNow: true }
  ? true
  : false;

type RequiredFields<Spec> = {
  -readonly [K in keyof Spec as IsNullable<Spec[K]> extends true ? never : K]: Spec[K] extends {
    readonly type: infer T;
  }
    ? ValueOfType<T>
    : never;
};

type NullableFields<Spec> = {
  -readonly [K in keyof Spec as IsNullable<Spec[K]> extends true ? K : never]?: Spec[K] extends {
    readonly type: infer T;
  }
    ? ValueOfType<T> | null
    : never;
};

type Flat<T> = { [K in keyof T]: T[K] };

/** The documents of a definition: flat, with their id. A nullable field may be null or absent. */
export type DocumentOf<Spec> = Flat<{ id: string } & RequiredFields<Spec> & NullableFields<Spec>>;

type DefaultedKeys<Spec> = {
  [K in keyof Spec]: HasDefault<Spec[K]> extends true ? K : never;
}[keyof Spec];

/** What an insert takes: the id and fields with a default may be left out. */
export type NewDocumentOf<Spec> = Flat<
  { id?: string } & Omit<RequiredFields<Spec>, DefaultedKeys<Spec>> &
    Partial<Pick<RequiredFields<Spec>, DefaultedKeys<Spec> & keyof RequiredFields<Spec>>> &
    NullableFields<Spec>
>;

/** The definition that a spec means. @throws AuroraError `InvalidOption` */
export function toDefinition(
  name: string,
  spec: CollectionSpec,
  options: CollectionOptions = {},
): CollectionDefinition {
  requireText(name, 'The name of a collection');
  requireObject(spec, `The fields of "${name}"`);
  requireObject(options, `The options of "${name}"`);
  const given = options.indexes ?? [];
  requireList(given, `The indexes of "${name}"`);
  const indexes = given.map((index): IndexDefinition => {
    requireObject(index, `An index of "${name}"`);
    const { fields, unique, text } = index;
    return { fields, unique: unique === true, ...(text === true && { text }) };
  });
  return {
    name,
    fields: Object.entries(spec).map(([field, fieldSpec]) => toField(field, fieldSpec)),
    indexes,
    open: options.open === true,
  };
}

function toField(name: string, spec: FieldSpec): FieldDefinition {
  requireObject(spec, `The field "${name}"`);
  const defaultOf: Pick<FieldDefinition, 'default'> =
    spec.defaultNow === true
      ? { default: { kind: 'now' } }
      : spec.default === undefined
        ? {}
        : { default: { kind: 'value', value: spec.default } };
  return {
    name,
    type: toFieldType(name, spec.type),
    nullable: spec.nullable === true,
    unique: spec.unique === true,
    indexed: spec.indexed === true || spec.unique === true,
    ...defaultOf,
    ...(spec.references === undefined ? {} : { references: spec.references }),
    ...(spec.validate === undefined ? {} : { validate: spec.validate }),
  };
}

/** @throws AuroraError `InvalidOption` for what is no type: a program without types may give anything */
function toFieldType(field: string, type: TypeSpec): FieldType {
  if (Array.isArray(type) && type.length === 1) {
    return { kind: 'list', element: toFieldType(field, type[0]) };
  }
  const name = typeof type === 'string' ? typeNames.get(type) : undefined;
  if (name !== undefined) return { kind: 'scalar', name };
  const names = [...new Set(typeNames.values())];
  throw new AuroraError('InvalidOption', `${said(type)} is no type of the field "${field}".`, {
    details: { field, type },
    hint: `Types are ${names.join(', ')}, and lists such as ['String'].`,
  });
}

function said(type: unknown): string {
  return JSON.stringify(type) ?? String(type);
}
