/*
 * A commit of one document, by far the commonest. It does what prepared-changes.ts, check-changes.ts and stage-commit.ts
 * do for any number of them, but in one piece: what those need to keep many changes apart (maps, lists, steps) takes
 * several times as long as one change itself. engine/test/single-commit.test.ts holds the two to the same outcomes.
 */
import { AuroraError } from '../errors.ts';
import { isUniqueKey } from '../indexes/index-changes.ts';
import { assertRowsLeft, assertUnchanged, uniqueConflict } from './check-changes.ts';
import type { CollectionState } from './collection-state.ts';
import type { LatestState } from './latest-state.ts';
import { encodeSingleChange } from './log-payload.ts';
import type { ImmediateCommit, PendingState, PublishedCommit } from './pipeline-task.ts';
import {
  bytesExpectedOf,
  collectionNamed,
  type PreparationSource,
  type PreparedChange,
  type PreparedCollection,
  prepareChange,
  recordBytesOf,
} from './prepared-changes.ts';
import type { CommitReport, DocumentChange } from './snapshot.ts';
import { addChange, type StagedCommit } from './stage-commit.ts';
import type { StoreBase } from './store-base.ts';
import { uniqueViolation } from './unique-violation.ts';

export interface SingleCommitOptions {
  readonly isRelaxed: boolean;
  readonly isAlone?: boolean;
  /**
   * The store that the document was read from, in this very turn: while the state still stands on it and no commit has
   * touched the document, it is as it was, and need not be read again.
   */
  readonly readFrom?: StoreBase | undefined;
}

export class SingleCommit implements ImmediateCommit {
  readonly pace = 'atOnce';
  readonly weight = 1;
  readonly isRelaxed: boolean;
  readonly isAlone: boolean;
  readonly bytesExpected: number;
  readonly #change: DocumentChange;
  readonly #readFrom: StoreBase | undefined;
  #collection: PreparedCollection;
  #prepared: PreparedChange;

  /** @throws AuroraError `CollectionNotFound`, `LimitExceeded`, `InvalidValue`, `WriteConflict` */
  constructor(
    change: DocumentChange,
    source: PreparationSource,
    { isRelaxed, isAlone = false, readFrom }: SingleCommitOptions,
  ) {
    this.isRelaxed = isRelaxed;
    this.isAlone = isAlone;
    this.#change = change;
    this.#readFrom = readFrom;
    const entry = collectionNamed(source.catalog, change.collection);
    this.#prepared = prepareChange(
      source,
      { entry, layouts: source.codecs.layouts(entry) },
      change,
    );
    this.#collection = { entry, changes: [this.#prepared] };
    this.bytesExpected = bytesExpectedOf(this.#prepared);
  }

  stage(state: PendingState, latest: LatestState): StagedCommit {
    this.#adopt(state);
    const { entry } = this.#collection;
    const counts = latest.counts(entry.storageId);
    const row = this.#change.kind === 'insert' ? counts.nextRow : this.#change.row;
    const idsAscend = this.#check(latest, counts, row);
    state.sequence += 1;
    const schemaChanged = entry.idsAscend && !idsAscend;
    if (schemaChanged) state.catalog = state.catalog.with({ ...entry, idsAscend: false });
    this.#addToBuffer(state, row, counts);
    return new StagedSingle({
      sequence: state.sequence,
      collection: this.#collection,
      row,
      schemaChanged,
      logged: this.#logged(state, row),
    });
  }

  /** The collection as it is now; prepared again when it was redefined. */
  #adopt(state: PendingState): void {
    const { entry } = this.#collection;
    const current = state.catalog.collection(entry.definition.name);
    if (current === entry) return;
    const now = collectionNamed(state.catalog, entry.definition.name);
    if (now.storageId !== entry.storageId || now.indexes !== entry.indexes) {
      const place = { entry: now, layouts: state.codecs.layouts(now) };
      this.#prepared = prepareChange(
        { ...state, keepsBefore: state.isLogged },
        place,
        this.#change,
      );
    }
    this.#collection = { entry: now, changes: [this.#prepared] };
  }

  /** True while ids ascend. @throws AuroraError `WriteConflict`, `UniqueConstraintViolation`, `LimitExceeded` */
  #check(latest: LatestState, counts: CollectionState, row: number): boolean {
    const { entry } = this.#collection;
    const change = this.#change;
    let isAbove = true;
    if (change.kind === 'insert') {
      const { id } = change.document;
      isAbove = counts.lastId === undefined || id > counts.lastId;
      assertRowsLeft(entry, counts.nextRow + 1);
      // While ids ascend, one above the last cannot be there; this spares most inserts a lookup.
      const isFree =
        (entry.idsAscend && isAbove) || latest.rowOfId(entry.storageId, id) === undefined;
      if (!isFree) throw uniqueViolation(entry, ['id'], [id], id);
    } else if (!latest.isUntouched(entry.storageId, row, this.#readFrom)) {
      assertUnchanged(latest, entry, change);
    }
    if (change.kind === 'delete') return entry.idsAscend;
    for (const { layout, added } of this.#prepared.indexes) {
      if (!layout.entry.unique) continue;
      for (const key of added) {
        if (!isUniqueKey(layout, key)) continue;
        const present = latest.rowOfUniqueKey(entry.storageId, key);
        if (present !== undefined && present !== row)
          throw uniqueConflict(entry, layout, change.document);
      }
    }
    return entry.idsAscend && isAbove;
  }

  #addToBuffer(state: PendingState, row: number, counts: CollectionState): void {
    const [active] = state.buffers;
    if (active === undefined) throw new AuroraError('ReadOnly', 'The database only reads.');
    const { entry } = this.#collection;
    const { sequence } = state;
    const buffer = active.open(entry.storageId);
    const codec = state.codecs.of(entry);
    addChange({ buffer, codec, lsn: sequence, row }, this.#prepared);
    buffer.setCounts(sequence, countsAfter(counts, this.#change));
    active.added(sequence, {
      changeCount: 1,
      bytes: recordBytesOf(this.#prepared),
      bytesExpected: this.bytesExpected,
    });
  }

  #logged(state: PendingState, row: number): Pick<StagedCommit, 'payload' | 'onLogged'> {
    if (!state.isLogged) return unlogged;
    const { entry } = this.#collection;
    const codec = state.codecs.of(entry);
    const structures = codec.unloggedStructures();
    const { record, before } = this.#prepared;
    return {
      payload: encodeSingleChange({
        timeMs: state.now,
        collectionId: entry.storageId,
        structures: structures?.bytes,
        change: { kind: this.#change.kind, row, record, before },
      }),
      onLogged: structures === undefined ? nothing : () => codec.markLogged(structures.count),
    };
  }
}

function nothing(): void {
  // The log knows all structures already.
}

/** What a commit gives to a log that has nothing to learn of it. */
export const unlogged = { payload: [], onLogged: nothing };

interface StagedSingleParts {
  readonly logged: Pick<StagedCommit, 'payload' | 'onLogged'>;
  readonly sequence: number;
  readonly collection: PreparedCollection;
  readonly row: number;
  readonly schemaChanged: boolean;
}

/** Makes what listeners hear of only when there are some. */
class StagedSingle implements StagedCommit {
  readonly report: CommitReport;
  readonly payload: readonly Uint8Array[];
  readonly onLogged: () => void;
  readonly #collection: PreparedCollection;
  readonly #row: number;
  readonly #schemaChanged: boolean;

  constructor({ sequence, collection, row, schemaChanged, logged }: StagedSingleParts) {
    const kind = collection.changes[0]?.change.kind;
    this.report = {
      sequence,
      insertedCount: kind === 'insert' ? 1 : 0,
      replacedCount: kind === 'replace' ? 1 : 0,
      deletedCount: kind === 'delete' ? 1 : 0,
    };
    this.payload = logged.payload;
    this.onLogged = logged.onLogged;
    this.#collection = collection;
    this.#row = row;
    this.#schemaChanged = schemaChanged;
  }

  published(): PublishedCommit {
    return {
      event: {
        sequence: this.report.sequence,
        collections: [this.#collection.entry.definition.name],
        schemaChanged: this.#schemaChanged,
      },
      changed: [{ ...this.#collection, rows: [this.#row] }],
    };
  }
}

function countsAfter(counts: CollectionState, change: DocumentChange): CollectionState {
  const { documentCount, nextRow, lastId } = counts;
  if (change.kind === 'replace') return counts;
  if (change.kind === 'delete') return { documentCount: documentCount - 1, nextRow, lastId };
  return { documentCount: documentCount + 1, nextRow: nextRow + 1, lastId: change.document.id };
}
