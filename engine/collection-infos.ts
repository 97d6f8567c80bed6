import type { CollectionInfo } from './database-types.ts';
import type { CommitPipeline } from './transactions/commit-pipeline.ts';

/** All collections with the number of their documents and their indexes, in the order of their definition. */
export function collectionInfos(pipeline: CommitPipeline): readonly CollectionInfo[] {
  const snapshot = pipeline.snapshot();
  try {
    return snapshot.catalog.collections.map((collection) => ({
      definition: collection.definition,
      documentCount: snapshot.documentCount(collection),
      indexes: collection.indexes.map(({ name, fields, unique, text, state }) => ({
        name,
        fields,
        unique,
        ...(text && { text }),
        state,
      })),
    }));
  } finally {
    snapshot.release();
  }
}
