import type { JsonValue } from '#engine/aql';
import { requireList } from '../base/arguments.ts';
import { setOwn } from '../base/own-key.ts';
import { AuroraError } from '../errors.ts';

/**
 * What a program hands in, as JSON: keys that are `undefined` are left out, dates become ISO text. Anything else that
 * JSON does not have is refused, with the path to it.
 * @throws AuroraError `InvalidValue`
 */
export function toJsonObject(value: unknown): { readonly [key: string]: JsonValue } {
  const json = toJson(value, undefined, '');
  if (typeof json === 'object' && json !== null && !isJsonList(json)) return json;
  throw new AuroraError('TypeMismatch', 'A document is an object with fields.', {
    details: { value: String(value) },
  });
}

/** Several objects. @throws AuroraError as `toJsonObject`, and for what is no list */
export function toJsonObjects(values: readonly unknown[]): ReturnType<typeof toJsonObject>[] {
  requireList(values, 'What is inserted together');
  return values.map(toJsonObject);
}

/** Where a value stands; a chain, so that values in order cost nothing for it. */
interface Place {
  readonly key: string | number;
  readonly parent: Place | undefined;
  readonly depth: number;
}

function toJson(value: unknown, parent: Place | undefined, key: string | number): JsonValue {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'object':
      break;
    default:
      throw refused(value === undefined ? 'undefined' : `a ${typeof value}`, below(parent, key));
  }
  const place = below(parent, key);
  if (place.depth > depthMax) throw refused(`nested more than ${depthMax} levels deep`, place);
  if (Array.isArray(value)) return toJsonList(value, place);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refused('an invalid date', place);
    return value.toISOString();
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refused('an object of a class', place);
  if (!hasFields(value)) return {};
  // Copied as a whole, which takes a fraction of setting field after field; then what is not as it must be is replaced.
  const copy: { [name: string]: unknown } = { ...value };
  return isJson(copy, place) ? copy : fieldByField(copy, place);
}

/** A list of its own, whatever class the given one is of. */
function toJsonList(value: readonly unknown[], place: Place): JsonValue {
  const list: unknown[] = [...value];
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at];
    if (!isPlain(item)) list[at] = toJson(item ?? null, place, at);
  }
  // Each item is JSON now.
  return list as JsonValue[];
}

/** Makes JSON of the fields of an object; false when one of them is not set. */
function isJson(
  copy: { [name: string]: unknown },
  place: Place,
): copy is { [name: string]: JsonValue } {
  for (const name in copy) {
    const inner = copy[name];
    if (isPlain(inner)) continue;
    if (inner === undefined) return false;
    if (Object.hasOwn(copy, name)) setOwn(copy, name, toJson(inner, place, name));
  }
  return true;
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
  );
}

/** An object without the fields that are not set. */
function fieldByField(value: { readonly [name: string]: unknown }, place: Place): JsonValue {
  const json: { [name: string]: JsonValue } = {};
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (inner !== undefined) setOwn(json, name, toJson(inner, place, name));
  }
  return json;
}

function hasFields(value: object): value is { readonly [name: string]: unknown } {
  return !Array.isArray(value);
}

function below(parent: Place | undefined, key: string | number): Place {
  return { key, parent, depth: parent === undefined ? 0 : parent.depth + 1 };
}

/** Keys from the outermost value down to a place; the outermost itself has none. */
function pathTo(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.parent !== undefined; at = at.parent)
    path.unshift(at.key);
  return path;
}

/** Deeper than any document may be; the store's own bound gives the better message below it. */
const depthMax = 200;

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function refused(what: string, at: Place): AuroraError {
  const path = pathTo(at);
  const place = path.length === 0 ? 'The value' : `"${path.slice(0, 8).join('.')}"`;
  return new AuroraError('InvalidValue', `${place} is ${what}, which is no JSON value.`, {
    details: { path: [...path.slice(0, 8)] },
  });
}
