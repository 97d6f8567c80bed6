/* Single documents of a database in this process, given at once; whatever takes a plan is left to a query. */
import type { ExecEnvironment } from './exec/environment.ts';
import { collectionNotFound } from './exec/find-collection.ts';
import type { OperationTracker } from './exec/operation-tracker.ts';
import {
  findOutput,
  type PointCondition,
  PointPlaces,
  type PointSource,
} from './exec/point-read.ts';
import { deletePoint, updatePoint } from './exec/point-write.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { pointConditionOf } from './fluent/point-request.ts';
import type { QueryRequest } from './fluent/query.ts';
import { deleteMatches, updateMatches } from './fluent/query-runner.ts';
import type { CommitPipeline } from './transactions/commit-pipeline.ts';

export class LocalPoints {
  readonly #pipeline: CommitPipeline;
  readonly #tracker: OperationTracker;
  readonly #places = new PointPlaces();

  constructor(pipeline: CommitPipeline, tracker: OperationTracker) {
    this.#pipeline = pipeline;
    this.#tracker = tracker;
  }

  /** The document with an id. @throws AuroraError `CollectionNotFound`, `DatabaseClosed` */
  get(collection: string, id: string): unknown {
    if (!this.#tracker.isObserved) return this.#read(collection, id);
    return this.#tracker.trackNow(
      { action: 'get', collection, documentId: id },
      () => this.#read(collection, id),
      (document) => (document === undefined ? 0 : 1),
    );
  }

  #read(name: string, id: string): unknown {
    const pipeline = this.#pipeline;
    const lookup = pipeline.lookup();
    const { catalog } = pipeline;
    const place = this.#places.of(catalog, name);
    if (place === undefined) throw collectionNotFound(name);
    return lookup.outputOfId(place.collection, id, place.form);
  }

  /** What a lookup can say to a request; nothing, when it takes a query. */
  select(request: QueryRequest): readonly unknown[] | undefined {
    const condition = pointConditionOf(request);
    if (condition === undefined || this.#pipeline.isClosed) return undefined;
    const { collection } = request;
    return this.#tracker.trackFound({ action: 'select', collection }, () => {
      const document = this.#find(collection, condition);
      return document === undefined ? undefined : [document];
    });
  }

  /** The same for the only document that a request is about, while nobody wants to hear of operations. */
  findNow(request: QueryRequest): unknown {
    const condition = pointConditionOf(request);
    if (condition === undefined || this.#pipeline.isClosed || this.#tracker.isObserved) {
      return undefined;
    }
    return this.#find(request.collection, condition);
  }

  #find(name: string, condition: PointCondition): unknown {
    const pipeline = this.#pipeline;
    const place = this.#places.of(pipeline.catalog, name);
    if (place === undefined) return undefined;
    return findOutput(pipeline.lookup(), place, condition);
  }

  /** Updates what a request is about, without a plan if that is a single document and known as such at once. */
  async update(
    environment: ExecEnvironment,
    request: QueryRequest,
    data: { readonly [field: string]: unknown },
  ): Promise<number> {
    const write = this.#writeOf(request);
    const count = write && (await updatePoint(environment, write, toJsonObject(data)));
    return count ?? updateMatches(environment, request, data);
  }

  /** Deletes in the same way. */
  async remove(environment: ExecEnvironment, request: QueryRequest): Promise<number> {
    const write = this.#writeOf(request);
    const count = write && (await deletePoint(environment, write));
    return count ?? deleteMatches(environment, request);
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
