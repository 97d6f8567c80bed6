import type { BoundFilter, BoundVariable, FieldPath, Operand } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType } from '../field-type.ts';
import {
  type FilterOperator,
  type FilterOperatorInfo,
  filterOperators,
  findFilterOperator,
  operatorApplies,
} from '../filter-operators.ts';
import type { NameNode, ObjectEntryNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { bindByShape } from './bind-comparison.ts';
import {
  type BindingContext,
  report,
  reportDuplicates,
  reportUnknownField,
} from './binding-context.ts';
import {
  anyType,
  fieldNames,
  hasInside,
  intType,
  topLevelField,
  typeText,
} from './field-access.ts';
import { replacing, suggestName, wrapping } from './suggest.ts';
import { redeclaring, requireVariable } from './use-variable.ts';

/** Where a filter stands: the field whose operators are read, `path` empty at the top. */
interface FilterPlace {
  readonly collection: CollectionDefinition;
  readonly path: FieldPath;
  readonly type: FieldType;
}

/** Binds a `where`. `undefined` when it was wrong, which has been reported. */
export function bindFilter(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode,
): BoundFilter | undefined {
  if (node.kind === 'variable') {
    const variable = requireVariable(context, node.name, 'Object');
    if (variable === undefined) return undefined;
    if (isFilterVariable(variable, collection)) {
      return { kind: 'variable', name: node.name.value, span: node.span };
    }
    const message = `"$${node.name.value}" is declared as ${variable.typeText}, but here stands a filter of "${collection.name}".`;
    const advice = redeclaring(context, variable, 'Object');
    return report(context, node.span, { code: 'TypeMismatch', message, ...advice });
  }
  return bindGroup(context, node, (entry) => bindTopEntry(context, collection, entry));
}

function isFilterVariable({ type, input }: BoundVariable, { name }: CollectionDefinition): boolean {
  if (input !== undefined) return input.kind === 'filter' && input.collection === name;
  return type === undefined || ['Object', 'Any'].includes(typeText(type));
}

/** An object whose entries must all hold. */
function bindGroup(
  context: BindingContext,
  node: ValueNode,
  bindEntry: (entry: ObjectEntryNode) => BoundFilter | undefined,
): BoundFilter | undefined {
  if (node.kind !== 'object') {
    const isOne = node.kind === 'list' && node.items.length > 0;
    const message = 'A filter is an object such as { age: { gt: 25 } }.';
    return report(context, node.span, {
      code: 'TypeMismatch',
      message,
      ...(isOne
        ? {
            hint: 'To join several filters, write { and: [ … ] }.',
            fix: wrapping(node.span, '{ and: ', ' }', 'Write { and: [ … ] }'),
          }
        : {}),
    });
  }
  const keys = node.entries.map((entry) => entry.key);
  reportDuplicates(
    context,
    keys,
    'condition on',
    'Put all operators into one object, or use and: [ … ].',
  );
  return joined('and', node.entries.map(bindEntry));
}

function joined(
  kind: 'and' | 'or',
  operands: readonly (BoundFilter | undefined)[],
): BoundFilter | undefined {
  const bound = operands.filter((operand) => operand !== undefined);
  if (bound.length < operands.length) return undefined;
  const [only] = bound;
  return bound.length === 1 && only !== undefined ? only : { kind, operands: bound };
}

function bindTopEntry(
  context: BindingContext,
  collection: CollectionDefinition,
  entry: ObjectEntryNode,
): BoundFilter | undefined {
  const { key, value } = entry;
  const again = (node: ValueNode) => bindFilter(context, collection, node);
  if (isCombinator(key.value)) return bindCombinator(key.value, value, again);
  const path = key.value.split('.');
  const [first = ''] = path;
  const field = topLevelField(collection, first);
  if (field === undefined) {
    if (findFilterOperator(key.value) !== undefined) {
      return report(context, key.span, {
        code: 'UnknownField',
        message: `"${collection.name}" has no field "${key.value}"; it is an operator.`,
        hint: `Operators stand below a field: { field: { ${key.value}: … } }.`,
      });
    }
    return reportUnknownField(context, collection, { value: first, span: key.span });
  }
  let type = field.type;
  for (const segment of path.slice(1)) {
    if (!hasInside(type)) {
      const message = `"${first}" is ${typeText(field.type)} and has no fields inside, so not "${segment}".`;
      return report(context, key.span, { code: 'UnknownField', message });
    }
    type = anyType;
  }
  return bindField(context, { collection, path, type }, value);
}

type Combinator = 'and' | 'or' | 'not';

function isCombinator(name: string): name is Combinator {
  return name === 'and' || name === 'or' || name === 'not';
}

function bindCombinator(
  name: Combinator,
  value: ValueNode,
  bind: (node: ValueNode) => BoundFilter | undefined,
): BoundFilter | undefined {
  if (name === 'not') {
    const operand = bind(value);
    return operand === undefined ? undefined : { kind: 'not', operand };
  }
  const operands = value.kind === 'list' ? value.items : [value];
  const bound = operands.map(bind);
  if (bound.some((operand) => operand === undefined)) return undefined;
  const known = bound.filter((operand) => operand !== undefined);
  return { kind: name, operands: known };
}

/** The conditions on one field: an object of operators, or a value that it must equal. */
function bindField(
  context: BindingContext,
  place: FilterPlace,
  node: ValueNode,
): BoundFilter | undefined {
  if (node.kind !== 'object') return bindBareValue(context, place, node);
  const isOpen = hasInside(place.type) && place.type.kind !== 'list';
  if (node.entries.length === 0) {
    const message = `The condition on "${place.path.join('.')}" has no operator.`;
    const hint = 'Name one, for example { eq: … }.';
    return report(context, node.span, { code: 'InvalidFilterOperator', message, hint });
  }
  return bindGroup(context, node, (entry) => bindOperator(context, place, entry, isOpen));
}

/** `{ age: 30 }`, which means `{ age: { eq: 30 } }`. */
function bindBareValue(
  context: BindingContext,
  place: FilterPlace,
  node: ValueNode,
): BoundFilter | undefined {
  const { type, path } = place;
  const isOpen = type.kind === 'scalar' && hasInside(type);
  const isList = node.kind === 'list';
  const isElement = ['string', 'number', 'boolean'].includes(node.kind);
  const meant = isList ? 'in' : 'contains';
  const isMeant = isList ? type.kind === 'scalar' && !isOpen : type.kind === 'list' && isElement;
  if (!isMeant) return bindComparison(context, place, equal, node, node.span);
  markVariablesUsed(context, [node]);
  const example = `{ ${path.join('.')}: { ${meant}: ${isList ? '[ … ]' : '…'} } }`;
  return report(context, node.span, {
    code: 'TypeMismatch',
    message: isList
      ? `"${path.join('.')}" is ${typeText(type)} and cannot equal a list.`
      : `"${path.join('.')}" is a list and cannot equal one value.`,
    hint: isList
      ? `For one of several values, write ${example}.`
      : `For an element, write ${example}.`,
    fix: wrapping(node.span, `{ ${meant}: `, ' }', `Write { ${meant}: … }`),
  });
}

const equal: FilterOperatorInfo = filterOperators[0] ?? {
  name: 'eq',
  aliases: [],
  domain: 'all',
  operand: 'value',
  meaning: '',
};

function bindOperator(
  context: BindingContext,
  place: FilterPlace,
  entry: ObjectEntryNode,
  isOpen: boolean,
): BoundFilter | undefined {
  const { key, value } = entry;
  if (isCombinator(key.value)) {
    return bindCombinator(key.value, value, (node) => bindField(context, place, node));
  }
  const info = findFilterOperator(key.value);
  if (info === undefined) {
    if (isOpen || (place.type.kind === 'list' && hasInside(place.type))) {
      const path = [...place.path, ...key.value.split('.')];
      return bindField(context, { ...place, path, type: anyType }, value);
    }
    return reportUnknownOperator(context, place, entry);
  }
  if (!operatorApplies(info, place.type)) {
    const message = `"${key.value}" does not work on "${place.path.join('.')}", which is ${typeText(place.type)}.`;
    const names = operatorNames(place.type).join(', ');
    const hint = `Operators for ${typeText(place.type)}: ${names}.`;
    return report(context, key.span, { code: 'InvalidFilterOperator', message, hint });
  }
  return bindComparison(context, place, info, value, entry.span);
}

function operatorNames(type: FieldType): string[] {
  return filterOperators.filter((info) => operatorApplies(info, type)).map((info) => info.name);
}

/** What other languages call the operators of this one. */
const otherNames: Readonly<Record<string, string>> = {
  neq: 'ne',
  not_eq: 'ne',
  equals: 'eq',
  equal: 'eq',
  is: 'eq',
  greaterThan: 'gt',
  lessThan: 'lt',
  like: 'contains',
  ilike: 'icontains',
  regex: 'matches',
  regexp: 'matches',
  exists: 'isNotNull',
  has: 'contains',
  any: 'containsAny',
  all: 'containsAll',
  length: 'size',
  prefix: 'startsWith',
  suffix: 'endsWith',
};

function reportUnknownOperator(
  context: BindingContext,
  place: FilterPlace,
  { key }: ObjectEntryNode,
): undefined {
  const names = operatorNames(place.type);
  const isField = fieldNames(place.collection).includes(key.value);
  const bare = key.value.replace(/^[$_]/, '');
  const other = Object.hasOwn(otherNames, bare) ? otherNames[bare] : undefined;
  const meant = other ?? (names.includes(bare) ? bare : undefined);
  const suggestion =
    meant !== undefined && names.includes(meant)
      ? {
          hint: `Here it is called "${meant}".`,
          fix: replacing(key.span, meant, `Change to "${meant}"`),
        }
      : suggestName(key, names);
  return report(context, key.span, {
    ...suggestion,
    code: 'InvalidFilterOperator',
    message: `There is no filter operator "${key.value}".`,
    ...(isField
      ? {
          hint: `"${key.value}" is a field; conditions on it stand beside "${place.path.join('.')}".`,
          fix: undefined,
        }
      : {
          hint: suggestion.hint ?? `Operators for ${typeText(place.type)}: ${names.join(', ')}.`,
        }),
  });
}

function bindComparison(
  context: BindingContext,
  place: FilterPlace,
  info: FilterOperatorInfo,
  node: ValueNode,
  span: Span,
): BoundFilter | undefined {
  const { path, type } = place;
  if (info.operand === 'lengthFilter') return bindSize(context, path, node, span);
  const operand = bindByShape(context, { type, name: path.join('.') }, info, node);
  if (operand === undefined) return undefined;
  const operator = plainOperator(info.name, operand);
  const value: Operand = operator === info.name ? operand : { kind: 'constant', value: true };
  return { kind: 'compare', path, type, operator, operand: value, span };
}

/** `isNull: false` means `isNotNull: true`, and the other way round. */
function plainOperator(operator: FilterOperator, operand: Operand): FilterOperator {
  if (operand.kind !== 'constant' || operand.value !== false) return operator;
  if (operator === 'isNull') return 'isNotNull';
  return operator === 'isNotNull' ? 'isNull' : operator;
}

/** `size: { gt: 2 }`, and `size: 2` for `size: { eq: 2 }`. */
function bindSize(
  context: BindingContext,
  path: FieldPath,
  node: ValueNode,
  span: Span,
): BoundFilter | undefined {
  const entries = node.kind === 'object' ? sizeEntries(node) : [{ info: equal, value: node, span }];
  const bound = entries.map(({ info, value, span: place, key }) => {
    if (info === undefined || !operatorApplies(info, intType)) {
      const message = `"${key?.value}" does not work on the length of a list.`;
      const names = operatorNames(intType).join(', ');
      const hint = `Operators for a length: ${names}.`;
      return report(context, key?.span ?? place, {
        code: 'InvalidFilterOperator',
        message,
        hint,
      });
    }
    // A bare length is compared by "eq", which is not written there.
    const written: FilterOperatorInfo = key === undefined ? { ...info, name: 'size' } : info;
    const operand = bindByShape(context, { type: intType, name: path.join('.') }, written, value);
    if (operand === undefined) return undefined;
    const operator = plainOperator(info.name, operand);
    const known: Operand = operator === info.name ? operand : { kind: 'constant', value: true };
    return { kind: 'size' as const, path, operator, operand: known, span: place };
  });
  return joined('and', bound);
}

interface SizeEntry {
  readonly info: FilterOperatorInfo | undefined;
  readonly value: ValueNode;
  readonly span: Span;
  readonly key?: NameNode;
}

function sizeEntries(node: ObjectNode): readonly SizeEntry[] {
  return node.entries.map(({ key, value, span }) => ({
    info: findFilterOperator(key.value),
    value,
    span,
    key,
  }));
}
