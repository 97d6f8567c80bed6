/*
 * A commit that inserts many documents into one collection, which is how data comes in. It does what prepared-changes.ts,
 * check-changes.ts and stage-commit.ts do for changes of any kind, on arrays of bytes instead of objects for each document
 * (inserted-rows.ts). engine/test/insert-commit.test.ts holds the two to the same outcomes.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { assertRowsLeft, endsStep } from './check-changes.ts';
import type { CollectionState } from './collection-state.ts';
import type { InsertedRows } from './inserted-rows.ts';
import { LatestState } from './latest-state.ts';
import { NewUniqueKeys } from './new-unique-keys.ts';
import type { ChangedCollection, PendingState } from './pipeline-task.ts';
import type { PreparationSource } from './prepared-changes.ts';
import { type Insert, PreparedInserts } from './prepared-inserts.ts';
import type { DocumentChange } from './snapshot.ts';
import type { StagedCommit } from './stage-commit.ts';
import { uniqueViolation } from './unique-violation.ts';

/** The inserts that changes are, when they are nothing else, all of them into one collection. */
export function insertsOf(changes: readonly DocumentChange[]): readonly Insert[] | undefined {
  const collection = changes[0]?.collection;
  const isInsert = (change: DocumentChange): change is Insert =>
    change.kind === 'insert' && change.collection === collection;
  return changes.every(isInsert) ? changes : undefined;
}

/** Small documents that are prepared between two looks at the clock, and so many bytes of larger ones. */
const documentsPerLook = 8;
const bytesPerLook = 32 * 1024;

/** Prepares inserts a few at a time, so that the caller may stop in between. @throws AuroraError as `prepareChanges` */
export function* prepareInserts(
  inserts: readonly Insert[],
  source: PreparationSource,
): Generator<void, InsertCommit> {
  const prepared = emptyFor(inserts, source);
  let lookedAt = 0;
  let count = 0;
  for (const { document } of inserts) {
    prepared.add(document);
    count += 1;
    if (count % documentsPerLook !== 0 && prepared.payload.length - lookedAt < bytesPerLook)
      continue;
    lookedAt = prepared.payload.length;
    yield;
  }
  return new InsertCommit(inserts, prepared);
}

function emptyFor(inserts: readonly Insert[], source: PreparationSource): PreparedInserts {
  return new PreparedInserts(
    { collection: inserts[0]?.collection ?? '', count: inserts.length },
    source,
  );
}

export class InsertCommit {
  readonly #inserts: readonly Insert[];
  #prepared: PreparedInserts;

  constructor(inserts: readonly Insert[], prepared: PreparedInserts) {
    this.#inserts = inserts;
    this.#prepared = prepared;
  }

  get bytesExpected(): number {
    return this.#prepared.bytesExpected;
  }

  /** Checks the commit and adds it to the write buffer, as `stageCommit` does. @throws AuroraError as that */
  *stage(state: PendingState): Generator<void, StagedCommit> {
    this.#adopt(state);
    // The flag for ascending ids may have changed without a new preparation.
    const { definition } = this.#prepared.entry;
    const entry = state.catalog.collection(definition.name) ?? this.#prepared.entry;
    const check = new InsertCheck(this.#prepared, entry, state);
    yield* check.run();
    state.sequence += 1;
    const schemaChanged = entry.idsAscend && !check.idsAscend;
    if (schemaChanged) state.catalog = state.catalog.with({ ...entry, idsAscend: false });
    const rows = this.#prepared.rows({ lsn: state.sequence, firstRow: check.counts.nextRow });
    yield* this.#addToBuffer(state, check, rows);
    return this.#staged(state, entry, { rows, schemaChanged });
  }

  /** The collection as it is now; prepared again when it was redefined. */
  #adopt(state: PendingState): void {
    const { entry } = this.#prepared;
    const now = state.catalog.collection(entry.definition.name);
    if (now?.storageId === entry.storageId && now.indexes === entry.indexes) return;
    this.#prepared = emptyFor(this.#inserts, { ...state, keepsBefore: state.isLogged });
    for (const { document } of this.#inserts) this.#prepared.add(document);
  }

  *#addToBuffer(
    state: PendingState,
    { counts, isAbove, unique }: InsertCheck,
    rows: InsertedRows,
  ): Generator<void, void> {
    const [active] = state.buffers;
    if (active === undefined) throw new AuroraError('ReadOnly', 'The database only reads.');
    const { entry, documents, recordBytes, bytesExpected } = this.#prepared;
    const lsn = state.sequence;
    const buffer = active.open(entry.storageId);
    buffer.addInserted(rows, { areAbove: isAbove });
    for (let at = 0; !isAbove && at < documents.length; at += 1) {
      if (endsStep(at)) yield;
      buffer.setId(lsn, documents[at]?.id ?? '', rows.firstRow + at);
    }
    yield* unique.addTo(buffer.uniqueRows, rows);
    const changeCount = documents.length;
    buffer.setCounts(lsn, {
      documentCount: counts.documentCount + changeCount,
      nextRow: counts.nextRow + changeCount,
      lastId: documents.at(-1)?.id ?? counts.lastId,
    });
    active.added(lsn, { changeCount, bytes: recordBytes, bytesExpected });
  }

  #staged(
    state: PendingState,
    entry: CollectionEntry,
    { rows, schemaChanged }: { readonly rows: InsertedRows; readonly schemaChanged: boolean },
  ): StagedCommit {
    const { sequence } = state;
    const inserts = this.#inserts;
    const codec = state.codecs.of(entry);
    const structures = state.isLogged ? codec.unloggedStructures() : undefined;
    const collectionId = entry.storageId;
    return {
      report: { sequence, insertedCount: inserts.length, replacedCount: 0, deletedCount: 0 },
      published: () => ({
        event: { sequence, collections: [entry.definition.name], schemaChanged },
        changed: [new ChangedInserts(entry, inserts, rows)],
      }),
      payload: state.isLogged
        ? this.#prepared.payload.pieces({
            timeMs: state.now,
            collectionId,
            structures: structures?.bytes,
            firstRow: rows.firstRow,
          })
        : [],
      onLogged: () => codec.markLogged(structures?.count ?? 0),
    };
  }
}

/** Listeners hear of many documents that most of them do not ask for. */
class ChangedInserts implements ChangedCollection {
  readonly entry: CollectionEntry;
  readonly #inserts: readonly Insert[];
  readonly #rows: InsertedRows;

  constructor(entry: CollectionEntry, inserts: readonly Insert[], rows: InsertedRows) {
    this.entry = entry;
    this.#inserts = inserts;
    this.#rows = rows;
  }

  get changes(): ChangedCollection['changes'] {
    return this.#inserts.map((change, at) => ({ change, record: this.#rows.record(at) }));
  }

  get rows(): readonly number[] {
    return this.#rows.numbers;
  }
}

/** Whether the commit may be made, as check-changes.ts has it for changes of any kind. */
class InsertCheck {
  readonly #prepared: PreparedInserts;
  readonly #entry: CollectionEntry;
  readonly #latest: LatestState;
  readonly counts: CollectionState;
  /** False when the inserts end the collection's ascending order of ids. */
  idsAscend: boolean;
  /** True when every id is above all that the collection has had. */
  isAbove = true;
  readonly unique: NewUniqueKeys;

  constructor(prepared: PreparedInserts, entry: CollectionEntry, state: PendingState) {
    this.#prepared = prepared;
    this.#entry = entry;
    this.#latest = new LatestState(state);
    this.counts = this.#latest.counts(entry.storageId);
    this.idsAscend = entry.idsAscend;
    this.unique = new NewUniqueKeys(prepared, entry, this.#latest);
  }

  /** @throws AuroraError `UniqueConstraintViolation`, `LimitExceeded` */
  *run(): Generator<void, void> {
    const { documents } = this.#prepared;
    assertRowsLeft(this.#entry, this.counts.nextRow + documents.length);
    this.#checkOrder();
    if (!this.isAbove) yield* this.#checkIds();
    yield* this.unique.check();
  }

  /** While ids ascend, those above the last cannot be there, nor twice; this spares most inserts a lookup. */
  #checkOrder(): void {
    let { lastId } = this.counts;
    for (const { id } of this.#prepared.documents) {
      if (lastId !== undefined && id <= lastId) {
        this.idsAscend = false;
        break;
      }
      lastId = id;
    }
    this.isAbove = this.idsAscend;
  }

  *#checkIds(): Generator<void, void> {
    const entry = this.#entry;
    const taken = new Set<string>();
    let position = 0;
    for (const { id } of this.#prepared.documents) {
      if (endsStep(position)) yield;
      position += 1;
      if (taken.has(id) || this.#latest.rowOfId(entry.storageId, id) !== undefined) {
        throw uniqueViolation(entry, ['id'], [id], id);
      }
      taken.add(id);
    }
  }
}
