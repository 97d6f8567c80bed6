import type { BoundMutationField, Operand } from '../bound.ts';
import type { CollectionDefinition, FieldDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { didYouMean } from '../nearest-name.ts';
import type {
  ArgumentNode,
  FieldNode,
  ObjectNode,
  OperationNode,
  ValueNode,
} from '../syntax/ast.ts';
import { type ArgumentTable, bindArguments, stringArgument } from './bind-arguments.ts';
import { bindFilter } from './bind-filter.ts';
import { bindOperand, listOperand, objectOperand, requireVariable } from './bind-operand.ts';
import { markVariablesUsed, reportSharedKeys } from './bind-query.ts';
import { bindSelection, flatten } from './bind-selection.ts';
import {
  type BindingContext,
  report,
  reportDuplicates,
  reportNotExecutable,
  reportUnknownField,
  requireCollection,
} from './binding-context.ts';
import { topLevelField, typeText } from './field-access.ts';

type MutationKind = 'insert' | 'update' | 'delete';

/** The functions of mutations, every spelling. */
export const mutationFunctions: ReadonlyMap<string, MutationKind> = new Map([
  ['insertInto', 'insert'],
  ['insert', 'insert'],
  ['insertMany', 'insert'],
  ['update', 'update'],
  ['deleteFrom', 'delete'],
  ['delete', 'delete'],
]);

const laterFunctions: ReadonlySet<string> = new Set([
  'upsert',
  'import',
  'export',
  'transaction',
  'enqueueJob',
  'enqueueJobs',
  'cancelJob',
  'retryJob',
]);

/** Arguments of each mutation function. */
export const mutationArguments: Readonly<Record<MutationKind, Omit<ArgumentTable, 'owner'>>> = {
  insert: { known: { collection: [], data: ['set'] }, later: [] },
  update: { known: { collection: [], data: ['set'], where: ['filter'] }, later: [] },
  delete: { known: { collection: [], where: ['filter'] }, later: [] },
};

/** Binds the changes of a mutation in order. Wrong ones are reported and left out. */
export function bindMutationFields(
  context: BindingContext,
  operation: OperationNode,
): readonly BoundMutationField[] {
  const fields = flatten(context, operation.selectionSet.selections, undefined).flatMap(
    ({ node }) => bindField(context, node) ?? [],
  );
  reportSharedKeys(context, fields);
  return fields;
}

function bindField(context: BindingContext, node: FieldNode): BoundMutationField | undefined {
  const { name } = node;
  const kind = mutationFunctions.get(name.value);
  if (kind === undefined) {
    markVariablesUsed(context, node.arguments);
    if (laterFunctions.has(name.value) || name.value.startsWith('__')) {
      return reportNotExecutable(context, name.span, `"${name.value}"`);
    }
    return report(context, name.span, {
      code: 'UnknownOperation',
      message: `There is no mutation "${name.value}".`,
      hint:
        didYouMean(name.value, [...mutationFunctions.keys(), ...laterFunctions]) ??
        'Mutations are insertInto, insertMany, update and deleteFrom.',
    });
  }
  const table = { owner: `"${name.value}"`, ...mutationArguments[kind] };
  const given = bindArguments(context, node.arguments, table);
  const collection = bindCollectionArgument(context, node, given.get('collection'));
  if (collection === undefined) {
    markVariablesUsed(context, node.arguments);
    return undefined;
  }
  const base = {
    responseKey: (node.alias ?? name).value,
    collection: collection.name,
    selection:
      node.selectionSet === undefined ? [] : bindSelection(context, collection, node.selectionSet),
    span: node.span,
  };
  const where = bindWhere(context, node, kind, collection, given.get('where'));
  const data = bindData(context, node, kind, collection, given.get('data'));
  switch (kind) {
    case 'insert':
      return data && { ...base, ...data, kind, many: name.value === 'insertMany' || data.isList };
    case 'update':
      return where && data && { ...base, kind, where, data: data.data, dataSpan: data.dataSpan };
    case 'delete':
      return where && { ...base, kind, where };
  }
}

function bindCollectionArgument(
  context: BindingContext,
  node: FieldNode,
  argument: ArgumentNode | undefined,
): CollectionDefinition | undefined {
  if (argument === undefined) {
    const message = `"${node.name.value}" needs the argument "collection".`;
    return report(context, node.name.span, { code: 'MissingArgument', message });
  }
  const name = stringArgument(context, argument);
  return name && requireCollection(context, name.value, name.node.span);
}

function bindWhere(
  context: BindingContext,
  node: FieldNode,
  kind: MutationKind,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
) {
  if (argument !== undefined) return bindFilter(context, collection, argument.value);
  if (kind === 'insert') return undefined;
  return report(context, node.name.span, {
    code: 'MissingArgument',
    message: `"${node.name.value}" needs the argument "where".`,
    hint: 'For every document, write where: {} on purpose.',
  });
}

interface BoundData {
  readonly data: Operand;
  readonly dataSpan: Span;
  readonly isList: boolean;
}

function bindData(
  context: BindingContext,
  node: FieldNode,
  kind: MutationKind,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): BoundData | undefined {
  if (kind === 'delete') return undefined;
  if (argument === undefined) {
    const message = `"${node.name.value}" needs the argument "data".`;
    return report(context, node.name.span, { code: 'MissingArgument', message });
  }
  const { value } = argument;
  const many = node.name.value === 'insertMany';
  const dataSpan = value.span;
  const isList = value.kind === 'list';
  if (value.kind === 'variable') {
    const variable = requireVariable(context, value.name);
    if (variable === undefined) return undefined;
    const isListVariable = variable.type?.kind === 'list' || variable.typeText.startsWith('[');
    const data = { kind: 'variable', name: value.name.value, span: value.span } as const;
    return { data, dataSpan, isList: isListVariable };
  }
  if (isList && kind === 'insert') {
    const data = listOperand(
      value.items.map((item) => bindDocument(context, item, kind, collection)),
    );
    return data && { data, dataSpan, isList };
  }
  const data = bindDocument(context, value, kind, collection);
  if (data === undefined) return undefined;
  return { data: many ? asList(data) : data, dataSpan, isList };
}

/** As in GraphQL, one object stands for a list of one. */
function asList(data: Operand): Operand {
  return listOperand([data]) ?? data;
}

function bindDocument(
  context: BindingContext,
  node: ValueNode,
  kind: 'insert' | 'update',
  collection: CollectionDefinition,
): Operand | undefined {
  if (node.kind === 'variable') {
    const variable = requireVariable(context, node.name);
    return variable && { kind: 'variable', name: node.name.value, span: node.span };
  }
  if (node.kind !== 'object') {
    const message = `A document of "${collection.name}" is an object such as { name: "Alice" }.`;
    return report(context, node.span, { code: 'TypeMismatch', message });
  }
  const keys = node.entries.map((entry) => entry.key);
  reportDuplicates(context, keys, 'Field');
  const entries = node.entries.map(({ key, value }) => {
    if (key.value === 'id' && kind === 'update') {
      const message = 'The "id" of a document cannot be changed.';
      return {
        key: key.value,
        value: report(context, key.span, { code: 'InvalidValue', message }),
      };
    }
    return { key: key.value, value: bindDataField(context, collection, key, value, kind) };
  });
  if (kind === 'insert') reportMissingFields(context, node, collection);
  return objectOperand(entries);
}

function bindDataField(
  context: BindingContext,
  collection: CollectionDefinition,
  key: { readonly value: string; readonly span: Span },
  value: ValueNode,
  kind: 'insert' | 'update',
): Operand | undefined {
  const field = topLevelField(collection, key.value);
  if (field === undefined) return reportUnknownField(context, collection, key);
  if (value.kind === 'null' && !field.nullable && key.value !== 'id') {
    const message = `"${key.value}" of "${collection.name}" cannot be null.`;
    return report(context, value.span, { code: 'ValidationError', message });
  }
  if (kind === 'update' && value.kind === 'object' && isUpdateOperator(field.type, value)) {
    const name = value.entries[0]?.key;
    return reportNotExecutable(context, name?.span ?? value.span, `"${name?.value}"`);
  }
  const place = `"${key.value}" of "${collection.name}"`;
  return bindOperand(context, value, { type: field.type, use: 'data', place });
}

const updateOperators: ReadonlySet<string> = new Set([
  'set',
  'increment',
  'decrement',
  'multiply',
  'push',
  'pull',
  'addToSet',
  'unset',
]);

/** An object with exactly one operator is one, where the field's type cannot hold the object itself. */
function isUpdateOperator(type: FieldDefinition['type'], node: ObjectNode): boolean {
  const [only] = node.entries;
  if (node.entries.length !== 1 || only === undefined) return false;
  return updateOperators.has(only.key.value) && !['Object', 'Any'].includes(typeText(type));
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
  report(context, node.span, {
    code: 'ValidationError',
    message: `The document lacks the required ${noun} ${names} of "${collection.name}".`,
  });
}
