/*
 * Expressions of `compute` as closures over stored documents. They work on values in JSON form, where a DateTime is its
 * text in UTC: so it can be joined with other text, and its order is still that of its instants. Null in gives null
 * out; so does what no number can say.
 */
import type { BoundExpression, CollectionDefinition, JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { compareValues } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { compileReader } from './field-reader.ts';
import { type OutputObject, outputValue } from './projection.ts';

type Evaluate = (document: StoredDocument) => JsonValue;

export interface ExpressionContext {
  readonly definition: CollectionDefinition;
  /** The moment of the statement, as text in UTC. */
  readonly now: string;
  readonly newId: () => string;
}

export function compileExpression(
  expression: BoundExpression,
  context: ExpressionContext,
): Evaluate {
  const compile = (each: BoundExpression): Evaluate => compileExpression(each, context);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'field': {
      const read = compileReader(expression.path);
      const type = fieldTypeAt(context.definition, expression.path);
      return (document) => outputValue(type, read(document) ?? null);
    }
    case 'negation': {
      const operand = compile(expression.operand);
      return (document) => numberOrNull(negated(operand(document)));
    }
    case 'binary':
      return compileBinary(
        expression.operator,
        compile(expression.left),
        compile(expression.right),
      );
    case 'list': {
      const items = expression.items.map(compile);
      return (document) => items.map((item) => item(document));
    }
    case 'object': {
      const entries = expression.entries.map(({ key, value }) => ({ key, read: compile(value) }));
      return (document) => {
        const object: OutputObject = {};
        for (const { key, read } of entries) setOwn(object, key, read(document));
        return object;
      };
    }
    case 'call':
      return compileCall(expression.name, expression.arguments.map(compile), context);
    default:
      return unreachable(expression);
  }
}

type Operator = Extract<BoundExpression, { kind: 'binary' }>['operator'];

function compileBinary(operator: Operator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '+':
      return arithmetic(left, right, (a, b) => a + b);
    case '-':
      return arithmetic(left, right, (a, b) => a - b);
    case '*':
      return arithmetic(left, right, (a, b) => a * b);
    case '/':
      return arithmetic(left, right, (a, b) => a / b);
    case '==':
      return comparison(left, right, (order) => order === 0);
    case '!=':
      return comparison(left, right, (order) => order !== 0);
    case '<':
      return comparison(left, right, (order) => order < 0);
    case '<=':
      return comparison(left, right, (order) => order <= 0);
    case '>':
      return comparison(left, right, (order) => order > 0);
    case '>=':
      return comparison(left, right, (order) => order >= 0);
    default:
      return unreachable(operator);
  }
}

function arithmetic(
  left: Evaluate,
  right: Evaluate,
  compute: (a: number, b: number) => number,
): Evaluate {
  return (document) => {
    const a = left(document);
    const b = right(document);
    return typeof a === 'number' && typeof b === 'number' ? numberOrNull(compute(a, b)) : null;
  };
}

function comparison(left: Evaluate, right: Evaluate, holds: (order: number) => boolean): Evaluate {
  return (document) => {
    const a = left(document);
    const b = right(document);
    return a === null || b === null ? null : holds(compareValues(a, b));
  };
}

function negated(value: JsonValue): number {
  return typeof value === 'number' ? -value : Number.NaN;
}

/** What divides by zero or leaves the range of numbers is null; -0 is 0, as in JSON. */
function numberOrNull(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : value;
}

function compileCall(
  name: Extract<BoundExpression, { kind: 'call' }>['name'],
  values: readonly Evaluate[],
  { now, newId }: ExpressionContext,
): Evaluate {
  const [first = nothing, second = nothing, third = nothing] = values;
  switch (name) {
    case 'concat':
      return (document) => {
        let text = '';
        for (const read of values) {
          const value = read(document);
          if (value === null) return null;
          text += typeof value === 'object' ? JSON.stringify(value) : String(value);
        }
        return text;
      };
    case 'lower':
      return onText(first, (text) => text.toLowerCase());
    case 'upper':
      return onText(first, (text) => text.toUpperCase());
    case 'trim':
      return onText(first, (text) => text.trim());
    case 'coalesce':
      return (document) => {
        for (const read of values) {
          const value = read(document);
          if (value !== null) return value;
        }
        return null;
      };
    case 'if':
      return (document) => (first(document) === true ? second(document) : third(document));
    case 'now':
      return () => now;
    case 'uuid':
      return newId;
    default:
      return unreachable(name);
  }
}

function nothing(): JsonValue {
  return null;
}

function onText(read: Evaluate, change: (text: string) => string): Evaluate {
  return (document) => {
    const value = read(document);
    return typeof value === 'string' ? change(value) : null;
  };
}
