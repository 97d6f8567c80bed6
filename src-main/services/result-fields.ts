import type { JsonValue } from '#engine';

/* Reading results of queries, which are plain JSON. */

export type Fields = { readonly [field: string]: JsonValue };

export function fieldsOf(value: unknown): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Results of queries are plain JSON objects.
  return isObject ? (value as Fields) : {};
}

/** Milliseconds of a DateTime of a result. */
export function timeOf(value: JsonValue | undefined): number | null {
  return typeof value === 'string' ? Date.parse(value) : null;
}
