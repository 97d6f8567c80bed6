/*
 * GraphQL over HTTP, as the specification of that name says: https://graphql.github.io/graphql-over-http/draft/.
 * With `application/graphql-response+json` the status says what became of the request; with `application/json`, which
 * clients of old expect to be 200 whatever happened, it does so only where the request was not understood at all or
 * the server could not do its part.
 */
import type { Database, EventStream, ResultExtensions, SubscriptionEvent } from '#engine';
import type { ParsedStatement } from '#engine/aql';
import type { Scope } from './access.ts';
import type { Exchange } from './exchange.ts';
import { type GraphqlError, graphqlErrors } from './graphql-errors.ts';
import { sendSingleEvent, sendSubscription, subscriptionKey } from './graphql-events.ts';
import { type GraphqlRequest, readGraphqlRequest } from './graphql-request.ts';
import { HttpFailure, isFault, isFieldError, statusOf } from './http-failure.ts';
import { preferredType } from './media-types.ts';
import { serverLimits } from './server-limits.ts';
import { TextFactsTable } from './text-facts.ts';

export interface GraphqlRouteOptions {
  readonly depthMax: number;
  readonly subscriptionsMax: number;
  /** Told about faults, which clients are not told. */
  readonly onFault: (error: unknown) => void;
}

interface GraphqlResponse {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: ResultExtensions;
}

// The first is what a client gets that does not say: the type that all clients know.
const responseTypes = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
] as const;
type ResponseType = (typeof responseTypes)[number];

const neededScopes: Readonly<Record<ParsedStatement['kind'], Scope>> = {
  query: 'read',
  subscription: 'read',
  mutation: 'write',
  schema: 'admin',
  migrate: 'admin',
};

export class GraphqlRoute {
  readonly #db: Database;
  readonly #options: GraphqlRouteOptions;
  readonly #facts = new TextFactsTable();
  readonly #followed = new Set<EventStream<SubscriptionEvent>>();

  constructor(db: Database, options: GraphqlRouteOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Ends all subscriptions, each with its completion. */
  endSubscriptions(): void {
    for (const events of this.#followed) events.close();
  }

  async answer(exchange: Exchange): Promise<void> {
    const type = preferredType(exchange.header('accept'), responseTypes);
    if (type === undefined) {
      throw new HttpFailure(406, 'InvalidValue', `This gives ${responseTypes.join(' or ')}.`);
    }
    let request: GraphqlRequest;
    try {
      request = await readGraphqlRequest(exchange);
      this.#check(exchange, request);
    } catch (error) {
      await this.#answerFailure(exchange, type, error, '');
      return;
    }
    try {
      const response = await this.#execute(exchange, request, type);
      if (response === 'followed') return;
      if (type === 'text/event-stream') await sendSingleEvent(exchange, response);
      else await exchange.sendJson(200, response, type);
    } catch (error) {
      // After the first byte there is no other answer to give.
      if (exchange.isAnswered) throw error;
      await this.#answerFailure(exchange, type, error, request.query);
    }
  }

  /** Refuses what the limits, the method or the scope do not allow, before anything runs. */
  #check(exchange: Exchange, { query, operationName }: GraphqlRequest): void {
    const { statements, depth, fieldCount } = this.#facts.get(query);
    const asked = statements.filter(
      ({ name }) => operationName === undefined || name === operationName,
    );
    for (const { kind } of asked) {
      exchange.require(neededScopes[kind]);
      if (exchange.method !== 'POST' && kind !== 'query') {
        throw new HttpFailure(405, 'InvalidValue', 'GET runs queries only; use POST.', {
          Allow: 'POST',
        });
      }
    }
    requireAtMost('levels', depth, this.#options.depthMax);
    requireAtMost('fields', fieldCount, serverLimits.fieldCountMax);
  }

  /** The result of a request; a subscription is followed to its end instead. */
  async #execute(
    exchange: Exchange,
    request: GraphqlRequest,
    type: ResponseType,
  ): Promise<GraphqlResponse | 'followed'> {
    const { query, variables, operationName } = request;
    const result = await this.#db.execute(query, {
      variables,
      operationName,
      signal: exchange.signal,
    });
    if (result.kind === 'subscription') {
      await this.#follow(exchange, request, type, result.events);
      return 'followed';
    }
    const { data, errors, extensions } = result;
    return { ...(errors === undefined ? {} : { errors }), data, extensions };
  }

  async #follow(
    exchange: Exchange,
    { query, operationName }: GraphqlRequest,
    type: ResponseType,
    events: EventStream<SubscriptionEvent>,
  ): Promise<void> {
    try {
      if (type !== 'text/event-stream') {
        throw new HttpFailure(406, 'NotExecutable', 'A subscription gives text/event-stream only.');
      }
      if (this.#followed.size >= this.#options.subscriptionsMax) {
        throw new HttpFailure(503, 'LimitExceeded', 'Too many subscriptions are followed.');
      }
      this.#followed.add(events);
      await sendSubscription(exchange, events, subscriptionKey(query, operationName));
    } finally {
      this.#followed.delete(events);
      events.close();
    }
  }

  async #answerFailure(
    exchange: Exchange,
    type: ResponseType,
    error: unknown,
    text: string,
  ): Promise<void> {
    if (isFault(error)) this.#options.onFault(error);
    const errors = graphqlErrors(error, text);
    const bodyType = type === 'text/event-stream' ? 'application/json' : type;
    if (isFieldError(error)) {
      await exchange.sendJson(200, { errors, data: null }, bodyType);
      return;
    }
    if (error instanceof HttpFailure) {
      for (const [name, value] of Object.entries(error.headers)) exchange.setHeader(name, value);
    }
    const status = statusOf(error);
    const isUnderstood = !(error instanceof HttpFailure) && status < 500;
    const isAlwaysOk = type === 'application/json' && isUnderstood;
    await exchange.sendJson(isAlwaysOk ? 200 : status, { errors }, bodyType);
  }
}

function requireAtMost(what: string, count: number, countMax: number): void {
  if (count <= countMax) return;
  const message = `The operation has ${count} ${what}; this server takes at most ${countMax}.`;
  throw new HttpFailure(400, 'LimitExceeded', message);
}
