/* The values of a document that no other document may have, one by one, as indexes see them. */
import type { CollectionInfo, WireValue } from '#contract';
import { type EditedDocument, valueAt } from './staged-document.ts';

/** What a document holds in the fields of a unique index. */
export interface UniqueKey {
  /** Equal for equal values. */
  readonly key: string;
  /** In the order of the fields. */
  readonly values: readonly WireValue[];
}

/** The fields that are unique by themselves or together. */
export function uniqueSets({
  indexes,
}: Pick<CollectionInfo, 'indexes'>): readonly (readonly string[])[] {
  return indexes.filter(({ unique }) => unique).map(({ fields }) => fields);
}

/** Of a list each element counts; where one of the values is null or not set, nothing does. */
export function uniqueKeys(
  document: EditedDocument | undefined,
  fields: readonly string[],
): readonly UniqueKey[] {
  if (document === undefined) return [];
  let tuples: readonly (readonly WireValue[])[] = [[]];
  for (const field of fields) {
    const value = valueAt(document, field.split('.')) ?? null;
    const elements: readonly WireValue[] = isList(value) ? value : [value];
    tuples = tuples.flatMap((tuple) => elements.map((element) => [...tuple, element]));
  }
  return tuples
    .filter((tuple) => !tuple.includes(null))
    .map((values) => ({ key: JSON.stringify(values), values }));
}

function isList(value: WireValue): value is readonly WireValue[] {
  return Array.isArray(value);
}
