/* Expressions of `compute("…")` and of `migrate data`, bound: fields resolved, every node typed. */
import type { FieldPath } from './bound.ts';
import type { Span } from './diagnostic.ts';
import type { FieldType, JsonValue } from './field-type.ts';

type ArithmeticOperator = '+' | '-' | '*' | '/';
type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type ExpressionFunction =
  | 'concat'
  | 'lower'
  | 'upper'
  | 'trim'
  | 'coalesce'
  | 'now'
  | 'uuid'
  | 'if';

/** An expression over one document. Arithmetic, text functions and comparisons with null give null. */
export type BoundExpression = {
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly span: Span;
} & (
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'field'; readonly path: FieldPath }
  | { readonly kind: 'negation'; readonly operand: BoundExpression }
  | {
      readonly kind: 'binary';
      readonly operator: ArithmeticOperator | ComparisonOperator;
      readonly left: BoundExpression;
      readonly right: BoundExpression;
    }
  | {
      readonly kind: 'call';
      readonly name: ExpressionFunction;
      readonly arguments: readonly BoundExpression[];
    }
  | { readonly kind: 'list'; readonly items: readonly BoundExpression[] }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: string; readonly value: BoundExpression }[];
    }
);
