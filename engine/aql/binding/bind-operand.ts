import type { BoundVariable, Operand } from '../bound.ts';
import type { FieldType, JsonValue } from '../field-type.ts';
import { didYouMean } from '../nearest-name.ts';
import type { NameNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { anyType, typeNames, typeText } from './field-access.ts';
import { type ValueUse, valueProblem, withArticle } from './value-rules.ts';

/** What an operand is for: its type, its use, and what messages call its place (`"age" of "users"`). */
export interface OperandPlace {
  readonly type: FieldType;
  readonly use: ValueUse;
  readonly place: string;
}

/** Binds a value: literals are checked against the type, variables against their declaration. */
export function bindOperand(
  context: BindingContext,
  node: ValueNode,
  place: OperandPlace,
): Operand | undefined {
  switch (node.kind) {
    case 'variable':
      return bindVariable(context, node.name, place);
    case 'null':
      return { kind: 'constant', value: null };
    case 'boolean':
      return bindScalar(context, node, node.value, place);
    case 'string':
      return bindScalar(context, node, node.value, place);
    case 'number': {
      const value = Number(node.text);
      if (Number.isFinite(value)) return bindScalar(context, node, value, place);
      const message = `${node.text} is beyond the range of numbers.`;
      return report(context, node.span, { code: 'InvalidValue', message });
    }
    case 'enum':
      return report(context, node.span, {
        code: 'TypeMismatch',
        message: `The word ${node.value} is no value for ${place.place}.`,
        hint: `Texts stand in quotes: "${node.value}".`,
      });
    case 'list':
      return bindList(context, node.items, node, place);
    case 'object':
      return bindObject(context, node, place);
  }
}

function bindScalar(
  context: BindingContext,
  node: ValueNode,
  value: JsonValue,
  { type, use, place }: OperandPlace,
): Operand | undefined {
  const problem = valueProblem(type, value, use);
  if (problem === undefined) return { kind: 'constant', value };
  return report(context, node.span, {
    code: problem.code,
    message: `${problem.message}, which ${place} needs.`,
  });
}

function bindList(
  context: BindingContext,
  items: readonly ValueNode[],
  node: ValueNode,
  place: OperandPlace,
): Operand | undefined {
  const { type } = place;
  if (type.kind === 'scalar' && type.name !== 'Any') {
    const message = `A list is not ${withArticle(type.name)}, which ${place.place} needs.`;
    return report(context, node.span, { code: 'TypeMismatch', message });
  }
  const element = type.kind === 'list' ? type.element : anyType;
  return listOperand(items.map((item) => bindOperand(context, item, { ...place, type: element })));
}

/** A list of operands; a constant when all of them are. `undefined` when one of them was wrong. */
export function listOperand(items: readonly (Operand | undefined)[]): Operand | undefined {
  const bound = items.filter((item) => item !== undefined);
  if (bound.length < items.length) return undefined;
  const values = bound.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
  if (values.length === bound.length) return { kind: 'constant', value: values };
  return { kind: 'list', items: bound };
}

function bindObject(
  context: BindingContext,
  node: ObjectNode,
  place: OperandPlace,
): Operand | undefined {
  const { type } = place;
  if (type.kind === 'list' || (type.name !== 'Any' && type.name !== 'Object')) {
    const message = `An object is not ${withArticle(typeText(type))}, which ${place.place} needs.`;
    return report(context, node.span, { code: 'TypeMismatch', message });
  }
  const keys = node.entries.map((entry) => entry.key);
  reportDuplicates(context, keys, 'Key');
  return objectOperand(
    node.entries.map(({ key, value }) => ({
      key: key.value,
      value: bindOperand(context, value, { ...place, type: anyType }),
    })),
  );
}

/** An object of operands; a constant when all of them are. `undefined` when one of them was wrong. */
export function objectOperand(
  entries: readonly { readonly key: string; readonly value: Operand | undefined }[],
): Operand | undefined {
  const bound: { key: string; value: Operand }[] = [];
  const constants: [string, JsonValue][] = [];
  for (const { key, value } of entries) {
    if (value === undefined) return undefined;
    bound.push({ key, value });
    if (value.kind === 'constant') constants.push([key, value.value]);
  }
  if (constants.length < bound.length) return { kind: 'object', entries: bound };
  return { kind: 'constant', value: Object.fromEntries(constants) };
}

/** The declaration of a variable that is used here; a finding when there is none. */
export function requireVariable(
  context: BindingContext,
  name: NameNode,
): BoundVariable | undefined {
  if (context.variables === undefined) {
    const message = `A variable cannot stand here: "$${name.value}".`;
    return report(context, name.span, { code: 'UndefinedVariable', message });
  }
  context.usedVariables.add(name.value);
  const variable = context.variables.get(name.value);
  if (variable !== undefined) return variable;
  return report(context, name.span, {
    code: 'UndefinedVariable',
    message: `The variable "$${name.value}" is not declared.`,
    hint:
      didYouMean(name.value, context.variables.keys()) ??
      `Declare it behind the operation's name: query Name($${name.value}: Type) { … }.`,
  });
}

function bindVariable(
  context: BindingContext,
  name: NameNode,
  { type, use, place }: OperandPlace,
): Operand | undefined {
  const variable = requireVariable(context, name);
  if (variable === undefined) return undefined;
  const operand: Operand = { kind: 'variable', name: name.value, span: name.span };
  if (variable.type === undefined) {
    if (type.kind === 'scalar' && (type.name === 'Any' || type.name === 'Object')) return operand;
    return report(context, variable.span, {
      code: 'UnknownType',
      message: `"$${name.value}" has the unknown type ${variable.typeText}, but ${place} needs ${withArticle(typeText(type))}.`,
      hint: didYouMean(variable.typeText.replaceAll(/[[\]!]/g, ''), typeNames.keys()),
    });
  }
  if (variableFits(variable.type, type, use)) return operand;
  return report(context, name.span, {
    code: 'TypeMismatch',
    message: `"$${name.value}" is declared as ${variable.typeText}, but ${place} needs ${withArticle(typeText(type))}.`,
  });
}

function variableFits(declared: FieldType, wanted: FieldType, use: ValueUse): boolean {
  if (wanted.kind === 'list') {
    if (declared.kind === 'list') return variableFits(declared.element, wanted.element, use);
    return declared.name === 'Any';
  }
  if (wanted.name === 'Any') return true;
  if (declared.kind === 'list') return false;
  if (declared.name === wanted.name || declared.name === 'Any') return true;
  const texts = ['String', 'Uuid', 'DateTime'];
  if (texts.includes(declared.name) && texts.includes(wanted.name)) return true;
  if (declared.name === 'Int' && wanted.name === 'Float') return true;
  return use === 'filter' && declared.name === 'Float' && wanted.name === 'Int';
}

/** The JSON value of a literal without variables; `undefined` and a finding when it holds one. */
export function constantOf(
  context: BindingContext,
  node: ValueNode,
  place: OperandPlace,
): JsonValue | undefined {
  const operand = bindOperand({ ...context, variables: undefined }, node, place);
  return operand?.kind === 'constant' ? operand.value : undefined;
}

/** A JSON value in the form of a literal, so that variables and the fluent API go through the same checks. */
export function nodeOfJson(value: JsonValue, depthLeft: number): ValueNode | undefined {
  const span = { start: 0, end: 0 };
  if (depthLeft < 0) return undefined;
  if (value === null) return { kind: 'null', span };
  switch (typeof value) {
    case 'boolean':
      return { kind: 'boolean', value, span };
    case 'number':
      return { kind: 'number', text: String(value), span };
    case 'string':
      return { kind: 'string', value, span };
    default:
      return nodeOfStructure(value, depthLeft - 1);
  }
}

function nodeOfStructure(
  value: readonly JsonValue[] | { readonly [key: string]: JsonValue },
  depthLeft: number,
): ValueNode | undefined {
  const span = { start: 0, end: 0 };
  if (isList(value)) {
    const items = value.map((item) => nodeOfJson(item, depthLeft));
    const known = items.filter((item) => item !== undefined);
    return known.length < items.length ? undefined : { kind: 'list', items: known, span };
  }
  const entries: { key: NameNode; value: ValueNode; span: typeof span }[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const node = nodeOfJson(item, depthLeft);
    if (node === undefined) return undefined;
    entries.push({ key: { value: key, span }, value: node, span });
  }
  return { kind: 'object', entries, span };
}

function isList(
  value: readonly JsonValue[] | { readonly [key: string]: JsonValue },
): value is readonly JsonValue[] {
  return Array.isArray(value);
}
