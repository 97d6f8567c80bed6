/* The functions of expressions: how many arguments they take, of which types, and what they give. */
import type { BoundExpression, ExpressionFunction } from '../bound-expression.ts';
import type { FieldType } from '../field-type.ts';
import type { ExpressionNode } from '../syntax/ast.ts';
import { type BindingContext, report } from './binding-context.ts';
import { unified } from './expression-types.ts';
import { anyType, stringType, typeText } from './field-access.ts';
import { suggestName } from './suggest.ts';

interface FunctionShape {
  readonly min: number;
  readonly max: number;
  /** How it is written, for messages. */
  readonly example: string;
}

const expressionFunctions: Readonly<Record<ExpressionFunction, FunctionShape>> = {
  concat: { min: 1, max: 100, example: 'concat(a, b)' },
  lower: { min: 1, max: 1, example: 'lower(a)' },
  upper: { min: 1, max: 1, example: 'upper(a)' },
  trim: { min: 1, max: 1, example: 'trim(a)' },
  coalesce: { min: 1, max: 100, example: 'coalesce(a, b)' },
  now: { min: 0, max: 0, example: 'now()' },
  uuid: { min: 0, max: 0, example: 'uuid()' },
  if: { min: 3, max: 3, example: 'if(condition, a, b)' },
};

const functionNames: readonly ExpressionFunction[] = [
  'concat',
  'lower',
  'upper',
  'trim',
  'coalesce',
  'now',
  'uuid',
  'if',
];

/** Binds a call whose arguments are bound; `undefined` arguments were wrong. */
export function bindCall(
  context: BindingContext,
  node: Extract<ExpressionNode, { kind: 'call' }>,
  given: readonly BoundExpression[] | undefined,
): BoundExpression | undefined {
  const name = functionNames.find((known) => known === node.name.value);
  if (name === undefined) {
    const suggestion = suggestName(node.name, functionNames);
    return report(context, node.name.span, {
      ...suggestion,
      code: 'UnknownOperation',
      message: `There is no function "${node.name.value}".`,
      hint: suggestion.hint ?? `Functions: ${functionNames.join(', ')}.`,
    });
  }
  const { min, max, example } = expressionFunctions[name];
  const count = node.arguments.length;
  if (count < min || count > max) {
    const what = min === max ? `${min}` : `at least ${min}`;
    const noun = min === 1 && max === 1 ? 'argument' : 'arguments';
    return report(context, node.span, {
      code: 'MissingArgument',
      message: `"${name}" takes ${min === 0 ? 'no' : what} ${noun}, not ${count}.`,
      hint: `Write ${example}.`,
    });
  }
  if (given === undefined) return undefined;
  const result = resultOf(context, name, given);
  return result && { kind: 'call', name, arguments: given, ...result, span: node.span };
}

interface CallResult {
  readonly type: FieldType;
  readonly nullable: boolean;
}

function resultOf(
  context: BindingContext,
  name: ExpressionFunction,
  given: readonly BoundExpression[],
): CallResult | undefined {
  const nullable = given.some((each) => each.nullable);
  switch (name) {
    case 'now':
      return { type: { kind: 'scalar', name: 'DateTime' }, nullable: false };
    case 'uuid':
      return { type: { kind: 'scalar', name: 'Uuid' }, nullable: false };
    case 'concat':
      return requireTypes(context, name, given, isPlain, 'texts or numbers')
        ? { type: stringType, nullable }
        : undefined;
    case 'lower':
    case 'upper':
    case 'trim':
      return requireTypes(context, name, given, isText, 'a text')
        ? { type: stringType, nullable }
        : undefined;
    case 'coalesce': {
      const type = commonType(context, name, given);
      return type && { type, nullable: given.every((each) => each.nullable) };
    }
    case 'if': {
      const [condition, ...branches] = given;
      if (condition === undefined) return undefined;
      const isCondition = (type: FieldType) => ['Boolean', 'Any'].includes(typeText(type));
      if (!requireTypes(context, name, [condition], isCondition, 'a condition first'))
        return undefined;
      const type = commonType(context, name, branches);
      return type && { type, nullable: branches.some((each) => each.nullable) };
    }
  }
}

function requireTypes(
  context: BindingContext,
  name: ExpressionFunction,
  given: readonly BoundExpression[],
  fits: (type: FieldType) => boolean,
  what: string,
): boolean {
  const wrong = given.find(({ type }) => !fits(type));
  if (wrong === undefined) return true;
  const message = `"${name}" needs ${what}, not ${typeText(wrong.type)}.`;
  report(context, wrong.span, { code: 'TypeMismatch', message });
  return false;
}

function commonType(
  context: BindingContext,
  name: ExpressionFunction,
  given: readonly BoundExpression[],
): FieldType | undefined {
  let type: FieldType = anyType;
  for (const each of given) {
    const common = unified(type, each.type);
    if (common === undefined) {
      const message = `What "${name}" gives must be of one type; this is ${typeText(each.type)}, and the one before it ${typeText(type)}.`;
      return report(context, each.span, { code: 'TypeMismatch', message });
    }
    type = common;
  }
  return type;
}

function isText(type: FieldType): boolean {
  return ['String', 'Uuid', 'DateTime', 'Any'].includes(typeText(type));
}

function isPlain(type: FieldType): boolean {
  return type.kind === 'scalar' && type.name !== 'Object';
}
