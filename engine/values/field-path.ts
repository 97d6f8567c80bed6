import { isObject } from './compare.ts';
import type { StoredValue } from './stored-value.ts';

/** The names in a dotted path, from the document's root. */
export function parseFieldPath(dotted: string): readonly string[] {
  return dotted.split('.');
}

/**
 * The value at a path; `undefined` when it is not set, which includes every path below something that is no object.
 * Lists are not looked into.
 */
export function readPath(
  document: { readonly [field: string]: StoredValue },
  path: readonly string[],
): StoredValue | undefined {
  const only = path.length === 1 ? path[0] : undefined;
  // Nearly all paths are the name of a field.
  if (only !== undefined) return Object.hasOwn(document, only) ? document[only] : undefined;
  let value: StoredValue | undefined = document;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
