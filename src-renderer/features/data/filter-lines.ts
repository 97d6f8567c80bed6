/* The lines of the filter builder, as they are typed, and the conditions that they mean. */
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { textOfValue, typedValue } from '../editing/value-text.ts';
import {
  type FilterCondition,
  type FilterOperatorName,
  hasMembers,
  operandType,
  operatorsOf,
} from './filter-conditions.ts';

export interface FilterLine {
  readonly key: number;
  readonly field: string;
  /** The way to a member inside the field, with dots; empty for the field itself. */
  readonly inner: string;
  readonly operator: FilterOperatorName;
  readonly text: string;
  /** The second value, of operators that take two. */
  readonly upperText: string;
}

export const idField: FieldInfo = {
  ...{ name: 'id', nullable: false, unique: true, indexed: true },
  type: { kind: 'scalar', name: 'Uuid' },
};

const anyType: WireFieldType = { kind: 'scalar', name: 'Any' };

export function linesOf(
  conditions: readonly FilterCondition[],
  fields: readonly FieldInfo[],
): readonly FilterLine[] {
  if (conditions.length === 0) return [newLine(fields, [])];
  return conditions.map(({ field: path, operator, value }, key) => {
    const [field = '', ...inner] = path.split('.');
    const line = { key, field, inner: inner.join('.'), operator, text: '', upperText: '' };
    const type = typeOf(line, fields);
    const isPair = operator === 'between' && Array.isArray(value);
    const [lowest, highest]: readonly (WireValue | undefined)[] = isPair ? value : [value];
    return {
      ...line,
      text: textOf(lowest, type),
      upperText: highest === undefined ? '' : textOf(highest, type),
    };
  });
}

export function newLine(fields: readonly FieldInfo[], before: readonly FilterLine[]): FilterLine {
  const [first = idField] = fields;
  const [operator = 'eq'] = operatorsOf(first.type);
  const key = Math.max(-1, ...before.map((line) => line.key)) + 1;
  return { key, field: first.name, inner: '', operator, text: '', upperText: '' };
}

/** The operators that can be chosen; that of the line is always among them. */
export function operatorsFor(
  line: FilterLine,
  fields: readonly FieldInfo[],
): readonly FilterOperatorName[] {
  const names = operatorsOf(typeOf(line, fields));
  return names.includes(line.operator) ? names : [line.operator, ...names];
}

/** The condition that a line means, or what is wrong with it. */
export function conditionOf(
  line: FilterLine,
  fields: readonly FieldInfo[],
): FilterCondition | string {
  const { operator, text, upperText } = line;
  const inner = line.inner.trim();
  if (inner !== '' && !/^[^\s.]+(?:\.[^\s.]+)*$/.test(inner))
    return 'Name the members on the way, with dots between them: geo.lat.';
  const field = inner === '' ? line.field : `${line.field}.${inner}`;
  if (!takesValue(operator)) return { field, operator, value: true };
  const type = typeOf(line, fields);
  if (operator !== 'between') {
    const typed = operandOf(text, operandType(type, operator), fieldOf(fields, line.field));
    return typed.kind === 'wrong' ? typed.message : { field, operator, value: typed.value };
  }
  const ends = [text, upperText].map((end) => operandOf(end, type, fieldOf(fields, line.field)));
  const values: WireValue[] = [];
  for (const end of ends) {
    if (end.kind === 'wrong') return end.message;
    values.push(end.value);
  }
  return { field, operator, value: values };
}

export function takesValue(operator: FilterOperatorName): boolean {
  return operator !== 'isNull' && operator !== 'isNotNull';
}

export function fieldOf(fields: readonly FieldInfo[], name: string): FieldInfo {
  return fields.find((field) => field.name === name) ?? idField;
}

export function hasInner(line: FilterLine, fields: readonly FieldInfo[]): boolean {
  return hasMembers(fieldOf(fields, line.field).type);
}

/** What is inside of an object may be of any type. */
function typeOf(
  { field, inner }: Pick<FilterLine, 'field' | 'inner'>,
  fields: readonly FieldInfo[],
): WireFieldType {
  return inner.trim() === '' ? fieldOf(fields, field).type : anyType;
}

function operandOf(text: string, type: WireFieldType, field: FieldInfo) {
  if (isAny(type) && isWord(text)) return { kind: 'value', value: text.trim() } as const;
  const { validate: _rules, ...plain } = field;
  return typedValue(text, { ...plain, type });
}

/** A text that is no JSON, nor the beginning of one, stands for itself where a value of any type may stand. */
function isWord(text: string): boolean {
  return /^\s*[^\s{["]/.test(text) && !isJson(text);
}

/** The text of a value of any type tells a text from what it would be without quotes. */
function textOf(value: WireValue | undefined, type: WireFieldType): string {
  const isAlike = isWord(String(value)) && String(value).trim() === value;
  return typeof value !== 'string' || !isAny(type) || isAlike
    ? textOfValue(value)
    : JSON.stringify(value);
}

function isAny(type: WireFieldType): boolean {
  return type.kind === 'scalar' && type.name === 'Any';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // It is a word.
    return false;
  }
}
