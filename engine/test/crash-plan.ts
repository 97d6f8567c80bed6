/*
 * What the crash test writes. The model maps a document's number to its version; commit N inserts a few documents,
 * changes some and deletes some, chosen by a random generator that is seeded with the seed and N.
 */
import type { CollectionDefinition } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { completeDocument } from '../catalog/document-schema.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';

const text = { kind: 'scalar', name: 'String' } as const;
const int = { kind: 'scalar', name: 'Int' } as const;
const plain = { nullable: true, unique: false, indexed: false };

export const crashDefinition: CollectionDefinition = {
  name: 'things',
  fields: [
    { name: 'code', type: text, ...plain, nullable: false, unique: true },
    { name: 'version', type: int, ...plain, indexed: true },
    { name: 'color', type: text, ...plain, indexed: true },
    { name: 'tags', type: { kind: 'list', element: text }, ...plain, indexed: true },
  ],
  indexes: [{ fields: ['color', 'version'], unique: false }],
  open: false,
};

/** Document number → version. */
export type CrashModel = Map<string, number>;

type Step =
  | { readonly kind: 'insert'; readonly name: string }
  | { readonly kind: 'replace' | 'delete'; readonly name: string };

/** What commit `number` does to a model. */
export function applyToModel(model: CrashModel, seed: number, number: number): void {
  for (const step of stepsOf(model, seed, number)) {
    if (step.kind === 'delete') model.delete(step.name);
    else model.set(step.name, (model.get(step.name) ?? 0) + 1);
  }
}

/** Commit `number` as changes of documents. */
export function plannedChanges(
  pipeline: CommitPipeline,
  model: CrashModel,
  seed: number,
  number: number,
): readonly DocumentChange[] {
  const snapshot = pipeline.snapshot();
  try {
    const entry = snapshot.catalog.collection(crashDefinition.name);
    if (entry === undefined) throw new Error('the collection is defined');
    return stepsOf(model, seed, number).map((step): DocumentChange => {
      const collection = crashDefinition.name;
      if (step.kind === 'insert')
        return { kind: 'insert', collection, document: documentOf(entry, step.name, 1) };
      const row = snapshot.rowOf(entry, idOf(step.name));
      const before = row === undefined ? undefined : snapshot.read(entry, row);
      if (row === undefined || before === undefined) throw new Error(`${step.name} is there`);
      if (step.kind === 'delete') return { kind: 'delete', collection, row, before };
      const document = documentOf(entry, step.name, (model.get(step.name) ?? 0) + 1);
      return { kind: 'replace', collection, row, before, document };
    });
  } finally {
    snapshot.release();
  }
}

/** A small random generator (mulberry32), so that a printed seed repeats a run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

function stepsOf(model: CrashModel, seed: number, number: number): readonly Step[] {
  const random = randomFrom(seed * 1_000_003 + number);
  const names = [...model.keys()];
  const chosen = new Map<string, Step>();
  const insertCount = 1 + Math.floor(random() * 12);
  for (let index = 0; index < insertCount; index += 1) {
    const name = `${number}-${index}`;
    chosen.set(name, { kind: 'insert', name });
  }
  const changeCount = Math.min(names.length, Math.floor(random() * 10));
  for (let index = 0; index < changeCount; index += 1) {
    const name = names[Math.floor(random() * names.length)];
    if (name !== undefined) chosen.set(name, { kind: random() < 0.6 ? 'replace' : 'delete', name });
  }
  return [...chosen.values()];
}

function idOf(name: string): string {
  const [commit, index] = name.split('-').map(Number);
  const digits = ((commit ?? 0) * 100 + (index ?? 0)).toString(16).padStart(12, '0');
  return `018f0000-0000-7000-8000-${digits}`;
}

function documentOf(entry: CollectionEntry, name: string, version: number): StoredDocument {
  const input = {
    id: idOf(name),
    code: `code ${name}`,
    version,
    color: `color ${version % 4}`,
    tags: ['all', `version ${version % 7}`],
  };
  return completeDocument(entry, input, { now: 0, newId: () => idOf(name) });
}
