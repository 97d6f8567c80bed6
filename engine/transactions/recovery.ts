/*
 * What the log holds above the store's LSN comes back: commits go into a write buffer, as they would have been at the
 * moment of the crash, so that opening need not wait until they are applied. A change of the catalog is applied at
 * once, and what was buffered before it first.
 */
import { nextTurn } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { LogRecord } from '../wal/log-record.ts';
import { BufferApplication } from './apply-buffer.ts';
import { type CollectionState, readCollectionState } from './collection-state.ts';
import {
  decodeCommit,
  decodeOperations,
  type LoggedChange,
  type LoggedCollection,
  locateReplaced,
  type ReplacedPlace,
} from './log-payload.ts';
import { applyOperations } from './operation-recorder.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { PendingState } from './pipeline-task.ts';
import { noteUniqueKeys, type RecoveredCollection } from './recovered-change.ts';
import { writeSequence } from './stored-sequence.ts';
import { type CollectionBuffer, WriteBuffer } from './write-buffer.ts';

const rowsPerStep = 256;
const operationBytesExpected = 256 * 1024;

/** Takes records in the order of their LSN, and hands what they make to the state of the pipeline. */
export class LogReplay {
  readonly #store: KvStore;
  readonly #state: PipelineState;
  #pending: PendingState;
  #buffer: WriteBuffer;
  #commitCount = 0;
  /** All that the last payload lies in. */
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #collections = new WeakMap<CollectionEntry, RecoveredCollection>();

  constructor(store: KvStore, state: PipelineState) {
    this.#store = store;
    this.#state = state;
    this.#pending = state.begin();
    this.#buffer = recoveredBuffer(this.#pending);
  }

  /** Commits and changes of the catalog that came back. */
  get commitCount(): number {
    return this.#commitCount;
  }

  /** @throws AuroraError `DatabaseCorrupt` when a record does not follow the one before */
  take(record: LogRecord): Promise<void> | undefined {
    if (record.kind === 'note') return undefined;
    if (record.lsn !== this.#pending.sequence + 1) {
      throw corrupt(`commit ${record.lsn} follows commit ${this.#pending.sequence}`);
    }
    this.#commitCount += 1;
    if (record.kind !== 'commit') return this.#takeOperations(record);
    this.#takeCommit(record);
    return undefined;
  }

  /** Makes everything that was taken visible; with `applies` the store holds it then. */
  async finish({ applies }: { readonly applies: boolean }): Promise<void> {
    if (applies) await this.#applyBuffer();
    else {
      this.#state.recover(this.#buffer, this.#pending);
      void noteKeysInTurns(this.#buffer);
    }
  }

  #takeCommit({ lsn, payload }: LogRecord): void {
    let changeCount = 0;
    const replaced = locateReplaced(payload);
    if (replaced !== undefined) {
      this.#takeReplaced(lsn, payload, replaced);
      changeCount = 1;
    } else {
      for (const collection of decodeCommit(payload).collections) {
        this.#takeCollection(lsn, collection);
        changeCount += collection.changes.length;
      }
    }
    this.#buffer.added(lsn, { changeCount, bytes: payload.length, bytesExpected: 0 });
    this.#pending.sequence = lsn;
  }

  /** Replacing one document changes no counts and no ids; it need not be decoded. */
  #takeReplaced(lsn: number, payload: Uint8Array, place: ReplacedPlace): void {
    const { collectionId, row } = place;
    const entry = this.#entryOf(lsn, collectionId);
    const buffer = this.#buffer.open(collectionId);
    if (buffer.counts === undefined) {
      buffer.setCounts(lsn, readCollectionState(this.#pending.base.reader, collectionId));
    }
    if (this.#bytes.buffer !== payload.buffer) this.#bytes = new Uint8Array(payload.buffer);
    const bytes = this.#bytes;
    const recordOffset = payload.byteOffset + place.recordOffset;
    buffer.setRecovered({ lsn, collection: this.#shared(entry), row, bytes, recordOffset });
  }

  #takeCollection(lsn: number, { collectionId, structures, changes }: LoggedCollection): void {
    const entry = this.#entryOf(lsn, collectionId);
    const { codecs } = this.#pending;
    if (structures !== undefined) {
      codecs.adopt(entry, structures);
      // What comes from here on is decoded with the new table; what came before needs no more than its own.
      this.#collections.delete(entry);
    }
    const buffer = this.#buffer.open(collectionId);
    let counts =
      buffer.counts?.value ?? readCollectionState(this.#pending.base.reader, collectionId);
    let { idsAscend } = entry;
    // Deletes first, as when the commit was made: an insert may take over the id of a document that goes.
    const ordered =
      changes.length === 1 ? changes : [...changes].sort((a, b) => order(a) - order(b));
    for (const change of ordered) {
      const document = this.#addChange({ buffer, lsn, entry }, change);
      if (change.kind === 'insert' && document !== undefined) {
        if (counts.lastId !== undefined && document.id <= counts.lastId) idsAscend = false;
      }
      counts = countsAfter(counts, change, document);
    }
    buffer.setCounts(lsn, counts);
    if (entry.idsAscend && !idsAscend) {
      this.#pending.catalog = this.#pending.catalog.with({ ...entry, idsAscend: false });
    }
  }

  /** Gives the document as it becomes. */
  #addChange(
    place: { buffer: CollectionBuffer; lsn: number; entry: CollectionEntry },
    change: LoggedChange,
  ): StoredDocument | undefined {
    const { buffer, lsn, entry } = place;
    const codec = this.#pending.codecs.of(entry);
    const { row, record } = change;
    const before = change.before === undefined ? undefined : codec.decode(change.before);
    const document = record === undefined ? undefined : codec.decode(record);
    const parts = { lsn, document, record, indexes: undefined, codec };
    buffer.setDocument(row, parts, { base: before });
    if (change.kind === 'insert' && document !== undefined) buffer.setId(lsn, document.id, row);
    if (change.kind === 'delete' && before !== undefined) buffer.setId(lsn, before.id, undefined);
    noteUniqueKeys(
      buffer.uniqueRows,
      { lsn, row, before, document },
      this.#shared(entry).uniqueLayouts,
    );
    return document;
  }

  #entryOf(lsn: number, collectionId: number): CollectionEntry {
    const entry = this.#pending.catalog.collectionById(collectionId);
    if (entry === undefined) throw corrupt(`commit ${lsn} changes a collection that is not there`);
    return entry;
  }

  #shared(entry: CollectionEntry): RecoveredCollection {
    const known = this.#collections.get(entry);
    if (known !== undefined) return known;
    const { codecs } = this.#pending;
    const collection = {
      codec: codecs.of(entry),
      uniqueLayouts: codecs.layouts(entry).filter((layout) => layout.entry.unique),
    };
    this.#collections.set(entry, collection);
    return collection;
  }

  async #takeOperations({ lsn, payload }: LogRecord): Promise<void> {
    const operations = decodeOperations(payload);
    await this.#applyBuffer();
    this.#store.transact((writer) => {
      applyOperations(writer, operations);
      writeSequence(writer, lsn);
    }, operationBytesExpected);
    this.#state.reload();
    this.#pending = this.#state.begin();
  }

  async #applyBuffer(): Promise<void> {
    this.#state.recover(this.#buffer, this.#pending);
    if (this.#state.isSettled) return;
    const frozen = this.#state.freeze();
    const application = new BufferApplication(frozen, this.#state.applyTarget);
    while (!application.isDone) {
      application.step(rowsPerStep, (action, bytes) => this.#store.transact(action, bytes));
      await nextTurn();
    }
    this.#state.rebase();
    for (const _ of this.#state.hints.noteAll(frozen)) await nextTurn();
    this.#buffer = recoveredBuffer(this.#pending);
  }
}

function recoveredBuffer({ known }: PendingState): WriteBuffer {
  return new WriteBuffer({ isRecovered: true, known });
}

/** Notes recovered unique keys a few at a time, so that the first write that needs one hardly waits. */
async function noteKeysInTurns(buffer: WriteBuffer): Promise<void> {
  for (const { recoveredKeys } of buffer.collections) {
    while (!recoveredKeys.isNoted) {
      await nextTurn();
      try {
        recoveredKeys.note(rowsPerStep);
      } catch (error) {
        // Who looks for a key is told of the same damage.
        if (error instanceof AuroraError) break;
        throw error;
      }
    }
  }
}

function order({ kind }: LoggedChange): number {
  return kind === 'delete' ? 0 : 1;
}

function countsAfter(
  counts: CollectionState,
  { kind, row }: LoggedChange,
  document: StoredDocument | undefined,
): CollectionState {
  switch (kind) {
    case 'insert':
      return {
        documentCount: counts.documentCount + 1,
        nextRow: Math.max(counts.nextRow, row + 1),
        lastId: document?.id ?? counts.lastId,
      };
    case 'delete':
      return { ...counts, documentCount: counts.documentCount - 1 };
    case 'replace':
      return counts;
  }
}

function corrupt(what: string): AuroraError {
  return new AuroraError('DatabaseCorrupt', `The write-ahead log does not fit: ${what}.`, {
    hint: 'Keep a copy of the folder, then restore the last backup.',
  });
}
