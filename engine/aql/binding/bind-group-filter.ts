/*
 * Orders and filters of groups. Both name measures: `key`, `count`, or a function with the field it works on, such as
 * `{ sum: { amount: DESC } }` in an order and `{ avg: { age: { gt: 30 } } }` in a filter.
 */
import type {
  AggregateFunction,
  BoundGroupOrder,
  BoundHaving,
  GroupMeasure,
} from '../bound-parts.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { findFilterOperator, operatorApplies } from '../filter-operators.ts';
import type { ArgumentNode, NameNode, ObjectEntryNode, ValueNode } from '../syntax/ast.ts';
import { aggregateFunctions, isAggregable, resultOf } from './bind-aggregate.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { bindByShape } from './bind-comparison.ts';
import { directionOf } from './bind-order.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { anyType, intType, typeText } from './field-access.ts';
import { pathPlace } from './field-paths.ts';
import { suggestName } from './suggest.ts';

const measureNames = ['key', ...aggregateFunctions];

interface Measured {
  readonly measure: GroupMeasure;
  readonly type: FieldType;
  readonly value: ValueNode;
}

/** Binds `orderBy` of `groupBy`: an object or a list of them. */
export function bindGroupOrder(
  context: BindingContext,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): readonly BoundGroupOrder[] {
  if (argument === undefined) return [];
  const { value } = argument;
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item): readonly BoundGroupOrder[] => {
    if (item.kind !== 'object') {
      markVariablesUsed(context, [item]);
      const message = 'An order of groups is an object such as { count: DESC }.';
      report(context, item.span, { code: 'TypeMismatch', message });
      return [];
    }
    return item.entries.flatMap((entry) =>
      measured(context, collection, entry, 'order').flatMap(({ measure, value: node }) => {
        const direction = directionOf(context, node);
        return direction === undefined ? [] : [{ by: measure, direction }];
      }),
    );
  });
}

/** Binds `having` of `groupBy`. */
export function bindHaving(
  context: BindingContext,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): BoundHaving | undefined {
  return argument && bindGroup(context, collection, argument.value);
}

function bindGroup(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode,
): BoundHaving | undefined {
  if (node.kind !== 'object') {
    markVariablesUsed(context, [node]);
    const message = 'A filter of groups is an object such as { count: { gt: 1 } }.';
    return report(context, node.span, { code: 'TypeMismatch', message });
  }
  reportDuplicates(
    context,
    node.entries.map(({ key }) => key),
    'condition on',
  );
  return all(node.entries.map((entry) => bindEntry(context, collection, entry)));
}

function bindEntry(
  context: BindingContext,
  collection: CollectionDefinition,
  entry: ObjectEntryNode,
): BoundHaving | undefined {
  const { key, value } = entry;
  if (key.value === 'not') {
    const operand = bindGroup(context, collection, value);
    return operand && { kind: 'not', operand };
  }
  if (key.value === 'and' || key.value === 'or') {
    const items = value.kind === 'list' ? value.items : [value];
    const operands = items.map((item) => bindGroup(context, collection, item));
    const known = operands.filter((operand) => operand !== undefined);
    return known.length < operands.length ? undefined : { kind: key.value, operands: known };
  }
  const conditions = measured(context, collection, entry, 'filter').flatMap((place) =>
    bindConditions(context, place, key),
  );
  return conditions.length === 0 ? undefined : all(conditions);
}

function all(operands: readonly (BoundHaving | undefined)[]): BoundHaving | undefined {
  const known = operands.filter((operand) => operand !== undefined);
  if (known.length < operands.length) return undefined;
  const [only] = known;
  return known.length === 1 && only !== undefined ? only : { kind: 'and', operands: known };
}

/** The conditions on one measure: operators, or a value that it must equal. */
function bindConditions(
  context: BindingContext,
  { measure, type, value }: Measured,
  name: NameNode,
): readonly (BoundHaving | undefined)[] {
  const given =
    value.kind === 'object'
      ? value.entries
      : [{ key: { value: 'eq', span: value.span }, value, span: value.span }];
  return given.map(({ key, value: node, span }): BoundHaving | undefined => {
    const info = findFilterOperator(key.value);
    if (info === undefined || info.operand === 'lengthFilter' || !operatorApplies(info, type)) {
      markVariablesUsed(context, [node]);
      return report(context, key.span, {
        code: 'InvalidFilterOperator',
        message:
          info === undefined
            ? `There is no filter operator "${key.value}".`
            : `"${key.value}" does not work on "${name.value}", which is ${typeText(type)}.`,
        ...suggestName(key, ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'in']),
      });
    }
    const operand = bindByShape(context, { type, name: name.value }, info, node);
    return operand && { kind: 'compare', measure, type, operator: info.name, operand, span };
  });
}

/** What an entry measures; several for a function that names several fields. */
function measured(
  context: BindingContext,
  collection: CollectionDefinition,
  { key, value }: ObjectEntryNode,
  use: 'order' | 'filter',
): readonly Measured[] {
  if (key.value === 'key') return [{ measure: { kind: 'key' }, type: anyType, value }];
  const name = aggregateFunctions.find((known) => known === key.value);
  if (name === undefined) {
    markVariablesUsed(context, [value]);
    const suggestion = suggestName(key, measureNames);
    report(context, key.span, {
      ...suggestion,
      code: 'UnknownField',
      message: `Groups have no "${key.value}" to ${use === 'order' ? 'order by' : 'filter by'}.`,
      hint:
        suggestion.hint ??
        `They have ${measureNames.join(', ')}; a measure of a field is written { avg: { field: ${use === 'order' ? 'DESC' : '{ gt: … }'} } }.`,
    });
    return [];
  }
  const isBare = use === 'order' ? value.kind !== 'object' : !namesFields(collection, name, value);
  if (name === 'count' && isBare) {
    return [{ measure: { kind: 'aggregate', function: name }, type: intType, value }];
  }
  if (value.kind === 'object' && !isBare) {
    return value.entries.flatMap((entry) => onField(context, collection, name, entry));
  }
  const inner = use === 'order' ? 'DESC' : '{ gt: … }';
  report(context, value.span, {
    code: 'MissingArgument',
    message: `"${name}" needs the field that it works on.`,
    hint: `Write { ${name}: { field: ${inner} } } with the field's name.`,
  });
  markVariablesUsed(context, [value]);
  return [];
}

/** True for `{ amount: … }`, false for `{ gt: 1 }`. */
function namesFields(
  collection: CollectionDefinition,
  name: AggregateFunction,
  node: ValueNode,
): boolean {
  if (node.kind !== 'object') return false;
  const isField = ({ key }: ObjectEntryNode): boolean =>
    collection.fields.some((field) => field.name === key.value.split('.')[0]);
  if (node.entries.some(isField)) return true;
  // `count` works without a field, so an unknown word in it is an operator; in the others it is a field.
  if (name === 'count') return false;
  return node.entries.some(({ key }) => findFilterOperator(key.value) === undefined);
}

function onField(
  context: BindingContext,
  collection: CollectionDefinition,
  name: AggregateFunction,
  { key, value }: ObjectEntryNode,
): readonly Measured[] {
  const place = pathPlace(context, collection, key);
  if (place === undefined || !isAggregable(context, name, place, key.span)) {
    markVariablesUsed(context, [value]);
    return [];
  }
  const measure = { kind: 'aggregate', function: name, path: place.path } as const;
  return [{ measure, type: resultOf(name, place.type).type, value }];
}
