/*
 * What is selected in place of documents (totals, groups, pages) passes through operators as documents as well: rows
 * that say which part of the selection they belong to. A row of an edge is the document with its cursor attached;
 * any other row has the value of its part, already in JSON form.
 */
import type { BoundPart, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { OutputObject } from './projection.ts';
import { slotName } from './selection.ts';

const partSlot = slotName('part');
const valueSlot = slotName('value');

/** The row of a value of a part; `part` is its number in the selection. */
export function partRow(part: number, value: JsonValue): StoredDocument {
  return { id: '', [partSlot]: part, [valueSlot]: value };
}

/** The row of an edge: its document, with what is attached to it. */
export function edgeRow(part: number, document: StoredDocument): StoredDocument {
  return { ...document, [partSlot]: part };
}

/** The number of the part that a row belongs to. */
export function partOf(row: StoredDocument): number {
  const part = row[partSlot];
  return typeof part === 'number' ? part : 0;
}

/** The value of a row that is no document. Whoever made the row has made it for this: it is the receiver's. */
export function rowValue(row: StoredDocument): JsonValue {
  return row[valueSlot] ?? null;
}

/** Puts the rows of a root together to the one object that it gives. */
export function createPartsObject(parts: readonly BoundPart[]): {
  readonly object: OutputObject;
  /** True for one of a list: a group or an edge. */
  add(part: number, value: JsonValue): boolean;
} {
  const object: OutputObject = {};
  const lists = parts.map((part): JsonValue[] | undefined => {
    const isList = part.kind === 'groupBy' || part.kind === 'edges';
    const list: JsonValue[] | undefined = isList ? [] : undefined;
    const initial = part.kind === 'typename' ? part.typeName : null;
    setOwn(object, part.responseKey, list ?? initial);
    return list;
  });
  return {
    object,
    add(part, value) {
      const list = lists[part];
      const key = parts[part]?.responseKey;
      if (list !== undefined) list.push(value);
      else if (key !== undefined) setOwn(object, key, value);
      return list !== undefined;
    },
  };
}
