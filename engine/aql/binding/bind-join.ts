/*
 * Documents of other collections inside a document: relations both ways from `@references`, and `lookup` by value.
 */
import type { BoundJoin, FieldPath } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { findRelation, type Relation, relationsOf } from '../relations.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import {
  bindArguments,
  markVariablesUsed,
  reportMissingArgument,
  stringArgument,
} from './bind-arguments.ts';
import type { ReadPlace } from './bind-read.ts';
import { type BindingContext, report, requireCollection } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { pathPlace } from './field-paths.ts';
import { type FlatField, selectedAs } from './flatten.ts';
import { refuseArguments } from './selection-checks.ts';

/** Arguments of the documents on the other side of a relation. */
const joinArguments = {
  where: ['filter'],
  orderBy: [],
  limit: [],
  offset: ['skip'],
} as const;

/** Arguments of `lookup`. */
const lookupArguments = {
  collection: [],
  localField: [],
  foreignField: [],
  ...joinArguments,
} as const;

/** Binds a relation or lookup; `none` when the name is neither. */
export function bindJoin(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): BoundJoin | 'none' | undefined {
  const { value } = flat.node.name;
  if (value === 'lookup') return bindLookup(context, collection, flat);
  const relation = findRelation(context.catalog, collection, value);
  if (relation === undefined) return 'none';
  const { field, target } = relation;
  if (relation.form === 'reference') {
    return bindReference(context, flat, relation);
  }
  return target === undefined ? 'none' : bindReferrers(context, flat, target, field);
}

/** The names of a collection's relations, both ways. */
export function relationNames(
  { catalog }: BindingContext,
  collection: CollectionDefinition,
): readonly string[] {
  return relationsOf(catalog, collection).map(({ name }) => name);
}

function bindReference(
  context: BindingContext,
  flat: FlatField,
  { field, collection: other, target }: Relation,
): BoundJoin | undefined {
  const { name } = flat.node;
  refuseArguments(context, flat.node, `The relation "${name.value}" gives one document and`);
  if (target === undefined) {
    return report(context, name.span, {
      code: 'CollectionNotFound',
      message: `"${field}" refers to the collection "${other}", which does not exist.`,
    });
  }
  if (!requireFields(context, flat)) return undefined;
  const read = context.bindRead(context, joinPlace(target, flat, 'none'), new Map());
  return {
    ...selectedAs(flat),
    kind: 'join',
    form: 'reference',
    localPath: [field],
    foreignPath: ['id'],
    read,
  };
}

function bindReferrers(
  context: BindingContext,
  flat: FlatField,
  collection: CollectionDefinition,
  field: string,
): BoundJoin | undefined {
  const { name } = flat.node;
  const table = { owner: `"${name.value}"`, known: joinArguments };
  const given = bindArguments(context, flat.node.arguments, table);
  if (!requireFields(context, flat)) return undefined;
  return {
    ...selectedAs(flat),
    kind: 'join',
    form: 'referrers',
    localPath: ['id'],
    foreignPath: [field],
    read: context.bindRead(context, joinPlace(collection, flat), given),
  };
}

function bindLookup(
  context: BindingContext,
  local: CollectionDefinition,
  flat: FlatField,
): BoundJoin | undefined {
  const { node } = flat;
  const table = { owner: '"lookup"', known: lookupArguments };
  const given = bindArguments(context, node.arguments, table);
  const examples = { collection: '"…"', localField: '"id"', foreignField: '"…"' };
  for (const [name, example] of Object.entries(examples)) {
    if (!given.has(name)) reportMissingArgument(context, node, name, { example });
  }
  const localPlace = fieldArgument(context, local, given.get('localField'));
  const collectionNode = given.get('collection');
  const name = collectionNode && stringArgument(context, collectionNode);
  const foreign =
    name && requireCollection(context, { value: name.value, span: name.node.span }, 'read');
  if (foreign === undefined) {
    markVariablesUsed(
      context,
      node.arguments.map(({ value }) => value),
    );
    return undefined;
  }
  const foreignArgument = given.get('foreignField');
  const foreignPlace = fieldArgument(context, foreign, foreignArgument);
  if (!requireFields(context, flat)) return undefined;
  const read = context.bindRead(context, joinPlace(foreign, flat), given);
  if (localPlace === undefined || foreignPlace === undefined) return undefined;
  if (!comparable(localPlace.type, foreignPlace.type) && foreignArgument !== undefined) {
    const [a, b] = [localPlace, foreignPlace].map(
      ({ path, type }) => `"${path.join('.')}" is ${typeText(type)}`,
    );
    const message = `${a} and ${b}: their values are never equal.`;
    return report(context, foreignArgument.value.span, { code: 'TypeMismatch', message });
  }
  return {
    ...selectedAs(flat),
    kind: 'join',
    form: 'lookup',
    localPath: localPlace.path,
    foreignPath: foreignPlace.path,
    read,
  };
}

function joinPlace(
  collection: CollectionDefinition,
  flat: FlatField,
  parts: ReadPlace['parts'] = 'totals',
): ReadPlace {
  return { collection, flat, parts };
}

function requireFields(context: BindingContext, { node }: FlatField): boolean {
  if (node.selectionSet !== undefined) return true;
  const { value } = node.name;
  report(context, node.span, {
    code: 'InvalidSelection',
    message: `"${value}" needs the fields to show.`,
    hint: `Write ${value}${node.arguments.length === 0 ? '' : '(…)'} { id … }.`,
  });
  return false;
}

/** The field or dotted path that an argument names. */
function fieldArgument(
  context: BindingContext,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): { readonly path: FieldPath; readonly type: FieldType } | undefined {
  const text = argument && stringArgument(context, argument);
  return text && pathPlace(context, collection, { value: text.value, span: text.node.span });
}

/** Lists join by element. */
function comparable(a: FieldType, b: FieldType): boolean {
  if (a.kind === 'list') return comparable(a.element, b);
  if (b.kind === 'list') return comparable(a, b.element);
  const isOpen = (type: typeof a) => type.name === 'Any' || type.name === 'Object';
  const group = (type: typeof a) => (type.name === 'Int' ? 'Float' : type.name);
  return isOpen(a) || isOpen(b) || group(a) === group(b);
}
