import { AuroraError } from '../errors.ts';

export function collectionGone(name: string): AuroraError {
  return new AuroraError('CollectionNotFound', `There is no collection "${name}".`, {
    details: { collection: name },
  });
}
