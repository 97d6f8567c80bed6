/* Which JSON values a field type takes. Nothing is converted: a text is a Uuid or DateTime if it reads as one. */
import type { FieldType, JsonValue, ScalarTypeName } from '../field-type.ts';
import { typeText } from './field-access.ts';

/** Where a value stands: documents hold integers in an `Int`, filters may compare it with any number. */
export type ValueUse = 'data' | 'filter' | 'argument';

export interface ValueProblem {
  readonly code: 'TypeMismatch' | 'InvalidValue';
  /** Continues a sentence: `"abc" is not a Uuid`. */
  readonly message: string;
}

/** What is wrong with a value for a type; `undefined` when nothing is. Null is never wrong here. */
export function valueProblem(
  type: FieldType,
  value: JsonValue,
  use: ValueUse,
): ValueProblem | undefined {
  if (value === null) return undefined;
  if (type.kind === 'list') {
    if (!isList(value)) return mismatch(type, value);
    for (const item of value) {
      const problem = valueProblem(type.element, item, use);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return scalarProblem(type.name, value, use);
}

function scalarProblem(
  name: ScalarTypeName,
  value: JsonValue,
  use: ValueUse,
): ValueProblem | undefined {
  const type: FieldType = { kind: 'scalar', name };
  switch (name) {
    case 'Any':
      return undefined;
    case 'Object':
      return typeof value === 'object' && !isList(value) ? undefined : mismatch(type, value);
    case 'Boolean':
      return typeof value === 'boolean' ? undefined : mismatch(type, value);
    case 'String':
      return typeof value === 'string' ? undefined : mismatch(type, value);
    case 'Float':
      return typeof value === 'number' ? undefined : mismatch(type, value);
    case 'Int':
      if (typeof value !== 'number') return mismatch(type, value);
      return use === 'filter' ? undefined : intProblem(value);
    case 'Uuid':
      if (typeof value !== 'string') return mismatch(type, value);
      return uuidPattern.test(value) ? undefined : invalid(value, 'a Uuid');
    case 'DateTime':
      if (typeof value !== 'string') return mismatch(type, value);
      return isDateTime(value)
        ? undefined
        : invalid(value, 'a DateTime such as "2024-05-31T12:00:00Z"');
  }
}

function intProblem(value: number): ValueProblem | undefined {
  if (Number.isSafeInteger(value)) return undefined;
  if (!Number.isInteger(value)) return { code: 'TypeMismatch', message: `${value} is not an Int` };
  return {
    code: 'InvalidValue',
    message: `${value} is beyond the range of Int (±9007199254740991)`,
  };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function mismatch(type: FieldType, value: JsonValue): ValueProblem {
  return { code: 'TypeMismatch', message: `${shown(value)} is not ${withArticle(typeText(type))}` };
}

function invalid(value: JsonValue, what: string): ValueProblem {
  return { code: 'InvalidValue', message: `${shown(value)} is not ${what}` };
}

export function withArticle(name: string): string {
  return /^[AIO]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** A value as a message shows it: short. */
function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const dateTimePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]([01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

function isDateTime(text: string): boolean {
  const match = dateTimePattern.exec(text);
  if (match === null) return false;
  const [year, month, day] = [match[1], match[2], match[3]].map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth;
}
