/* Single documents of a database in this process, given at once; whatever takes a plan is left to a query. */
import { isSampledCollection } from './exec/engine-collections.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import type { OperationTracker } from './exec/operation-tracker.ts';
import { findPoint, type PointSource, readPoint } from './exec/point-read.ts';
import { deletePoint, updatePoint } from './exec/point-write.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { pointConditionOf } from './fluent/point-request.ts';
import type { QueryRequest } from './fluent/query.ts';
import type { CommitPipeline } from './transactions/commit-pipeline.ts';

export class LocalPoints {
  readonly #pipeline: CommitPipeline;
  readonly #tracker: OperationTracker;

  constructor(pipeline: CommitPipeline, tracker: OperationTracker) {
    this.#pipeline = pipeline;
    this.#tracker = tracker;
  }

  /** The document with an id. @throws AuroraError `CollectionNotFound`, `DatabaseClosed` */
  get(collection: string, id: string): unknown {
    return this.#tracker.trackNow(
      { action: 'get', collection, documentId: id },
      () => readPoint(this.#source(), collection, id),
      (document) => (document === undefined ? 0 : 1),
    );
  }

  /** What a lookup can say to a request; nothing, when it takes a query. */
  select(request: QueryRequest): readonly unknown[] | undefined {
    const condition = pointConditionOf(request);
    const { collection } = request;
    if (condition === undefined || this.#pipeline.isClosed) return undefined;
    if (isSampledCollection(collection)) return undefined;
    return this.#tracker.trackFound({ action: 'select', collection }, () =>
      findPoint(this.#source(), collection, condition),
    );
  }

  /** Updates what a request is about, if that is a single document and known as such at once. */
  update(
    environment: ExecEnvironment,
    request: QueryRequest,
    data: { readonly [field: string]: unknown },
  ): Promise<number | undefined> {
    const write = this.#writeOf(request);
    if (write === undefined) return Promise.resolve(undefined);
    return updatePoint(environment, write, toJsonObject(data));
  }

  /** Deletes in the same way. */
  remove(environment: ExecEnvironment, request: QueryRequest): Promise<number | undefined> {
    const write = this.#writeOf(request);
    return write === undefined ? Promise.resolve(undefined) : deletePoint(environment, write);
  }

  #writeOf(request: QueryRequest) {
    const condition = pointConditionOf(request);
    if (condition === undefined) return undefined;
    return { collection: request.collection, condition, source: () => this.#source() };
  }

  #source(): PointSource {
    const { catalog } = this.#pipeline;
    return { lookup: this.#pipeline.lookup(), catalog };
  }
}
