import type { BoundField, FieldPath } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType } from '../field-type.ts';
import { aqlLimits } from '../limits.ts';
import { didYouMean } from '../nearest-name.ts';
import type { FieldNode, SelectionNode, SelectionSetNode } from '../syntax/ast.ts';
import { isSelected } from './bind-arguments.ts';
import {
  type BindingContext,
  report,
  reportNotExecutable,
  reportUnknownField,
} from './binding-context.ts';
import { anyType, findCollection, hasInside, topLevelField, typeText } from './field-access.ts';

/** A field as selected, with fragments put in place of their spreads. */
export interface FlatField {
  readonly node: FieldNode;
}

/** What a type condition must name here; `undefined` where documents have no type (inside objects, at the root). */
type TypeName = string | undefined;

/**
 * The fields of a selection in order, fragments in place of their spreads. Unknown fragments, cycles and type
 * conditions that do not fit are reported.
 */
export function flatten(
  context: BindingContext,
  selections: readonly SelectionNode[],
  typeName: TypeName,
  open: readonly string[] = [],
): FlatField[] {
  return selections.flatMap((selection): FlatField[] => {
    context.counter.selections++;
    if (context.counter.selections > aqlLimits.selectionCountMax) {
      if (context.counter.selections === aqlLimits.selectionCountMax + 1) {
        const message = `The statement selects more than ${aqlLimits.selectionCountMax} fields.`;
        report(context, selection.span, { code: 'LimitExceeded', message });
      }
      return [];
    }
    if (!isSelected(context, selection.directives)) return [];
    switch (selection.kind) {
      case 'field':
        return [{ node: selection }];
      case 'inlineFragment': {
        const condition = selection.typeCondition;
        if (condition !== undefined && !conditionFits(context, condition, typeName)) return [];
        return flatten(context, selection.selectionSet.selections, typeName, open);
      }
      case 'fragmentSpread':
        return flattenSpread(context, selection, typeName, open);
      default:
        return [];
    }
  });
}

function flattenSpread(
  context: BindingContext,
  spread: Extract<SelectionNode, { kind: 'fragmentSpread' }>,
  typeName: TypeName,
  open: readonly string[],
): FlatField[] {
  const name = spread.name.value;
  const fragment = context.fragments.get(name);
  if (fragment === undefined) {
    report(context, spread.name.span, {
      code: 'UnknownFragment',
      message: `There is no fragment "${name}".`,
      hint: didYouMean(name, context.fragments.keys()),
    });
    return [];
  }
  // A fragment that uses itself is reported once for the text, where it is defined.
  if (fragment.node === undefined || open.includes(name)) return [];
  if (!conditionFits(context, fragment.node.typeCondition, typeName, spread.span)) return [];
  return flatten(context, fragment.node.selectionSet.selections, typeName, [...open, name]);
}

function conditionFits(
  context: BindingContext,
  condition: { readonly value: string; readonly span: Span },
  typeName: TypeName,
  place: Span = condition.span,
): boolean {
  if (condition.value === typeName) return true;
  // Unknown type conditions of named fragments are reported once for the text.
  const isKnown = findCollection(context.catalog, condition.value) !== undefined;
  if (!isKnown && place !== condition.span) return false;
  const where = typeName === undefined ? 'here' : `on "${typeName}"`;
  report(context, place, {
    code: isKnown ? 'InvalidSelection' : 'CollectionNotFound',
    message: isKnown
      ? `A fragment on "${condition.value}" cannot be used ${where}.`
      : `There is no collection "${condition.value}".`,
    hint: isKnown
      ? undefined
      : didYouMean(
          condition.value,
          context.catalog.collections.map((each) => each.name),
        ),
  });
  return false;
}

/** Binds what is selected of the documents of a collection. */
export function bindSelection(
  context: BindingContext,
  collection: CollectionDefinition,
  selectionSet: SelectionSetNode,
): readonly BoundField[] {
  const flat = flatten(context, selectionSet.selections, collection.name);
  return merged(
    context,
    flat.flatMap(({ node }) => bindDocumentField(context, collection, node) ?? []),
  );
}

function bindDocumentField(
  context: BindingContext,
  collection: CollectionDefinition,
  node: FieldNode,
): BoundField | undefined {
  const { name } = node;
  if (name.value === '__typename') return bindTypename(context, node);
  const declared =
    name.value === 'id' || collection.fields.some((field) => field.name === name.value);
  if (!declared && laterSelections.has(name.value)) {
    return reportNotExecutable(context, name.span, `"${name.value}"`);
  }
  if (!declared && isRelation(context, collection, node)) {
    return reportNotExecutable(context, name.span, `The relation "${name.value}"`);
  }
  const field = topLevelField(collection, name.value);
  if (field === undefined) return reportUnknownField(context, collection, name);
  return bindPlain(context, node, { path: [name.value], ...field });
}

const laterSelections: ReadonlySet<string> = new Set([
  'aggregate',
  'groupBy',
  'edges',
  'pageInfo',
  'totalCount',
  'lookup',
  'compute',
  '_score',
  '_highlight',
]);

/** True for `team { … }` beside a reference `team_id`, and for `users_by_team_id { … }` on its other side. */
function isRelation(
  context: BindingContext,
  collection: CollectionDefinition,
  node: FieldNode,
): boolean {
  const name = node.name.value;
  if (collection.fields.some((f) => f.references !== undefined && f.name === `${name}_id`)) {
    return true;
  }
  return context.catalog.collections.some((other) =>
    other.fields.some(
      (field) => field.references === collection.name && name === `${other.name}_by_${field.name}`,
    ),
  );
}

interface SelectedPlace {
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly nullable: boolean;
}

function bindPlain(
  context: BindingContext,
  node: FieldNode,
  { path, type, nullable }: SelectedPlace,
): BoundField | undefined {
  const responseKey = (node.alias ?? node.name).value;
  const [argument] = node.arguments;
  if (argument !== undefined) {
    const message = `The field "${path.join('.')}" takes no arguments.`;
    report(context, argument.name.span, { code: 'UnknownArgument', message });
  }
  const base = { kind: 'field', responseKey, path, type, nullable, span: node.span } as const;
  if (node.selectionSet === undefined) return base;
  if (!hasInside(type)) {
    const message = `"${path.join('.')}" is ${typeText(type)} and has no fields inside.`;
    return report(context, node.selectionSet.span, {
      code: 'InvalidSelection',
      message,
      hint: 'Remove the braces behind it.',
    });
  }
  const inside = flatten(context, node.selectionSet.selections, undefined).flatMap((flat) => {
    const name = flat.node.name.value;
    const place = { path: [...path, name], type: anyType, nullable: true };
    return bindPlain(context, flat.node, place) ?? [];
  });
  return { ...base, selection: merged(context, inside) };
}

function bindTypename(context: BindingContext, node: FieldNode): BoundField | undefined {
  if (node.selectionSet !== undefined || node.arguments.length > 0) {
    const message = '"__typename" has neither arguments nor fields inside.';
    return report(context, node.span, { code: 'InvalidSelection', message });
  }
  const responseKey = (node.alias ?? node.name).value;
  return { kind: 'typename', responseKey, span: node.span };
}

/** One field per key: repeated equal fields become one, their selections joined; different ones are reported. */
function merged(context: BindingContext, fields: readonly BoundField[]): readonly BoundField[] {
  const byKey = new Map<string, BoundField>();
  for (const field of fields) {
    const earlier = byKey.get(field.responseKey);
    const joined = earlier === undefined ? field : join(context, earlier, field);
    if (joined === undefined) {
      report(context, field.span, {
        code: 'DuplicateName',
        message: `"${field.responseKey}" stands for two different fields.`,
        hint: `Give one of them an alias: other: ${field.responseKey}.`,
      });
    } else {
      byKey.set(field.responseKey, joined);
    }
  }
  return [...byKey.values()];
}

function join(context: BindingContext, a: BoundField, b: BoundField): BoundField | undefined {
  if (a.kind === 'typename' || b.kind === 'typename') return a.kind === b.kind ? a : undefined;
  if (a.path.join('\n') !== b.path.join('\n')) return undefined;
  // The whole value holds every part of it.
  if (a.selection === undefined) return a;
  if (b.selection === undefined) return b;
  return { ...a, selection: merged(context, [...a.selection, ...b.selection]) };
}
