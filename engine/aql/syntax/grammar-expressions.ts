/*
 * Expressions: comparison binds loosest, then sums, then products, then a leading minus. Here alone a comma counts: it
 * ends an operand, so that `coalesce(a, -b)` has two arguments. A number's own minus is part of the number for GraphQL,
 * so `a -1` arrives as a name and a number; it is a difference all the same.
 */
import type { IToken } from 'chevrotain';
import type { Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import type * as ast from './ast.ts';
import { SchemaParser } from './grammar-schema.ts';
import { type Rule, spanOf } from './grammar-values.ts';
import * as t from './tokens.ts';

/** Stands where recovery found no expression; only broken definitions hold it. */
const recovered = {
  recoveryValueFunc: (): ast.ExpressionNode => ({ kind: 'null', span: { start: 0, end: 0 } }),
};

interface Operator {
  readonly text: ast.BinaryOperator;
  readonly span: Span;
}

export class ExpressionParser extends SchemaParser {
  /** The text being parsed: the one place where a comma counts. */
  protected text = '';
  /** The number whose minus was read as an operator. */
  #signTaken: IToken | undefined;

  readonly expression: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'expression',
    () => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.sum);
      this.OPTION(() => {
        const operator = this.SUBRULE(this.comparison);
        const right = this.SUBRULE1(this.sum);
        left = this.#binary(start, operator, left, right);
      });
      return left;
    },
    recovered,
  );

  readonly comparison: Rule<Operator> = this.RULE<() => Operator>(
    'comparison',
    () => {
      const start = this.LA(1);
      const text = this.OR<ast.BinaryOperator>([
        {
          ALT: () => {
            this.CONSUME1(t.Equals);
            this.CONSUME2(t.Equals);
            return '==';
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Bang);
            this.CONSUME3(t.Equals);
            return '!=';
          },
        },
        { ALT: () => this.#operator(this.CONSUME(t.LessEquals), '<=') },
        { ALT: () => this.#operator(this.CONSUME(t.Less), '<') },
        { ALT: () => this.#operator(this.CONSUME(t.GreaterEquals), '>=') },
        { ALT: () => this.#operator(this.CONSUME(t.Greater), '>') },
      ]);
      return { text, span: this.spanFrom(start) };
    },
    { recoveryValueFunc: (): Operator => ({ text: '==', span: { start: 0, end: 0 } }) },
  );

  readonly #signs: { ALT: () => ast.BinaryOperator }[] = [
    { ALT: () => this.#operator(this.CONSUME(t.Plus), '+') },
    { ALT: () => this.#operator(this.CONSUME(t.Minus), '-') },
  ];

  readonly sum: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'sum',
    () => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.product);
      let count = 0;
      this.MANY({
        GATE: () => this.#continuesSum(),
        DEF: () => {
          const sign = this.LA(1);
          const mark = this.OPTION(() => this.OR(this.#signs));
          const text = mark ?? '-';
          this.ACTION(() => {
            // Without a mark, the number itself brings the minus, and is read below without it.
            if (mark === undefined) this.#signTaken = sign;
          });
          const operator = { text, span: { start: sign.startOffset, end: sign.startOffset + 1 } };
          const right = this.SUBRULE1(this.product);
          if (this.#isWithinLimit(++count, sign)) left = this.#binary(start, operator, left, right);
        },
      });
      return left;
    },
    recovered,
  );

  readonly product: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'product',
    () => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.factor);
      let count = 0;
      this.MANY(() => {
        const sign = this.LA(1);
        const text = this.OR<ast.BinaryOperator>([
          { ALT: () => this.#operator(this.CONSUME(t.Star), '*') },
          { ALT: () => this.#operator(this.CONSUME(t.Slash), '/') },
        ]);
        const right = this.SUBRULE1(this.factor);
        const operator = { text, span: spanOf(sign) };
        if (this.#isWithinLimit(++count, sign)) left = this.#binary(start, operator, left, right);
      });
      return left;
    },
    recovered,
  );

  readonly factor: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'factor',
    () => {
      const start = this.LA(1);
      const minus = this.OPTION(() => this.CONSUME(t.Minus));
      const operand = this.SUBRULE(this.primary);
      if (minus === undefined) return operand;
      return this.ACTION(() => negated(operand, this.spanFrom(start)));
    },
    recovered,
  );

  readonly primary: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'primary',
    () =>
      this.OR<ast.ExpressionNode>([
        {
          ALT: () => {
            const token = this.CONSUME(t.StringValue);
            const value = this.stringValue(token);
            return { kind: 'string', value, span: spanOf(token) };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(t.NumberValue);
            const { start, end } = spanOf(token);
            const skipped = token === this.#signTaken ? 1 : 0;
            const text = token.image.slice(skipped);
            return { kind: 'number', text, span: { start: start + skipped, end } };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.ParenOpen);
            const inner = this.SUBRULE(this.expression);
            this.CONSUME(t.ParenClose);
            return inner;
          },
        },
        { ALT: () => this.SUBRULE(this.expressionList) },
        { ALT: () => this.SUBRULE(this.expressionObject) },
        { ALT: () => this.SUBRULE(this.wordExpression) },
      ]),
    recovered,
  );

  /** A literal word, a field or a call. */
  readonly wordExpression: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'wordExpression',
    () => {
      const path = this.SUBRULE(this.path);
      let args: ast.ExpressionNode[] | undefined;
      this.OPTION(() => {
        const list: ast.ExpressionNode[] = [];
        this.CONSUME(t.ParenOpen);
        this.MANY(() => {
          list.push(this.SUBRULE(this.expression));
        });
        this.CONSUME(t.ParenClose);
        args = list;
      });
      return this.ACTION(() => this.#wordNode(path, args));
    },
    recovered,
  );

  readonly expressionList: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'expressionList',
    () => {
      const items: ast.ExpressionNode[] = [];
      const start = this.CONSUME(t.BracketOpen);
      this.MANY(() => {
        items.push(this.SUBRULE(this.expression));
      });
      this.CONSUME(t.BracketClose);
      return { kind: 'expressionList', items, span: this.spanFrom(start) };
    },
    recovered,
  );

  readonly expressionObject: Rule<ast.ExpressionNode> = this.RULE<() => ast.ExpressionNode>(
    'expressionObject',
    () => {
      const entries: ast.ExpressionEntryNode[] = [];
      const start = this.CONSUME(t.BraceOpen);
      this.MANY(() => {
        const first = this.LA(1);
        const key = this.OR<ast.NameNode>([
          { ALT: () => this.SUBRULE(this.name) },
          { ALT: () => this.SUBRULE(this.quoted) },
        ]);
        this.CONSUME(t.Colon);
        const value = this.SUBRULE(this.expression);
        entries.push({ key, value, span: this.spanFrom(first) });
      });
      this.CONSUME(t.BraceClose);
      return { kind: 'expressionObject', entries, span: this.spanFrom(start) };
    },
    recovered,
  );

  /** Names the operator of a mark that says it all. */
  #operator(_mark: IToken, text: ast.BinaryOperator): ast.BinaryOperator {
    return text;
  }

  #binary(
    start: IToken,
    operator: Operator,
    left: ast.ExpressionNode,
    right: ast.ExpressionNode,
  ): ast.ExpressionNode {
    return this.ACTION(() => ({
      kind: 'binary',
      operator: operator.text,
      operatorSpan: operator.span,
      left,
      right,
      span: this.spanFrom(start),
    }));
  }

  #continuesSum(): boolean {
    const { tokenType, image, startOffset } = this.LA(1);
    const isSign = tokenType === t.Plus || tokenType === t.Minus;
    const isNumber = tokenType === t.NumberValue || tokenType === t.MalformedNumber;
    if (!isSign && !(isNumber && image.startsWith('-'))) return false;
    const gap = this.text.slice(this.endOfLast(), startOffset);
    return !gap.replace(/#[^\r\n]*/g, '').includes(',');
  }

  /** Chains of operators nest to the left, as deep as they are long. */
  #isWithinLimit(count: number, operator: IToken): boolean {
    if (count === aqlLimits.operatorCountMax + 1) {
      const message = `An expression has more than ${aqlLimits.operatorCountMax} operators in a row.`;
      this.ACTION(() =>
        this.findings.push({
          code: 'LimitExceeded',
          severity: 'error',
          span: spanOf(operator),
          message,
        }),
      );
    }
    return count <= aqlLimits.operatorCountMax;
  }

  #wordNode(
    path: readonly ast.NameNode[],
    args: readonly ast.ExpressionNode[] | undefined,
  ): ast.ExpressionNode {
    const [name] = path;
    const start = name?.span.start ?? 0;
    if (args !== undefined && name !== undefined) {
      const span = { start, end: spanOf(this.LA(0)).end };
      if (path.length > 1) {
        this.complain(span, 'The name of a function has no dots.');
      }
      return { kind: 'call', name, arguments: args, span };
    }
    const span = { start, end: path.at(-1)?.span.end ?? start };
    if (path.length > 1) return { kind: 'reference', path, span };
    switch (name?.value) {
      case 'true':
      case 'false':
        return { kind: 'boolean', value: name.value === 'true', span };
      case 'null':
        return { kind: 'null', span };
      default:
        return { kind: 'reference', path, span };
    }
  }
}

/** A minus before a number is the number's own, wherever it stands. */
function negated(operand: ast.ExpressionNode, span: Span): ast.ExpressionNode {
  if (operand.kind !== 'number' || operand.text.startsWith('-')) {
    return { kind: 'negation', operand, span };
  }
  return { kind: 'number', text: `-${operand.text}`, span };
}
