/*
 * Operations of GraphQL whatever brings them, a request or a socket: what they need and may be is asked here before
 * anything runs, and subscriptions are counted and ended here.
 */
import type { ChangePosition, Database, ResultExtensions } from '#engine';
import type { ParsedStatement } from '#engine/aql';
import type { Grant, Scope } from './grant.ts';
import type { GraphqlError } from './graphql-errors.ts';
import { type FollowedResult, subscriptionKey, subscriptionResults } from './graphql-events.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { HttpFailure } from './http-failure.ts';
import { liveResults } from './live-results.ts';
import { serverLimits } from './server-limits.ts';
import { introspectOwn, requireOwnCollections } from './text-collections.ts';
import { TextFactsTable } from './text-facts.ts';

export interface GraphqlOperationsOptions {
  readonly depthMax: number;
  readonly subscriptionsMax: number;
}

export interface GraphqlResponse {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: ResultExtensions;
}

/** A subscription or live query that runs. Whoever follows it releases it. */
export interface Followed {
  readonly results: AsyncIterable<FollowedResult>;
  /** The place behind which a subscription begins; `undefined` where it is not known. */
  readonly start?: ChangePosition | undefined;
  /** Ends it; results that were not taken are dropped. */
  release(): void;
}

interface Closable {
  close(): void;
}

export interface Caller {
  readonly grant: Grant;
  /** False where only queries may run, because what is asked may be asked again by anybody in between. */
  readonly mayChange: boolean;
}

interface ExecuteRequestOptions {
  readonly signal: AbortSignal;
  /** True where live queries are followed. */
  readonly mayFollow: boolean;
  /** With which the operation was checked. */
  readonly grant: Grant;
}

const neededScopes: Readonly<Record<ParsedStatement['kind'], Scope>> = {
  query: 'read',
  subscription: 'read',
  mutation: 'write',
  schema: 'admin',
  migrate: 'admin',
};

export class GraphqlOperations {
  readonly #db: Database;
  readonly #options: GraphqlOperationsOptions;
  readonly #facts = new TextFactsTable();
  readonly #followed = new Set<Closable>();

  constructor(db: Database, options: GraphqlOperationsOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Ends all subscriptions, each with its completion. */
  endSubscriptions(): void {
    for (const events of this.#followed) events.close();
  }

  /**
   * Refuses what the limits or the caller's grant do not allow; to be followed by `execute` in the same turn.
   * @throws HttpFailure 400, 403, 405; AuroraError for a text that is wrong, where the grant is for some collections
   */
  check(request: GraphqlRequest, caller: Caller): void {
    const { query, operationName } = request;
    const { statements, depth, fieldCount, tellsOfCallers } = this.#facts.get(query);
    const asked = statements.filter(
      ({ name }) => operationName === undefined || name === operationName,
    );
    for (const { kind } of asked) {
      caller.grant.requireScope(neededScopes[kind]);
      if (!caller.mayChange && kind !== 'query') {
        throw new HttpFailure(405, 'InvalidValue', 'GET runs queries only; use POST.', {
          Allow: 'POST',
        });
      }
    }
    if (tellsOfCallers) caller.grant.requireForAll('admin');
    requireAtMost('levels', depth, this.#options.depthMax);
    requireAtMost('fields', fieldCount, serverLimits.fieldCountMax);
    requireOwnCollections(request, this.#db.catalog(), caller.grant);
  }

  /**
   * Runs an operation that was checked; the signal ends it, also what is followed. `mayFollow`: live queries are
   * followed, where they else give their result once.
   */
  async execute(
    request: GraphqlRequest,
    { signal, mayFollow, grant }: ExecuteRequestOptions,
  ): Promise<GraphqlResponse | Followed> {
    const { query, variables, operationName, after } = request;
    const { asksForSchema, liveNames, statements } = this.#facts.get(query);
    const schema = asksForSchema ? introspectOwn(request, this.#db.catalog(), grant) : undefined;
    if (schema !== undefined) return { data: schema };
    const options = { variables, operationName, signal, after };
    if (mayFollow && liveNames.has(operationName)) {
      const events = this.#db.live(query, options);
      return this.#follow(events, { results: liveResults(events) });
    }
    const maySubscribe = statements.some(({ kind }) => kind === 'subscription');
    // Asked for before anything is followed, so that no event is before it; without an owner there is none.
    const asked = maySubscribe && after === undefined ? this.#db.position() : undefined;
    const position = asked?.catch(() => undefined);
    const result = await this.#db.execute(query, options);
    if (result.kind === 'subscription') {
      const start = after ?? (await position);
      const responseKey = subscriptionKey(query, operationName);
      const results = subscriptionResults(result.events, { responseKey, start });
      return this.#follow(result.events, { results, start });
    }
    const { data, errors, extensions } = result;
    return { ...(errors === undefined ? {} : { errors }), data, extensions };
  }

  /** @throws HttpFailure 503 */
  #follow(events: Closable, followed: Omit<Followed, 'release'>): Followed {
    if (this.#followed.size >= this.#options.subscriptionsMax) {
      events.close();
      throw new HttpFailure(503, 'LimitExceeded', 'Too many subscriptions are followed.');
    }
    this.#followed.add(events);
    const release = () => {
      this.#followed.delete(events);
      events.close();
    };
    return { ...followed, release };
  }
}

export function isFollowed(outcome: GraphqlResponse | Followed): outcome is Followed {
  return 'results' in outcome;
}

function requireAtMost(what: string, count: number, countMax: number): void {
  if (count <= countMax) return;
  const message = `The operation has ${count} ${what}; this server takes at most ${countMax}.`;
  throw new HttpFailure(400, 'LimitExceeded', message);
}
