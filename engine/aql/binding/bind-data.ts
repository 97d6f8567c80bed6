/* The documents and changes that a mutation is given. */
import type { Operand } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { ArgumentNode, FieldNode, NameNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { markVariablesUsed, reportMissingArgument } from './bind-arguments.ts';
import { bindOperand, listOperand, objectOperand } from './bind-operand.ts';
import { bindUpdateOperator, isOperatorName, isUpdateOperator } from './bind-update-operator.ts';
import {
  type BindingContext,
  report,
  reportDuplicates,
  reportUnknownField,
} from './binding-context.ts';
import { topLevelField, typeText } from './field-access.ts';
import { insertingAt, removing } from './suggest.ts';
import { requireVariable } from './use-variable.ts';

type DataUse = 'insert' | 'update' | 'upsert';

interface BoundData {
  readonly data: Operand;
  readonly dataSpan: Span;
  readonly isList: boolean;
}

/** Binds the argument `data`. */
export function bindData(
  context: BindingContext,
  node: FieldNode,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
  use: DataUse,
): BoundData | undefined {
  if (argument === undefined) {
    return reportMissingArgument(context, node, 'data', { example: '{ … }' });
  }
  const { value } = argument;
  const dataSpan = value.span;
  if (value.kind === 'variable') {
    const variable = requireDocumentVariable(context, value.name, collection, use);
    if (variable === undefined) return undefined;
    const data = { kind: 'variable', name: value.name.value, span: value.span } as const;
    const isList = variable.type?.kind === 'list' || variable.typeText.startsWith('[');
    return { data, dataSpan, isList };
  }
  const isList = value.kind === 'list';
  if (isList && use === 'insert') {
    const data = listOperand(
      value.items.map((item) => bindDocument(context, item, collection, use)),
    );
    return data && { data, dataSpan, isList };
  }
  const data = bindDocument(context, value, collection, use);
  if (data === undefined) return undefined;
  const isMany = node.name.value === 'insertMany' || node.name.value === 'import';
  // As in GraphQL, one object stands for a list of one.
  return { data: isMany ? (listOperand([data]) ?? data) : data, dataSpan, isList };
}

function requireDocumentVariable(
  context: BindingContext,
  name: NameNode,
  collection: CollectionDefinition,
  use: DataUse,
) {
  const variable = requireVariable(context, name, 'Object!');
  if (variable === undefined) return undefined;
  const { type, input, typeText: declared } = variable;
  let bare = type;
  if (bare?.kind === 'list' && use === 'insert') bare = bare.element;
  const isDocument =
    input === undefined
      ? bare === undefined || ['Object', 'Any'].includes(typeText(bare))
      : input.kind === 'data' && input.collection === collection.name;
  if (isDocument) return variable;
  return report(context, name.span, {
    code: 'TypeMismatch',
    message: `"$${name.value}" is declared as ${declared}, but a document is an object.`,
    hint: `Declare it as $${name.value}: Object!.`,
  });
}

function bindDocument(
  context: BindingContext,
  node: ValueNode,
  collection: CollectionDefinition,
  use: DataUse,
): Operand | undefined {
  if (node.kind === 'variable') {
    const variable = requireDocumentVariable(context, node.name, collection, 'update');
    return variable && { kind: 'variable', name: node.name.value, span: node.span };
  }
  if (node.kind !== 'object') {
    markVariablesUsed(context, [node]);
    const isSeveral = node.kind === 'list' && use !== 'insert';
    const message = `A document of "${collection.name}" is an object such as { name: "Alice" }.`;
    const hint = isSeveral ? 'Every document that is found gets the same changes.' : undefined;
    return report(context, node.span, { code: 'TypeMismatch', message, hint });
  }
  const keys = node.entries.map((entry) => entry.key);
  reportDuplicates(context, keys, 'field');
  const entries = node.entries.map(({ key, value }) => ({
    key: key.value,
    value: bindDataField(context, collection, key, value, use),
  }));
  if (use === 'insert') reportMissingFields(context, node, collection);
  return objectOperand(entries);
}

function bindDataField(
  context: BindingContext,
  collection: CollectionDefinition,
  key: NameNode,
  value: ValueNode,
  use: DataUse,
): Operand | undefined {
  const field = topLevelField(collection, key.value);
  if (field === undefined) {
    markVariablesUsed(context, [value]);
    return reportUnknownField(context, collection, key);
  }
  if (key.value === 'id' && use === 'update') {
    markVariablesUsed(context, [value]);
    return report(context, key.span, {
      code: 'InvalidValue',
      message: 'The "id" of a document cannot be changed.',
      fix: removing({ start: key.span.start, end: value.span.end }, 'Remove "id"'),
    });
  }
  const place = `"${key.value}" of "${collection.name}"`;
  if (value.kind === 'null' && !field.nullable && key.value !== 'id') {
    const message = `${place} cannot be null.`;
    return report(context, value.span, { code: 'ValidationError', message });
  }
  if (use !== 'insert' && value.kind === 'object' && isUpdateOperator(field.type, value)) {
    return bindUpdateOperator(context, { ...field, place }, value);
  }
  if (value.kind === 'object' && isUpdateOperator(field.type, value) && isOperatorName(value)) {
    markVariablesUsed(context, [value]);
    return report(context, value.span, {
      code: 'TypeMismatch',
      message: `${place} is given an update operator, and an insert updates nothing.`,
      hint: 'Give the value itself; operators belong to update and upsert.',
    });
  }
  const isOpen = key.value === 'id' || field.nullable;
  const hasDefault = collection.fields.some(
    ({ name, default: fallback }) => name === key.value && fallback !== undefined,
  );
  return bindOperand(context, value, {
    type: field.type,
    use: 'data',
    place,
    isRequired: !isOpen && !(use === 'insert' && hasDefault),
  });
}

function reportMissingFields(
  context: BindingContext,
  node: ObjectNode,
  collection: CollectionDefinition,
): void {
  const given = new Set(node.entries.map((entry) => entry.key.value));
  const missing = collection.fields.filter(
    (field) => !field.nullable && field.default === undefined && !given.has(field.name),
  );
  if (missing.length === 0) return;
  const names = missing.map((field) => `"${field.name}"`).join(', ');
  const noun = missing.length === 1 ? 'field' : 'fields';
  const last = node.entries.at(-1);
  const added = missing.map((field) => `${field.name}: ${emptyValue(field.type)}`).join(', ');
  report(context, node.span, {
    code: 'ValidationError',
    message: `The document lacks the required ${noun} ${names} of "${collection.name}".`,
    fix:
      last === undefined
        ? insertingAt(node.span.start + 1, ` ${added} `, `Add ${names}`)
        : insertingAt(last.span.end, `, ${added}`, `Add ${names}`),
  });
}

/** A value to begin with, of the field's type where one is obvious. */
function emptyValue(type: Parameters<typeof typeText>[0]): string {
  if (type.kind === 'list') return '[]';
  switch (type.name) {
    case 'Int':
    case 'Float':
      return '0';
    case 'Boolean':
      return 'false';
    case 'Object':
    case 'Any':
      return '{}';
    default:
      return '""';
  }
}
