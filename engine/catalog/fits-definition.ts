/* Whether a document in stored form is one that its collection's definition allows. */
import type { CollectionDefinition, FieldType } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { isList, isObject } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';

/** O(fields). Rules of `@validate` are not looked at. */
export function fitsDefinition(
  { fields, open }: CollectionDefinition,
  document: StoredDocument,
): boolean {
  const areFieldsFit = fields.every(({ name, type, nullable }) => {
    const value = Object.hasOwn(document, name) ? document[name] : undefined;
    return value === undefined || value === null ? nullable : fitsType(type, value);
  });
  if (!areFieldsFit || open) return areFieldsFit;
  const isKnown = (name: string) => name === 'id' || fields.some((field) => field.name === name);
  return Object.keys(document).every(isKnown);
}

function fitsType(type: FieldType, value: StoredValue): boolean {
  if (value === null) return true;
  if (type.kind === 'list') {
    return isList(value) && value.every((element) => fitsType(type.element, element));
  }
  switch (type.name) {
    case 'String':
      return typeof value === 'string';
    case 'Uuid':
      return typeof value === 'string' && canonicalUuid(value) === value;
    case 'Int':
    case 'DateTime':
      return Number.isSafeInteger(value);
    case 'Float':
      return typeof value === 'number';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Object':
      return isObject(value);
    case 'Any':
      return true;
    default:
      return unreachable(type.name);
  }
}
