/*
 * The one key that records cannot hold: Packr gives `__proto__` back as `__proto_`. A document that has it somewhere is
 * packed as a list of one, in which this key and all that look like it end in one underscore more. So the documents
 * without it, which are nearly all, stay as they are and cost no look at their keys when they are read.
 */
import { setOwn } from '../base/own-key.ts';
import { isList, isObject } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

/** What to pack for a document. */
export function hidePrototypeKeys(document: StoredDocument): StoredDocument | readonly [unknown] {
  if (!hasPrototypeKey(document)) return document;
  return [renameKeys(document, (key) => (/^__proto__+$/.test(key) ? `${key}_` : key))];
}

/** What was packed, from what was unpacked. */
export function showPrototypeKeys(unpacked: unknown): unknown {
  if (!Array.isArray(unpacked) || unpacked.length !== 1) return unpacked;
  // What was packed are stored values.
  const hidden: StoredValue = unpacked[0];
  return renameKeys(hidden, (key) => (/^__proto___+$/.test(key) ? key.slice(0, -1) : key));
}

function hasPrototypeKey(value: StoredValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isList(value)) return value.some(hasPrototypeKey);
  if (Object.hasOwn(value, '__proto__')) return true;
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === 'object' && inner !== null && hasPrototypeKey(inner)) return true;
  }
  return false;
}

function renameKeys(value: StoredValue, rename: (key: string) => string): StoredValue {
  if (isList(value)) return value.map((element) => renameKeys(element, rename));
  if (!isObject(value)) return value;
  const renamed: { [key: string]: StoredValue } = {};
  for (const key of Object.keys(value)) {
    setOwn(renamed, rename(key), renameKeys(value[key] ?? null, rename));
  }
  return renamed;
}
