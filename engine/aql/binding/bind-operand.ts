import type { Operand } from '../bound.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType, JsonValue } from '../field-type.ts';
import type { NameNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { type BindingContext, type Finding, report, reportDuplicates } from './binding-context.ts';
import { anyType, typeText } from './field-access.ts';
import { replacing, suggestName, wrapping } from './suggest.ts';
import { bindVariable } from './use-variable.ts';
import { type ValueUse, valueProblem, withArticle } from './value-rules.ts';

/** What an operand is for: its type, its use, and what messages call its place (`"age" of "users"`). */
export interface OperandPlace {
  readonly type: FieldType;
  readonly use: ValueUse;
  readonly place: string;
  /** True where null cannot stand; a literal null is the caller's to report. */
  readonly isRequired?: boolean;
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
      const isTooLarge =
        place.use !== 'filter' &&
        typeText(place.type) === 'Int' &&
        Number.isInteger(value) &&
        !Number.isSafeInteger(value);
      if (isTooLarge) {
        // As written: the number itself is rounded already.
        const range = `±${Number.MAX_SAFE_INTEGER}`;
        const message = `${node.text} is beyond the range of Int (${range}), which ${place.place} needs.`;
        return report(context, node.span, { code: 'InvalidValue', message });
      }
      if (Number.isFinite(value)) return bindScalar(context, node, value, place);
      const message = `${node.text} is beyond the range of numbers.`;
      return report(context, node.span, { code: 'InvalidValue', message });
    }
    case 'enum':
      return bindWord(context, node, place);
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
    ...likelyValue(type, value, node.span),
  });
}

/** `"30"` for 30, `30` for "30", `"true"` for true: what was meant when only the quotes are wrong. */
function likelyValue(type: FieldType, value: JsonValue, span: Span): Partial<Finding> {
  if (type.kind === 'list') {
    const isElement = valueProblem(type.element, value, 'data') === undefined;
    return isElement
      ? { hint: 'Put it into a list: [ … ].', fix: wrapping(span, '[', ']', 'Put it into a list') }
      : {};
  }
  const quoted = typeof value === 'string' ? value : undefined;
  if (quoted !== undefined) {
    const isNumber = type.name === 'Int' || type.name === 'Float';
    const meant = isNumber && /^-?\d+(\.\d+)?$/.test(quoted) ? Number(quoted) : undefined;
    const isBoolean = type.name === 'Boolean' && (quoted === 'true' || quoted === 'false');
    const isFit = meant !== undefined && valueProblem(type, meant, 'data') === undefined;
    if (isFit || isBoolean) {
      return { hint: 'Without quotes.', fix: replacing(span, quoted, 'Remove the quotes') };
    }
    return {};
  }
  if (type.name === 'String' && typeof value !== 'object') {
    return { hint: `Texts stand in quotes.`, fix: wrapping(span, '"', '"', 'Put it in quotes') };
  }
  return {};
}

function bindWord(
  context: BindingContext,
  node: Extract<ValueNode, { kind: 'enum' }>,
  { type, place }: OperandPlace,
): undefined {
  const { value, span } = node;
  const message = `The word ${value} is no value for ${place}.`;
  const bare = type.kind === 'list' ? type.element : type;
  if (bare.kind === 'scalar' && bare.name === 'Boolean') {
    const suggestion = suggestName({ value, span }, ['true', 'false']);
    const hint = suggestion.hint ?? 'It is true or false.';
    return report(context, span, { ...suggestion, code: 'TypeMismatch', message, hint });
  }
  if (bare.kind === 'scalar' && (bare.name === 'Int' || bare.name === 'Float')) {
    return report(context, span, { code: 'TypeMismatch', message, hint: 'It is a number.' });
  }
  return report(context, span, {
    code: 'TypeMismatch',
    message,
    hint: `Texts stand in quotes: "${value}".`,
    fix: wrapping(span, '"', '"', 'Put it in quotes'),
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
    const isFilter = place.use === 'filter';
    return report(context, node.span, {
      code: 'TypeMismatch',
      message,
      ...(isFilter ? { hint: 'For one of several values, write { in: [ … ] }.' } : {}),
    });
  }
  const element = type.kind === 'list' ? type.element : anyType;
  const inside = { ...place, type: element, isRequired: false };
  return listOperand(items.map((item) => bindOperand(context, item, inside)));
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
    const isElement = type.kind === 'list' && ['Any', 'Object'].includes(typeText(type.element));
    return report(context, node.span, {
      code: 'TypeMismatch',
      message,
      ...(isElement
        ? {
            hint: 'Put it into a list: [ … ].',
            fix: wrapping(node.span, '[', ']', 'Put it into a list'),
          }
        : {}),
    });
  }
  const keys = node.entries.map((entry) => entry.key);
  reportDuplicates(context, keys, 'key');
  return objectOperand(
    node.entries.map(({ key, value }) => ({
      key: key.value,
      value: bindOperand(context, value, { ...place, type: anyType, isRequired: false }),
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
