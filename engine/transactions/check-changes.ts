/*
 * Whether a commit may be made, checked against everything that was committed before it, visible or not: documents are
 * still as they were read (first committer wins), ids and unique values are free. Nothing is changed here, so a
 * refused commit leaves nothing behind.
 */
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { isUniqueKey } from '../indexes/index-changes.ts';
import { type IndexLayout, indexTuples } from '../indexes/index-layout.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { CollectionState } from './collection-state.ts';
import type { LatestState } from './latest-state.ts';
import type { PreparedCollection } from './prepared-changes.ts';
import { uniqueViolation } from './unique-violation.ts';

const rowMax = 0xffffffff;

/** The checked changes of a commit to one collection. */
export interface CheckedCollection {
  readonly prepared: PreparedCollection;
  /** The row of each change. */
  readonly rows: readonly number[];
  readonly counts: CollectionState;
  /** False when these inserts end the collection's ascending order of ids. */
  readonly idsAscend: boolean;
}

const changesPerStep = 32;

/** True for every so many changes: stopping after each takes longer than some of them. */
export function endsStep(position: number): boolean {
  return position % changesPerStep === changesPerStep - 1;
}

/** In steps of some changes. @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `LimitExceeded` */
export function* checkCollection(
  latest: LatestState,
  prepared: PreparedCollection,
): Generator<void, CheckedCollection> {
  const { entry, changes } = prepared;
  const before = latest.counts(entry.storageId);
  let counts = before;
  let idsAscend = entry.idsAscend;
  const rows: number[] = [];
  const seenRows = changes.length === 1 ? undefined : new Set<number>();
  for (const [position, { change }] of changes.entries()) {
    if (endsStep(position)) yield;
    if (change.kind === 'insert') {
      const { id } = change.document;
      if (counts.lastId !== undefined && id <= counts.lastId) idsAscend = false;
      rows.push(counts.nextRow);
      counts = {
        documentCount: counts.documentCount + 1,
        nextRow: counts.nextRow + 1,
        lastId: id,
      };
      continue;
    }
    assert(seenRows?.has(change.row) !== true, 'a commit changes a document once');
    seenRows?.add(change.row);
    assertUnchanged(latest, entry, change);
    rows.push(change.row);
    if (change.kind === 'delete') {
      counts = { ...counts, documentCount: counts.documentCount - 1 };
    }
  }
  assertRowsLeft(entry, counts.nextRow);
  yield* checkIds(latest, prepared, before);
  yield* checkUnique(latest, prepared, rows);
  return { prepared, rows, counts, idsAscend };
}

/** @throws AuroraError `LimitExceeded` when a collection has no row left for another document */
export function assertRowsLeft({ definition }: CollectionEntry, nextRow: number): void {
  if (nextRow <= rowMax) return;
  throw new AuroraError('LimitExceeded', `"${definition.name}" has used up its rows.`);
}

/** @throws AuroraError `WriteConflict` when the document is no longer as it was read */
export function assertUnchanged(
  latest: LatestState,
  entry: CollectionEntry,
  change: {
    readonly row: number;
    readonly before: StoredDocument;
    readonly asOf?: number | undefined;
  },
): void {
  if (latest.isUnchangedSince(entry.storageId, change.row, change.asOf)) return;
  const present = latest.document(entry, change.row);
  if (present === change.before) return;
  if (present !== undefined && sameValue(present, change.before)) return;
  const what = present === undefined ? 'was deleted' : 'was changed';
  throw new AuroraError(
    'WriteConflict',
    `Document ${change.before.id} of "${entry.definition.name}" ${what} by someone else since it was read.`,
    {
      details: { collection: entry.definition.name, id: change.before.id },
      hint: 'Read it again and repeat the change.',
    },
  );
}

function* checkIds(
  latest: LatestState,
  { entry, changes }: PreparedCollection,
  { lastId }: CollectionState,
): Generator<void, void> {
  const isSingle = changes.length === 1;
  const freed = isSingle ? undefined : new Set<string>();
  for (const { change } of changes) if (change.kind === 'delete') freed?.add(change.before.id);
  const taken = isSingle ? undefined : new Set<string>();
  for (const [position, { change }] of changes.entries()) {
    if (endsStep(position)) yield;
    if (change.kind !== 'insert') continue;
    const { id } = change.document;
    // While ids ascend, one above the last cannot be there; this spares most inserts a lookup.
    const isAbove = entry.idsAscend && (lastId === undefined || id > lastId);
    const isStored =
      !isAbove && freed?.has(id) !== true && latest.rowOfId(entry.storageId, id) !== undefined;
    if (isStored || taken?.has(id) === true) throw uniqueViolation(entry, ['id'], [id], id);
    taken?.add(id);
  }
}

function* checkUnique(
  latest: LatestState,
  { entry, changes }: PreparedCollection,
  rows: readonly number[],
): Generator<void, void> {
  if (!entry.indexes.some(({ unique }) => unique)) return;
  // A single change has nothing to be compared with.
  const isSingle = changes.length === 1;
  const freed = isSingle ? undefined : new Map<string, number>();
  for (const [position, { indexes }] of changes.entries()) {
    for (const { layout, removed } of indexes) {
      if (!layout.entry.unique) continue;
      for (const key of removed) freed?.set(key.mapKey, rows[position] ?? -1);
    }
  }
  const taken = isSingle ? undefined : new Set<string>();
  for (const [position, { change, indexes }] of changes.entries()) {
    if (endsStep(position)) yield;
    if (change.kind === 'delete') continue;
    for (const { layout, added } of indexes) {
      for (const key of added) {
        if (!isUniqueKey(layout, key)) continue;
        const stored = latest.rowOfUniqueKey(entry.storageId, key);
        const isFree =
          stored === undefined || stored === rows[position] || freed?.get(key.mapKey) === stored;
        if (!isFree || taken?.has(key.mapKey) === true) {
          throw uniqueConflict(entry, layout, change.document);
        }
        taken?.add(key.mapKey);
      }
    }
  }
}

/** Another document has what a unique index would have of this one. */
export function uniqueConflict(
  entry: CollectionEntry,
  layout: IndexLayout,
  document: StoredDocument,
): AuroraError {
  const values = conflictingValues(layout, document);
  return uniqueViolation(entry, layout.entry.fields, values, document.id);
}

function conflictingValues(layout: IndexLayout, document: StoredDocument): readonly unknown[] {
  const tuples = indexTuples(layout, document);
  return tuples.length === 1 ? (tuples[0] ?? []) : [tuples.map(([element]) => element)];
}
