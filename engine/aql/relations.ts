/* Relations follow from `@references`, on both sides. */
import type { CatalogShape, CollectionDefinition } from './catalog-shape.ts';

/** A way from the documents of one collection to those of another. */
export interface Relation {
  readonly name: string;
  /** `reference` leads to the one document that a field names, `referrers` to all that name this one. */
  readonly form: 'reference' | 'referrers';
  /** The collection on the other side. It may not exist. */
  readonly collection: string;
  /** The field that holds the other document's id: on this side of a reference, on the other of referrers. */
  readonly field: string;
}

/** The relations of a collection, both ways: `team` for `team_id`, and `users_by_team_id`. */
export function relationsOf(
  catalog: CatalogShape,
  collection: CollectionDefinition,
): readonly Relation[] {
  const references = collection.fields.flatMap(({ name, references: target }): Relation[] => {
    const isNamed = name.endsWith('_id') && name.length > 3;
    if (target === undefined || !isNamed) return [];
    return [{ name: name.slice(0, -3), form: 'reference', collection: target, field: name }];
  });
  const referrers = catalog.collections.flatMap((other) =>
    other.fields
      .filter((field) => field.references === collection.name)
      .map(
        ({ name }): Relation => ({
          name: `${other.name}_by_${name}`,
          form: 'referrers',
          collection: other.name,
          field: name,
        }),
      ),
  );
  return [...references, ...referrers];
}
