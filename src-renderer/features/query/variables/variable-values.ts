import type { WireValue } from '#contract';
import type { FieldType } from '#engine/aql';
import type { DeclaredVariable } from '../../../editor/declared-variables.ts';

/*
 * Between what a person types and the values of a run. The values of a tab are the text of one JSON object, which is
 * what the JSON view edits; the form reads and writes its members.
 */

export type VariableValues = { readonly [name: string]: WireValue };

export type Checked<Value> =
  | { readonly kind: 'right'; readonly value: Value }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the text of all values; an empty one is an empty object. */
export function parseValues(text: string): Checked<VariableValues> {
  if (text.trim() === '') return { kind: 'right', value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { kind: 'right', value };
    return { kind: 'wrong', message: 'Variables are one JSON object: { "name": value }.' };
  } catch (error) {
    return { kind: 'wrong', message: jsonMessage(error) };
  }
}

/** The text of all values, as the JSON view shows it. */
export function formatValues(values: VariableValues): string {
  return Object.keys(values).length === 0 ? '' : JSON.stringify(values, null, 2);
}

/** Reads what was typed into a variable's field. */
export function parseField(variable: DeclaredVariable, typed: string): Checked<WireValue> {
  const { type } = variable;
  const isText =
    type?.kind === 'scalar' &&
    (type.name === 'String' || type.name === 'Uuid' || type.name === 'DateTime');
  if (isText) return checkValue(variable, type.name === 'String' ? typed : typed.trim());
  try {
    const value: unknown = JSON.parse(typed);
    // What JSON gives is a value of the wire by itself.
    return checkValue(variable, value as WireValue);
  } catch (error) {
    if (type?.kind === 'scalar' && isNumeric(type)) return wrong(expected(type));
    return wrong(jsonMessage(error));
  }
}

/** How a value stands in its variable's field. */
export function fieldText(variable: DeclaredVariable, value: WireValue): string {
  const isText = typeof value === 'string' && variable.type?.kind === 'scalar';
  if (isText && variable.type.name !== 'Any') return value;
  return JSON.stringify(value);
}

/** What is wrong with the values for a run, by variable; empty when it can run. */
export function problemsOfValues(
  declared: readonly DeclaredVariable[],
  values: VariableValues,
): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const variable of declared) {
    const value = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined;
    if (value === undefined) {
      if (variable.isRequired) problems.set(variable.name, 'A value is needed.');
      continue;
    }
    const checked = checkValue(variable, value);
    if (checked.kind === 'wrong') problems.set(variable.name, checked.message);
  }
  return problems;
}

/** The values that a run takes: those of its declared variables. */
export function valuesFor(
  declared: readonly DeclaredVariable[],
  values: VariableValues,
): VariableValues {
  const names = new Set(declared.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

function checkValue(variable: DeclaredVariable, value: WireValue): Checked<WireValue> {
  if (value === null) {
    return variable.isNullable ? { kind: 'right', value } : wrong('Null is not taken here.');
  }
  const { type } = variable;
  if (type === undefined) return { kind: 'right', value };
  // As in GraphQL, one value stands for a list of one.
  const items = type.kind === 'list' && !Array.isArray(value) ? [value] : value;
  return fits(type, variable.typeText, items) ? { kind: 'right', value } : wrong(expected(type));
}

/** Whether a value is of a type; the text of the type tells on which levels null is refused. */
function fits(type: FieldType, typeText: string, value: WireValue): boolean {
  if (value === null) return !typeText.endsWith('!');
  if (type.kind === 'list') {
    const elementText = typeText.replace(/!$/, '').slice(1, -1);
    return (
      Array.isArray(value) &&
      value.every((item: WireValue) => fits(type.element, elementText, item))
    );
  }
  switch (type.name) {
    case 'String':
      return typeof value === 'string';
    case 'Uuid':
      return typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
    case 'DateTime':
      return typeof value === 'string' && isDateTime(value);
    case 'Int':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'Float':
      // JSON reads 1e999 as infinity, and writes that as null.
      return typeof value === 'number' && Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Object':
      return isObject(value);
    case 'Any':
      return true;
  }
}

function expected(type: FieldType): string {
  if (type.kind === 'list') return 'A JSON list is needed, such as [1, 2].';
  switch (type.name) {
    case 'String':
      return 'A text is needed.';
    case 'Uuid':
      return 'A Uuid is needed, such as 01920000-0000-7000-8000-000000000000.';
    case 'DateTime':
      return 'A date is needed, such as 2026-01-31T09:00:00Z.';
    case 'Int':
      return 'A whole number is needed.';
    case 'Float':
      return 'A number is needed.';
    case 'Boolean':
      return 'true or false is needed.';
    case 'Object':
      return 'A JSON object is needed, such as { "city": "Rome" }.';
    case 'Any':
      return 'A JSON value is needed.';
  }
}

function isNumeric(type: FieldType): boolean {
  return type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
}

function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d|$)/.test(text) && !Number.isNaN(Date.parse(text));
}

function isObject(value: unknown): value is VariableValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): Checked<never> {
  return { kind: 'wrong', message };
}

/** The engine's own words begin with "Unexpected token" and quote the text; the place in it is what helps. */
function jsonMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const place = /line (\d+) column (\d+)/.exec(message);
  if (place === null) return 'This is not complete JSON.';
  return `This is no JSON: see line ${place[1]}, column ${place[2]}.`;
}
