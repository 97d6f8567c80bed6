/* What collections were defined as when a version had been applied, from what the versions after it keep to be undone. */
import type { CollectionDefinition } from '#engine/aql';
import type { Catalog } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';

/**
 * The definitions as a version left them. What was changed since without a migration is as it is now.
 * O(definitions × versions since).
 * @throws AuroraError `InvalidOption` when the version is not applied, or what came after it is not kept any more
 */
export function schemaAtVersion(
  { collections, migrations }: Pick<Catalog, 'collections' | 'migrations'>,
  version: string,
): readonly CollectionDefinition[] {
  const at = migrations.findLastIndex((record) => record.version === version);
  if (at < 0) {
    throw refusal(
      `No version "${version}" is applied.`,
      migrations.length === 0
        ? 'No version is.'
        : `The last one is "${migrations.at(-1)?.version}".`,
    );
  }
  const schema = new Map(collections.map(({ definition }) => [definition.name, definition]));
  for (const record of migrations.slice(at + 1).toReversed()) {
    const { undo } = record;
    if (undo === undefined) {
      throw refusal(
        `What "${record.version}" has changed is not kept, so the schema before it is not known.`,
        'Compare with a version after it, or with a file.',
      );
    }
    for (const name of undo.created) schema.delete(name);
    for (const { before, after } of undo.altered) {
      schema.delete(after.name);
      schema.set(before.name, before);
    }
    for (const { definition } of undo.dropped) schema.set(definition.name, definition);
  }
  return [...schema.values()];
}

function refusal(message: string, hint: string): AuroraError {
  return new AuroraError('InvalidOption', message, { hint });
}
