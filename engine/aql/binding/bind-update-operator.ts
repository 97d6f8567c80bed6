/*
 * Update operators in data: `{ age: { increment: 1 } }`. An object is one when it has exactly one key that is an
 * operator and the field's type fits; in a field that can hold the object itself it is a plain value otherwise.
 */
import type { Operand } from '../bound.ts';
import type { FieldType } from '../field-type.ts';
import type { ObjectNode, ValueNode } from '../syntax/ast.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { bindOperand, objectOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { suggestName } from './suggest.ts';

const numberOperators: readonly string[] = ['increment', 'decrement', 'multiply'];
const listOperators: readonly string[] = ['push', 'pull', 'addToSet'];
const updateOperators: readonly string[] = ['set', 'unset', ...numberOperators, ...listOperators];

/** True when the object is meant as an operator: where it is one, and where nothing else can be meant. */
export function isUpdateOperator(type: FieldType, node: ObjectNode): boolean {
  const holdsObjects = type.kind === 'scalar' && ['Object', 'Any'].includes(type.name);
  if (!holdsObjects) return true;
  const [only, ...others] = node.entries;
  const operators = ['set', 'unset'];
  return only !== undefined && others.length === 0 && operators.includes(only.key.value);
}

/** True when the object has one key that is an operator. */
export function isOperatorName({ entries }: ObjectNode): boolean {
  const [only, ...others] = entries;
  return only !== undefined && others.length === 0 && updateOperators.includes(only.key.value);
}

interface UpdatedField {
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly place: string;
}

/** Binds an update operator as the object that the executor reads. */
export function bindUpdateOperator(
  context: BindingContext,
  field: UpdatedField,
  node: ObjectNode,
): Operand | undefined {
  const [only, ...others] = node.entries;
  const values = node.entries.map(({ value }) => value);
  const { type, place } = field;
  if (only === undefined || others.length > 0) {
    markVariablesUsed(context, values);
    return report(context, node.span, {
      code: 'TypeMismatch',
      message: `${place} is ${typeText(type)}: give a value, or an object with exactly one update operator.`,
      hint: `Operators for ${typeText(type)}: ${operatorsFor(type).join(', ')}.`,
    });
  }
  const { key, value } = only;
  const fitting = operatorsFor(type);
  if (!fitting.includes(key.value)) {
    markVariablesUsed(context, values);
    const isKnown = updateOperators.includes(key.value);
    const suggestion = isKnown ? {} : suggestName(key, fitting);
    return report(context, key.span, {
      ...suggestion,
      code: 'TypeMismatch',
      message: isKnown
        ? `"${key.value}" does not work on ${place}, which is ${typeText(type)}.`
        : `There is no update operator "${key.value}".`,
      hint: suggestion.hint ?? `Operators for ${typeText(type)}: ${fitting.join(', ')}.`,
    });
  }
  const operand = bindValue(context, field, key.value, value);
  return operand && objectOperand([{ key: key.value, value: operand }]);
}

function operatorsFor(type: FieldType): readonly string[] {
  if (type.kind === 'list') return ['set', 'unset', ...listOperators];
  const isNumber = type.name === 'Int' || type.name === 'Float';
  return isNumber ? ['set', 'unset', ...numberOperators] : ['set', 'unset'];
}

function bindValue(
  context: BindingContext,
  { type, nullable, place }: UpdatedField,
  operator: string,
  node: ValueNode,
): Operand | undefined {
  const what = `"${operator}" on ${place}`;
  const isRequired = !nullable;
  if (operator === 'unset') {
    if (!nullable) {
      const message = `${place} is required and cannot be unset.`;
      return report(context, node.span, { code: 'ValidationError', message });
    }
    if (node.kind === 'boolean' && node.value) return { kind: 'constant', value: true };
    markVariablesUsed(context, [node]);
    return report(context, node.span, { code: 'TypeMismatch', message: `${what} is true.` });
  }
  if (node.kind === 'null' && (isRequired || operator !== 'set')) {
    return report(context, node.span, {
      code: 'ValidationError',
      message: `${operator === 'set' ? place : what} cannot be null.`,
    });
  }
  if (operator === 'set') {
    return bindOperand(context, node, { type, use: 'data', place: what, isRequired });
  }
  const element = type.kind === 'list' ? type.element : type;

  const use = operator === 'pull' ? 'filter' : 'data';
  return bindOperand(context, node, { type: element, use, place: what, isRequired: true });
}
