/* What brackets hold, and what opens inside them. */
import { anyType, hasInside, intType, topLevelField } from '../binding/field-access.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { findFilterOperator } from '../filter-operators.ts';

/** What an open bracket, or the top of the text, holds. */
export type Area =
  | 'document'
  | 'variables'
  | 'queryRoot'
  | 'mutationRoot'
  | 'selection'
  | 'insideSelection'
  | 'rootArguments'
  | 'mutationArguments'
  | 'directiveArguments'
  | 'filter'
  | 'operators'
  | 'order'
  | 'data'
  | 'list'
  | 'schema'
  | 'collectionBody'
  | 'other';

export function isSelectionArea(area: Area): boolean {
  return (
    area === 'queryRoot' ||
    area === 'mutationRoot' ||
    area === 'selection' ||
    area === 'insideSelection'
  );
}

export function isValueArea(area: Area): boolean {
  return !isSelectionArea(area) && area !== 'document' && area !== 'schema' && area !== 'list';
}

/** True behind words that a name must follow, so that a keyword there is that name. */
export function isNamePlace(words: readonly string[]): boolean {
  const last = words.at(-1);
  return words.length > 0 && (last === 'collection' || last === 'fragment' || last === 'exists');
}

export function isCombinator(key: string | undefined): boolean {
  return key === 'and' || key === 'or' || key === 'not';
}

export function areaOfArgument(key: string | undefined): Area {
  switch (key) {
    case 'where':
    case 'filter':
      return 'filter';
    case 'orderBy':
      return 'order';
    case 'data':
    case 'set':
      return 'data';
    default:
      return 'other';
  }
}

export function typeAt(
  collection: CollectionDefinition | undefined,
  key: string | undefined,
): FieldType | undefined {
  if (collection === undefined || key === undefined) return undefined;
  const [first = '', ...below] = key.split('.');
  const field = topLevelField(collection, first);
  if (field === undefined) return undefined;
  if (below.length === 0) return field.type;
  return hasInside(field.type) ? anyType : undefined;
}

export function typeBelow(
  type: FieldType | undefined,
  key: string | undefined,
): FieldType | undefined {
  if (type === undefined || key === undefined || isCombinator(key)) return type;
  if (key === 'size') return intType;
  return findFilterOperator(key) === undefined && hasInside(type) ? anyType : undefined;
}
