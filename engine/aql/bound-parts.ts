/* What stands in a selection in place of documents, bound: pages, totals, aggregates and groups. */
import type { BoundField, BoundRead, BoundSelected, FieldPath, Operand } from './bound.ts';
import type { Span } from './diagnostic.ts';
import type { FieldType } from './field-type.ts';
import type { FilterOperator } from './filter-operators.ts';

/** What may be selected of a collection in place of its documents. */
export type BoundPart = BoundSelected &
  (
    | { readonly kind: 'edges'; readonly fields: readonly BoundEdgeField[] }
    | { readonly kind: 'pageInfo'; readonly fields: readonly BoundPageInfoField[] }
    | { readonly kind: 'totalCount' }
    | { readonly kind: 'aggregate'; readonly values: readonly BoundAggregate[] }
    | BoundGroupBy
    | { readonly kind: 'typename'; readonly typeName: string }
  );

export type BoundEdgeField = BoundSelected &
  (
    | { readonly kind: 'cursor' }
    | { readonly kind: 'node'; readonly selection: readonly BoundField[] }
    | { readonly kind: 'typename'; readonly typeName: string }
  );

export type PageInfoName = 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor';

export type BoundPageInfoField = BoundSelected &
  (
    | { readonly kind: 'pageInfo'; readonly name: PageInfoName }
    | { readonly kind: 'typename'; readonly typeName: string }
  );

export type AggregateFunction = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'countDistinct';

/** One value of `aggregate { … }`. `count` without a path counts documents; nulls are skipped otherwise. */
export type BoundAggregate = BoundSelected &
  (
    | {
        readonly kind: 'aggregate';
        readonly function: AggregateFunction;
        readonly path?: FieldPath;
        /** The type of the result. */
        readonly type: FieldType;
        readonly nullable: boolean;
      }
    | { readonly kind: 'typename'; readonly typeName: string }
  );

export type GroupInterval =
  | 'SECOND'
  | 'MINUTE'
  | 'HOUR'
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR';

/** A field that groups are made by. A list field groups by element. */
export interface BoundGroupKey {
  /** The field's name as written; the key in `key` when there are several. */
  readonly name: string;
  readonly path: FieldPath;
  readonly type: FieldType;
}

/** What groups can be ordered and filtered by. */
export type GroupMeasure =
  | { readonly kind: 'key' }
  | {
      readonly kind: 'aggregate';
      readonly function: AggregateFunction;
      readonly path?: FieldPath;
    };

export interface BoundGroupOrder {
  readonly by: GroupMeasure;
  readonly direction: 'asc' | 'desc';
}

/** A filter over groups. */
export type BoundHaving =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly BoundHaving[] }
  | { readonly kind: 'not'; readonly operand: BoundHaving }
  | {
      readonly kind: 'compare';
      readonly measure: GroupMeasure;
      readonly type: FieldType;
      readonly operator: FilterOperator;
      readonly operand: Operand;
      readonly span: Span;
    };

export interface BoundGroupBy {
  readonly kind: 'groupBy';
  readonly keys: readonly BoundGroupKey[];
  /** True for `fields: […]`, whose keys are objects. */
  readonly isCompound: boolean;
  /** Truncates the one DateTime key. */
  readonly interval?: GroupInterval;
  /** An IANA name, `UTC` when not given. */
  readonly timeZone: string;
  /** In key order when empty. */
  readonly orderBy: readonly BoundGroupOrder[];
  readonly limit?: Operand;
  readonly having?: BoundHaving;
  readonly fields: readonly BoundGroupField[];
}

export type BoundGroupField = BoundSelected &
  (
    | { readonly kind: 'key' | 'count' }
    | { readonly kind: 'aggregate'; readonly values: readonly BoundAggregate[] }
    | {
        readonly kind: 'nodes';
        readonly orderBy: BoundRead['orderBy'];
        readonly limit?: Operand;
        readonly selection: readonly BoundField[];
      }
    | { readonly kind: 'typename'; readonly typeName: string }
  );
