/*
 * What an update changes in a document: plain values replace, operator objects (`{ increment: 1 }`) compute from what
 * is there. An object counts as an operator only with exactly one key that is an operator and a field whose type
 * that operator fits; everywhere else it is a plain value. The outcome is JSON that `reviseDocument` validates
 * like any other write, so nothing here checks types twice.
 */
import type { CollectionDefinition, FieldType, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { AuroraError } from '../errors.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { outputValue } from './projection.ts';

type NumberOperator = 'increment' | 'decrement' | 'multiply';
type ListOperator = 'push' | 'pull' | 'addToSet';
type UpdateOperator = NumberOperator | ListOperator | 'set' | 'unset';

/** New values in JSON form, by field; `undefined` unsets. */
export type DocumentChanges = { [field: string]: JsonValue | undefined };

/** The changes that the data of an update makes to one document. */
export function changesOf(
  before: StoredDocument,
  data: { readonly [field: string]: JsonValue },
  collection: CollectionDefinition,
): DocumentChanges {
  const changes: DocumentChanges = {};
  for (const field of Object.keys(data)) {
    const value = data[field];
    if (typeof value !== 'object' || value === null) {
      setOwn(changes, field, value);
      continue;
    }
    const type = fieldTypeAt(collection, [field]);
    const operation = readOperation(type, value);
    const isPlain = operation === undefined;
    setOwn(changes, field, isPlain ? value : operate(field, type, before[field], operation));
  }
  return changes;
}

interface Operation {
  readonly operator: UpdateOperator;
  readonly operand: JsonValue;
}

function readOperation(type: FieldType, value: JsonValue): Operation | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [operator, operand] = entry;
  if (operator === 'set') return { operator, operand };
  if (operator === 'unset') return operand === true ? { operator, operand } : undefined;
  if (isNumberOperator(operator)) {
    const fits = type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
    return fits ? { operator, operand } : undefined;
  }
  if (isListOperator(operator)) return type.kind === 'list' ? { operator, operand } : undefined;
  return undefined;
}

function isNumberOperator(name: string): name is NumberOperator {
  return name === 'increment' || name === 'decrement' || name === 'multiply';
}

function isListOperator(name: string): name is ListOperator {
  return name === 'push' || name === 'pull' || name === 'addToSet';
}

function operate(
  field: string,
  type: FieldType,
  stored: StoredValue | undefined,
  { operator, operand }: Operation,
): JsonValue | undefined {
  if (operator === 'set') return operand;
  if (operator === 'unset') return undefined;
  // There is no number to count from, and a field that is not set stays so.
  if (stored === undefined && isNumberOperator(operator)) return undefined;
  const before = stored === undefined ? null : outputValue(type, stored);
  return isNumberOperator(operator)
    ? compute(field, before, operator, operand)
    : changeList(field, before, operator, operand);
}

/** A field that is null stays null: there is no number to count from. */
function compute(
  field: string,
  before: JsonValue,
  operator: NumberOperator,
  operand: JsonValue,
): JsonValue {
  if (typeof operand !== 'number') {
    throw new AuroraError('TypeMismatch', `"${operator}" of field "${field}" takes a number.`, {
      details: { field, operator },
    });
  }
  if (typeof before !== 'number') return null;
  switch (operator) {
    case 'increment':
      return before + operand;
    case 'decrement':
      return before - operand;
    case 'multiply':
      return before * operand;
  }
}

/** A field that is null counts as an empty list. */
function changeList(
  field: string,
  before: JsonValue,
  operator: ListOperator,
  operand: JsonValue,
): JsonValue {
  if (before !== null && !isJsonList(before)) {
    throw new AuroraError('TypeMismatch', `"${operator}" needs a list in field "${field}".`, {
      details: { field, operator },
    });
  }
  const list: readonly JsonValue[] = before ?? [];
  switch (operator) {
    case 'push':
      return [...list, operand];
    case 'pull':
      return list.filter((item) => !sameValue(item, operand));
    case 'addToSet':
      return list.some((item) => sameValue(item, operand)) ? list : [...list, operand];
  }
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
