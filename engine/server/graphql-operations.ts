/*
 * Operations of GraphQL whatever brings them, a request or a socket: what they need and may be is asked here before
 * anything runs, and subscriptions are counted and ended here.
 */
import type { Database, EventStream, ResultExtensions, SubscriptionEvent } from '#engine';
import type { ParsedStatement } from '#engine/aql';
import type { Scope } from './access.ts';
import type { GraphqlError } from './graphql-errors.ts';
import { subscriptionKey } from './graphql-events.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { HttpFailure } from './http-failure.ts';
import { serverLimits } from './server-limits.ts';
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

/** A subscription that runs. Whoever follows it releases it. */
export interface Followed {
  readonly events: EventStream<SubscriptionEvent>;
  /** The key of the only root. */
  readonly responseKey: string;
  release(): void;
}

export interface Caller {
  /** @throws HttpFailure 403 */
  require(scope: Scope): void;
  /** False where only queries may run, because what is asked may be asked again by anybody in between. */
  readonly mayChange: boolean;
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
  readonly #followed = new Set<EventStream<SubscriptionEvent>>();

  constructor(db: Database, options: GraphqlOperationsOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Ends all subscriptions, each with its completion. */
  endSubscriptions(): void {
    for (const events of this.#followed) events.close();
  }

  /** Refuses what the limits or the caller's scope do not allow. @throws HttpFailure 400, 403, 405 */
  check({ query, operationName }: GraphqlRequest, caller: Caller): void {
    const { statements, depth, fieldCount, tellsOfCallers } = this.#facts.get(query);
    const asked = statements.filter(
      ({ name }) => operationName === undefined || name === operationName,
    );
    for (const { kind } of asked) {
      caller.require(neededScopes[kind]);
      if (!caller.mayChange && kind !== 'query') {
        throw new HttpFailure(405, 'InvalidValue', 'GET runs queries only; use POST.', {
          Allow: 'POST',
        });
      }
    }
    if (tellsOfCallers) caller.require('admin');
    requireAtMost('levels', depth, this.#options.depthMax);
    requireAtMost('fields', fieldCount, serverLimits.fieldCountMax);
  }

  /** Runs an operation that was checked; the signal ends it, and a subscription as well. */
  async execute(
    { query, variables, operationName }: GraphqlRequest,
    signal: AbortSignal,
  ): Promise<GraphqlResponse | Followed> {
    const result = await this.#db.execute(query, { variables, operationName, signal });
    if (result.kind === 'subscription') {
      return this.#follow(result.events, subscriptionKey(query, operationName));
    }
    const { data, errors, extensions } = result;
    return { ...(errors === undefined ? {} : { errors }), data, extensions };
  }

  /** @throws HttpFailure 503 */
  #follow(events: EventStream<SubscriptionEvent>, responseKey: string): Followed {
    if (this.#followed.size >= this.#options.subscriptionsMax) {
      events.close();
      throw new HttpFailure(503, 'LimitExceeded', 'Too many subscriptions are followed.');
    }
    this.#followed.add(events);
    const release = () => {
      this.#followed.delete(events);
      events.close();
    };
    return { events, responseKey, release };
  }
}

export function isFollowed(outcome: GraphqlResponse | Followed): outcome is Followed {
  return 'events' in outcome;
}

function requireAtMost(what: string, count: number, countMax: number): void {
  if (count <= countMax) return;
  const message = `The operation has ${count} ${what}; this server takes at most ${countMax}.`;
  throw new HttpFailure(400, 'LimitExceeded', message);
}
