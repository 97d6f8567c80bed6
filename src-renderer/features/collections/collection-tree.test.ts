import { describe, expect, it } from 'vitest';
import type { CatalogInfo, FieldInfo } from '#contract';
import { collectionQuery } from './collection-query.ts';
import { collectionTree, expandedByFilter } from './collection-tree.ts';

const field = (name: string, more: Partial<FieldInfo> = {}): FieldInfo => ({
  name,
  type: { kind: 'scalar', name: 'String' },
  nullable: true,
  unique: false,
  indexed: false,
  ...more,
});

const catalog: CatalogInfo = {
  version: 1,
  migrations: [],
  collections: [
    {
      name: 'users',
      open: false,
      documentCount: 9800,
      fields: [field('email', { unique: true, nullable: false }), field('team_id')],
      definedIndexes: [],
      indexes: [{ name: 'email', fields: ['email'], unique: true, state: 'live' }],
    },
    {
      name: 'films',
      open: false,
      documentCount: 3201,
      fields: [field('title')],
      definedIndexes: [],
      indexes: [],
    },
  ],
};
const labels = (filter: string) => collectionTree(catalog, filter).map((node) => node.label);

describe('collection tree', () => {
  it('lists collections by name', () => {
    expect(labels('')).toEqual(['films', 'users']);
  });

  it('begins with the key and ends with the indexes', () => {
    const children = collectionTree(catalog, '')[1]?.children ?? [];
    expect(children.map((node) => node.kind)).toEqual(['id', 'field', 'field', 'indexes']);
  });

  it('keeps a collection for the sake of a field, and opens it', () => {
    const nodes = collectionTree(catalog, 'TITLE');
    expect(nodes.map((node) => node.children?.length)).toEqual([1]);
    expect(expandedByFilter(nodes, 'TITLE')).toEqual(['collection:films']);
  });

  it('leaves a collection closed that matches by its own name', () => {
    expect(expandedByFilter(collectionTree(catalog, 'user'), 'user')).toEqual([]);
  });
});

describe('collection query', () => {
  it('asks for every field of the first hundred documents', () => {
    const films = catalog.collections[1];
    expect(films && collectionQuery(films)).toBe(
      'query {\n  films(limit: 100) {\n    id\n    title\n  }\n}\n',
    );
  });
});
