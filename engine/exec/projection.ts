/*
 * From stored documents to what a selection asks for. Results are built anew, lists and objects included: callers
 * may change them without harm to what the engine keeps.
 */
import type { FieldType, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { toOutput } from '../catalog/stored-form.ts';
import { isList, isObject } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { compileReader, type StoredFields } from './field-reader.ts';
import type { ProjectedField } from './selection.ts';

/** The shape of a result: an object that its receiver owns. */
export type OutputObject = { [key: string]: JsonValue };

/** What becomes of a field that is not set: GraphQL wants every key, documents keep the difference. */
export type MissingFields = 'null' | 'absent';

/** Compiles a selection of documents. */
export function compileProjection(
  selection: readonly ProjectedField[],
  missing: MissingFields,
): (document: StoredDocument) => OutputObject {
  return compileFields(selection, missing, 0);
}

function compileFields(
  selection: readonly ProjectedField[],
  missing: MissingFields,
  depth: number,
): (fields: StoredFields) => OutputObject {
  const plain = depth === 0 ? plainFields(selection) : undefined;
  return plain === undefined
    ? compileEach(selection, missing, depth)
    : compilePlain(plain, missing, compileEach(selection, missing, depth));
}

export interface PlainField {
  readonly key: string;
  readonly name: string;
  /** `undefined` for values that are the same inside and outside. */
  readonly copy: ((value: StoredValue) => JsonValue) | undefined;
}

/** The fields of a selection that shows whole fields of documents under usual names, and nothing else. */
export function plainFields(
  selection: readonly ProjectedField[],
): readonly PlainField[] | undefined {
  const fields: PlainField[] = [];
  for (const field of selection) {
    const key = field.responseKey;
    if (field.kind !== 'field' || field.path.length !== 1 || key === '__proto__') return undefined;
    const [name] = field.path;
    if (name === undefined || name in Object.prototype) return undefined;
    if (field.selection !== undefined) return undefined;
    fields.push({ key, name, copy: compileCopy(field.type) });
  }
  return fields;
}

const unchanged: ReadonlySet<string> = new Set(['String', 'Int', 'Float', 'Boolean', 'Uuid']);

function isUnchanged(type: FieldType): boolean {
  return type.kind === 'scalar' && unchanged.has(type.name);
}

/** True for lists whose elements are the same inside and outside. */
export function isListOfUnchanged(type: FieldType): boolean {
  return type.kind === 'list' && isUnchanged(type.element);
}

/** How values of a type leave the engine; `undefined` for those that are the same inside and outside. */
export function compileCopy(type: FieldType): PlainField['copy'] {
  if (isUnchanged(type)) return undefined;
  if (!isListOfUnchanged(type)) return (value) => outputValue(type, value);
  // Its elements are the same, too, and are not looked at: they may lie anywhere in memory.
  return (value) => (isList(value) ? value.slice() : outputValue(type, value));
}

/** An object with all keys is copied and filled, which costs a fraction of giving it one key after the other. */
function compilePlain(
  plain: readonly PlainField[],
  missing: MissingFields,
  otherwise: (fields: StoredFields) => OutputObject,
): (fields: StoredFields) => OutputObject {
  const template: OutputObject = {};
  for (const { key } of plain) template[key] = null;
  return (fields) => {
    const result = { ...template };
    for (let at = 0; at < plain.length; at += 1) {
      const field = plain[at];
      if (field === undefined) break;
      const { copy } = field;
      const value = fields[field.name];
      if (value === undefined) {
        if (missing === 'absent') return otherwise(fields);
      } else if (copy !== undefined) result[field.key] = copy(value);
      else if (typeof value === 'object' && value !== null) return otherwise(fields);
      else result[field.key] = value;
    }
    return result;
  };
}

function compileEach(
  selection: readonly ProjectedField[],
  missing: MissingFields,
  depth: number,
): (fields: StoredFields) => OutputObject {
  const columns = selection.map((field) => ({
    key: field.responseKey,
    read: compileColumn(field, missing, depth),
  }));
  return (fields) => {
    const result: OutputObject = {};
    for (const { key, read } of columns) {
      const value = read(fields);
      if (value !== undefined) setOwn(result, key, value);
      else if (missing === 'null') setOwn(result, key, null);
    }
    return result;
  };
}

/**
 * Compiles one selected field; the reader gives `undefined` for a field that is not set. Paths begin at the
 * document's root; `depth` names of them lead to what the reader is given.
 */
export function compileColumn(
  field: ProjectedField,
  missing: MissingFields,
  depth = 0,
): (fields: StoredFields) => JsonValue | undefined {
  if (field.kind === 'typename') {
    const { typeName } = field;
    return () => typeName;
  }
  if (field.kind === 'attached') {
    const { slot } = field;
    return (fields) => {
      const value = fields[slot];
      return value === undefined ? undefined : copyValue(value);
    };
  }
  const read = compileReader(field.path.slice(depth));
  const { type, selection } = field;
  const shape =
    selection === undefined ? undefined : compileFields(selection, missing, field.path.length);
  return (fields) => {
    const value = read(fields);
    if (value === undefined) return undefined;
    return shape === undefined ? outputValue(type, value) : outputShaped(type, value, shape);
  };
}

function outputShaped(
  type: FieldType,
  value: StoredValue,
  shape: (fields: StoredFields) => OutputObject,
): JsonValue {
  if (isObject(value)) return shape(value);
  if (isList(value)) return value.map((item) => outputShaped(type, item, shape));
  return outputValue(type, value);
}

/** A value as it leaves the engine: DateTime as ISO text, lists and objects copied. */
export function outputValue(type: FieldType, value: StoredValue): JsonValue {
  if (typeof value !== 'object' || value === null) {
    return isPlain(type) ? value : toOutput(type, value);
  }
  if (isList(value) && type.kind === 'list') {
    return value.map((item) => outputValue(type.element, item));
  }
  return copyValue(value);
}

function isPlain(type: FieldType): boolean {
  return type.kind === 'list' || type.name !== 'DateTime';
}

/** A copy that shares nothing with the original. */
export function copyValue(value: StoredValue): JsonValue {
  if (isList(value)) return value.map(copyValue);
  if (!isObject(value)) return value;
  const copy: OutputObject = {};
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner !== undefined) setOwn(copy, key, copyValue(inner));
  }
  return copy;
}
