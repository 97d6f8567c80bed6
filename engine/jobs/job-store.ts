/*
 * The stored side of jobs: reading them by id, and writing what becomes of them. Whatever is written in one turn of
 * the event loop, or while two commits are on their way, becomes one commit: while one waits for the disk, the next is
 * prepared. Where writes have come one by one for a while, the next begins at once. When a part of one is refused, the
 * others must not suffer: they are then written one by one.
 */
import { assert } from '../base/assert.ts';
import { nextTurn } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import type { FreedKey } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { type JobRecord, type RunRecord, readJob } from './job-record.ts';
import { childEnded, consequencesOf } from './job-rules.ts';

/** A job with the row in which it is stored. */
export interface StoredJob {
  readonly row: Row;
  readonly job: JobRecord;
  /** The sequence of a state in which it is stored so. */
  readonly asOf: number;
  /** The bytes of what is stored, where they are at hand. */
  readonly record?: Uint8Array | undefined;
  /** What is stored, while only a record says that the job is claimed (claim-records.ts). */
  readonly waiting?: JobRecord;
}

/** What is written together. */
export interface JobWrite {
  readonly changes: readonly DocumentChange[];
  readonly freedKeys: readonly FreedKey[];
  /** Parents of jobs that have ended. */
  readonly parentIds: readonly string[];
  /** True for what may be lost in a power cut, because it is done again then. */
  readonly isRelaxed: boolean;
}

interface WaitingWrite {
  readonly write: JobWrite;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
}

interface FlushOptions {
  /** True when nobody else is writing: then nothing is waited for that could come with it. */
  readonly isAlone: boolean;
}

/** Commits that may be on their way at a time: while one waits for the disk, the next is prepared. */
const underWayMax = 2;
/** After so many writes that found nothing before them, the next waits for no others. */
const aloneMin = 8;

/** Which documents the writes of a batch are about. */
class BatchScope {
  readonly #changed = new Set<string>();
  /** Parents, which are changed with what waits for them in the same batch. */
  readonly #parents = new Set<string>();

  add({ changes, freedKeys, parentIds }: JobWrite): void {
    for (const change of changes) this.#changed.add(idOfChange(change));
    for (const { id } of freedKeys) this.#changed.add(id);
    for (const id of parentIds) this.#parents.add(id);
  }

  /** True for a write that must come after the batch; `isOwn`: that cannot be part of it. */
  overlaps({ changes, freedKeys, parentIds }: JobWrite, isOwn: boolean): boolean {
    const isTaken = (id: string): boolean => this.#changed.has(id) || this.#parents.has(id);
    return (
      changes.some((change) => isTaken(idOfChange(change))) ||
      freedKeys.some(({ id }) => isTaken(id)) ||
      parentIds.some((id) => (isOwn ? this.#changed.has(id) : isTaken(id)))
    );
  }
}

export class JobStore {
  readonly #pipeline: CommitPipeline;
  readonly #waiting: WaitingWrite[] = [];
  #flushing: Promise<void> | undefined;
  /** Writes in a row that found no other; below zero after some came together. */
  #aloneCount = 0;
  /** True when one was begun in this turn of the event loop without waiting for others. */
  #isTurnTaken = false;
  /** Batches whose commits are on their way, and what they are about. */
  readonly #underWay = new Map<Promise<void>, BatchScope>();

  constructor(pipeline: CommitPipeline) {
    this.#pipeline = pipeline;
  }

  /** The stored jobs of these ids, without those that are not there. */
  read(ids: readonly string[]): readonly StoredJob[] {
    return this.readAt(ids.map((id) => ({ id, row: undefined })));
  }

  /** The same for jobs that were seen in a row. */
  readAt(
    places: readonly { readonly id: string; readonly row: Row | undefined }[],
  ): readonly StoredJob[] {
    return this.#withSnapshot((snapshot) => {
      const entry = entryOf(snapshot, '_jobs');
      const { sequence: asOf } = snapshot;
      const stored: StoredJob[] = [];
      for (const { id, row } of places) {
        const found = documentIn(snapshot, entry, id, row) ?? documentOf(snapshot, entry, id);
        const job = found && readJob(found.document);
        if (found !== undefined && job !== undefined) stored.push({ row: found.row, job, asOf });
      }
      return stored;
    });
  }

  /** Resolves to the sequence of its commit when it is durable and visible. @throws what a commit throws */
  write(write: JobWrite): Promise<number> {
    return new Promise((resolve, reject) => {
      const waiting = { write, resolve, reject };
      if (this.#isAlone()) {
        const scope = new BatchScope();
        scope.add(write);
        this.#begin([waiting], scope, { isAlone: true });
        return;
      }
      this.#waiting.push(waiting);
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Writes all of them in one commit, or none. @throws what a commit throws */
  writeTogether(writes: readonly JobWrite[]): Promise<number> {
    return this.write({
      changes: writes.flatMap(({ changes }) => changes),
      freedKeys: writes.flatMap(({ freedKeys }) => freedKeys),
      parentIds: writes.flatMap(({ parentIds }) => parentIds),
      isRelaxed: writes.every(({ isRelaxed }) => isRelaxed),
    });
  }

  /** Replaces a job, with the run that ended and with what follows. */
  replace(
    known: StoredJob,
    { job, run }: { readonly job: JobRecord; readonly run?: RunRecord | undefined },
    { isRelaxed = false }: { readonly isRelaxed?: boolean } = {},
  ): Promise<number> {
    return this.write(replacement(known, { job, run }, isRelaxed));
  }

  /** The change that writes a document in place of the one of its id, or deletes that; `undefined` for none. */
  changeTo(
    collection: string,
    id: string,
    document: StoredDocument | undefined,
  ): DocumentChange | undefined {
    const found = this.#withSnapshot((snapshot) =>
      documentOf(snapshot, entryOf(snapshot, collection), id),
    );
    return changeOf(collection, found, document);
  }

  /** Writes a document in place of the one of its id, or deletes that; reads it again when somebody was faster. */
  async upsert(
    collection: string,
    id: string,
    make: (before: StoredDocument | undefined) => StoredDocument | undefined,
  ): Promise<void> {
    for (let conflicts = 0; ; conflicts += 1) {
      const found = this.#withSnapshot((snapshot) =>
        documentOf(snapshot, entryOf(snapshot, collection), id),
      );
      const document = make(found?.document);
      const change = changeOf(collection, found, document);
      if (change === undefined) return;
      try {
        await this.#pipeline.commit([change]);
        return;
      } catch (error) {
        if (!mayBeOfOne(error) || conflicts >= limits.conflictRetriesMax) throw error;
      }
    }
  }

  /** Resolves when nothing waits to be written. */
  async drained(): Promise<void> {
    while (this.#flushing !== undefined || this.#underWay.size > 0) {
      await this.#flushing;
      await Promise.all(this.#underWay.keys());
    }
  }

  /** Notes a write; true when it need not wait for others: many before it came alone, and it is the first of its turn. */
  #isAlone(): boolean {
    const hasOthers = this.#flushing !== undefined || this.#underWay.size > 0 || this.#isTurnTaken;
    this.#aloneCount = hasOthers ? -aloneMin : this.#aloneCount + 1;
    if (this.#aloneCount <= aloneMin) return false;
    this.#isTurnTaken = true;
    setImmediate(() => {
      this.#isTurnTaken = false;
    });
    return true;
  }

  async #flushAll(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      const scope = new BatchScope();
      const batch = this.#underWay.size < underWayMax ? this.#takeBatch(scope) : [];
      if (batch.length === 0) await Promise.race(this.#underWay.keys());
      else this.#begin(batch, scope, { isAlone: false });
    }
    this.#flushing = undefined;
  }

  #begin(batch: readonly WaitingWrite[], scope: BatchScope, options: FlushOptions): void {
    // Not within the call: who hears of a commit that is done at once may write, and must find this one under way.
    const flushed = Promise.resolve()
      .then(() => this.#flush(batch, options))
      .finally(() => this.#underWay.delete(flushed));
    this.#underWay.set(flushed, scope);
  }

  /** The next writes that go together: no two of them are about one document, nor one of them and one on its way. */
  #takeBatch(scope: BatchScope): readonly WaitingWrite[] {
    const batch: WaitingWrite[] = [];
    const others = [...this.#underWay.values()];
    let weight = 0;
    for (const waiting of this.#waiting) {
      weight += waiting.write.changes.length;
      if (batch.length > 0 && weight > limits.jobBatchChangesMax) break;
      const { write } = waiting;
      if (scope.overlaps(write, true) || others.some((each) => each.overlaps(write, false))) break;
      scope.add(waiting.write);
      batch.push(waiting);
    }
    this.#waiting.splice(0, batch.length);
    return batch;
  }

  async #flush(batch: readonly WaitingWrite[], options: FlushOptions): Promise<void> {
    let sequence: number;
    try {
      sequence = await this.#commit(
        batch.map(({ write }) => write),
        options,
      );
    } catch (error) {
      const [only] = batch;
      if (batch.length > 1 && mayBeOfOne(error)) {
        for (const each of batch) await this.#flush([each], options);
      } else if (only !== undefined) for (const { reject } of batch) reject(error);
      return;
    }
    for (const { resolve } of batch) resolve(sequence);
  }

  async #commit(writes: readonly JobWrite[], { isAlone }: FlushOptions): Promise<number> {
    const isRelaxed = writes.every((write) => write.isRelaxed);
    const changes = this.changesOf(writes);
    const report = await this.#pipeline.commit(changes, { isRelaxed, isAlone });
    return report.sequence;
  }

  /** Everything that a commit must hold for these writes. */
  changesOf(writes: readonly JobWrite[]): readonly DocumentChange[] {
    const changes = writes.flatMap((write) => write.changes);
    const keys = writes.flatMap(({ freedKeys }) => freedKeys);
    const parents = new Map<string, number>();
    for (const { parentIds } of writes) {
      for (const id of parentIds) parents.set(id, (parents.get(id) ?? 0) + 1);
    }
    if (keys.length > 0 || parents.size > 0) {
      changes.push(...this.#consequences(keys, parents));
    }
    return changes;
  }

  #consequences(
    freedKeys: readonly FreedKey[],
    parents: ReadonlyMap<string, number>,
  ): readonly DocumentChange[] {
    return this.#withSnapshot((snapshot) => {
      const added: DocumentChange[] = [];
      const keys = entryOf(snapshot, '_job_keys');
      for (const { id, jobId } of freedKeys) {
        const found = documentOf(snapshot, keys, id);
        if (found === undefined || found.document['job_id'] !== jobId) continue;
        const { row, document } = found;
        added.push({ kind: 'delete', collection: '_job_keys', row, before: document });
      }
      const jobs = entryOf(snapshot, '_jobs');
      for (const [id, endedCount] of parents) {
        const found = documentOf(snapshot, jobs, id);
        const parent = found && readJob(found.document);
        if (found === undefined || parent === undefined) continue;
        added.push({
          kind: 'replace',
          collection: '_jobs',
          row: found.row,
          before: parent,
          document: childEnded(parent, endedCount),
        });
      }
      return added;
    });
  }

  #withSnapshot<Result>(read: (snapshot: Snapshot) => Result): Result {
    const snapshot = this.#pipeline.snapshot();
    try {
      return read(snapshot);
    } finally {
      snapshot.release();
    }
  }
}

function idOfChange(change: DocumentChange): string {
  return change.kind === 'insert' ? change.document.id : change.before.id;
}

function changeOf(
  collection: string,
  found: { readonly row: Row; readonly document: StoredDocument } | undefined,
  document: StoredDocument | undefined,
): DocumentChange | undefined {
  if (found === undefined) return document && { kind: 'insert', collection, document };
  const { row, document: before } = found;
  if (document === undefined) return { kind: 'delete', collection, row, before };
  return { kind: 'replace', collection, row, before, document };
}

/** The write that replaces a job. */
export function replacement(
  { row, job: known, asOf, record: beforeRecord, waiting: before = known }: StoredJob,
  { job, run }: { readonly job: JobRecord; readonly run?: RunRecord | undefined },
  isRelaxed: boolean,
): JobWrite {
  const { freedKey, parentId } = consequencesOf(before, job);
  const changes: DocumentChange[] = [
    { kind: 'replace', collection: '_jobs', row, before, asOf, beforeRecord, document: job },
  ];
  if (run !== undefined) changes.push({ kind: 'insert', collection: '_job_runs', document: run });
  return {
    changes,
    freedKeys: freedKey === undefined ? [] : [freedKey],
    parentIds: parentId === undefined ? [] : [parentId],
    isRelaxed,
  };
}

export function entryOf(snapshot: Snapshot, name: string): CollectionEntry {
  const entry = snapshot.catalog.collection(name);
  assert(entry !== undefined, 'collections of the engine are in every catalog');
  return entry;
}

export function documentOf(
  snapshot: Snapshot,
  entry: CollectionEntry,
  id: string,
): { readonly row: Row; readonly document: StoredDocument } | undefined {
  const row = snapshot.rowOf(entry, id);
  const document = row === undefined ? undefined : snapshot.read(entry, row);
  return row === undefined || document === undefined ? undefined : { row, document };
}

/** The document of an id if it is in the row where it was seen. */
function documentIn(snapshot: Snapshot, entry: CollectionEntry, id: string, row: Row | undefined) {
  const document = row === undefined ? undefined : snapshot.read(entry, row, { isSweep: true });
  return row === undefined || document?.id !== id ? undefined : { row, document };
}

/** True for errors that one part of a commit can cause while the others are right. */
function mayBeOfOne(error: unknown): boolean {
  if (!(error instanceof AuroraError)) return false;
  const { code } = error;
  return (
    code === 'WriteConflict' ||
    code === 'UniqueConstraintViolation' ||
    code === 'TransactionTooLarge' ||
    code === 'LimitExceeded'
  );
}
