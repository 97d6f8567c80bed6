/* What brackets hold, and the types of what stands in them. */
import { anyType, hasInside, intType, stringType, topLevelField } from '../binding/field-access.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { findFilterOperator } from '../filter-operators.ts';
import type { ParameterKind } from './signature.ts';

const booleanType: FieldType = { kind: 'scalar', name: 'Boolean' };

/** What an open bracket, or the top of the text, holds. */
export type Area =
  | 'document'
  | 'variables'
  | 'queryRoot'
  | 'mutationRoot'
  | 'selection'
  | 'insideSelection'
  | 'edges'
  | 'pageInfo'
  | 'aggregate'
  | 'groups'
  | 'arguments'
  | 'filter'
  | 'operators'
  | 'order'
  | 'having'
  | 'data'
  | 'update'
  | 'list'
  | 'schema'
  | 'collectionBody'
  | 'alterBody'
  | 'indexFields'
  | 'versions'
  | 'steps'
  | 'dataStep'
  | 'other';

const selectionAreas: ReadonlySet<Area> = new Set<Area>([
  'queryRoot',
  'mutationRoot',
  'selection',
  'insideSelection',
  'edges',
  'pageInfo',
  'aggregate',
  'groups',
]);
const statementAreas: ReadonlySet<Area> = new Set<Area>(['document', 'schema', 'steps']);

export function isSelectionArea(area: Area): boolean {
  return selectionAreas.has(area);
}

/** True where statements follow each other, each with words of its own. */
export function isStatementArea(area: Area): boolean {
  return statementAreas.has(area);
}

export function isValueArea(area: Area): boolean {
  return !isSelectionArea(area) && !isStatementArea(area) && area !== 'list';
}

/** True where `name: Type` declares something. */
export function isDeclarationArea(area: Area): boolean {
  return area === 'collectionBody' || area === 'alterBody' || area === 'variables';
}

/** True behind words that a name must follow, so that a keyword there is that name. */
export function isNamePlace(words: readonly string[]): boolean {
  const last = words.at(-1);
  return (
    words.length > 0 &&
    (last === 'collection' || last === 'fragment' || last === 'exists' || last === 'in')
  );
}

export function isCombinator(key: string | undefined): boolean {
  return key === 'and' || key === 'or' || key === 'not';
}

/** What a brace opens as the value of an argument. */
export function areaOfParameter(kind: ParameterKind | undefined): Area {
  switch (kind) {
    case 'filter':
    case 'order':
    case 'having':
    case 'data':
      return kind;
    case 'action':
      return 'mutationRoot';
    case 'search':
      return 'arguments';
    default:
      return 'other';
  }
}

/** The type of an argument's value, where it is a scalar. */
export function parameterType(kind: ParameterKind | undefined): FieldType | undefined {
  switch (kind) {
    case 'number':
      return intType;
    case 'boolean':
      return booleanType;
    case 'text':
      return stringType;
    case 'instant':
      return { kind: 'scalar', name: 'DateTime' };
    default:
      return undefined;
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

/** The type of what stands behind an operator, as a whole or as an element of its list. */
export function operandType(
  type: FieldType | undefined,
  key: string | undefined,
  isInList: boolean,
): FieldType | undefined {
  const info = key === undefined ? undefined : findFilterOperator(key);
  if (info === undefined || type === undefined) return type;
  const element = type.kind === 'list' ? type.element : type;
  switch (info.operand) {
    case 'text':
      return stringType;
    case 'true':
      return booleanType;
    case 'lengthFilter':
      return intType;
    case 'element':
      return element;
    case 'elements':
      return isInList ? element : { kind: 'list', element };
    case 'values':
    case 'pair':
      return isInList ? type : { kind: 'list', element: type };
    case 'value':
      return isInList && type.kind === 'list' ? type.element : type;
  }
}
