/*
 * A commit takes its place: checked, numbered, put into the write buffer, and put into words for the log. It is not
 * visible yet; that comes when its log record is durable. The loop stages one commit at a time, so nothing comes
 * between check and place even when a large one goes in steps.
 */
import { AuroraError } from '../errors.ts';
import { isUniqueKey } from '../indexes/index-changes.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import { isWhole } from '../storage/document-value.ts';
import { type CheckedCollection, checkCollection, endsStep } from './check-changes.ts';
import { LatestState } from './latest-state.ts';
import { encodeCommit, type LoggedCollection } from './log-payload.ts';
import type { PendingState, PublishedCommit } from './pipeline-task.ts';
import {
  isPreparedFor,
  type PreparedChange,
  type PreparedChanges,
  prepareChangesAgain,
} from './prepared-changes.ts';
import type { CommitReport } from './snapshot.ts';
import type { CollectionBuffer } from './write-buffer.ts';

export interface StagedCommit {
  readonly report: CommitReport;
  /** What those hear that listen. */
  published(): PublishedCommit;
  /** What the log is to hold; empty without a log. */
  readonly payload: readonly Uint8Array[];
  /** To be called once the log has taken it. */
  readonly onLogged: () => void;
}

const unlogged = { payload: [], onLogged: () => {} };

/**
 * Checks a commit and adds it to the write buffer of the state, whose sequence it takes.
 * @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `LimitExceeded`, `CollectionNotFound`; then nothing
 * has changed
 */
export function* stageCommit(
  prepared: PreparedChanges,
  state: PendingState,
): Generator<void, StagedCommit> {
  const current = isPreparedFor(prepared, state.catalog)
    ? prepared
    : prepareChangesAgain(prepared, { ...state, keepsBefore: state.isLogged });
  const latest = new LatestState(state);
  const checked: CheckedCollection[] = [];
  for (const collection of current.collections) {
    // The flag for ascending ids may have changed without a new preparation.
    const entry = state.catalog.collection(collection.entry.definition.name) ?? collection.entry;
    checked.push(yield* checkCollection(latest, { ...collection, entry }));
  }
  state.sequence += 1;
  const schemaChanged = endAscendingIds(state, checked);
  for (const collection of checked) yield* addToBuffer(state, collection);
  const [active] = state.buffers;
  active?.added(state.sequence, {
    changeCount: checked.reduce((sum, { rows }) => sum + rows.length, 0),
    bytes: current.recordBytes,
    bytesExpected: current.bytesExpected,
  });
  const event = {
    sequence: state.sequence,
    collections: checked.map(({ prepared: { entry } }) => entry.definition.name),
    schemaChanged,
  };
  return {
    report: reportOf(state.sequence, checked),
    published: () => ({
      event,
      changed: checked.map(({ prepared: { entry, changes }, rows }) => ({ entry, changes, rows })),
    }),
    ...(state.isLogged ? payloadOf(state, checked) : unlogged),
  };
}

/** Plans must not take row order for id order any more: a change of the catalog that every later reader sees. */
function endAscendingIds(state: PendingState, checked: readonly CheckedCollection[]): boolean {
  let hasEnded = false;
  for (const { prepared, idsAscend } of checked) {
    const { entry } = prepared;
    if (!entry.idsAscend || idsAscend) continue;
    state.catalog = state.catalog.with({ ...entry, idsAscend: false });
    hasEnded = true;
  }
  return hasEnded;
}

function* addToBuffer(
  state: PendingState,
  { prepared, rows, counts }: CheckedCollection,
): Generator<void, void> {
  const [active] = state.buffers;
  if (active === undefined) throw new AuroraError('ReadOnly', 'The database only reads.');
  const buffer = active.open(prepared.entry.storageId);
  const codec = state.codecs.of(prepared.entry);
  // Deletes come first, so that an insert may take over the id or unique value of a document that goes.
  for (const isDelete of [true, false]) {
    for (const [position, item] of prepared.changes.entries()) {
      if (endsStep(position)) yield;
      if ((item.change.kind === 'delete') !== isDelete) continue;
      addChange({ buffer, codec, lsn: state.sequence, row: rows[position] ?? 0 }, item);
    }
  }
  buffer.setCounts(state.sequence, counts);
}

interface BufferPlace {
  readonly buffer: CollectionBuffer;
  readonly codec: DocumentCodec;
  readonly lsn: number;
  readonly row: number;
}

/** Adds one change; its unique keys too, so that lookups and checks need not wait until it is applied. */
export function addChange(
  { buffer, codec, lsn, row }: BufferPlace,
  { change, record, before, indexes }: PreparedChange,
): void {
  const document = change.kind === 'delete' ? undefined : change.document;
  const base = change.kind === 'insert' ? undefined : change.before;
  const isBaseWhole = base === undefined || (before !== undefined && isWhole(before.length));
  const parts = { lsn, document, record, indexes, codec };
  buffer.setDocument(row, parts, { base, isBaseWhole });
  if (change.kind === 'insert') buffer.setId(lsn, change.document.id, row);
  if (change.kind === 'delete') buffer.setId(lsn, change.before.id, undefined);
  for (const { layout, removed, added } of indexes) {
    if (!layout.entry.unique) continue;
    for (const key of removed) {
      if (isUniqueKey(layout, key)) buffer.uniqueRows.release(lsn, key, row);
    }
    for (const key of added) if (isUniqueKey(layout, key)) buffer.uniqueRows.set(lsn, key, row);
  }
}

function payloadOf(
  state: PendingState,
  checked: readonly CheckedCollection[],
): Pick<StagedCommit, 'payload' | 'onLogged'> {
  const logged = checked.map(({ prepared: { entry } }) => {
    const codec = state.codecs.of(entry);
    return { codec, structures: codec.unloggedStructures() };
  });
  const collections: LoggedCollection[] = checked.map(({ prepared, rows }, at) => ({
    collectionId: prepared.entry.storageId,
    structures: logged[at]?.structures?.bytes,
    changes: prepared.changes.map(({ change, record, before }, position) => ({
      kind: change.kind,
      row: rows[position] ?? 0,
      record,
      before,
    })),
  }));
  return {
    payload: encodeCommit({ timeMs: state.now, collections }),
    onLogged: () => {
      for (const { codec, structures } of logged) codec.markLogged(structures?.count ?? 0);
    },
  };
}

function reportOf(sequence: number, checked: readonly CheckedCollection[]): CommitReport {
  const counts = { insert: 0, replace: 0, delete: 0 };
  for (const { prepared } of checked) {
    for (const { change } of prepared.changes) counts[change.kind] += 1;
  }
  return {
    sequence,
    insertedCount: counts.insert,
    replacedCount: counts.replace,
    deletedCount: counts.delete,
  };
}
