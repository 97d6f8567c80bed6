import type { CatalogInfo, CollectionInfo, FieldInfo, IndexInfo } from '#contract';
import type { TreeNode } from '../../ui/tree-model.ts';

/** The rows of the collections tree: collections, their fields, and a group of their indexes. */
export type CollectionNode = Omit<TreeNode, 'children'> & {
  readonly children?: readonly CollectionNode[];
} & (
    | { readonly kind: 'collection'; readonly collection: CollectionInfo }
    | { readonly kind: 'id' }
    | { readonly kind: 'field'; readonly field: FieldInfo }
    | { readonly kind: 'indexes'; readonly count: number }
    | { readonly kind: 'index'; readonly index: IndexInfo }
  );

/**
 * The tree of a catalog, in order of name. With a filter, the collections whose name matches, whole, and of the others
 * those fields that match.
 */
export function collectionTree(catalog: CatalogInfo, filter: string): readonly CollectionNode[] {
  const wanted = filter.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);
  return catalog.collections
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((collection) => {
      if (wanted === '' || matches(collection.name)) {
        return [collectionNode(collection, collection.fields, true)];
      }
      const fields = collection.fields.filter((field) => matches(field.name));
      return fields.length === 0 ? [] : [collectionNode(collection, fields, false)];
    });
}

/** The branches that have to be open for the matches of a filter to show: those of collections matched by a field. */
export function expandedByFilter(
  nodes: readonly CollectionNode[],
  filter: string,
): readonly string[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return [];
  return nodes.filter((node) => !node.label.toLowerCase().includes(wanted)).map((node) => node.id);
}

function collectionNode(
  collection: CollectionInfo,
  fields: readonly FieldInfo[],
  isWhole: boolean,
): CollectionNode {
  const base = `collection:${collection.name}`;
  const id: CollectionNode = { kind: 'id', id: `${base}/id`, label: 'id' };
  const children: CollectionNode[] = fields.map((field) => ({
    kind: 'field',
    id: `${base}/field:${field.name}`,
    label: field.name,
    field,
  }));
  if (isWhole) {
    children.unshift(id);
    if (collection.indexes.length > 0) children.push(indexGroup(collection, base));
  }
  return { kind: 'collection', id: base, label: collection.name, collection, children };
}

function indexGroup(collection: CollectionInfo, base: string): CollectionNode {
  const count = collection.indexes.length;
  return {
    kind: 'indexes',
    id: `${base}/indexes`,
    label: 'Indexes',
    count,
    children: collection.indexes.map((index) => ({
      kind: 'index',
      id: `${base}/index:${index.name}`,
      label: index.text === true ? index.name : index.fields.join(', '),
      index,
    })),
  };
}
