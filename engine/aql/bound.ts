/*
 * What the binder makes of a text: every name resolved against the catalog, every literal checked,
 * variables left as parameters. The planner reads this and never looks at syntax again.
 */
import type { CollectionDefinition } from './catalog-shape.ts';
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

/** One selected field. */
export type BoundField =
  | {
      readonly kind: 'field';
      /** Alias or name: the key in the result. */
      readonly responseKey: string;
      readonly path: FieldPath;
      readonly type: FieldType;
      readonly nullable: boolean;
      /** Selected fields below an `Object`; absent when the whole value is asked for. */
      readonly selection?: readonly BoundField[];
      readonly span: Span;
    }
  | { readonly kind: 'typename'; readonly responseKey: string; readonly span: Span };

/** A root field of a query: which documents, in which order, showing what. */
export interface BoundRoot {
  readonly responseKey: string;
  readonly collection: string;
  readonly where?: BoundFilter;
  readonly orderBy: readonly BoundOrder[] | { readonly kind: 'variable'; readonly name: string };
  readonly limit?: Operand;
  readonly offset?: Operand;
  readonly selection: readonly BoundField[];
  readonly span: Span;
}

/** A declared variable of an operation. */
export interface BoundVariable {
  readonly name: string;
  /** The GraphQL type as written, for messages: `[Int!]!`. */
  readonly typeText: string;
  /** The type it resolves to; absent for input types that AQL does not name (filters, orders). */
  readonly type?: FieldType;
  readonly nullable: boolean;
  readonly defaultValue?: JsonValue;
  readonly span: Span;
}

/** One field of a mutation. `selection` shapes the documents it returns. */
export type BoundMutationField = {
  readonly responseKey: string;
  readonly collection: string;
  readonly selection: readonly BoundField[];
  readonly span: Span;
} & (
  | {
      /** `insertInto` and `insertMany`; `data` evaluates to one object or a list of objects. */
      readonly kind: 'insert';
      readonly data: Operand;
      readonly dataSpan: Span;
      /** True when the result is a list: `insertMany`, or a list given as `data`. */
      readonly many: boolean;
    }
  | {
      readonly kind: 'update';
      readonly where: BoundFilter;
      readonly data: Operand;
      readonly dataSpan: Span;
    }
  | { readonly kind: 'delete'; readonly where: BoundFilter }
);

/** One change of a schema block. */
export type BoundSchemaChange =
  | {
      readonly kind: 'defineCollection';
      readonly definition: CollectionDefinition;
      readonly ifNotExists: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: 'dropCollection';
      readonly collection: string;
      readonly ifExists: boolean;
      readonly span: Span;
    };

/** One operation or block of a text, bound. */
export type BoundStatement = {
  readonly name?: string;
  readonly span: Span;
} & (
  | {
      readonly kind: 'query';
      readonly variables: readonly BoundVariable[];
      readonly roots: readonly BoundRoot[];
    }
  | {
      readonly kind: 'mutation';
      readonly variables: readonly BoundVariable[];
      readonly fields: readonly BoundMutationField[];
    }
  | { readonly kind: 'schema'; readonly changes: readonly BoundSchemaChange[] }
);
