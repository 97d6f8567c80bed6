/* What a version makes of definitions, for those who look at a schema before and after it. */
import type { CollectionDefinition } from '#engine/aql';
import type { VersionPlan } from './version-plan.ts';

export interface DefinitionChange {
  /** Absent for a collection that is created. */
  readonly before?: CollectionDefinition;
  /** Absent for a collection that is dropped. */
  readonly after?: CollectionDefinition;
  /** Fields of before under another name: what each is called after it. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

export function changesOf({
  collections,
  drops,
  creates,
}: VersionPlan): readonly DefinitionChange[] {
  return [
    ...collections.map(({ before, definition, renames }) => ({
      before: before.definition,
      after: definition,
      renames: [...renames].map(([to, from]) => ({ from, to })),
    })),
    ...drops.map(({ definition }) => ({ before: definition, renames: [] })),
    ...creates.map((after) => ({ after, renames: [] })),
  ];
}
