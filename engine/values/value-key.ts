/*
 * A key for tables that hold values by equality, as the total order means it: 1 and 1.0 and 0 and -0 are alike, text is
 * never a number, objects are equal whatever the order of their keys. Scalars are their own keys, lists and objects
 * become text behind a character that keeps them apart from text values.
 */
import { compareStrings, isList, isObject } from './compare.ts';
import type { StoredValue } from './stored-value.ts';

/** What `Map` and `Set` find a value by. */
export type ValueKey = null | boolean | number | string;

const mark = '\u0000';

/** The key of a value: two values have one key exactly when `compareValues` calls them equal. */
export function valueKey(value: StoredValue | undefined): ValueKey {
  if (value === undefined) return null;
  if (typeof value === 'object' && value !== null) return `${mark}c${canonicalText(value)}`;
  return typeof value === 'string' && value.startsWith(mark) ? `${mark}s${value}` : value;
}

function canonicalText(value: StoredValue | undefined): string {
  if (isList(value)) return `[${value.map(canonicalText).join()}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const names = Object.keys(value).sort(compareStrings);
  const entries = names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${entries.join()}}`;
}
