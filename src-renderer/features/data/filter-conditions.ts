/*
 * A filter as a list of conditions, and as the text that `where` takes: each turns into the other. Conditions are what
 * most filters are, fields compared with values and joined by *and*; a text that says more stays a text.
 */
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { literalText } from '#engine/aql/edits';

export interface FilterCondition {
  /** A field, or with dots a member inside it. */
  readonly field: string;
  readonly operator: FilterOperatorName;
  readonly value: WireValue;
}

const operators = [
  ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'notIn', 'contains', 'icontains'],
  ...['ieq', 'startsWith', 'endsWith', 'containsAny', 'containsAll', 'isNull', 'isNotNull'],
] as const;

export type FilterOperatorName = (typeof operators)[number];

/** What the operators are called. */
export const operatorWords: Readonly<Record<FilterOperatorName, string>> = {
  eq: 'is',
  ne: 'is not',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is between',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  icontains: 'contains, in any case',
  ieq: 'is, in any case',
  startsWith: 'begins with',
  endsWith: 'ends with',
  containsAny: 'contains any of',
  containsAll: 'contains all of',
  isNull: 'has no value',
  isNotNull: 'has a value',
};

const ofEquality = ['eq', 'ne'] as const;
const ofOrder = ['gt', 'gte', 'lt', 'lte', 'between'] as const;
const ofChoice = ['in', 'notIn'] as const;
const ofText = ['icontains', 'contains', 'ieq', 'startsWith', 'endsWith'] as const;
const ofAbsence = ['isNull', 'isNotNull'] as const;

/** The operators that a type has. */
export function operatorsOf(type: WireFieldType): readonly FilterOperatorName[] {
  if (type.kind === 'list') return ['contains', 'containsAny', 'containsAll', ...ofAbsence];
  switch (type.name) {
    case 'String':
    case 'Any':
      return [...ofEquality, ...ofText, ...ofChoice, ...ofOrder, ...ofAbsence];
    case 'Int':
    case 'Float':
    case 'DateTime':
      return [...ofEquality, ...ofOrder, ...ofChoice, ...ofAbsence];
    case 'Boolean':
    case 'Object':
      return [...ofEquality, ...ofAbsence];
    case 'Uuid':
      return [...ofEquality, ...ofChoice, ...ofAbsence];
  }
}

/** True for types whose values may hold members that are named in a filter. */
export function hasMembers(type: WireFieldType): boolean {
  return type.kind === 'scalar' && (type.name === 'Object' || type.name === 'Any');
}

/** The type of what an operator is given. */
export function operandType(type: WireFieldType, operator: FilterOperatorName): WireFieldType {
  const element = type.kind === 'list' ? type.element : type;
  const takesList = ['in', 'notIn', 'between', 'containsAny', 'containsAll'].includes(operator);
  return takesList ? { kind: 'list', element } : element;
}

/** The text of a filter; empty for no condition. */
export function conditionsText(conditions: readonly FilterCondition[]): string {
  if (conditions.length === 0) return '';
  const parts = conditions.map(
    ({ field, operator, value }) => `${keyText(field)}: { ${operator}: ${literalText(value)} }`,
  );
  const names = conditions.map(({ field }) => field);
  const isOnce = new Set(names).size === names.length;
  // A name stands in an object once.
  return isOnce
    ? `{ ${parts.join(', ')} }`
    : `{ and: [${parts.map((part) => `{ ${part} }`).join(', ')}] }`;
}

function keyText(field: string): string {
  return /^[A-Za-z_]\w*$/.test(field) ? field : JSON.stringify(field);
}

/** What is known of a field that may be filtered by. */
type FilteredField = Pick<FieldInfo, 'name' | 'type'>;

/** The conditions of a text; `undefined` when it says more than conditions can. */
export function conditionsIn(
  text: string,
  fields: readonly FilteredField[],
): readonly FilterCondition[] | undefined {
  if (text.trim() === '') return [];
  const where = readLiteral(text);
  return isObject(where)
    ? ofObject(where, new Map(fields.map(({ name, type }) => [name, type])))
    : undefined;
}

type FieldTypes = ReadonlyMap<string, WireFieldType>;

function ofObject(where: LiteralObject, types: FieldTypes): readonly FilterCondition[] | undefined {
  const all: FilterCondition[] = [];
  for (const [name, value] of Object.entries(where)) {
    const found =
      name === 'and' && Array.isArray(value)
        ? value.map((each: WireValue) => (isObject(each) ? ofObject(each, types) : undefined))
        : [ofKey(name, value, types)];
    for (const each of found) {
      if (each === undefined) return undefined;
      all.push(...each);
    }
  }
  return all;
}

/** The conditions on a field, or with dots on a member inside it. */
function ofKey(
  key: string,
  value: WireValue,
  types: FieldTypes,
): readonly FilterCondition[] | undefined {
  const [name = ''] = key.split('.');
  const type = types.get(name);
  if (type === undefined || (key !== name && !hasMembers(type))) return undefined;
  return ofField(key, value, hasMembers(type));
}

function ofField(
  field: string,
  value: WireValue,
  isOpen: boolean,
): readonly FilterCondition[] | undefined {
  if (!isObject(value)) {
    return value === null
      ? [{ field, operator: 'isNull', value: true }]
      : [{ field, operator: 'eq', value }];
  }
  const all: FilterCondition[] = [];
  for (const [name, operand] of Object.entries(value)) {
    const operator = operators.find((each) => each === name);
    const isMember = operator === undefined && isOpen && !otherOperators.includes(name);
    if (operator !== undefined) all.push({ field, operator, value: operand });
    const inner = isMember ? ofField(`${field}.${name}`, operand, isOpen) : undefined;
    if (operator === undefined && inner === undefined) return undefined;
    all.push(...(inner ?? []));
  }
  return all;
}

/** Operators that conditions do not have; inside an object, other names are those of members. */
const otherOperators: readonly string[] = ['matches', 'size', 'nin', 'and', 'or', 'not'];

type LiteralObject = { readonly [key: string]: WireValue };

const tokenForm =
  /\s*(?:("(?:\\.|[^"\\\n])*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([{}[\]:,]))/y;

/** Reads a literal of the language without variables; `undefined` for anything else. */
function readLiteral(text: string): WireValue | undefined {
  const tokens: string[] = [];
  const form = new RegExp(tokenForm);
  const end = text.trimEnd().length;
  while (form.lastIndex < end) {
    const found = form.exec(text);
    if (found === null) return undefined;
    tokens.push(found[0].trim());
  }
  const reader = { tokens, at: 0 };
  const value = readValue(reader);
  return reader.at === tokens.length ? value : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function readValue(reader: Reader): WireValue | undefined {
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  if (token === '{') return readObject(reader);
  if (token === '[') return readList(reader);
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  if (token.startsWith('"')) return textOf(token);
  return /^-?\d/.test(token) ? Number(token) : undefined;
}

function readObject(reader: Reader): WireValue | undefined {
  const entries: [string, WireValue][] = [];
  while (reader.tokens[reader.at] !== '}') {
    const name = reader.tokens[reader.at] ?? '';
    if (!/^["A-Za-z_]/.test(name) || reader.tokens[reader.at + 1] !== ':') return undefined;
    reader.at += 2;
    const value = readValue(reader);
    if (value === undefined) return undefined;
    entries.push([name.startsWith('"') ? textOf(name) : name, value]);
    if (reader.tokens[reader.at] === ',') reader.at += 1;
  }
  reader.at += 1;
  // What is said twice of one name is no object.
  const isOnce = new Set(entries.map(([name]) => name)).size === entries.length;
  return isOnce ? Object.fromEntries(entries) : undefined;
}

function readList(reader: Reader): WireValue | undefined {
  const items: WireValue[] = [];
  while (reader.tokens[reader.at] !== ']') {
    const value = readValue(reader);
    if (value === undefined) return undefined;
    items.push(value);
    if (reader.tokens[reader.at] === ',') reader.at += 1;
  }
  reader.at += 1;
  return items;
}

/** The language writes texts as JSON does. */
function textOf(token: string): string {
  const text: unknown = JSON.parse(token);
  return String(text);
}

function isObject(value: WireValue | undefined): value is LiteralObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
