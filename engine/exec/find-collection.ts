import type { Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import type { Snapshot } from '../transactions/snapshot.ts';

const nowhere: Span = { start: 0, end: 0 };

/** @throws AuroraError `CollectionNotFound`, which can happen when it was dropped after the text was bound. */
export function findCollection(
  { catalog }: Pick<Snapshot, 'catalog'>,
  name: string,
  span: Span,
): CollectionEntry {
  const collection = catalog.collection(name);
  if (collection !== undefined) return collection;
  throw collectionNotFound(name, span);
}

export function collectionNotFound(name: string, span: Span = nowhere): AuroraError {
  return new AuroraError('CollectionNotFound', `There is no collection "${String(name)}".`, {
    span,
    details: { collection: name },
  });
}
