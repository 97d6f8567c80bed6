import type { BoundStatement } from '#engine/aql';
import type { ExecutionResult } from './execution-result.ts';
import type { OperationDescription } from './operation-tracker.ts';
import { collectionsRead } from './read-collections.ts';

/** What an AQL text does: the kind of its statements and their collection, where there is only one. */
export function describeText(
  statements: readonly BoundStatement[],
): Pick<OperationDescription, 'action' | 'collection' | 'isAboutLog'> {
  const kinds = new Set(statements.map(({ kind }) => kind));
  const [kind] = kinds;
  const collections = new Set(statements.flatMap(collectionsOf));
  const [collection] = collections;
  return {
    action: kind !== undefined && kinds.size === 1 ? kind : 'execute',
    ...(collection !== undefined && collections.size === 1 ? { collection } : {}),
    ...(statements.length > 0 && statements.every(isAboutLog) ? { isAboutLog: true } : {}),
  };
}

function isAboutLog(statement: BoundStatement): boolean {
  if (statement.kind !== 'query' || statement.roots.length === 0) return false;
  return statement.roots.every(
    (root) => 'collection' in root && collectionsRead(root).every((name) => name === '_audit'),
  );
}

function collectionsOf(statement: BoundStatement): readonly string[] {
  const parts: readonly object[] =
    statement.kind === 'query'
      ? statement.roots
      : statement.kind === 'mutation'
        ? statement.fields
        : [];
  return parts.flatMap((part) =>
    'collection' in part && typeof part.collection === 'string' ? [part.collection] : [],
  );
}

/** How many rows a result has, over all that it consists of. */
export function resultRowCount({ data }: ExecutionResult): number {
  let count = 0;
  for (const value of Object.values(data)) count += Array.isArray(value) ? value.length : 1;
  return count;
}
