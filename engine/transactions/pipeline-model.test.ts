import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { verifyDatabase } from '../maintenance/verify.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import { type Durability, synchronousWithoutLog } from './durability.ts';
import type { DocumentChange, Snapshot } from './snapshot.ts';

const text = { kind: 'scalar', name: 'String' } as const;
const plain = { nullable: true, unique: false, indexed: false };
const things: CollectionDefinition = {
  name: 'things',
  fields: [
    { name: 'code', type: text, ...plain, unique: true },
    { name: 'color', type: text, ...plain, indexed: true },
    { name: 'tags', type: { kind: 'list', element: text }, ...plain, indexed: true },
  ],
  indexes: [{ fields: ['color', 'code'], unique: true }],
  open: false,
};

const idOf = (number: number): string =>
  `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const code = fc.option(fc.constantFrom('a', 'b', 'c', 'd'));
const step = fc.record({
  kind: fc.constantFrom('insert' as const, 'replace' as const, 'delete' as const),
  number: fc.nat(9),
  code,
  color: fc.option(fc.constantFrom('red', 'blue')),
  tags: fc.option(fc.subarray(['x', 'y', 'z'])),
});

const commit = fc.record({
  steps: fc.array(step, { maxLength: 5 }),
  /** True when it is sent one round after it was planned, so that more may have happened in between. */
  isLate: fc.boolean(),
  /** True when it tells as of when its documents are known. */
  tellsWhen: fc.boolean(),
});
type Commit = typeof commit extends fc.Arbitrary<infer T> ? T : never;

const buffer = { changesMax: 3, flushIntervalMs: 1_000 };
const durability = fc.constantFrom<Durability>(synchronousWithoutLog, {
  ...synchronousWithoutLog,
  mode: 'None',
  buffer,
});

/** Turns steps into changes of what a snapshot shows; steps that make no sense on it are left out. */
function changesOf(snapshot: Snapshot, { steps, tellsWhen }: Commit): readonly DocumentChange[] {
  const asOf = tellsWhen ? snapshot.sequence : undefined;
  const entry = snapshot.catalog.collection('things');
  if (entry === undefined) throw new Error('things is defined');
  const used = new Set<number>();
  const changes: DocumentChange[] = [];
  for (const { kind, number, ...fields } of steps) {
    const row = snapshot.rowOf(entry, idOf(number));
    const before = row === undefined ? undefined : snapshot.read(entry, row);
    if (used.has(number)) continue;
    used.add(number);
    const document: StoredDocument = { id: idOf(number), ...fields };
    if (kind === 'insert') changes.push({ kind, collection: 'things', document });
    else if (row !== undefined && before !== undefined) {
      if (kind === 'delete') changes.push({ kind, collection: 'things', row, before, asOf });
      else changes.push({ kind, collection: 'things', row, before, asOf, document });
    }
  }
  return changes;
}

/** What a commit makes of the documents; `undefined` when it must be refused. */
function applied(model: ReadonlyMap<string, StoredDocument>, changes: readonly DocumentChange[]) {
  const next = new Map(model);
  for (const change of changes) if (change.kind === 'delete') next.delete(change.before.id);
  for (const change of changes) {
    if (change.kind === 'insert' && next.has(change.document.id)) return undefined;
    if (change.kind !== 'delete') next.set(change.document.id, change.document);
  }
  const codes = [...next.values()]
    .map((document) => document['code'])
    .filter((value) => value !== null);
  return new Set(codes).size === codes.length ? next : undefined;
}

describe('the commit pipeline', () => {
  it('agrees with a map of documents over any commits, those refused included', async () => {
    const rounds = fc.array(fc.array(commit, { maxLength: 3 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rounds, durability, async (plan, mode) => {
        const store = openDatabaseInMemory(() => idOf(0));
        const pipeline = await CommitPipeline.open(store, { durability: mode });
        await pipeline.schema.defineCollection(things);
        let model: ReadonlyMap<string, StoredDocument> = new Map();
        let late: (readonly DocumentChange[])[] = [];
        for (const commits of plan) {
          // The commits of a round are planned on one snapshot and sent at once, so later ones may conflict.
          const snapshot = pipeline.snapshot();
          const planned = late;
          late = [];
          for (const each of commits)
            (each.isLate ? late : planned).push(changesOf(snapshot, each));
          snapshot.release();
          const outcomes = await Promise.allSettled(
            planned.map((changes) => pipeline.commit(changes)),
          );
          for (const [position, outcome] of outcomes.entries()) {
            const changes = planned[position] ?? [];
            const isStale = changes.some(
              (change) =>
                change.kind !== 'insert' &&
                model.get(change.before.id) !== change.before &&
                JSON.stringify(model.get(change.before.id)) !== JSON.stringify(change.before),
            );
            const next = isStale ? undefined : applied(model, changes);
            if (next === undefined) {
              const reason: unknown = outcome.status === 'rejected' ? outcome.reason : 'accepted';
              const isRefusal =
                reason instanceof AuroraError &&
                ['WriteConflict', 'UniqueConstraintViolation'].includes(reason.code);
              expect(isRefusal ? 'refused' : reason).toBe('refused');
            } else {
              expect(outcome.status).toBe('fulfilled');
              model = next;
            }
          }
        }
        const snapshot = await pipeline.settledSnapshot();
        const entry = snapshot.catalog.collection('things');
        const stored = entry === undefined ? [] : snapshot.scan(entry).next(100).documents;
        snapshot.release();
        const sorted = (documents: Iterable<StoredDocument>) =>
          [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(sorted(stored)).toEqual(sorted(model.values()));
        expect((await verifyDatabase(pipeline)).problems).toEqual([]);
        await pipeline.close();
      }),
      { numRuns: 200 },
    );
  });
});
