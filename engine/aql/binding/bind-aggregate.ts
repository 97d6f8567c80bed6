import type { AggregateFunction, BoundAggregate } from '../bound-parts.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType } from '../field-type.ts';
import { bindArguments, reportMissingArgument, stringArgument } from './bind-arguments.ts';
import { type BindingContext, report } from './binding-context.ts';
import { anyType, intType, typeText } from './field-access.ts';
import { type PathPlace, pathPlace } from './field-paths.ts';
import { bindEach, type FlatField, flatten, selectedAs } from './flatten.ts';
import { bindTypename, reportUnknown, requireInside } from './selection-checks.ts';
import { removing, replacing } from './suggest.ts';

export const aggregateFunctions = ['count', 'sum', 'avg', 'min', 'max', 'countDistinct'] as const;

/** Binds `aggregate { … }`; `undefined` when nothing is selected in it. */
export function bindAggregates(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
  typeName: string,
): readonly BoundAggregate[] | undefined {
  if (!requireInside(context, flat, 'aggregate { count }')) return undefined;
  return bindEach(flatten(context, flat.inside, typeName), (each) => {
    const { value } = each.node.name;
    if (value === '__typename') return bindTypename(context, each, typeName);
    const name = aggregateFunctions.find((known) => known === value);
    if (name === undefined) {
      return reportUnknown(context, each, '"aggregate"', aggregateFunctions);
    }
    return bindFunction(context, collection, each, name);
  });
}

function bindFunction(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
  name: AggregateFunction,
): BoundAggregate | undefined {
  const { node } = flat;
  if (node.selectionSet !== undefined) {
    const { span } = node.selectionSet;
    const message = `"${name}" has no fields inside.`;
    const [only, ...others] = node.selectionSet.selections;
    const inside = only?.kind === 'field' && others.length === 0 ? only.name.value : undefined;
    const hint = `Name the field as an argument: ${name}(field: "${inside ?? '…'}").`;
    const isMeant = inside !== undefined && node.arguments.length === 0;
    const before = { start: node.name.span.end, end: span.end };
    const fix = isMeant
      ? replacing(before, `(field: "${inside}")`, `Write ${name}(field: "${inside}")`)
      : removing(span, 'Remove the braces');
    return report(context, span, { code: 'InvalidSelection', message, hint, fix });
  }
  const table = { owner: `"${name}"`, known: { field: [] } };
  const argument = bindArguments(context, node.arguments, table).get('field');
  const base = { ...selectedAs(flat), kind: 'aggregate', function: name } as const;
  if (argument === undefined) {
    if (name === 'count') return { ...base, type: intType, nullable: false };
    if (node.arguments.length > 0) return undefined;
    return reportMissingArgument(context, node, 'field', { example: '"…"' });
  }
  const text = stringArgument(context, argument);
  const { span } = argument.value;
  const place = text && pathPlace(context, collection, { value: text.value, span });
  if (place === undefined || !isAggregable(context, name, place, span)) return undefined;
  return { ...base, path: place.path, ...resultOf(name, place.type) };
}

/** Whether a function works on a field; a finding when it does not. */
export function isAggregable(
  context: BindingContext,
  name: AggregateFunction,
  { path, type }: PathPlace,
  span: Span,
): boolean {
  if (name === 'count' || name === 'countDistinct') return true;
  const bare = typeText(type);
  const field = path.join('.');
  if (name === 'sum' || name === 'avg') {
    if (['Int', 'Float', 'Any'].includes(bare)) return true;
    report(context, span, {
      code: 'TypeMismatch',
      message: `"${name}" needs numbers, and "${field}" is ${bare}.`,
    });
    return false;
  }
  if (type.kind === 'scalar' && bare !== 'Object' && bare !== 'Boolean') return true;
  report(context, span, {
    code: 'TypeMismatch',
    message: `"${name}" needs values in an order, and "${field}" is ${bare}.`,
  });
  return false;
}

/** The type of what a function gives. */
export function resultOf(
  name: AggregateFunction,
  type: FieldType,
): { readonly type: FieldType; readonly nullable: boolean } {
  switch (name) {
    case 'count':
    case 'countDistinct':
      return { type: intType, nullable: false };
    case 'avg':
      return { type: { kind: 'scalar', name: 'Float' }, nullable: true };
    case 'sum':
      return { type: typeText(type) === 'Any' ? anyType : type, nullable: false };
    default:
      return { type, nullable: true };
  }
}
