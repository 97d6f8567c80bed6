/* What a version keeps so that it can be undone, made up while it is applied. */
import type { BoundMigrationStep } from '#engine/aql';
import type { Catalog, CollectionEntry } from '../catalog/catalog.ts';
import type { MigrationUndo, UndoneCollection } from '../catalog/migration-record.ts';
import { keptName } from '../catalog/owned-collections.ts';
import { limits } from '../limits.ts';
import { concernsDocuments } from './revision.ts';
import type { VersionPlan } from './version-plan.ts';

export function undoOf(
  plan: VersionPlan,
  steps: readonly BoundMigrationStep[],
  nowMs: number,
): MigrationUndo {
  return {
    nowMs,
    created: plan.creates.map(({ name }) => name),
    dropped: plan.drops.map(({ definition, storageId }) => ({
      definition,
      keptAs: keptName(storageId),
    })),
    altered: plan.collections.map((planned): UndoneCollection => {
      const { before, definition: after } = planned;
      const own = steps.filter((step) => collectionOf(step) === after.name);
      const keptAs =
        concernsDocuments(planned) && needsCopy(own, before) ? keptName(before.storageId) : null;
      return { before: before.definition, after, steps: own, keptAs };
    }),
  };
}

/** Names of the collections whose documents are kept as they are. */
export function keptBy({ dropped, altered }: MigrationUndo): ReadonlySet<string> {
  return new Set([
    ...dropped.map(({ definition }) => definition.name),
    ...altered.flatMap(({ before, keptAs }) => (keptAs === null ? [] : [before.name])),
  ]);
}

/** Copies of versions that are too many by now. */
export function outdatedCopies(catalog: Catalog): readonly CollectionEntry[] {
  const copies = catalog.migrations.map(({ undo }) => [
    ...(undo?.dropped ?? []).map(({ keptAs }) => keptAs),
    ...(undo?.altered ?? []).flatMap(({ keptAs }) => keptAs ?? []),
  ]);
  const withCopies = copies.filter(({ length }) => length > 0);
  return withCopies
    .slice(0, Math.max(0, withCopies.length - limits.migrationCopiesMax + 1))
    .flat()
    .flatMap((name) => catalog.collection(name) ?? []);
}

function collectionOf(step: BoundMigrationStep): string {
  return step.kind === 'defineCollection' ? step.definition.name : step.collection;
}

/** False when what documents were can be told from what they are: fields that came or have another name. */
function needsCopy(steps: readonly BoundMigrationStep[], { definition }: CollectionEntry): boolean {
  return steps.some((step) => {
    if (step.kind === 'migrateData') return true;
    if (step.kind !== 'alterCollection') return false;
    return step.actions.some(
      ({ kind }) =>
        kind === 'dropField' ||
        kind === 'modifyField' ||
        (definition.open && (kind === 'addField' || kind === 'renameField')),
    );
  });
}
