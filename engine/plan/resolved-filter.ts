/*
 * A filter whose variables are known: every value is in stored form and of the field's type. Planner and
 * executor read this form; it lives for one run and is never cached, so that no variable is baked into a plan.
 */
import type { FieldPath, FieldType, FilterOperator } from '#engine/aql';
import type { Row, StoredValue } from '../values/stored-value.ts';
import type { SortKey } from './sort-key.ts';

/** One operator on one field, with its value in stored form. */
export interface ResolvedComparison {
  readonly kind: 'compare';
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly operator: FilterOperator;
  readonly value: StoredValue;
}

/** The documents behind a place in a total order, the place itself included or not. */
export interface Keyset {
  readonly kind: 'keyset';
  /** The order; its last key is the id. */
  readonly keys: readonly SortKey[];
  readonly values: readonly StoredValue[];
  readonly isInclusive: boolean;
  /** While ids ascend with rows: documents with larger ids have larger rows, all others do not. */
  readonly row: Row | undefined;
}

export type ResolvedFilter =
  | Keyset
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ResolvedFilter[] }
  | { readonly kind: 'not'; readonly operand: ResolvedFilter }
  | ResolvedComparison
  /** An operator on the length of a list; the length of null and of what is no list is null. */
  | {
      readonly kind: 'size';
      readonly path: FieldPath;
      readonly operator: FilterOperator;
      readonly value: StoredValue;
    };

/** The filter that every document satisfies. */
export const everything: ResolvedFilter = { kind: 'and', operands: [] };

/** The parts that must all hold, nested `and`s flattened. An empty list means every document. */
export function conjunctsOf(filter: ResolvedFilter): readonly ResolvedFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(conjunctsOf) : [filter];
}

/** One filter of several parts that must all hold; `undefined` when there are none. */
export function joinConjuncts(parts: readonly ResolvedFilter[]): ResolvedFilter | undefined {
  if (parts.length === 0) return undefined;
  const [first] = parts;
  return parts.length === 1 ? first : { kind: 'and', operands: parts };
}
