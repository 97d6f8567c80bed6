/*
 * The commit of one document that is inserted. It does what single-commit.ts does for changes of any kind, on arrays of
 * bytes that it shares with the inserts before and behind it (insert-room.ts).
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { keyText } from '../indexes/index-layout.ts';
import { assertRowsLeft, uniqueConflict } from './check-changes.ts';
import type { CollectionState } from './collection-state.ts';
import type { InsertRoom } from './insert-room.ts';
import type { LatestState } from './latest-state.ts';
import { encodeSingleChange } from './log-payload.ts';
import type { ImmediateCommit, PendingState, PublishedCommit } from './pipeline-task.ts';
import {
  assertFits,
  bytesPerKey,
  collectionNamed,
  type PreparationSource,
} from './prepared-changes.ts';
import type { Insert } from './prepared-inserts.ts';
import { SingleCommit, type SingleCommitOptions, unlogged } from './single-commit.ts';
import type { CommitReport, DocumentChange } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import { uniqueViolation } from './unique-violation.ts';
import type { CollectionBuffer } from './write-buffer.ts';

/** The keys of a document that are written whatever indexes there are. */
const otherKeyCount = 3;

type SingleInsertOptions = Pick<SingleCommitOptions, 'isRelaxed'> & { readonly isAlone: boolean };

interface InsertPlace {
  readonly room: InsertRoom;
  readonly position: number;
}

/**
 * The commit of an insert; `undefined` for what must be prepared by itself.
 * @throws AuroraError `CollectionNotFound`, `InvalidValue`, `WriteConflict`
 */
export function singleInsertOf(
  change: DocumentChange,
  source: PreparationSource,
  options: SingleInsertOptions,
): SingleInsert | undefined {
  if (change.kind !== 'insert') return undefined;
  const entry = collectionNamed(source.catalog, change.collection);
  const room = source.codecs.insertRoom(entry);
  if (room === undefined) return undefined;
  if (source.codecs.isRevised(entry)) assertFits(entry, change.document);
  const position = room.add(change.document);
  return position < 0 ? undefined : new SingleInsert(change, { room, position }, options);
}

export class SingleInsert implements ImmediateCommit {
  readonly pace = 'atOnce';
  readonly weight = 1;
  readonly isRelaxed: boolean;
  readonly isAlone: boolean;
  readonly bytesExpected: number;
  readonly #insert: Insert;
  readonly #place: InsertPlace;

  constructor(insert: Insert, place: InsertPlace, options: SingleInsertOptions) {
    const { room, position } = place;
    this.#insert = insert;
    this.#place = place;
    this.isRelaxed = options.isRelaxed;
    this.isAlone = options.isAlone;
    const keyCount = otherKeyCount + room.keys.layouts.length;
    this.bytesExpected = 2 * room.recordBytes(position) + keyCount * bytesPerKey;
  }

  /** @throws AuroraError `UniqueConstraintViolation`, `LimitExceeded`, `CollectionNotFound` */
  stage(state: PendingState, latest: LatestState): StagedCommit {
    const { collection, document } = this.#insert;
    const { room, position } = this.#place;
    const entry = collectionNamed(state.catalog, collection);
    if (!room.isFor(entry, state.codecs.of(entry))) {
      return this.#prepareAgain(state).stage(state, latest);
    }
    const counts = latest.counts(entry.storageId);
    const isAbove = this.#checkId(latest, entry, counts);
    const buffered = this.#checkUnique(latest, entry);
    state.sequence += 1;
    const schemaChanged = entry.idsAscend && !isAbove;
    if (schemaChanged) state.catalog = state.catalog.with({ ...entry, idsAscend: false });
    const [active] = state.buffers;
    if (active === undefined) throw new AuroraError('ReadOnly', 'The database only reads.');
    const { sequence } = state;
    const row = counts.nextRow;
    const buffer = active.open(entry.storageId);
    buffer.addNext(room, { lsn: sequence, row, position, document, isAbove });
    this.#addUnique(buffer, { lsn: sequence, row, buffered });
    buffer.setCounts(sequence, {
      documentCount: counts.documentCount + 1,
      nextRow: row + 1,
      lastId: document.id,
    });
    const bytes = room.recordBytes(position);
    active.added(sequence, { changeCount: 1, bytes, bytesExpected: this.bytesExpected });
    return new StagedInsert(
      { sequence, row, entry, schemaChanged, change: this.#insert, place: this.#place },
      this.#logged(state, row),
    );
  }

  #prepareAgain(state: PendingState): SingleCommit {
    const source = { ...state, keepsBefore: state.isLogged };
    const { isRelaxed, isAlone } = this;
    return new SingleCommit(this.#insert, source, { isRelaxed, isAlone });
  }

  /** True while ids ascend. @throws AuroraError `UniqueConstraintViolation`, `LimitExceeded` */
  #checkId(
    latest: LatestState,
    entry: CollectionEntry,
    { lastId, nextRow }: CollectionState,
  ): boolean {
    const { id } = this.#insert.document;
    assertRowsLeft(entry, nextRow + 1);
    // While ids ascend, one above the last cannot be there; this spares most inserts a lookup.
    if (entry.idsAscend && (lastId === undefined || id > lastId)) return true;
    if (latest.rowOfId(entry.storageId, id) === undefined) return false;
    throw uniqueViolation(entry, ['id'], [id], id);
  }

  /** Gives the numbers of keys that something buffered has led to a row, or from one. @throws AuroraError `UniqueConstraintViolation` */
  #checkUnique(latest: LatestState, entry: CollectionEntry): Set<number> | undefined {
    const { room, position } = this.#place;
    const { layouts, nulls, hashes, bytes, ends } = room.keys;
    let buffered: Set<number> | undefined;
    for (let place = 0; place < layouts.length; place += 1) {
      const layout = layouts[place];
      const number = position * layouts.length + place;
      if (layout === undefined || !layout.entry.unique || nulls[number] === 1) continue;
      if (latest.isNewHash(layout.entry.storageId, hashes[number] ?? 0)) continue;
      const text = keyText(bytes, ends[number - 1] ?? 0, ends[number] ?? 0);
      const found = latest.bufferedRowOfText(entry.storageId, text);
      if (found !== undefined) {
        buffered ??= new Set();
        buffered.add(number);
      }
      const row = found === undefined ? latest.storedRowOfText(text) : found.value;
      if (row !== undefined) throw uniqueConflict(entry, layout, this.#insert.document);
    }
    return buffered;
  }

  #addUnique(
    { uniqueRows }: CollectionBuffer,
    { lsn, row, buffered }: { lsn: number; row: number; buffered: Set<number> | undefined },
  ): void {
    const { room, position } = this.#place;
    const { layouts, nulls, hashes, bytes, ends } = room.keys;
    for (let place = 0; place < layouts.length; place += 1) {
      const layout = layouts[place];
      const number = position * layouts.length + place;
      if (layout === undefined || !layout.entry.unique || nulls[number] === 1) continue;
      if (buffered?.has(number) === true) {
        uniqueRows.setText(lsn, keyText(bytes, ends[number - 1] ?? 0, ends[number] ?? 0), row);
      } else uniqueRows.add(number, hashes[number] ?? 0, layout.entry.storageId);
    }
  }

  #logged(state: PendingState, row: number): Pick<StagedCommit, 'payload' | 'onLogged'> {
    if (!state.isLogged) return unlogged;
    const { room, position } = this.#place;
    const { codec, entry } = room;
    const structures = codec.unloggedStructures();
    const timeMs = state.now;
    const payload = room.payload(position, { timeMs, row });
    if (structures === undefined) return { payload: [payload], onLogged: unlogged.onLogged };
    return {
      payload: encodeSingleChange({
        timeMs,
        collectionId: entry.storageId,
        structures: structures.bytes,
        change: { kind: 'insert', row, record: room.record(position), before: undefined },
      }),
      onLogged: () => codec.markLogged(structures.count),
    };
  }
}

interface StagedInsertParts {
  readonly sequence: number;
  readonly row: number;
  readonly entry: CollectionEntry;
  readonly schemaChanged: boolean;
  readonly change: Insert;
  readonly place: InsertPlace;
}

/** Makes what listeners hear of only when there are some. */
class StagedInsert implements StagedCommit {
  readonly report: CommitReport;
  readonly payload: readonly Uint8Array[];
  readonly onLogged: () => void;
  readonly #parts: StagedInsertParts;

  constructor(parts: StagedInsertParts, logged: Pick<StagedCommit, 'payload' | 'onLogged'>) {
    const { sequence } = parts;
    this.report = { sequence, insertedCount: 1, replacedCount: 0, deletedCount: 0 };
    this.payload = logged.payload;
    this.onLogged = logged.onLogged;
    this.#parts = parts;
  }

  published(): PublishedCommit {
    const { sequence, row, entry, schemaChanged, change, place } = this.#parts;
    const record = place.room.record(place.position);
    return {
      event: { sequence, collections: [entry.definition.name], schemaChanged },
      changed: [{ entry, changes: [{ change, record }], rows: [row] }],
    };
  }
}
