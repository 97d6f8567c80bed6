/* Values as they are typed into a cell, and what is wrong with them, by the type and the rules of the field. */
import type { FieldInfo, WireFieldType, WireValue } from '#contract';

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

/** What a pasted cell means for a field; nothing where it does not fit. An empty cell is null where null may stand. */
export function pastedValue(
  cell: string | { readonly value: WireValue },
  field: FieldInfo,
): WireValue | undefined {
  const isText = field.type.kind === 'scalar' && field.type.name === 'String';
  if (cell === '' && field.nullable && !isText) return null;
  if (typeof cell !== 'string' && cell.value === null) return field.nullable ? null : undefined;
  const typed = typedValue(typeof cell === 'string' ? cell : textOfValue(cell.value), field);
  return typed.kind === 'value' ? typed.value : undefined;
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
      return ofNumber(text, Number.isSafeInteger, 'a whole number');
    case 'Float':
      return ofNumber(text, Number.isFinite, 'a number');
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

function ofNumber(text: string, isFit: (number: number) => boolean, what: string): TypedValue {
  const plain = text.trim().replaceAll(/(?<=\d),(?=\d{3}(\D|$))/g, '');
  const number = Number(plain);
  return plain !== '' && isFit(number) ? value(number) : wrong(`This is not ${what}.`);
}

function ofBoolean(text: string): TypedValue {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', '1', '✓'].includes(word)) return value(true);
  if (['false', 'no', '0', '✗'].includes(word)) return value(false);
  return wrong('Type true or false.');
}

/** Without a zone a time is taken as local; a day alone is a day in UTC, as in the language. */
function ofDate(text: string): TypedValue {
  const isDate =
    /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text);
  const time = isDate ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(time) || !isDayOfMonth(text)
    ? wrong('Type a date such as 2026-05-01 or 2026-05-01T12:30:00Z.')
    : value(new Date(time).toISOString());
}

/** False for 30 February, which a date would take for a day of March. */
function isDayOfMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
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
  if (parsed === undefined || !Array.isArray(parsed)) return wrong('This is no list in JSON.');
  const isString = element.kind === 'scalar' && element.name === 'String';
  const isFit = !isString || parsed.every((item) => typeof item === 'string');
  return isFit ? value(parsed) : wrong('Every element must be text.');
}

function ofJson(text: string, name: 'Object' | 'Any'): TypedValue {
  const parsed = parsedJson(text);
  if (parsed === undefined) return wrong('This is no JSON.');
  if (parsed === null) return wrong('Choose Null or Unset for no value.');
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

function ruleProblem(given: WireValue, { validate, name }: FieldInfo): string | undefined {
  if (validate === undefined) return undefined;
  const { min, max, minLength, maxLength, pattern } = validate;
  if (typeof given === 'number') {
    if (min !== undefined && given < min) return `${name} must be at least ${min}.`;
    if (max !== undefined && given > max) return `${name} must be at most ${max}.`;
  }
  if (typeof given === 'string') {
    const length = [...given].length;
    if (minLength !== undefined && length < minLength)
      return `${name} needs ${minLength} characters.`;
    if (maxLength !== undefined && length > maxLength) {
      return `${name} may have ${maxLength} characters.`;
    }
    if (pattern !== undefined && matches(pattern, given) === false) {
      return `${name} must match ${pattern}.`;
    }
  }
  return undefined;
}

/** `undefined` for a pattern that only the engine understands. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(text);
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
