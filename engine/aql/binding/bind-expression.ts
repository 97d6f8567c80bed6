/* Expressions over one document: fields resolved, functions known, every node typed. */
import type { BoundExpression } from '../bound-expression.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType, JsonValue } from '../field-type.ts';
import { nearestName } from '../nearest-name.ts';
import type { ExpressionNode } from '../syntax/ast.ts';
import { bindCall } from './bind-call.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { booleanType, floatType, unified } from './expression-types.ts';
import { anyType, intType, stringType, typeText } from './field-access.ts';
import { pathPlace } from './field-paths.ts';

/** Binds an expression; `undefined` when something in it was wrong, which has been reported. */
export function bindExpression(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ExpressionNode,
): BoundExpression | undefined {
  switch (node.kind) {
    case 'number':
      return bindNumber(context, node.text, node.span);
    case 'string':
      return literal(node.value, stringType, node.span);
    case 'boolean':
      return literal(node.value, booleanType, node.span);
    case 'null':
      return literal(null, anyType, node.span);
    case 'reference':
      return bindReference(context, collection, node);
    case 'negation':
      return bindNegation(context, collection, node);
    case 'binary':
      return bindBinary(context, collection, node);
    case 'call':
      return bindCall(context, node, bindAll(context, collection, node.arguments));
    case 'expressionList':
      return bindList(context, collection, node);
    case 'expressionObject':
      return bindObject(context, collection, node);
  }
}

function bindAll(
  context: BindingContext,
  collection: CollectionDefinition,
  nodes: readonly ExpressionNode[],
): readonly BoundExpression[] | undefined {
  const bound = nodes.map((node) => bindExpression(context, collection, node));
  const known = bound.filter((each) => each !== undefined);
  return known.length < bound.length ? undefined : known;
}

function literal(value: JsonValue, type: FieldType, span: Span): BoundExpression {
  return { kind: 'literal', value, type, nullable: value === null, span };
}

function bindNumber(context: BindingContext, text: string, span: Span) {
  const value = Number(text);
  if (Number.isFinite(value)) {
    return literal(value, Number.isSafeInteger(value) ? intType : floatType, span);
  }
  const message = `${text} is beyond the range of numbers.`;
  return report(context, span, { code: 'InvalidValue', message });
}

function bindReference(
  context: BindingContext,
  collection: CollectionDefinition,
  node: Extract<ExpressionNode, { kind: 'reference' }>,
): BoundExpression | undefined {
  const value = node.path.map((name) => name.value).join('.');
  const [first] = node.path;
  const names = collection.fields.map(({ name }) => name);
  const isFar =
    node.path.length === 1 && first !== undefined && nearestName(first.value, names) === undefined;
  const errorsBefore = context.diagnostics.length;
  const place = pathPlace(context, collection, { value, span: node.span });
  if (place !== undefined) return { kind: 'field', ...place, span: node.span };
  const last = context.diagnostics.at(-1);
  if (isFar && last !== undefined && context.diagnostics.length > errorsBefore) {
    // A word that is no field is most often a text without its quotes.
    const edits = [{ span: node.span, text: JSON.stringify(value) }];
    const hint = `A text stands in quotes: "${value}".`;
    context.diagnostics[context.diagnostics.length - 1] = {
      ...last,
      hint,
      fix: { title: 'Put it in quotes', edits },
    };
  }
  return undefined;
}

function bindNegation(
  context: BindingContext,
  collection: CollectionDefinition,
  node: Extract<ExpressionNode, { kind: 'negation' }>,
): BoundExpression | undefined {
  const operand = bindExpression(context, collection, node.operand);
  if (operand === undefined) return undefined;
  const { type, nullable } = operand;
  if (isNumeric(type)) return { kind: 'negation', operand, type, nullable, span: node.span };
  const message = `"-" needs a number, not ${typeText(type)}.`;
  return report(context, operand.span, { code: 'TypeMismatch', message });
}

function bindBinary(
  context: BindingContext,
  collection: CollectionDefinition,
  node: Extract<ExpressionNode, { kind: 'binary' }>,
): BoundExpression | undefined {
  const { operator, span } = node;
  const left = bindExpression(context, collection, node.left);
  const right = bindExpression(context, collection, node.right);
  if (left === undefined || right === undefined) return undefined;
  const nullable = left.nullable || right.nullable;
  const base = { kind: 'binary', operator, left, right, nullable, span } as const;
  if (operator === '+' || operator === '-' || operator === '*' || operator === '/') {
    const wrong = [left, right].find(({ type }) => !isNumeric(type));
    if (wrong === undefined) {
      // What is divided by zero is null.
      const isDivision = operator === '/';
      const type = isDivision ? floatType : numberOf(left.type, right.type);
      return { ...base, type, nullable: nullable || isDivision };
    }
    const isText =
      operator === '+' && [left, right].some(({ type }) => typeText(type) === 'String');
    return report(context, wrong.span, {
      code: 'TypeMismatch',
      message: `"${operator}" needs numbers, not ${typeText(wrong.type)}.`,
      ...(isText ? { hint: 'Texts are joined with concat(a, b).' } : {}),
    });
  }
  if (unified(left.type, right.type) !== undefined) return { ...base, type: booleanType };
  const message = `"${operator}" compares ${typeText(left.type)} with ${typeText(right.type)}, which are never equal nor ordered.`;
  return report(context, node.operatorSpan, { code: 'TypeMismatch', message });
}

function bindList(
  context: BindingContext,
  collection: CollectionDefinition,
  node: Extract<ExpressionNode, { kind: 'expressionList' }>,
): BoundExpression | undefined {
  const items = bindAll(context, collection, node.items);
  if (items === undefined) return undefined;
  const element = items.reduce<FieldType | undefined>(
    (all, { type }, index) => (index === 0 ? type : all && unified(all, type)),
    undefined,
  );
  const type: FieldType = { kind: 'list', element: element ?? anyType };
  return { kind: 'list', items, type, nullable: false, span: node.span };
}

function bindObject(
  context: BindingContext,
  collection: CollectionDefinition,
  node: Extract<ExpressionNode, { kind: 'expressionObject' }>,
): BoundExpression | undefined {
  reportDuplicates(
    context,
    node.entries.map(({ key }) => key),
    'key',
  );
  const entries: { key: string; value: BoundExpression }[] = [];
  for (const { key, value } of node.entries) {
    const bound = bindExpression(context, collection, value);
    if (bound !== undefined) entries.push({ key: key.value, value: bound });
  }
  if (entries.length < node.entries.length) return undefined;
  const type: FieldType = { kind: 'scalar', name: 'Object' };
  return { kind: 'object', entries, type, nullable: false, span: node.span };
}

function isNumeric(type: FieldType): boolean {
  return ['Int', 'Float', 'Any'].includes(typeText(type));
}

function numberOf(a: FieldType, b: FieldType): FieldType {
  const names = [typeText(a), typeText(b)];
  if (names.includes('Any')) return anyType;
  return names.includes('Float') ? floatType : intType;
}
