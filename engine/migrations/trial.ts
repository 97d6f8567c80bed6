/*
 * A version over the documents of a snapshot, in time slices, without writing anything: how many documents each step
 * would read and change, samples, and every document that it could not go over.
 */
import { TimeSlicer } from '../base/scheduler.ts';
import { indexEntry, indexName, planIndexes } from '../catalog/index-plan.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import { eachIndexKey, type IndexLayout, indexLayout } from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { concernsDocuments, newCounts, type RevisionCounts, reviseWith } from './revision.ts';
import type { PlannedCollection, PlannedStep, VersionPlan } from './version-plan.ts';

/** Documents that a version cannot go over, for one reason. */
interface Refusal {
  readonly collection: string;
  readonly step: string | undefined;
  readonly problem: string;
}

export interface RefusedDocuments {
  count: number;
  /** The first ones. */
  readonly documents: (Refusal & { readonly id: string })[];
}

export interface Trial {
  readonly counts: RevisionCounts;
  readonly refused: RefusedDocuments;
}

/** The snapshot must be settled, and stays the caller's. */
export async function tryVersion(
  { clock, slicerOptions }: Pick<ExecEnvironment, 'clock' | 'slicerOptions'>,
  snapshot: Snapshot,
  plan: VersionPlan,
): Promise<Trial> {
  const slicer = new TimeSlicer(clock, slicerOptions);
  const counts = newCounts(plan.steps);
  const refused: RefusedDocuments = { count: 0, documents: [] };
  for (const collection of plan.collections) {
    await tryCollection({ snapshot, slicer, counts, refused }, collection);
  }
  countDropped(snapshot, plan, counts);
  return { counts, refused };
}

/** Documents of collections that go count as changed. */
export function countDropped(
  snapshot: Snapshot,
  { steps }: VersionPlan,
  counts: RevisionCounts,
): void {
  for (const step of steps) {
    const count = counts.steps.get(step);
    if (step.dropped === undefined || count === undefined) continue;
    count.changed = snapshot.documentCount(step.dropped);
    counts.changed += count.changed;
  }
}

interface Trying {
  readonly snapshot: Snapshot;
  readonly slicer: TimeSlicer;
  readonly counts: RevisionCounts;
  readonly refused: RefusedDocuments;
}

async function tryCollection(trying: Trying, planned: PlannedCollection): Promise<void> {
  const unique = newUniqueIndexes(planned);
  if (!concernsDocuments(planned) && unique.length === 0) return;
  const { snapshot, slicer, counts, refused } = trying;
  const collection = planned.before.definition.name;
  let lastRefused: string | undefined;
  const refuse = (document: StoredDocument, problem: string, step: PlannedStep | undefined) => {
    // A document counts once, however much is wrong with it.
    if (lastRefused === document.id) return;
    lastRefused = document.id;
    refused.count += 1;
    if (refused.documents.length < limits.migrationRefusedMax) {
      refused.documents.push({ id: document.id, collection, step: step?.text, problem });
    }
  };
  const revise = reviseWith(planned, counts, refuse);
  const cursor = snapshot.scan(planned.before);
  try {
    for (;;) {
      const { documents } = cursor.next(limits.backgroundKeysMax);
      if (documents.length === 0) return;
      for (const document of documents) {
        const revised = revise(document, false);
        for (const index of unique) {
          const twin = index.add(revised);
          if (twin) refuse(document, `shares its value of (${index.name}) with another`, undefined);
        }
        if (slicer.isDue) await slicer.yieldIfDue();
      }
      await slicer.yieldIfDue();
    }
  } finally {
    cursor.close();
  }
}

/** The keys of a unique index that is to be made. */
class UniqueKeys {
  readonly name: string;
  readonly #layout: IndexLayout;
  readonly #keys = new Set<string>();

  constructor(layout: IndexLayout) {
    this.#layout = layout;
    this.name = layout.entry.name;
  }

  /** True when another document has one of the keys. */
  add(document: StoredDocument): boolean {
    let isTaken = false;
    eachIndexKey(this.#layout, document, ({ mapKey, hasNull }) => {
      if (hasNull) return;
      if (this.#keys.has(mapKey)) isTaken = true;
      else this.#keys.add(mapKey);
    });
    return isTaken;
  }
}

/** Unique indexes whose values may come to be shared: new ones, and those over what steps change. */
function newUniqueIndexes({ before, definition, steps }: PlannedCollection): readonly UniqueKeys[] {
  return planIndexes(definition)
    .filter((plan) => plan.unique)
    .filter((plan) => {
      const isOld = before.indexes.some(({ name, unique }) => unique && name === indexName(plan));
      return !isOld || steps.length > 0;
    })
    .map(
      (plan) =>
        new UniqueKeys(indexLayout(definition, indexEntry(definition.name, plan, 0, 'building'))),
    );
}
