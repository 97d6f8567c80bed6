import type { JsonValue } from '#engine/aql';
import { checkedOptions, requireSignal, requireText, wrong } from '../base/arguments.ts';
import { AuroraError } from '../errors.ts';
import { type EventStream, untilAborted } from '../live/event-stream.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { WatchUpdate } from '../live/live-event.ts';
import { builtWhere, type FieldName, type Filter, type FilterBuilder } from './filter-builder.ts';

/** What a query asks of one collection. */
export interface QueryRequest {
  readonly collection: string;
  readonly where: { readonly [key: string]: JsonValue };
  readonly orderBy: readonly { readonly field: string; readonly direction: 'ASC' | 'DESC' }[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** The version that each document of an update or delete must have. */
  readonly ifVersion?: string | undefined;
}

/** The filter of a query that has none yet. */
export const everything: QueryRequest['where'] = {};

/** The order of a query that has none yet. */
export const anyOrder: QueryRequest['orderBy'] = [];

/** Whoever runs queries: the database. Documents that it gives belong to the caller. */
export interface QueryHost {
  select(request: QueryRequest): Promise<readonly unknown[]>;
  /** The only document of a request, if a lookup finds it at once; `undefined` says nothing. */
  findNow?(request: QueryRequest): unknown;
  count(request: QueryRequest): Promise<number>;
  update(request: QueryRequest, data: { readonly [field: string]: unknown }): Promise<number>;
  remove(request: QueryRequest): Promise<number>;
  /** Absent inside a transaction, which sees one moment. */
  follow?(request: FollowRequest): EventStream<unknown>;
}

export interface WatchOptions {
  /** How long changes are gathered, to be told as their net effect; 0 unless told. */
  readonly debounceMs?: number | undefined;
}

type NumberUpdate =
  | { readonly increment: number }
  | { readonly decrement: number }
  | { readonly multiply: number };
type ListUpdate<Element> =
  | { readonly push: Element }
  | { readonly pull: Element }
  | { readonly addToSet: Element };
type FieldUpdate<T> =
  | T
  | { readonly set: T }
  | { readonly unset: true }
  | (Exclude<T, null | undefined> extends number ? NumberUpdate : never)
  | (Exclude<T, null | undefined> extends readonly (infer Element)[] ? ListUpdate<Element> : never);

/** New values by field; objects such as `{ increment: 1 }` compute from the present value. */
export type UpdateOf<Doc> = {
  readonly [K in keyof Doc as K extends 'id' ? never : K]?: FieldUpdate<Doc[K]>;
};

/**
 * A query over one collection. Each call gives a new query and leaves the old one as it was; nothing runs before
 * `collect`, `firstOne`, `count`, `update` or `delete`.
 *
 * ```ts
 * await db.query('users').filter((f) => f.gt('age', 25)).orderBy('age', 'desc').limit(10).collect();
 * ```
 */
export class Query<Doc> {
  readonly #host: QueryHost;
  readonly #request: QueryRequest;

  constructor(host: QueryHost, request: QueryRequest) {
    this.#host = host;
    this.#request = request;
  }

  /** Keeps the documents that satisfy the filter; several filters must all hold. */
  filter(build: (f: FilterBuilder<Doc>) => Filter): Query<Doc> {
    const where = builtWhere(build);
    const request = this.#request;
    const present = request.where;
    const both = present === everything ? where : { and: [present, where] };
    const { collection, orderBy, limit, offset, signal, ifVersion } = request;
    // A copy over another object would take V8 ten times as long, and one of all keys takes longer than their names.
    const plain = { collection, where: both, orderBy, limit, offset, signal };
    return new Query(this.#host, ifVersion === undefined ? plain : { ...plain, ifVersion });
  }

  /** Adds a key to the order; null is smallest, ties are broken by id. Without a key, the order is by id. */
  orderBy(field: FieldName<Doc>, direction: 'asc' | 'desc' = 'asc'): Query<Doc> {
    const given = String(direction).toUpperCase();
    if (given !== 'ASC' && given !== 'DESC') throw wrong('A direction', 'asc or desc', direction);
    const request = this.#request;
    const orderBy = [...request.orderBy, { field, direction: given } as const];
    return new Query(this.#host, { ...request, orderBy });
  }

  /** At most so many documents. */
  limit(count: number): Query<Doc> {
    return new Query(this.#host, { ...this.#request, limit: requireCount('limit', count) });
  }

  /** Skips so many documents. */
  offset(count: number): Query<Doc> {
    return new Query(this.#host, { ...this.#request, offset: requireCount('offset', count) });
  }

  /**
   * Lets `update` and `delete` change the documents only when they are all of this version (`documentVersion`), and
   * there is one: else they reject with `VersionMismatch`, and nothing is changed. Reading is not concerned.
   */
  ifVersion(version: string): Query<Doc> {
    requireText(version, 'A version');
    return new Query(this.#host, { ...this.#request, ifVersion: version });
  }

  /** Cancels the query when the signal is aborted; it rejects with `Cancelled` then. */
  signal(signal: AbortSignal): Query<Doc> {
    requireSignal(signal, 'The signal of a query');
    return new Query(this.#host, { ...this.#request, signal });
  }

  /** All documents. They are the caller's and may be changed. */
  async collect(): Promise<Doc[]> {
    const documents = await this.#host.select(this.#request);
    // The host gives documents of this collection; the type is that of its definition.
    return documents as Doc[];
  }

  /** The first document; `undefined` when there is none. */
  firstOne(): Promise<Doc | undefined> {
    // Not `async`, as `update`.
    try {
      const request = this.#request;
      const found = this.#host.findNow?.(request);
      // As in `collect`.
      if (found !== undefined) return Promise.resolve(found as Doc);
      const limit = Math.min(1, request.limit ?? 1);
      const documents = this.#host.select({ ...request, limit });
      return documents.then(([first]) => first as Doc | undefined);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Watches the documents of the query: first those that are there, in order, then each that begins to belong to it,
   * ceases to, or changes; with `limit` and `offset`, to the window. It misses nothing in between. A consumer that is
   * slow gets net effects. It ends with its loop, with the query's signal and with the database.
   * @throws AuroraError `CollectionNotFound`, `InvalidOption`, and what a wrong filter throws; at a guest when updates
   * are pulled
   */
  watch(options: WatchOptions = {}): EventStream<WatchUpdate<Doc>> {
    const { debounceMs } = checkedOptions(options, 'watch');
    const { collection, where, orderBy, limit, offset, signal } = this.#request;
    if (this.#host.follow === undefined) {
      throw new AuroraError(
        'NotInTransaction',
        'A transaction sees one moment: there is nothing to watch.',
      );
    }
    const stream = this.#host.follow({
      kind: 'watch',
      collection,
      where,
      orderBy,
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
      ...(debounceMs === undefined ? {} : { debounceMs }),
    });
    // Updates of documents of this collection; the type is that of its definition.
    return untilAborted(stream as EventStream<WatchUpdate<Doc>>, signal);
  }

  /** How many documents satisfy the filters, whatever `limit` and `offset` say. */
  count(): Promise<number> {
    return this.#host.count(this.#request);
  }

  /** Changes all documents that satisfy the filters, in one commit, and gives their number. */
  update(data: UpdateOf<Doc>): Promise<number> {
    // Not `async`: that would add three turns of the microtask queue to every update.
    try {
      this.#refuseLimit('update');
      return this.#host.update(this.#request, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Deletes all documents that satisfy the filters, in one commit, and gives their number. */
  async delete(): Promise<number> {
    this.#refuseLimit('delete');
    return this.#host.remove(this.#request);
  }

  #refuseLimit(action: string): void {
    const { limit, offset } = this.#request;
    if (limit === undefined && offset === undefined) return;
    throw new AuroraError(
      'InvalidOption',
      `"${action}" concerns all documents that the filters find; it cannot be combined with limit or offset.`,
      { hint: 'Collect the ids first and filter by them.' },
    );
  }
}

function requireCount(name: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new AuroraError('InvalidValue', `"${name}" takes a whole number from 0, not ${count}.`, {
    details: { argument: name, value: count },
  });
}
