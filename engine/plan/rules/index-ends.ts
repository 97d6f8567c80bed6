/*
 * The smallest and largest values of whole collections stand at the ends of their indexes, behind the nulls, so that
 * `min` and `max` need one document each, and a count beside them none. Unsafe with a filter, for an index with an entry
 * per element, and for values of several types in one index.
 */
import type { FieldPath } from '#engine/aql';
import type { CollectionEntry, IndexEntry } from '../../catalog/catalog.ts';
import { fieldTypeAt } from '../../catalog/field-type-at.ts';

/** Something that is measured: a function, and the field it works on. */
export interface MeasuredField {
  readonly function: string;
  readonly path?: FieldPath;
}

/** The end of an index at which a value stands; `undefined` for the count of documents. */
export interface IndexEnd {
  readonly index: IndexEntry;
  readonly path: FieldPath;
  readonly isLast: boolean;
}

/** For each measure where its value stands; `undefined` when not all of them stand at an end. */
export function proposeIndexEnds(
  collection: CollectionEntry,
  measures: readonly MeasuredField[],
): readonly (IndexEnd | undefined)[] | undefined {
  const ends: (IndexEnd | undefined)[] = [];
  for (const { function: name, path } of measures) {
    if (name === 'count' && path === undefined) {
      ends.push(undefined);
      continue;
    }
    if (path === undefined || (name !== 'min' && name !== 'max')) return undefined;
    const type = fieldTypeAt(collection.definition, path);
    const isOrdered = type.kind === 'scalar' && type.name !== 'Any' && type.name !== 'Object';
    const field = path.join('.');
    const index = collection.indexes.find(
      ({ state, multiEntry, fields }) => state === 'live' && !multiEntry && fields[0] === field,
    );
    if (!isOrdered || index === undefined) return undefined;
    ends.push({ index, path, isLast: name === 'max' });
  }
  return ends;
}
