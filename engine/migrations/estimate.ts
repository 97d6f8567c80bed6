/*
 * What versions would cost in time and room, told by a sample of the documents: it is taken through the steps, and
 * written, with its indexes, into a store in memory. Times are those of this machine as busy as it is now, without
 * waiting for the disk; bytes are as the file lays them out (storage/entry-bytes.ts), without deflating.
 */
import { TimeSlicer } from '../base/scheduler.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import { sampleDocuments } from '../exec/sample-documents.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { SampledCollection, type StepEstimate } from './sampled-collection.ts';
import type { PlannedStep, VersionPlan } from './version-plan.ts';

/** What pending versions would cost together. */
export interface MigrationEstimate {
  readonly elapsedMs: number;
  /** Documents that a second is enough for; null where none is written. */
  readonly documentsPerSecond: number | null;
  /** Documents and indexes that are written anew, whatever of it takes the place of others. */
  readonly bytesWritten: number;
  /** How much more the file holds in the end, with the copies that are kept for undoing. */
  readonly growthBytes: number;
}

export interface Estimates {
  readonly total: MigrationEstimate;
  /** Those that concern documents that are there. */
  readonly steps: ReadonlyMap<PlannedStep, StepEstimate>;
}

/** The snapshot must be settled, and stays the caller's. O(sample × steps), whatever the number of documents. */
export async function estimateVersions(
  { clock, slicerOptions }: Pick<ExecEnvironment, 'clock' | 'slicerOptions'>,
  snapshot: Snapshot,
  plan: VersionPlan,
): Promise<Estimates> {
  const slicer = new TimeSlicer(clock, slicerOptions);
  const steps = new Map<PlannedStep, StepEstimate>();
  let [documentCount, bytesWritten, growthBytes] = [0, 0, 0];
  for (const { before } of plan.collections) {
    const own = plan.steps.filter(
      ({ collection, isSkipped, dropped }) =>
        collection === before.definition.name && !isSkipped && dropped === undefined,
    );
    const documents = await sampleDocuments(snapshot, before, slicer);
    const documentsTotal = snapshot.documentCount(before);
    const sample = new SampledCollection(before.definition, { documents, documentsTotal });
    for (const version of new Set(own.map((step) => step.version))) {
      const cost = await sample.takeVersion(
        own.filter((step) => step.version === version),
        { clock, slicer },
      );
      for (const [step, estimate] of cost.steps) steps.set(step, estimate);
      documentCount += cost.documentCount;
      bytesWritten += cost.bytesWritten;
      growthBytes += cost.growthBytes;
    }
  }
  const elapsedMs = [...steps.values()].reduce((sum, step) => sum + step.elapsedMs, 0);
  const documentsPerSecond =
    documentCount === 0 || elapsedMs === 0 ? null : (documentCount / elapsedMs) * 1_000;
  return { total: { elapsedMs, documentsPerSecond, bytesWritten, growthBytes }, steps };
}
