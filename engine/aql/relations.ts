/* Relations follow from `@references`, on both sides: `team` for a field `team_id`, and `users_by_team_id`. */
import { findCollection } from './binding/field-access.ts';
import type { CatalogShape, CollectionDefinition } from './catalog-shape.ts';

/** A way from the documents of one collection to those of another. */
export interface Relation {
  readonly name: string;
  /** `reference` leads to the one document that a field names, `referrers` to all that name this one. */
  readonly form: 'reference' | 'referrers';
  /** The name of the collection on the other side. */
  readonly collection: string;
  /** The collection on the other side; absent for a reference to what does not exist. */
  readonly target?: CollectionDefinition;
  /** The field that holds the other document's id: on this side of a reference, on the other of referrers. */
  readonly field: string;
}

const suffix = '_id';

/** The relations of a collection, both ways. Linear in the fields of the catalog. */
export function relationsOf(
  catalog: CatalogShape,
  collection: CollectionDefinition,
): readonly Relation[] {
  const references = collection.fields.flatMap(({ name, references: other }): Relation[] => {
    const isNamed = name.endsWith(suffix) && name !== suffix;
    if (other === undefined || !isNamed) return [];
    const target = findCollection(catalog, other);
    const relation = { form: 'reference', collection: other, field: name } as const;
    const named = { name: name.slice(0, -suffix.length), ...relation };
    return [target === undefined ? named : { ...named, target }];
  });
  const referrers = catalog.collections.flatMap((target) =>
    target.fields
      .filter((field) => field.references === collection.name)
      .map(
        ({ name }): Relation => ({
          name: `${target.name}_by_${name}`,
          form: 'referrers',
          collection: target.name,
          target,
          field: name,
        }),
      ),
  );
  return [...references, ...referrers];
}

/** The relation of that name; most names are none, which is seen without looking through the catalog. */
export function findRelation(
  catalog: CatalogShape,
  collection: CollectionDefinition,
  name: string,
): Relation | undefined {
  const isReference = collection.fields.some((field) => field.name === name + suffix);
  if (!isReference && !name.includes('_by_')) return undefined;
  return relationsOf(catalog, collection).find((relation) => relation.name === name);
}
