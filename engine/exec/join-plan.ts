/*
 * How the documents on the other side of a relation or lookup are found. By id or an index, the values of a whole batch
 * are looked up in one pass. Where no index can tell, the other collection is read once, before the first batch, into a
 * table from values to rows.
 *
 * Values are compared in stored form; a DateTime meets text only in `Any`, and then as text, which no index holds.
 */
import type { BoundJoin, FieldType } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import { isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { compileReader } from './field-reader.ts';
import { outputValue } from './projection.ts';

export interface JoinPlan {
  /** `IdJoin(teams)`, `IndexJoin(users.team_id)`, `HashJoin(orders.user_id)`. */
  readonly name: string;
  readonly access: 'id' | 'index' | 'hash';
  /** The compared field on the other side, as indexes name it. */
  readonly foreignField: string;
  /** The values of one side: the elements of a list, and no nulls. */
  localValues(document: StoredDocument): readonly StoredValue[];
  foreignValues(document: StoredDocument): readonly StoredValue[];
  /** The documents on the other side with one of the values; not for `hash`. */
  filterFor(values: readonly StoredValue[]): ResolvedFilter;
}

export function planJoin(
  { localPath, foreignPath }: Pick<BoundJoin, 'localPath' | 'foreignPath'>,
  local: CollectionEntry,
  foreign: CollectionEntry,
): JoinPlan {
  const localType = fieldTypeAt(local.definition, localPath);
  const foreignType = fieldTypeAt(foreign.definition, foreignPath);
  const isAsText = isDate(localType) !== isDate(foreignType);
  const field = foreignPath.join('.');
  const access = isAsText ? 'hash' : findAccess(foreign, field, foreignType);
  const { name } = foreign.definition;
  const target = `${name}.${field}`;
  return {
    name:
      access === 'id'
        ? `IdJoin(${name})`
        : `${access === 'index' ? 'IndexJoin' : 'HashJoin'}(${target})`,
    access,
    foreignField: field,
    localValues: compileValues(localPath, localType, isAsText),
    foreignValues: compileValues(foreignPath, foreignType, isAsText),
    filterFor: (values) => ({
      kind: 'compare',
      path: foreignPath,
      type: foreignType,
      operator: foreignType.kind === 'list' ? 'containsAny' : 'in',
      value: values,
    }),
  };
}

function findAccess(
  { indexes }: CollectionEntry,
  field: string,
  type: FieldType,
): JoinPlan['access'] {
  if (field === 'id') return 'id';
  const element = elementOf(type);
  // A value of `Any` may be a list, whose elements count; an index on it knows only the whole.
  if (element.kind === 'list' || element.name === 'Any' || element.name === 'Object') return 'hash';
  const isUsable = indexes.some(
    ({ state, fields, multiEntry, text }) =>
      state === 'live' &&
      text !== true &&
      fields[0] === field &&
      multiEntry === (type.kind === 'list'),
  );
  return isUsable ? 'index' : 'hash';
}

function compileValues(
  path: BoundJoin['localPath'],
  type: FieldType,
  isAsText: boolean,
): (document: StoredDocument) => readonly StoredValue[] {
  const read = compileReader(path);
  const element = elementOf(type);
  const toValue = (value: StoredValue): StoredValue =>
    isAsText ? outputValue(element, value) : value;
  return (document) => {
    const value = read(document) ?? null;
    if (value === null) return [];
    if (!isList(value)) return [toValue(value)];
    return value.filter((each) => each !== null).map(toValue);
  };
}

function elementOf(type: FieldType): FieldType {
  return type.kind === 'list' ? type.element : type;
}

function isDate(type: FieldType): boolean {
  const element = elementOf(type);
  return element.kind === 'scalar' && element.name === 'DateTime';
}
