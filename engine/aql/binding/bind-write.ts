/* Fields of a mutation that change the documents of one collection, and `export`, which reads them. */
import type { BoundFilter, Operand } from '../bound.ts';
import type { BoundMutationField, BoundWrite } from '../bound-mutation.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { ArgumentNode, FieldNode } from '../syntax/ast.ts';
import {
  bindArguments,
  markVariablesUsed,
  reportMissingArgument,
  stringArgument,
  wordOf,
} from './bind-arguments.ts';
import { bindData } from './bind-data.ts';
import { bindFilter } from './bind-filter.ts';
import { bindOperand } from './bind-operand.ts';
import { bindRead } from './bind-read.ts';
import { type BindingContext, report, requireCollection } from './binding-context.ts';
import { stringType, topLevelField } from './field-access.ts';
import { type FlatField, selectedAs } from './flatten.ts';
import { refuseInside } from './selection-checks.ts';
import { suggestName } from './suggest.ts';

const writeArguments: Readonly<
  Record<BoundWrite['kind'] | 'export', Readonly<Record<string, readonly string[]>>>
> = {
  insert: { collection: [], data: ['set'] },
  update: { collection: [], data: ['set'], where: ['filter'], ifVersion: [] },
  upsert: { collection: [], data: ['set'], where: ['filter'], on: [] },
  delete: { collection: [], where: ['filter'], ifVersion: [] },
  export: { collection: [], format: [], where: ['filter'] },
};

/** Binds one field that writes. */
export function bindWrite(
  context: BindingContext,
  flat: FlatField,
  kind: BoundWrite['kind'],
): BoundWrite | undefined {
  const { node } = flat;
  const known = writeArguments[kind];
  const given = bindArguments(context, node.arguments, { owner: `"${node.name.value}"`, known });
  const collection = bindCollection(context, node, given.get('collection'), 'write');
  if (collection === undefined) {
    // What else is missing can be told without the collection; what is there cannot be checked.
    if (kind === 'update' || kind === 'delete') requireWhere(context, node, given.get('where'));
    if (kind !== 'delete') requireData(context, node, given.get('data'));
    return undefined;
  }
  const base = { ...selectedAs(flat), collection: collection.name };
  const shown = bindShown(context, collection, flat);
  switch (kind) {
    case 'insert': {
      const data = bindData(context, node, collection, given.get('data'), kind);
      const many = node.name.value === 'insertMany' || node.name.value === 'import';
      return data && { ...base, ...shown, kind, ...dataOf(data), many: many || data.isList };
    }
    case 'update': {
      const where = bindWhere(context, node, collection, given.get('where'));
      const data = bindData(context, node, collection, given.get('data'), kind);
      const version = bindVersion(context, given.get('ifVersion'));
      return where && data && { ...base, ...shown, kind, where, ...dataOf(data), ...version };
    }
    case 'upsert': {
      const find = bindFind(context, node, collection, given);
      const data = bindData(context, node, collection, given.get('data'), kind);
      return find && data && { ...base, ...shown, kind, find, ...dataOf(data) };
    }
    case 'delete': {
      const where = bindWhere(context, node, collection, given.get('where'));
      const version = bindVersion(context, given.get('ifVersion'));
      return where && { ...base, ...shown, kind, where, ...version };
    }
  }
}

/** Binds `ifVersion`; null asks for no version, so that a variable may leave it open. */
function bindVersion(
  context: BindingContext,
  argument: ArgumentNode | undefined,
): { readonly ifVersion?: Operand } {
  if (argument === undefined) return {};
  const place = { type: stringType, use: 'argument', place: '"ifVersion"' } as const;
  const ifVersion = bindOperand(context, argument.value, place);
  return ifVersion === undefined ? {} : { ifVersion };
}

function dataOf({ data, dataSpan }: NonNullable<ReturnType<typeof bindData>>) {
  return { data, dataSpan };
}

/** What a write shows of the documents that it changed: their fields, or an aggregate over them. */
function bindShown(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): Pick<BoundWrite, 'selection' | 'parts'> {
  if (flat.inside.length === 0) return { selection: [] };
  const { selection, parts } = bindRead(
    context,
    { collection, flat, parts: 'totals', isWritten: true },
    new Map(),
  );
  return parts === undefined ? { selection } : { selection, parts };
}

function bindCollection(
  context: BindingContext,
  node: FieldNode,
  argument: ArgumentNode | undefined,
  access: 'read' | 'write',
): CollectionDefinition | undefined {
  if (argument === undefined) {
    markVariablesUsed(
      context,
      node.arguments.map(({ value }) => value),
    );
    return reportMissingArgument(context, node, 'collection', { example: '"…"' });
  }
  const name = stringArgument(context, argument);
  const found =
    name && requireCollection(context, { value: name.value, span: name.node.span }, access);
  if (found === undefined) {
    markVariablesUsed(
      context,
      node.arguments.map(({ value }) => value),
    );
  }
  return found;
}

function bindWhere(
  context: BindingContext,
  node: FieldNode,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): BoundFilter | undefined {
  requireWhere(context, node, argument);
  return argument && bindFilter(context, collection, argument.value);
}

function requireWhere(
  context: BindingContext,
  node: FieldNode,
  argument: ArgumentNode | undefined,
): void {
  if (argument !== undefined) return;
  const hint = 'For every document, write where: {} on purpose.';
  const title = 'Add where: {} (every document)';
  reportMissingArgument(context, node, 'where', { example: '{ … }', hint, title });
}

function requireData(
  context: BindingContext,
  node: FieldNode,
  argument: ArgumentNode | undefined,
): void {
  if (argument === undefined) reportMissingArgument(context, node, 'data', { example: '{ … }' });
}

/** How an upsert finds its document. */
function bindFind(
  context: BindingContext,
  node: FieldNode,
  collection: CollectionDefinition,
  given: ReadonlyMap<string, ArgumentNode>,
): Extract<BoundWrite, { kind: 'upsert' }>['find'] | undefined {
  const whereNode = given.get('where');
  const on = given.get('on');
  const where = whereNode && bindFilter(context, collection, whereNode.value);
  if (on === undefined) {
    if (whereNode !== undefined) return where && { kind: 'where', where };
    const hint = 'Give "where", or "on" with a unique field: on: "id".';
    return reportMissingArgument(context, node, 'where', { example: '{ … }', hint, title: null });
  }
  if (whereNode !== undefined) {
    const message = '"where" and "on" both say which document is meant; give one of them.';
    return report(context, on.name.span, { code: 'InvalidValue', message });
  }
  const text = stringArgument(context, on);
  if (text === undefined) return undefined;
  const unique = collection.fields.filter((field) => field.unique).map(({ name }) => name);
  const field = topLevelField(collection, text.value);
  const isUnique = text.value === 'id' || unique.includes(text.value);
  if (field !== undefined && isUnique) return { kind: 'on', field: text.value, type: field.type };
  const candidates = ['id', ...unique];
  const suggestion = suggestName({ value: text.value, span: on.value.span }, candidates);
  return report(context, on.value.span, {
    ...(field === undefined ? suggestion : {}),
    code: field === undefined ? 'UnknownField' : 'InvalidValue',
    message:
      field === undefined
        ? `"${collection.name}" has no field "${text.value}".`
        : `"${text.value}" is not unique, so it may find several documents.`,
    hint: `Unique here: ${candidates.join(', ')}. For other fields use where.`,
  });
}

/** Binds `export(collection:, format:, where:)`. */
export function bindExport(
  context: BindingContext,
  flat: FlatField,
): BoundMutationField | undefined {
  const { node } = flat;
  const table = { owner: '"export"', known: writeArguments.export };
  const given = bindArguments(context, node.arguments, table);
  if (node.selectionSet !== undefined) {
    const bare = { ...flat, node: { ...node, arguments: [] } };
    refuseInside(context, bare, '"export", which gives whole documents,');
  }
  const collection = bindCollection(context, node, given.get('collection'), 'read');
  const formatNode = given.get('format');
  const formats = ['JSON', 'NDJSON', 'CSV'] as const;
  const format =
    formatNode === undefined ? 'JSON' : wordOf(context, formatNode.value, '"format"', formats);
  const whereNode = given.get('where');
  if (collection === undefined) return undefined;
  const where = whereNode && bindFilter(context, collection, whereNode.value);
  if (format === undefined || (whereNode !== undefined && where === undefined)) return undefined;
  const base = {
    ...selectedAs(flat),
    kind: 'export',
    collection: collection.name,
    format,
  } as const;
  return where === undefined ? base : { ...base, where };
}
