import type { FieldType, JsonValue } from './field-type.ts';

/** What a field is filled with when an insert leaves it out. */
export type FieldDefault =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'now' };

/** Rules of `@validate`, enforced on every write. */
export interface ValidationRules {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression in re2 syntax. */
  readonly pattern?: string;
  readonly format?: 'EMAIL' | 'URL' | 'UUID' | 'DATE' | 'DATETIME';
}

/** A field of a collection as its schema defines it. The implicit `id: Uuid!` is never listed. */
export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** Unique among non-null values; implies an index. */
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly default?: FieldDefault;
  /** The collection whose `id` this field holds. */
  readonly references?: string;
  readonly validate?: ValidationRules;
}

/** A compound, nested or text index (`@index(fields: [...])`). Fields may be dotted paths. */
export interface IndexDefinition {
  readonly fields: readonly string[];
  readonly unique: boolean;
  /** Set for an index of the words in one field, which searches use. */
  readonly text?: true;
}

/** A collection as its schema defines it. */
export interface CollectionDefinition {
  readonly name: string;
  readonly fields: readonly FieldDefinition[];
  readonly indexes: readonly IndexDefinition[];
  /** True when inserts may carry fields that the schema does not name (`@open`). */
  readonly open: boolean;
}

/** The schema of a database, as binder and language service see it. Plain data; safe to send to a worker. */
export interface CatalogShape {
  /** Grows with every schema change; prepared plans are bound to it. */
  readonly version: number;
  readonly collections: readonly CollectionDefinition[];
  /** Versions of migrations that are recorded as applied; absent when nothing is known of them. */
  readonly migrations?: readonly string[];
  /** Names of handlers; absent when nothing is known of them. */
  readonly handlers?: readonly string[];
}
