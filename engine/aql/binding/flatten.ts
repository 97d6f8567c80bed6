/*
 * The fields of a selection as GraphQL collects them: fragments put in place of their spreads, repeated fields made
 * one. A field that is selected twice with one name and the same arguments shows what both of them select.
 */
import type { BoundSelected } from '../bound.ts';
import type { Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import type { FieldNode, SelectionNode, SelectionSetNode } from '../syntax/ast.ts';
import { isKnownType, knownTypes } from '../type-names.ts';
import { type BindingContext, report } from './binding-context.ts';
import {
  bindCondition,
  both,
  type Condition,
  either,
  isNever,
  sameCondition,
  withoutPlaces,
} from './conditions.ts';
import { insertingAt, suggestName } from './suggest.ts';

/** A selection set, and when it counts. */
export interface SelectionSource {
  readonly set: SelectionSetNode;
  readonly condition: Condition;
  /** How it was come to; absent for the selection of a statement. */
  readonly way?: Way;
}

/** The fragments that are being spread, and how many selections are around: fragments may nest what no text does. */
interface Way {
  readonly open: readonly string[];
  readonly depth: number;
}

const start: Way = { open: [], depth: 0 };

/** A field as selected, all its occurrences together. */
export interface FlatField {
  /** The first occurrence. */
  readonly node: FieldNode;
  readonly responseKey: string;
  readonly condition: Condition;
  /** What is selected inside; empty when nothing is. */
  readonly inside: readonly SelectionSource[];
}

interface Occurrence {
  readonly node: FieldNode;
  readonly condition: Condition;
  readonly way: Way;
}

/** The fields of selections on one type, in order, each key once. What is wrong is reported. */
export function flatten(
  context: BindingContext,
  sources: readonly SelectionSource[],
  typeName: string,
): readonly FlatField[] {
  const byKey = new Map<string, Occurrence[]>();
  for (const { set, condition, way = start } of sources) {
    if (isTooDeep(context, set.span, way)) continue;
    for (const occurrence of occurrences(context, set.selections, typeName, condition, way)) {
      const key = (occurrence.node.alias ?? occurrence.node.name).value;
      const earlier = byKey.get(key);
      if (earlier === undefined) byKey.set(key, [occurrence]);
      else if (meansTheSame(context, earlier, occurrence)) earlier.push(occurrence);
    }
  }
  return [...byKey].map(([responseKey, list]) => joined(responseKey, list));
}

/** Binds every field and leaves out those that are wrong and those that no run selects. */
export function bindEach<Bound extends BoundSelected>(
  fields: readonly FlatField[],
  bind: (field: FlatField) => Bound | undefined,
): readonly Bound[] {
  return fields.flatMap((field) => {
    const bound = bind(field);
    return bound === undefined || isNever(field.condition) ? [] : [bound];
  });
}

/** What every bound selection begins with. */
export function selectedAs({ responseKey, condition, node }: FlatField): BoundSelected {
  const base = { responseKey, span: node.span };
  return condition === undefined ? base : { ...base, condition };
}

function joined(responseKey: string, list: readonly Occurrence[]): FlatField {
  const [first, ...others] = list;
  if (first === undefined) throw new RangeError('a key stands for at least one field');
  const isUniform = others.every(({ condition }) => sameCondition(condition, first.condition));
  // Where one asks for the whole value, the whole value shows every part of it.
  const isWhole = list.some(({ node }) => node.selectionSet === undefined);
  const inside = list.flatMap(({ node, condition, way: { open, depth } }) => {
    if (node.selectionSet === undefined || isWhole) return [];
    const way = { open, depth: depth + 1 };
    return [{ set: node.selectionSet, condition: isUniform ? undefined : condition, way }];
  });
  const condition = list.reduce<Condition>(
    (all, each, index) => (index === 0 ? each.condition : either(all, each.condition)),
    undefined,
  );
  return {
    node: first.node,
    responseKey,
    condition: isUniform ? first.condition : condition,
    inside,
  };
}

function meansTheSame(
  context: BindingContext,
  earlier: readonly Occurrence[],
  { node, condition }: Occurrence,
): boolean {
  const [first] = earlier;
  if (first === undefined) return true;
  const key = (node.alias ?? node.name).value;
  const isSameField =
    first.node.name.value === node.name.value && argumentsOf(first.node) === argumentsOf(node);
  const isWhole = (each: FieldNode): boolean => each.selectionSet === undefined;
  const isSameShape =
    isWhole(first.node) === isWhole(node) || sameCondition(first.condition, condition);
  if (isSameField && isSameShape) return true;
  report(context, node.span, {
    code: 'DuplicateName',
    message: isSameField
      ? `"${key}" is asked for as a whole and in part, under different conditions.`
      : `"${key}" stands for two different fields.`,
    hint: `Give one of them an alias: other: ${node.name.value}.`,
    fix:
      node.alias === undefined
        ? insertingAt(node.span.start, `${key}_2: `, `Give it the alias "${key}_2"`)
        : undefined,
  });
  return false;
}

function argumentsOf(node: FieldNode): string {
  return node.arguments
    .map(({ name, value }) => `${name.value}: ${withoutPlaces(value)}`)
    .sort()
    .join('\n');
}

function* occurrences(
  context: BindingContext,
  selections: readonly SelectionNode[],
  typeName: string,
  condition: Condition,
  way: Way,
): Generator<Occurrence, void, undefined> {
  for (const selection of selections) {
    context.counter.selections++;
    if (context.counter.selections > aqlLimits.selectionCountMax) {
      if (context.counter.selections === aqlLimits.selectionCountMax + 1) {
        const message = `The statement selects more than ${aqlLimits.selectionCountMax} fields.`;
        report(context, selection.span, { code: 'LimitExceeded', message });
      }
      return;
    }
    const own = both(condition, bindCondition(context, selection.directives));
    if (selection.kind === 'field') {
      yield { node: selection, condition: own, way };
    } else if (selection.kind === 'fragmentSpread') {
      yield* spread(context, selection, typeName, own, way);
    } else {
      const type = selection.typeCondition;
      if (type !== undefined && !conditionFits(context, type, typeName)) continue;
      yield* occurrences(context, selection.selectionSet.selections, typeName, own, way);
    }
  }
}

function* spread(
  context: BindingContext,
  { name, span }: Extract<SelectionNode, { kind: 'fragmentSpread' }>,
  typeName: string,
  condition: Condition,
  way: Way,
): Generator<Occurrence, void, undefined> {
  const fragment = context.fragments.get(name.value);
  if (fragment === undefined) {
    const message = `There is no fragment "${name.value}".`;
    const suggestion = suggestName(name, context.fragments.keys());
    const hint = suggestion.hint ?? `Define it: fragment ${name.value} on ${typeName} { … }.`;
    report(context, name.span, { ...suggestion, code: 'UnknownFragment', message, hint });
    return;
  }
  // A fragment that uses itself is reported once for the text, where it is defined.
  if (fragment.node === undefined || way.open.includes(name.value)) return;
  if (!conditionFits(context, fragment.node.typeCondition, typeName, span)) return;
  const { selections } = fragment.node.selectionSet;
  const inside = { open: [...way.open, name.value], depth: way.depth };
  if (isTooDeep(context, span, inside)) return;
  yield* occurrences(context, selections, typeName, condition, inside);
}

function isTooDeep(context: BindingContext, span: Span, { open, depth }: Way): boolean {
  const { depthMax } = aqlLimits;
  if (open.length <= depthMax && depth <= depthMax) return false;
  const message = `With its fragments the selection is nested more than ${depthMax} deep.`;
  report(context, span, { code: 'LimitExceeded', message });
  return true;
}

function conditionFits(
  context: BindingContext,
  condition: { readonly value: string; readonly span: Span },
  typeName: string,
  place: Span = condition.span,
): boolean {
  if (condition.value === typeName) return true;
  const isKnown = isKnownType(context.catalog, condition.value);
  // Unknown type conditions of named fragments are reported once for the text.
  if (!isKnown && place !== condition.span) return false;
  if (isKnown) {
    report(context, place, {
      code: 'InvalidSelection',
      message: `A fragment on "${condition.value}" cannot be used on "${typeName}".`,
    });
  } else {
    const message = `There is no collection "${condition.value}".`;
    const suggestion = suggestName(condition, knownTypes(context.catalog));
    report(context, condition.span, { code: 'CollectionNotFound', message, ...suggestion });
  }
  return false;
}
