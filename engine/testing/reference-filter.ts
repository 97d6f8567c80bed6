/* Filters, equality and the total order over JSON documents, in the most literal way. */
import type { BoundFilter, FieldType, JsonValue, Operand } from '#engine/aql';

export type ReferenceDocument = { readonly id: string; readonly [field: string]: JsonValue };

export function refuse(what: string): never {
  throw new Error(`The reference evaluator does not take ${what}.`);
}

/** The value of an operand without variables. */
export function constant(operand: Operand): JsonValue {
  switch (operand.kind) {
    case 'constant':
      return operand.value;
    case 'list':
      return operand.items.map(constant);
    case 'object':
      return Object.fromEntries(operand.entries.map(({ key, value }) => [key, constant(value)]));
    case 'variable':
      return refuse('variables');
  }
}

/** The value at a path; null when there is none. */
export function read(
  document: { readonly [field: string]: JsonValue },
  path: readonly string[],
): JsonValue {
  let value: JsonValue = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || isList(value)) return null;
    value = Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  }
  return value;
}

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether a document satisfies a filter. */
export function holds(filter: BoundFilter, document: ReferenceDocument): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => holds(operand, document));
    case 'or':
      return filter.operands.some((operand) => holds(operand, document));
    case 'not':
      return !holds(filter.operand, document);
    case 'size': {
      const value = read(document, filter.path);
      return satisfies(
        filter.operator,
        isList(value) ? value.length : null,
        constant(filter.operand),
      );
    }
    case 'compare': {
      const wanted = inForm(filter.type, constant(filter.operand));
      return satisfies(filter.operator, read(document, filter.path), wanted);
    }
    case 'variable':
      return refuse('a filter in a variable');
  }
}

/** Operands of Uuid and DateTime fields in the form that documents have. */
function inForm(type: FieldType, value: JsonValue): JsonValue {
  if (isList(value))
    return value.map((item) => inForm(type.kind === 'list' ? type.element : type, item));
  if (type.kind === 'list') return inForm(type.element, value);
  if (typeof value !== 'string') return value;
  if (type.name === 'DateTime') return new Date(value).toISOString();
  return type.name === 'Uuid' ? value.toLowerCase() : value;
}

export function satisfies(operator: string, value: JsonValue, wanted: JsonValue): boolean {
  const items = isList(wanted) ? wanted : [wanted];
  switch (operator) {
    case 'eq':
      return same(value, wanted);
    case 'ne':
      return !same(value, wanted);
    case 'gt':
      return comparable(value, wanted) && order3(value, wanted) > 0;
    case 'gte':
      return comparable(value, wanted) && order3(value, wanted) >= 0;
    case 'lt':
      return comparable(value, wanted) && order3(value, wanted) < 0;
    case 'lte':
      return comparable(value, wanted) && order3(value, wanted) <= 0;
    case 'between':
      return satisfies('gte', value, items[0] ?? null) && satisfies('lte', value, items[1] ?? null);
    case 'in':
      return items.some((item) => same(value, item));
    case 'notIn':
      return !items.some((item) => same(value, item));
    case 'isNull':
      return value === null;
    case 'isNotNull':
      return value !== null;
    case 'contains':
      if (isList(value)) return value.some((element) => same(element, wanted));
      return typeof value === 'string' && typeof wanted === 'string' && value.indexOf(wanted) >= 0;
    case 'containsAny':
      return isList(value) && items.some((item) => value.some((element) => same(element, item)));
    case 'containsAll':
      return isList(value) && items.every((item) => value.some((element) => same(element, item)));
    default:
      return (
        typeof value === 'string' && typeof wanted === 'string' && onText(operator, value, wanted)
      );
  }
}

function onText(operator: string, value: string, wanted: string): boolean {
  const quoted = wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  switch (operator) {
    case 'startsWith':
      return value.slice(0, wanted.length) === wanted;
    case 'endsWith':
      return value.length >= wanted.length && value.slice(value.length - wanted.length) === wanted;
    // The platform's case-insensitive Unicode expressions use simple folding.
    case 'icontains':
      return new RegExp(quoted, 'iu').test(value);
    case 'ieq':
      return new RegExp(`^(?:${quoted})$`, 'iu').test(value);
    case 'matches':
      return new RegExp(wanted, 'u').test(value);
    default:
      return refuse(`the operator "${operator}"`);
  }
}

export function same(left: JsonValue, right: JsonValue): boolean {
  return order3(left, right) === 0;
}

/** Ranges compare values of one type only, and never null. */
function comparable(left: JsonValue, right: JsonValue): boolean {
  return left !== null && right !== null && rank(left) === rank(right);
}

function rank(value: JsonValue): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'number') return 2;
  if (typeof value === 'string') return 3;
  return isList(value) ? 4 : 5;
}

/** The total order: null, booleans, numbers, strings by code point, lists, objects. */
export function order3(left: JsonValue, right: JsonValue): number {
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (typeof left === 'number' && typeof right === 'number')
    return left === right ? 0 : left - right;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string' && typeof right === 'string') {
    return orderLists([...left].map(codePoint), [...right].map(codePoint));
  }
  if (left === null || right === null) return 0;
  if (isList(left) && isList(right)) return orderLists(left, right);
  return orderLists(entriesOf(left), entriesOf(right));
}

function orderLists(left: readonly JsonValue[], right: readonly JsonValue[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const sign = order3(left[at] ?? null, right[at] ?? null);
    if (sign !== 0) return sign;
  }
  return left.length - right.length;
}

/** An object as the list of its entries, keys in order. */
function entriesOf(value: JsonValue): readonly JsonValue[] {
  if (typeof value !== 'object' || value === null || isList(value)) return [];
  const keys = Object.keys(value).sort((left, right) => order3(left, right));
  return keys.flatMap((key) => [key, value[key] ?? null]);
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
