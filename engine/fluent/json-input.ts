import type { JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';

/**
 * What a program hands in, as JSON: keys that are `undefined` are left out, dates become ISO text. Anything else that
 * JSON does not have is refused, with the path to it.
 * @throws AuroraError `InvalidValue`
 */
export function toJsonObject(value: unknown): { readonly [key: string]: JsonValue } {
  const json = toJson(value, []);
  if (typeof json === 'object' && json !== null && !isJsonList(json)) return json;
  throw new AuroraError('TypeMismatch', 'A document is an object with fields.', {
    details: { value: String(value) },
  });
}

function toJson(value: unknown, path: readonly (string | number)[]): JsonValue {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'object':
      break;
    default:
      throw refused(`a ${typeof value}`, path);
  }
  if (path.length > depthMax) throw refused(`nested more than ${depthMax} levels deep`, path);
  if (Array.isArray(value)) return value.map((item, at) => toJson(item ?? null, [...path, at]));
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refused('an invalid date', path);
    return value.toISOString();
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused('an object of a class', path);
  }
  const entries: [string, JsonValue][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) entries.push([key, toJson(inner, [...path, key])]);
  }
  return Object.fromEntries(entries);
}

/** Deeper than any document may be; the store's own bound gives the better message below it. */
const depthMax = 200;

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function refused(what: string, path: readonly (string | number)[]): AuroraError {
  const place = path.length === 0 ? 'The value' : `"${path.slice(0, 8).join('.')}"`;
  return new AuroraError('InvalidValue', `${place} is ${what}, which is no JSON value.`, {
    details: { path: [...path.slice(0, 8)] },
  });
}
