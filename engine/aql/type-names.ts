/*
 * Names of types as introspection and type conditions write them. The type of a collection's documents has the
 * collection's name; all others begin with `_`, which no collection may, so that none can ever clash.
 */
import type { CatalogShape } from './catalog-shape.ts';
import { findEngineCollection } from './engine-collections.ts';

export const pageInfoType = '_PageInfo';
export const aggregateType = '_Aggregate';
/** What is inside an `Object` or `Any`. */
export const objectType = 'Object';

export const edgeType = (collection: string): string => `_Edge_${collection}`;
export const groupType = (collection: string): string => `_Group_${collection}`;
export const filterType = (collection: string): string => `_Filter_${collection}`;
export const orderType = (collection: string): string => `_Order_${collection}`;
export const dataType = (collection: string): string => `_Data_${collection}`;

const fixedTypes: ReadonlySet<string> = new Set([
  'Query',
  'Mutation',
  'Subscription',
  pageInfoType,
  aggregateType,
  objectType,
  '__Schema',
  '__Type',
  '__Field',
  '__InputValue',
  '__EnumValue',
  '__Directive',
  '__Collection',
  '__CollectionField',
]);

/** True when selections can be of a type of this name. */
export function isKnownType(catalog: CatalogShape, name: string): boolean {
  if (fixedTypes.has(name)) return true;
  const collection = /^_(?:Edge|Group)_(.+)$/.exec(name)?.[1] ?? name;
  return (
    catalog.collections.some((each) => each.name === collection) ||
    findEngineCollection(collection) !== undefined
  );
}

/** The types that a type condition most likely means. */
export function knownTypes(catalog: CatalogShape): readonly string[] {
  return [...catalog.collections.map((each) => each.name), 'Query', 'Mutation'];
}

/** What an input type that belongs to a collection is for. */
export function inputTypeOf(
  name: string,
): { readonly kind: 'filter' | 'order' | 'data'; readonly collection: string } | undefined {
  const match = /^_(Filter|Order|Data)_(.+)$/.exec(name);
  const [, kind, collection] = match ?? [];
  if (collection === undefined) return undefined;
  return { kind: kind === 'Filter' ? 'filter' : kind === 'Order' ? 'order' : 'data', collection };
}
