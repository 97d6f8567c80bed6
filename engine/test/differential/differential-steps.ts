/* What is asked of a world, one step after the other. */
import fc from 'fast-check';
import { filtersOn, ordersOn } from '../../testing/arbitraries.ts';
import { partsOn } from '../../testing/arbitrary-parts.ts';
import { changesOf, documentsOf, type JsonObject, type WorldSchema } from './differential-world.ts';

export type Read =
  | { readonly kind: 'list'; readonly orderBy: readonly JsonObject[]; readonly window: string }
  | { readonly kind: 'parts'; readonly parts: string };

export type Step =
  | {
      readonly kind: 'read';
      /** Filters; the first that finds some documents and not all is taken, else the last. */
      readonly wheres: readonly JsonObject[];
      /** Places of documents that are asked for by their ids. */
      readonly places: readonly number[];
      readonly read: Read;
    }
  | { readonly kind: 'insert'; readonly documents: readonly JsonObject[] }
  | { readonly kind: 'update'; readonly where: JsonObject; readonly change: JsonObject }
  | { readonly kind: 'delete'; readonly where: JsonObject };

const windows = fc
  .record({
    limit: fc.constantFrom('', '0', '1', '2', '5', '100'),
    offset: fc.constantFrom('', '', '0', '1', '3', '50'),
  })
  .map(({ limit, offset }) =>
    [limit && `, limit: ${limit}`, offset && `, offset: ${offset}`].join(''),
  );

export function stepsOf(schema: WorldSchema): fc.Arbitrary<Step> {
  const filters = filtersOn(schema.fields);
  const parts = partsOn(schema.fields);
  const lists = fc.record({
    kind: fc.constant('list' as const),
    orderBy: ordersOn(schema.fields),
    window: windows,
  });
  const partReads = fc.record({
    kind: fc.constant('parts' as const),
    parts: fc.oneof(parts.totals, parts.groupings),
  });
  const reads = fc.record({
    kind: fc.constant('read' as const),
    wheres: fc.oneof(
      { weight: 15, arbitrary: fc.array(filters, { minLength: 2, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant([{}]) },
      // What no document satisfies, though a planner cannot know: totals of none.
      { weight: 1, arbitrary: filters.map((each) => [{ and: [each, { not: each }] }]) },
    ),
    places: fc.oneof(
      { weight: 15, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.nat(200), { minLength: 1, maxLength: 5 }) },
    ),
    read: fc.oneof({ weight: 3, arbitrary: lists }, { weight: 2, arbitrary: partReads }),
  });
  // Of the whole collection, since only then an index knows; by chance some runs had none.
  const endReads = fc.record({
    kind: fc.constant('read' as const),
    wheres: fc.constant([{}]),
    places: fc.constant([]),
    read: fc.record({ kind: fc.constant('parts' as const), parts: parts.ends }),
  });
  const inserts = fc.record({
    kind: fc.constant('insert' as const),
    documents: fc.array(documentsOf(schema), { minLength: 1, maxLength: 8 }),
  });
  const updates = fc.record({
    kind: fc.constant('update' as const),
    where: filters,
    change: changesOf(schema),
  });
  const deletes = fc.record({ kind: fc.constant('delete' as const), where: filters });
  return fc.oneof(
    { weight: 80, arbitrary: reads },
    { weight: 1, arbitrary: endReads },
    { weight: 1, arbitrary: inserts },
    { weight: 1, arbitrary: updates },
    { weight: 1, arbitrary: deletes },
  );
}
