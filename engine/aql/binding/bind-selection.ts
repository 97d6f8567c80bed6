import type { BoundField, BoundPlainField, FieldPath } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { objectType } from '../type-names.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { bindComputed } from './bind-computed.ts';
import { bindJoin, relationNames } from './bind-join.ts';
import { type BindingContext, report, reportUnknownField } from './binding-context.ts';
import { anyType, hasInside, topLevelField, typeText } from './field-access.ts';
import { bindEach, type FlatField, flatten, type SelectionSource, selectedAs } from './flatten.ts';
import { bindTypename, refuseArguments, refuseInside } from './selection-checks.ts';
import { removing } from './suggest.ts';

/** Where documents are selected, for what may stand there. */
export interface DocumentPlace {
  readonly collection: CollectionDefinition;
  /** True where a search ranks, so that `_score` and `_highlight` mean something. */
  readonly isSearch: boolean;
}

/** What may stand among the fields of documents, or in their place. */
const otherNames = [
  'lookup',
  'compute',
  '__typename',
  '_version',
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
];

/** Binds what is selected of the documents of a collection. */
export function bindDocumentFields(
  context: BindingContext,
  place: DocumentPlace,
  fields: readonly FlatField[],
): readonly BoundField[] {
  return bindEach(fields, (field) => bindDocumentField(context, place, field));
}

/** Binds selections of the documents of a collection. */
export function bindDocuments(
  context: BindingContext,
  place: DocumentPlace,
  sources: readonly SelectionSource[],
): readonly BoundField[] {
  return bindDocumentFields(context, place, flatten(context, sources, place.collection.name));
}

/** True when the collection itself has a field of that name, which then hides what the language means by it. */
export function isDeclared(collection: CollectionDefinition, name: string): boolean {
  return name === 'id' || collection.fields.some((field) => field.name === name);
}

function bindDocumentField(
  context: BindingContext,
  place: DocumentPlace,
  flat: FlatField,
): BoundField | undefined {
  const { collection } = place;
  const { name } = flat.node;
  if (name.value === '__typename') return bindTypename(context, flat, collection.name);
  if (!isDeclared(collection, name.value)) {
    if (name.value === 'compute') return bindComputed(context, collection, flat);
    if (name.value === '_score' || name.value === '_highlight') {
      return bindSearchField(context, place, flat);
    }
    if (name.value === '_version') {
      refuseArguments(context, flat.node, '"_version"');
      refuseInside(context, flat, '"_version"');
      return { ...selectedAs(flat), kind: 'version' };
    }
    const join = bindJoin(context, collection, flat);
    if (join !== 'none') return join;
  }
  const field = topLevelField(collection, name.value);
  if (field === undefined) {
    markVariablesUsed(
      context,
      flat.node.arguments.map(({ value }) => value),
    );
    return reportUnknownField(context, collection, name, [
      ...relationNames(context, collection),
      ...otherNames,
    ]);
  }
  return bindPlain(context, flat, {
    path: [name.value],
    type: field.type,
    nullable: field.nullable,
  });
}

function bindSearchField(
  context: BindingContext,
  { collection, isSearch }: DocumentPlace,
  flat: FlatField,
): BoundField | undefined {
  const { name } = flat.node;
  refuseInside(context, flat, `"${name.value}"`);
  if (!isSearch) {
    return report(context, name.span, {
      code: 'InvalidSelection',
      message: `"${name.value}" belongs to a search, and "${collection.name}" is not searched here.`,
      hint: 'Add the argument search: { query: "…" }.',
    });
  }
  return { ...selectedAs(flat), kind: name.value === '_score' ? 'score' : 'highlight' };
}

interface SelectedPlace {
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly nullable: boolean;
}

function bindPlain(
  context: BindingContext,
  flat: FlatField,
  { path, type, nullable }: SelectedPlace,
): BoundPlainField | undefined {
  const { node, inside } = flat;
  refuseArguments(context, node, `The field "${path.join('.')}"`);
  const base = { ...selectedAs(flat), kind: 'field', path, type, nullable } as const;
  if (node.selectionSet === undefined || inside.length === 0) return base;
  if (!hasInside(type)) {
    return report(context, node.selectionSet.span, {
      code: 'InvalidSelection',
      message: `"${path.join('.')}" is ${typeText(type)} and has no fields inside.`,
      hint: 'Remove the braces behind it.',
      fix: removing(node.selectionSet.span, 'Remove the braces'),
    });
  }
  const selection = bindEach(flatten(context, inside, objectType), (each) => {
    const name = each.node.name.value;
    if (name === '__typename') return bindTypename(context, each, objectType);
    return bindPlain(context, each, { path: [...path, name], type: anyType, nullable: true });
  });
  return { ...base, selection };
}
