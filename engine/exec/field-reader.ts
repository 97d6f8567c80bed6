import type { FieldPath } from '#engine/aql';
import { isObject } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';

/** Something with fields: a document, or an object inside one. */
export type StoredFields = { readonly [field: string]: StoredValue };

/** Reads one value of a document; `undefined` when it is not set. */
export type FieldReader = (document: StoredFields) => StoredValue | undefined;

/** Compiles a path into a reader. Inherited members (`constructor`, `toString`) are never taken for fields. */
export function compileReader(path: FieldPath): FieldReader {
  const [first, ...rest] = path;
  if (first === undefined) return () => undefined;
  const root: FieldReader =
    first in Object.prototype
      ? (document) => (Object.hasOwn(document, first) ? document[first] : undefined)
      : (document) => document[first];
  if (rest.length === 0) return root;
  return (document) => {
    let value: StoredValue | undefined = root(document);
    for (const name of rest) {
      if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  };
}
