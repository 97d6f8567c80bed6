/*
 * A filter as a list of conditions, and as the text that `where` takes: each turns into the other. Conditions are what
 * most filters are, fields compared with values and joined by *and*; a text that says more stays a text.
 */
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { literalText } from '#engine/aql/edits';

export interface FilterCondition {
  readonly field: string;
  readonly operator: FilterOperatorName;
  readonly value: WireValue;
}

const operators = [
  ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'contains', 'icontains'],
  ...['startsWith', 'endsWith', 'containsAny', 'containsAll', 'isNull', 'isNotNull'],
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
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  icontains: 'contains, in any case',
  startsWith: 'begins with',
  endsWith: 'ends with',
  containsAny: 'contains any of',
  containsAll: 'contains all of',
  isNull: 'has no value',
  isNotNull: 'has a value',
};

const ofAbsence = ['isNull', 'isNotNull'] as const;

/** The operators that a type has. */
export function operatorsOf(type: WireFieldType): readonly FilterOperatorName[] {
  if (type.kind === 'list') return ['contains', 'containsAny', 'containsAll', ...ofAbsence];
  switch (type.name) {
    case 'String':
      return [
        ...([
          'eq',
          'ne',
          'icontains',
          'contains',
          'startsWith',
          'endsWith',
          'in',
          'notIn',
        ] as const),
        ...(['gt', 'gte', 'lt', 'lte', ...ofAbsence] as const),
      ];
    case 'Int':
    case 'Float':
    case 'DateTime':
      return ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', ...ofAbsence];
    case 'Boolean':
      return ['eq', 'ne', ...ofAbsence];
    case 'Uuid':
      return ['eq', 'ne', 'in', 'notIn', ...ofAbsence];
    case 'Object':
    case 'Any':
      return ofAbsence;
  }
}

/** The type of what an operator is given. */
export function operandType(type: WireFieldType, operator: FilterOperatorName): WireFieldType {
  const element = type.kind === 'list' ? type.element : type;
  const takesList = ['in', 'notIn', 'containsAny', 'containsAll'].includes(operator);
  return takesList ? { kind: 'list', element } : element;
}

/** The text of a filter; empty for no condition. */
export function conditionsText(conditions: readonly FilterCondition[]): string {
  if (conditions.length === 0) return '';
  const parts = conditions.map(
    ({ field, operator, value }) => `${field}: { ${operator}: ${literalText(value)} }`,
  );
  const names = conditions.map(({ field }) => field);
  const isOnce = new Set(names).size === names.length;
  // A name stands in an object once.
  return isOnce
    ? `{ ${parts.join(', ')} }`
    : `{ and: [${parts.map((part) => `{ ${part} }`).join(', ')}] }`;
}

/** The conditions of a text; `undefined` when it says more than conditions can. */
export function conditionsIn(
  text: string,
  fields: readonly Pick<FieldInfo, 'name'>[],
): readonly FilterCondition[] | undefined {
  if (text.trim() === '') return [];
  const where = readLiteral(text);
  return isObject(where) ? ofObject(where, new Set(fields.map(({ name }) => name))) : undefined;
}

function ofObject(
  where: LiteralObject,
  fields: ReadonlySet<string>,
): readonly FilterCondition[] | undefined {
  const all: FilterCondition[] = [];
  for (const [name, value] of Object.entries(where)) {
    const found =
      name === 'and' && Array.isArray(value)
        ? value.map((each: WireValue) => (isObject(each) ? ofObject(each, fields) : undefined))
        : [fields.has(name) ? ofField(name, value) : undefined];
    for (const each of found) {
      if (each === undefined) return undefined;
      all.push(...each);
    }
  }
  return all;
}

function ofField(field: string, value: WireValue): readonly FilterCondition[] | undefined {
  if (!isObject(value)) {
    return value === null
      ? [{ field, operator: 'isNull', value: true }]
      : [{ field, operator: 'eq', value }];
  }
  const conditions = Object.entries(value).flatMap(([name, operand]): FilterCondition[] => {
    const operator = operators.find((each) => each === name);
    return operator === undefined ? [] : [{ field, operator, value: operand }];
  });
  return conditions.length === Object.keys(value).length ? conditions : undefined;
}

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
