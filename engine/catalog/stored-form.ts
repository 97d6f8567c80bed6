/*
 * Between the JSON form of values (literals, variables, files, results) and the form they are stored in: a DateTime is
 * RFC 3339 text outside and milliseconds inside, a Uuid canonical lower-case text, everything else is the same. Nothing
 * is converted but those two, and an integer where a Float is expected.
 */
import type { FieldType, JsonValue, ScalarTypeName } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import { limits } from '../limits.ts';
import { hasLoneSurrogate } from '../values/key-encoding.ts';
import { parsePlainDateTime } from '../values/plain-date-time.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';

/** A converted value, or why it does not fit. `path` leads to the part of the value that does not. */
export type StoredForm =
  | { readonly kind: 'stored'; readonly value: StoredValue }
  | {
      readonly kind: 'refused';
      readonly path: readonly (string | number)[];
      readonly problem: string;
    };

/** Checks a value against a type and converts it. Null fits every type here; nullability is the field's matter. */
export function toStored(type: FieldType, value: JsonValue): StoredForm {
  return convert(type, value, []);
}

/**
 * The stored form of a value that is plain to see: a scalar, or a list of such, that fits its type and is the same in
 * both forms. `undefined` says nothing. Most values of most documents are such, and are stored without more ado. A list is
 * copied, unless it is nobody else's.
 */
export function storedAsIs(
  type: FieldType,
  value: JsonValue,
  isOwned = false,
): StoredValue | undefined {
  if (type.kind !== 'list') return scalarAsIs(type.name, value);
  if (!isJsonList(value) || type.element.kind === 'list') return undefined;
  const { name } = type.element;
  let copy: StoredValue[] | undefined = isOwned ? undefined : [];
  for (let at = 0; at < value.length; at += 1) {
    const item = value[at] ?? null;
    const stored = scalarAsIs(name, item);
    if (stored === undefined) return undefined;
    if (copy === undefined && !Object.is(stored, item)) copy = value.slice(0, at);
    copy?.push(stored);
  }
  return copy ?? value;
}

function scalarAsIs(name: ScalarTypeName, value: JsonValue): StoredValue | undefined {
  switch (typeof value) {
    case 'string':
      return name === 'String' && !hasLoneSurrogate(value) ? value : undefined;
    case 'number': {
      const fits =
        name === 'Float' ? Number.isFinite(value) : name === 'Int' && Number.isSafeInteger(value);
      // Adding zero turns -0 into 0.
      return fits ? value + 0 : undefined;
    }
    case 'boolean':
      return name === 'Boolean' ? value : undefined;
    default:
      return undefined;
  }
}

/** A stored value in its JSON form. */
export function toOutput(type: FieldType, value: StoredValue): JsonValue {
  if (value === null) return null;
  if (type.kind === 'list') {
    return Array.isArray(value) && holdsDateTime(type)
      ? value.map((element: StoredValue) => toOutput(type.element, element))
      : value;
  }
  return type.name === 'DateTime' && typeof value === 'number' ? formatDateTime(value) : value;
}

/** RFC 3339 text in UTC. */
function formatDateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const dateTimePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds of an RFC 3339 text; a date alone is its midnight in UTC. `undefined` when the text is neither. */
export function parseDateTime(text: string): number | undefined {
  const plain = parsePlainDateTime(text);
  if (plain !== undefined) return plain;
  const match = dateTimePattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    match;
  // Milliseconds are what is stored; further digits are cut, as every clock does.
  const milliseconds = fraction.slice(0, 4).padEnd(4, fraction === '' ? '' : '0');
  const isLeapSecond = second === '60';
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${isLeapSecond ? '59' : second}${milliseconds}${zone.toUpperCase()}`;
  const parsed = Date.parse(iso);
  if (Number.isNaN(parsed) || !isRealDay(Number(year), Number(month), Number(day)) || hour === '24')
    return undefined;
  return isLeapSecond ? parsed + 1000 : parsed;
}

function convert(
  type: FieldType,
  value: JsonValue,
  path: readonly (string | number)[],
): StoredForm {
  if (value === null) return { kind: 'stored', value: null };
  if (type.kind === 'list') return convertList(type.element, value, path);
  return convertScalar(type.name, value, path);
}

function convertList(
  element: FieldType,
  value: JsonValue,
  path: readonly (string | number)[],
): StoredForm {
  if (!isJsonList(value)) return refuse(path, `expected a list, got ${describe(value)}`);
  const list: StoredValue[] = [];
  for (const [position, item] of value.entries()) {
    const converted = convert(element, item, [...path, position]);
    if (converted.kind === 'refused') return converted;
    list.push(converted.value);
  }
  return { kind: 'stored', value: list };
}

function convertScalar(
  name: ScalarTypeName,
  value: JsonValue,
  path: readonly (string | number)[],
): StoredForm {
  switch (name) {
    case 'String':
      if (typeof value !== 'string') return expected('a string', value, path);
      if (hasLoneSurrogate(value)) return refuse(path, 'the string holds half a surrogate pair');
      return { kind: 'stored', value };
    case 'Int':
      if (typeof value !== 'number') return expected('an integer', value, path);
      if (!Number.isSafeInteger(value))
        return refuse(path, `${value} is not an integer within ±(2^53 − 1)`);
      return { kind: 'stored', value: value + 0 };
    case 'Float':
      if (typeof value !== 'number') return expected('a number', value, path);
      if (!Number.isFinite(value)) return refuse(path, `${value} is not a finite number`);
      return { kind: 'stored', value: value + 0 };
    case 'Boolean':
      return typeof value === 'boolean'
        ? { kind: 'stored', value }
        : expected('true or false', value, path);
    case 'Uuid': {
      const uuid = typeof value === 'string' ? canonicalUuid(value) : undefined;
      return uuid === undefined ? expected('a UUID', value, path) : { kind: 'stored', value: uuid };
    }
    case 'DateTime': {
      const milliseconds = typeof value === 'string' ? parseDateTime(value) : undefined;
      if (milliseconds === undefined) return expected('an RFC 3339 date and time', value, path);
      return { kind: 'stored', value: milliseconds };
    }
    case 'Object':
      if (typeof value !== 'object' || isJsonList(value)) return expected('an object', value, path);
      return convertAny(value, path, 1);
    case 'Any':
      return convertAny(value, path, 1);
    default:
      return unreachable(name);
  }
}

function convertAny(
  value: JsonValue,
  path: readonly (string | number)[],
  depth: number,
): StoredForm {
  if (depth > limits.documentDepthMax)
    return refuse(path, `more than ${limits.documentDepthMax} levels deep`);
  switch (typeof value) {
    case 'string':
      return convertScalar('String', value, path);
    case 'number':
      return convertScalar('Float', value, path);
    case 'boolean':
      return { kind: 'stored', value };
    case 'object':
      break;
    default:
      return refuse(path, `expected a JSON value, got ${typeof value}`);
  }
  if (value === null) return { kind: 'stored', value };
  return isJsonList(value) ? convertAnyList(value, path, depth) : convertObject(value, path, depth);
}

function convertAnyList(
  value: readonly JsonValue[],
  path: readonly (string | number)[],
  depth: number,
): StoredForm {
  const list: StoredValue[] = [];
  for (const [position, item] of value.entries()) {
    const converted = convertAny(item, [...path, position], depth + 1);
    if (converted.kind === 'refused') return converted;
    list.push(converted.value);
  }
  return { kind: 'stored', value: list };
}

function convertObject(
  value: { readonly [key: string]: JsonValue },
  path: readonly (string | number)[],
  depth: number,
): StoredForm {
  const object: { [key: string]: StoredValue } = {};
  for (const [key, item] of Object.entries(value)) {
    if (hasLoneSurrogate(key)) return refuse(path, 'a key holds half a surrogate pair');
    if (item === undefined) continue;
    const converted = convertAny(item, [...path, key], depth + 1);
    if (converted.kind === 'refused') return converted;
    setOwn(object, key, converted.value);
  }
  return { kind: 'stored', value: object };
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function holdsDateTime(type: FieldType): boolean {
  return type.kind === 'list' ? holdsDateTime(type.element) : type.name === 'DateTime';
}

function isRealDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function expected(what: string, value: JsonValue, path: readonly (string | number)[]): StoredForm {
  return refuse(path, `expected ${what}, got ${describe(value)}`);
}

function refuse(path: readonly (string | number)[], problem: string): StoredForm {
  return { kind: 'refused', path, problem };
}

function describe(value: JsonValue): string {
  if (typeof value === 'object' && value !== null)
    return isJsonList(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
