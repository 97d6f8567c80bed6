import { useMemo } from 'react';
import type { CatalogInfo, DatabaseId } from '#contract';
import type { CatalogShape } from '#engine/aql';
import { catalogToShape } from './catalog-shape.ts';
import type { TopicState } from './topic-feed.ts';
import { useTopic } from './use-topic.ts';

export interface CatalogView {
  readonly state: TopicState<CatalogInfo>;
  /** The last catalog known, also while the connection is lost. */
  readonly catalog: CatalogInfo | undefined;
  /** The same for the language service; empty until the catalog is there. A new object only when the schema changes. */
  readonly shape: CatalogShape;
}

const emptyShape: CatalogShape = { version: 0, collections: [] };

/** Schema and counts of a database, current. */
export function useCatalog(database: DatabaseId): CatalogView {
  const state = useTopic('catalog', { database });
  const catalog = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  // Counts change with every commit, the schema seldom: the editor's worker is only told when the version moves.
  const schemaKey = catalog === undefined ? undefined : `${database} ${catalog.version}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the schema inside the catalog.
  const shape = useMemo(
    () => (catalog === undefined ? emptyShape : catalogToShape(catalog)),
    [schemaKey],
  );
  return { state, catalog, shape };
}
