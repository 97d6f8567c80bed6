/*
 * From a bound filter and the variables of a run to a filter whose values are known and in stored form. Values of
 * variables are checked here against the field's type, once per run, so that the closures need not.
 */
import {
  type BoundFilter,
  bindFilterValue,
  type CollectionDefinition,
  type FieldType,
  type FilterOperator,
  findFilterOperator,
  type JsonValue,
  type Operand,
  type Span,
} from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import { everything, type ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { filterValue } from './filter-value.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';
import { requirePattern } from './text-pattern.ts';

export interface FilterContext {
  readonly collection: CollectionDefinition;
  readonly variables: VariableValues;
  /**
   * What a variable without a value means in a filter: for reading, as in GraphQL, its condition falls away; for
   * writing it is an error, because fewer conditions would change more documents than was meant.
   */
  readonly absentVariable: 'omit' | 'refuse';
}

/** @throws AuroraError `TypeMismatch`, `InvalidValue` or `UndefinedVariable` with the place of the value. */
export function resolveFilter(filter: BoundFilter, context: FilterContext): ResolvedFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return {
        kind: filter.kind,
        operands: filter.operands.map((operand) => resolveFilter(operand, context)),
      };
    case 'not':
      return { kind: 'not', operand: resolveFilter(filter.operand, context) };
    case 'compare': {
      const value = operandValue(filter.operand, filter.span, context);
      if (value === undefined) return everything;
      return resolveComparison(filter, value);
    }
    case 'size': {
      const value = operandValue(filter.operand, filter.span, context);
      if (value === undefined) return everything;
      const { path, operator, span } = filter;
      return { kind: 'size', path, operator, value: valueFor(operator, lengthType, value, span) };
    }
    case 'variable':
      return resolveWhole(filter.name, filter.span, context);
    default:
      return unreachable(filter);
  }
}

const lengthType: FieldType = { kind: 'scalar', name: 'Int' };

function operandValue(operand: Operand, span: Span, context: FilterContext): JsonValue | undefined {
  const value = evaluateOperand(operand, context.variables);
  if (value === undefined && context.absentVariable === 'refuse') {
    const name = operand.kind === 'variable' ? `"$${operand.name}"` : 'A variable';
    throw new AuroraError(
      'UndefinedVariable',
      `${name} has no value, and without it the filter would change more documents than was meant.`,
      { span, hint: 'Pass a value; null stands for "not set".' },
    );
  }
  return value;
}

function resolveComparison(
  filter: Extract<BoundFilter, { kind: 'compare' }>,
  value: JsonValue,
): ResolvedFilter {
  const { path, type, operator, span } = filter;
  if (value === null && operator === 'eq') {
    return { kind: 'compare', path, type, operator: 'isNull', value: true };
  }
  if (value === null && operator === 'ne') {
    return { kind: 'compare', path, type, operator: 'isNotNull', value: true };
  }
  // `isNull: false` is `isNotNull: true`, and the other way round.
  if (value === false && operator === 'isNull') {
    return { kind: 'compare', path, type, operator: 'isNotNull', value: true };
  }
  if (value === false && operator === 'isNotNull') {
    return { kind: 'compare', path, type, operator: 'isNull', value: true };
  }
  const stored = valueFor(operator, type, value, span);
  // Compiled again with the filter; here is where its place in the text is known.
  if (operator === 'matches' && typeof stored === 'string') requirePattern(stored, span);
  return { kind: 'compare', path, type, operator, value: stored };
}

/** Brings the operand of an operator to stored form, by the shape that the operator's table names. */
function valueFor(
  operator: FilterOperator,
  type: FieldType,
  value: JsonValue,
  span: Span,
): StoredValue {
  const element = type.kind === 'list' ? type.element : type;
  const shape = findFilterOperator(operator)?.operand ?? 'value';
  switch (shape) {
    case 'value':
      return filterValue(type, value, span);
    case 'element':
      return filterValue(element, value, span);
    case 'text':
      return filterValue({ kind: 'scalar', name: 'String' }, value, span);
    case 'values':
      return listValue(operator, value, span).map((item) => filterValue(type, item, span));
    case 'elements':
      return listValue(operator, value, span).map((item) => filterValue(element, item, span));
    case 'pair': {
      const pair = listValue(operator, value, span);
      if (pair.length === 2) return pair.map((item) => filterValue(type, item, span));
      throw new AuroraError('InvalidValue', `"${operator}" takes a list of exactly two values.`, {
        span,
      });
    }
    case 'true':
      if (value === true) return true;
      throw new AuroraError('TypeMismatch', `"${operator}" takes true or false.`, { span });
    case 'lengthFilter':
      return filterValue(lengthType, value, span);
    default:
      return unreachable(shape);
  }
}

function listValue(operator: FilterOperator, value: JsonValue, span: Span): readonly JsonValue[] {
  if (isJsonList(value)) return value;
  throw new AuroraError('TypeMismatch', `"${operator}" takes a list of values.`, { span });
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function resolveWhole(name: string, span: Span, context: FilterContext): ResolvedFilter {
  const value = operandValue({ kind: 'variable', name, span }, span, context);
  if (value === undefined) return everything;
  if (value === null && context.absentVariable === 'omit') return everything;
  const { filter, diagnostics } = bindFilterValue(value, context.collection);
  if (filter === undefined || diagnostics.some(({ severity }) => severity === 'error')) {
    const [first] = diagnostics;
    throw new AuroraError(
      first?.code ?? 'InvalidValue',
      `The filter in "$${name}" cannot be used: ${first?.message ?? 'it is not a filter object.'}`,
      {
        span,
        ...(first?.hint === undefined ? {} : { hint: first.hint }),
        // Their places lie in the variable's value, not in the text, so all point to the variable.
        diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, span })),
      },
    );
  }
  return resolveFilter(filter, context);
}
