/* Indexes as documents of `_indexes`: what they are, how large about, and how often they are read. */
import type { Clock } from '../base/clock.ts';
import { TimeSlicer, type TimeSlicerOptions } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { sampleDocuments } from '../exec/sample-documents.ts';
import { indexBytesEstimated } from '../indexes/index-bytes.ts';
import { indexLayout } from '../indexes/index-layout.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { IndexUse } from './metrics-file.ts';
import { indexKeyOf, type MetricsRecorder } from './metrics-recorder.ts';

/** How often queries have read each index since the database was opened. */
export function indexUsesOf(pipeline: CommitPipeline): readonly IndexUse[] {
  const { catalog, indexUses } = pipeline;
  return catalog.collections.flatMap(({ definition, indexes }) =>
    indexes.map((index) => ({
      collection: definition.name,
      index: index.name,
      useCount: indexUses.of(index),
    })),
  );
}

/** Sizes are told by a sample of the documents of each collection. O(indexes × sample). */
export async function indexDocuments(
  pipeline: CommitPipeline,
  recorder: MetricsRecorder | undefined,
  { clock, ...slicing }: TimeSlicerOptions & { readonly clock: Clock },
): Promise<readonly StoredDocument[]> {
  const uses = (await recorder?.indexUses()) ?? indexUsesOf(pipeline);
  const useCounts = new Map(uses.map((use) => [indexKeyOf(use), use.useCount]));
  const slicer = new TimeSlicer(clock, slicing);
  const snapshot = await pipeline.settledSnapshot();
  const documents: StoredDocument[] = [];
  try {
    for (const collection of snapshot.catalog.collections) {
      const sizes = await sizesOf(snapshot, collection, slicer);
      for (const index of collection.indexes) {
        const { name } = collection.definition;
        documents.push({
          id: uuidOfName(`index\n${name}\n${index.name}`),
          collection: name,
          name: index.name,
          fields: [...index.fields],
          unique: index.unique,
          text: index.text === true,
          state: index.state,
          bytes_estimated: sizes.get(index.name) ?? 0,
          use_count: useCounts.get(indexKeyOf({ collection: name, index: index.name })) ?? 0,
        });
      }
    }
  } finally {
    snapshot.release();
  }
  return documents;
}

async function sizesOf(
  snapshot: Snapshot,
  collection: CollectionEntry,
  slicer: TimeSlicer,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  if (collection.indexes.length === 0) return sizes;
  const sample = await sampleDocuments(snapshot, collection, slicer);
  const documentCount = snapshot.documentCount(collection);
  for (const index of collection.indexes) {
    const layout = indexLayout(collection.definition, index);
    sizes.set(index.name, Math.round(indexBytesEstimated(layout, sample, documentCount)));
    await slicer.yieldIfDue();
  }
  return sizes;
}
