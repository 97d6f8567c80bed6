/*
 * What the binder makes of a text: every name resolved against the catalog, every literal checked,
 * variables left as parameters. The planner reads this and never looks at syntax again.
 */
import type { BoundExpression } from './bound-expression.ts';
import type { BoundMutationField } from './bound-mutation.ts';
import type { BoundPart } from './bound-parts.ts';
import type { BoundMigrationVersion, BoundSchemaChange } from './bound-schema.ts';
import type { Span } from './diagnostic.ts';
import type { FieldType, JsonValue } from './field-type.ts';
import type { FilterOperator } from './filter-operators.ts';

/** Names from the document's root to a value; one element for a top-level field. */
export type FieldPath = readonly string[];

/** A value that is known, or that the variables of a run make known. */
export type Operand =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'variable'; readonly name: string; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Operand[] }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: string; readonly value: Operand }[];
    };

/** A filter over documents of one collection. */
export type BoundFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly BoundFilter[] }
  | { readonly kind: 'not'; readonly operand: BoundFilter }
  | {
      readonly kind: 'compare';
      readonly path: FieldPath;
      /** The declared type at the path; `Any` below an `Object` and for undeclared fields of open collections. */
      readonly type: FieldType;
      readonly operator: FilterOperator;
      readonly operand: Operand;
      readonly span: Span;
    }
  /** Operators on the length of a list. Null when the field is null or no list. */
  | {
      readonly kind: 'size';
      readonly path: FieldPath;
      readonly operator: FilterOperator;
      readonly operand: Operand;
      readonly span: Span;
    }
  /** A filter object that arrives whole as a variable; bound by `bindFilterValue` when the run knows it. */
  | { readonly kind: 'variable'; readonly name: string; readonly span: Span };

/** One key of an order. Null and missing are smallest; ties are broken by `id` ascending. */
export interface BoundOrder {
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly direction: 'asc' | 'desc';
}

/** What `@include` and `@skip` with variables ask of a run before something is selected. */
export type BoundCondition =
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** The value that selects: true for `@include`, false for `@skip`. */
      readonly wanted: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly BoundCondition[] };

/** What everything that is selected has in common. */
export interface BoundSelected {
  /** Alias or name: the key in the result. */
  readonly responseKey: string;
  /** Absent when it is always selected. */
  readonly condition?: BoundCondition;
  readonly span: Span;
}

/** A selected field of the stored document, or the name of its type. */
export type BoundPlainField = BoundSelected &
  (
    | {
        readonly kind: 'field';
        readonly path: FieldPath;
        readonly type: FieldType;
        readonly nullable: boolean;
        /** Selected fields below an `Object`; absent when the whole value is asked for. */
        readonly selection?: readonly BoundPlainField[];
      }
    | { readonly kind: 'typename'; readonly typeName: string }
  );

/** One selected field of a document. */
export type BoundField =
  | BoundPlainField
  | BoundJoin
  | (BoundSelected & {
      /** `alias: compute("price * qty")`. */
      readonly kind: 'computed';
      readonly expression: BoundExpression;
    })
  /** `_score` and `_highlight` of a search. */
  | (BoundSelected & { readonly kind: 'score' | 'highlight' })
  /** `_version`: a digest of the whole document. */
  | (BoundSelected & { readonly kind: 'version' });

/** Documents of another collection whose value at `foreignPath` equals the one at `localPath`. */
export type BoundJoin = BoundSelected & {
  readonly kind: 'join';
  /** `reference` gives one document or null, the others give a list. */
  readonly form: 'reference' | 'referrers' | 'lookup';
  readonly localPath: FieldPath;
  readonly foreignPath: FieldPath;
  readonly read: BoundRead;
};

/** Which documents of a collection, in which order, and what of them. */
export interface BoundRead {
  /** A name with a leading `_` is one of the engine's own collections. */
  readonly collection: string;
  readonly where?: BoundFilter;
  readonly orderBy: readonly BoundOrder[] | { readonly kind: 'variable'; readonly name: string };
  readonly limit?: Operand;
  readonly offset?: Operand;
  readonly search?: BoundSearch;
  readonly page?: BoundPage;
  /** What documents show; empty when `parts` are selected. */
  readonly selection: readonly BoundField[];
  /** Selected in place of documents: pages, totals, groups. */
  readonly parts?: readonly BoundPart[];
}

/** `search: { … }`, every value checked or left to the run. */
export interface BoundSearch {
  readonly query: Operand;
  /** Fields to search; all `String` fields when it is not given. */
  readonly fields: readonly FieldPath[];
  readonly fuzzy?: Operand;
  readonly minScore?: Operand;
}

/** The window of cursor paging. */
export interface BoundPage {
  readonly direction: 'forward' | 'backward';
  /** `first` or `last`; absent for everything. */
  readonly count?: Operand;
  /** `after` or `before`: a cursor or, for `after`, a document id. */
  readonly cursor?: Operand;
}

/** A root field of a query that reads a collection. */
export interface BoundRoot extends BoundRead, BoundSelected {
  readonly kind: 'read';
}

/** A field of introspection, by its name in GraphQL's own schema of schemas. */
export type BoundMetaField = BoundSelected & {
  readonly name: string;
  readonly arguments: Readonly<Record<string, Operand>>;
  readonly selection?: readonly BoundMetaField[];
};

/** A root field of a query. */
export type BoundQueryRoot =
  | BoundRoot
  | (BoundMetaField & { readonly kind: 'introspection' })
  | (BoundSelected & { readonly kind: 'typename'; readonly typeName: string });

/** A declared variable of an operation. */
export interface BoundVariable {
  readonly name: string;
  /** The GraphQL type as written, for messages: `[Int!]!`. */
  readonly typeText: string;
  /** The type it resolves to; absent for filters and orders. */
  readonly type?: FieldType;
  /** What it must be, for the input types that introspection names. */
  readonly input?: { readonly kind: 'filter' | 'order' | 'data'; readonly collection: string };
  readonly nullable: boolean;
  readonly typeSpan: Span;
  readonly defaultValue?: JsonValue;
  readonly span: Span;
}

/** One operation or block of a text, bound. */
export type BoundStatement = {
  readonly name?: string;
  readonly span: Span;
} & (
  | {
      readonly kind: 'query';
      readonly variables: readonly BoundVariable[];
      readonly roots: readonly BoundQueryRoot[];
      /** True for `query @live`. */
      readonly isLive: boolean;
    }
  | {
      readonly kind: 'mutation';
      readonly variables: readonly BoundVariable[];
      readonly fields: readonly BoundMutationField[];
    }
  | {
      readonly kind: 'subscription';
      readonly variables: readonly BoundVariable[];
      readonly root: BoundRoot;
    }
  | { readonly kind: 'schema'; readonly changes: readonly BoundSchemaChange[] }
  | { readonly kind: 'migration'; readonly versions: readonly BoundMigrationVersion[] }
);
