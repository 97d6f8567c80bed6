/*
 * Writes of single documents of a database in this process, begun within the call: nothing can come between finding a
 * document and the commit that changes it, so all that an operation has around it for that is left out. Whoever loses
 * against another writer all the same tries again as an operation, which says `undefined` here.
 */
import type { Clock } from './base/clock.ts';
import { completeDocument } from './catalog/document-schema.ts';
import type { JsonObject } from './exec/complete-documents.ts';
import { type LocatedDocument, locatePoint } from './exec/point-read.ts';
import { deleteOf, updateOf } from './exec/point-write.ts';
import { isConflict } from './exec/run-mutation.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { pointConditionOf } from './fluent/point-request.ts';
import type { QueryRequest } from './fluent/query.ts';
import type { CommitCaller } from './transactions/commit-caller.ts';
import type { CommitPipeline } from './transactions/commit-pipeline.ts';
import type { DocumentChange } from './transactions/snapshot.ts';

export interface LocalPointWritesOptions {
  readonly pipeline: CommitPipeline;
  readonly clock: Clock;
  readonly newId: () => string;
  /** False while somebody wants to hear of operations, or writes are refused. */
  readonly mayWrite: () => boolean;
}

export class LocalPointWrites {
  readonly #options: LocalPointWritesOptions;

  constructor(options: LocalPointWritesOptions) {
    this.#options = options;
  }

  /**
   * Inserts one document, which is the engine's from then on, and gives its id; `undefined` when it takes an operation.
   * `again` is that operation.
   */
  insert(
    collection: string,
    input: JsonObject,
    again: () => Promise<string>,
  ): Promise<string> | undefined {
    const { pipeline, clock, newId } = this.#options;
    const entry = this.#isOpenTo(collection) ? pipeline.catalog.collection(collection) : undefined;
    if (entry === undefined) return undefined;
    try {
      const document = completeDocument(entry, input, { now: clock.now(), newId, isOwned: true });
      return this.#commit({ kind: 'insert', collection, document }, document.id, again);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Updates the one document that a request names, and gives 1. */
  update(
    request: QueryRequest,
    data: { readonly [field: string]: unknown },
    again: () => Promise<number>,
  ): Promise<number> | undefined {
    const { clock } = this.#options;
    return this.#change(request, again, (place) =>
      updateOf(place, toJsonObject(data), clock.now()),
    );
  }

  /** Deletes in the same way. */
  remove(request: QueryRequest, again: () => Promise<number>): Promise<number> | undefined {
    return this.#change(request, again, deleteOf);
  }

  #change(
    request: QueryRequest,
    again: () => Promise<number>,
    change: (place: LocatedDocument) => DocumentChange,
  ): Promise<number> | undefined {
    if (!this.#isOpenTo(request.collection)) return undefined;
    const condition = pointConditionOf(request);
    if (condition === undefined) return undefined;
    const { pipeline } = this.#options;
    const { catalog } = pipeline;
    const lookup = pipeline.lookup();
    const place = locatePoint({ lookup, catalog }, request.collection, condition);
    if (place === undefined) return undefined;
    try {
      return this.#commit(change(place), 1, again, lookup.base);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #commit<Result>(
    change: DocumentChange,
    result: Result,
    again: () => Promise<Result>,
    readFrom?: ReturnType<CommitPipeline['lookup']>['base'],
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const caller: CommitCaller = {
        resolve: () => resolve(result),
        reject(error) {
          // Not before whoever tells has told everybody.
          if (isConflict(error)) resolve(Promise.resolve().then(again));
          else reject(error);
        },
      };
      try {
        const report = this.#options.pipeline.commitFor(caller, [change], { readFrom });
        if (report !== undefined) resolve(result);
      } catch (error) {
        caller.reject(error);
      }
    });
  }

  /** What the engine keeps about itself is changed in its own ways. */
  #isOpenTo(collection: string): boolean {
    const { pipeline, mayWrite } = this.#options;
    if (!mayWrite() || pipeline.isClosed || collection.startsWith('_')) return false;
    // Handlers take an operation.
    return pipeline.catalog.handlers.length === 0;
  }
}
