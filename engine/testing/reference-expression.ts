/* Expressions of `compute`, evaluated literally: null in, null out. */
import type { BoundExpression, JsonValue } from '#engine/aql';
import { order3, read, refuse } from './reference-filter.ts';

export function evaluateExpression(
  expression: BoundExpression,
  document: { readonly [field: string]: JsonValue },
): JsonValue {
  const inner = (each: BoundExpression): JsonValue => evaluateExpression(each, document);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'field':
      return read(document, expression.path);
    case 'negation': {
      const value = inner(expression.operand);
      return typeof value === 'number' ? -value : null;
    }
    case 'binary':
      return binary(expression.operator, inner(expression.left), inner(expression.right));
    case 'list':
      return expression.items.map(inner);
    case 'object':
      return Object.fromEntries(expression.entries.map(({ key, value }) => [key, inner(value)]));
    case 'call':
      return call(expression.name, expression.arguments.map(inner));
  }
}

function binary(operator: string, left: JsonValue, right: JsonValue): JsonValue {
  if (left === null || right === null) return null;
  const sign = order3(left, right);
  switch (operator) {
    case '==':
      return sign === 0;
    case '!=':
      return sign !== 0;
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    default:
      break;
  }
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const value = computed(operator, left, right);
  return Number.isFinite(value) ? value : null;
}

function computed(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return left / right;
}

function call(name: string, values: readonly JsonValue[]): JsonValue {
  const [first = null, second = null, third = null] = values;
  const text = (change: (value: string) => string): JsonValue =>
    typeof first === 'string' ? change(first) : null;
  switch (name) {
    case 'concat':
      return values.includes(null) ? null : values.map(String).join('');
    case 'lower':
      return text((value) => value.toLowerCase());
    case 'upper':
      return text((value) => value.toUpperCase());
    case 'trim':
      return text((value) => value.trim());
    case 'coalesce':
      return values.find((value) => value !== null) ?? null;
    case 'if':
      return first === true ? second : third;
    default:
      return refuse(`${name}(), which gives another value each time`);
  }
}
