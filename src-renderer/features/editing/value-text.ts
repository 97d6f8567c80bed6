/* Values as they are typed into a cell, and what is wrong with them, by the type and the rules of the field. */
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { withZone } from './date-zone.ts';
import { jsonProblem, rangeProblem } from './json-text.ts';
import { isDayOfMonth, ruleProblem } from './value-rules.ts';

export type TypedValue =
  | { readonly kind: 'value'; readonly value: WireValue }
  | { readonly kind: 'wrong'; readonly message: string };

/** The text that an editor begins with. */
export function textOfValue(value: WireValue | undefined, isJson = false): string {
  if (value === undefined || value === null) return isJson ? 'null' : '';
  if (isJson) return JSON.stringify(value, undefined, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True for values that are edited as JSON, over several lines. */
export function isStructured(type: WireFieldType): boolean {
  return type.kind === 'list' || type.name === 'Object' || type.name === 'Any';
}

/** What a typed text means for a field. */
export function typedValue(text: string, field: FieldInfo): TypedValue {
  const typed = ofType(text, field.type);
  if (typed.kind === 'wrong') return typed;
  const message = ruleProblem(typed.value, field);
  return message === undefined ? typed : { kind: 'wrong', message };
}

/**
 * What a pasted cell means for a field; `undefined` unsets it. One that does not fit stays as it was pasted: it is
 * marked, and holds the commit up until it is corrected. An empty cell is null but in a text.
 */
export function pastedValue(
  cell: string | { readonly value: WireValue | undefined },
  field: FieldInfo,
): { readonly value: WireValue | undefined; readonly isFit: boolean } {
  const { type, nullable } = field;
  const isAny = type.kind === 'scalar' && type.name === 'Any';
  const isText = type.kind === 'scalar' && type.name === 'String';
  const given = typeof cell === 'string' ? cell : cell.value;
  if (given === undefined) return { value: undefined, isFit: nullable };
  // What is a value already is not read again: a text of digits is no number.
  if (isAny && typeof cell !== 'string') return { value: given, isFit: true };
  const isNull = given === null || (given === '' && !isText);
  if (isNull || (cell === 'null' && isStructured(type))) return { value: null, isFit: nullable };
  const text = typeof cell === 'string' ? withZone(cell, field, 'local') : textOfValue(given);
  const typed = ofType(text, type);
  if (typed.kind === 'value') {
    return { value: typed.value, isFit: ruleProblem(typed.value, field) === undefined };
  }
  // Words are no JSON, but a text may well be what stands in a field of any type.
  return { value: given, isFit: isAny };
}

/** A value of JSON as one of the field: a text is no number here, as it would be in a cell. */
export function givenValue(given: WireValue, field: FieldInfo): TypedValue {
  const typed = ofGiven(given, field.type, field.name);
  if (typed.kind === 'wrong') return typed;
  const message = ruleProblem(typed.value, field);
  return message === undefined ? typed : wrong(message);
}

function ofGiven(given: WireValue, type: WireFieldType, name: string): TypedValue {
  if (type.kind === 'scalar' && type.name === 'Any') return value(given);
  // A text would be read as the words of a list.
  if (type.kind === 'list' && !isList(given)) return wrong(`${name} must be a list.`);
  if (isStructured(type)) return ofType(JSON.stringify(given), type);
  const scalar = type.kind === 'scalar' ? type.name : '';
  const isNumber = scalar === 'Int' || scalar === 'Float';
  const wanted = isNumber ? 'number' : scalar === 'Boolean' ? 'boolean' : 'string';
  if (typeof given !== wanted) {
    // What was pasted is told of in the words for what is typed.
    const typed = typeof given === 'string' ? ofType(given, type) : undefined;
    return typed?.kind === 'wrong' ? typed : wrong(`${name} must be ${typeText(type, true)}.`);
  }
  // What is text already is not read again: it may be long.
  return scalar === 'String' ? value(given) : ofType(String(given), type);
}

/** What is wrong with a field that is null or not set. */
export function absenceProblem(field: FieldInfo): string | undefined {
  return field.nullable ? undefined : `${field.name} must have a value.`;
}

function ofType(text: string, type: WireFieldType): TypedValue {
  if (type.kind === 'list') return ofList(text, type.element);
  switch (type.name) {
    case 'String':
      return value(text);
    case 'Int':
      return ofWholeNumber(text);
    case 'Float':
      return ofNumber(text);
    case 'Boolean':
      return ofBoolean(text);
    case 'Uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim())
        ? value(text.trim().toLowerCase())
        : wrong('This is no UUID.');
    case 'DateTime':
      return ofDate(text.trim());
    case 'Object':
    case 'Any':
      return ofJson(text, type.name);
  }
}

function ofWholeNumber(text: string): TypedValue {
  const plain = plainNumber(text);
  const number = Number(plain);
  if (plain === '' || !Number.isInteger(number)) {
    return Number.isNaN(number) || plain === '' || Number.isFinite(number)
      ? wrong('This is not a whole number.')
      : ofNumber(text);
  }
  if (Number.isSafeInteger(number)) return value(number);
  const end = Number.MAX_SAFE_INTEGER.toLocaleString('en-US');
  return number > 0
    ? wrong(`This is too large: whole numbers go up to ${end}.`)
    : wrong(`This is too small: whole numbers begin at -${end}.`);
}

function ofNumber(text: string): TypedValue {
  const plain = plainNumber(text);
  const number = Number(plain);
  if (plain === '' || Number.isNaN(number) || /^[+-]?infinity$/i.test(plain)) {
    return wrong('This is not a number.');
  }
  const message = rangeProblem(plain);
  return message === undefined ? value(number) : wrong(message);
}

/** Without the separators between thousands. */
function plainNumber(text: string): string {
  return text.trim().replaceAll(/(?<=\d),(?=\d{3}(\D|$))/g, '');
}

function ofBoolean(text: string): TypedValue {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', '1', '✓'].includes(word)) return value(true);
  if (['false', 'no', '0', '✗'].includes(word)) return value(false);
  return wrong('Type true or false.');
}

/**
 * Without a zone a time is taken as local; a day alone is a day in UTC, as in the language. What a person types goes
 * through `withZone` first, which gives both the zone that was chosen.
 */
function ofDate(text: string): TypedValue {
  const isDate =
    /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text);
  const time = isDate ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(time) || !isDayOfMonth(text)) {
    return wrong('Type a date such as 2026-05-01 or 2026-05-01T12:30:00Z.');
  }
  const iso = new Date(time).toISOString();
  // A zone may lead out of the years that have four digits.
  return /^\d{4}-/.test(iso)
    ? value(iso)
    : wrong('In UTC this is not between the years 0 and 9999.');
}

function ofList(text: string, element: WireFieldType): TypedValue {
  const trimmed = text.trim();
  if (!trimmed.startsWith('[')) {
    // Words with commas between them are easier to type than JSON.
    const items =
      trimmed === '' ? [] : trimmed.split(',').map((item) => ofType(item.trim(), element));
    const bad = items.find((item) => item.kind === 'wrong');
    if (bad !== undefined) return bad;
    return value(items.flatMap((item) => (item.kind === 'value' ? [item.value] : [])));
  }
  const parsed = parsedJson(trimmed);
  if (!isList(parsed)) return wrong('This is no list in JSON.');
  const problem = jsonProblem(trimmed);
  if (problem !== undefined) return wrong(problem.message);
  const items: WireValue[] = [];
  for (const item of parsed) {
    const typed = item === null ? value(null) : ofGiven(item, element, 'Every element');
    if (typed.kind === 'wrong') return typed;
    items.push(typed.value);
  }
  return value(items);
}

/** `Array.isArray` does not narrow read-only arrays. */
function isList(given: WireValue | undefined): given is readonly WireValue[] {
  return Array.isArray(given);
}

function ofJson(text: string, name: 'Object' | 'Any'): TypedValue {
  const parsed = parsedJson(text);
  if (parsed === undefined) return wrong('This is no JSON.');
  if (parsed === null) return wrong('Choose Null or Unset for no value.');
  const problem = jsonProblem(text);
  if (problem !== undefined) return wrong(problem.message);
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return name === 'Any' || isObject ? value(parsed) : wrong('An object is needed: { … }.');
}

function parsedJson(text: string): WireValue | undefined {
  try {
    // JSON holds nothing that the wire does not.
    return JSON.parse(text) as WireValue;
  } catch {
    return undefined;
  }
}

function value(given: WireValue): TypedValue {
  return { kind: 'value', value: given };
}

function wrong(message: string): TypedValue {
  return { kind: 'wrong', message };
}
