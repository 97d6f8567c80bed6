/*
 * GraphQL over HTTP, as the specification of that name says: https://graphql.github.io/graphql-over-http/draft/.
 * With `application/graphql-response+json` the status says what became of the request; with `application/json`, which
 * clients of old expect to be 200 whatever happened, it does so only where the request was not understood at all or
 * the server could not do its part.
 */
import type { Exchange } from './exchange.ts';
import { graphqlErrors } from './graphql-errors.ts';
import { sendResults, sendSingleEvent } from './graphql-events.ts';
import { type Followed, type GraphqlOperations, isFollowed } from './graphql-operations.ts';
import { type GraphqlRequest, readGraphqlRequest } from './graphql-request.ts';
import { HttpFailure, isFault, isFieldError, statusOf } from './http-failure.ts';
import { preferredType } from './media-types.ts';

export interface GraphqlRouteOptions {
  /** Told about faults, which clients are not told. */
  readonly onFault: (error: unknown) => void;
}

// The first is what a client gets that does not say: the type that all clients know.
const responseTypes = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
] as const;
type ResponseType = (typeof responseTypes)[number];

export class GraphqlRoute {
  readonly #operations: GraphqlOperations;
  readonly #onFault: (error: unknown) => void;

  constructor(operations: GraphqlOperations, { onFault }: GraphqlRouteOptions) {
    this.#operations = operations;
    this.#onFault = onFault;
  }

  async answer(exchange: Exchange): Promise<void> {
    const type = preferredType(exchange.header('accept'), responseTypes);
    if (type === undefined) {
      throw new HttpFailure(406, 'InvalidValue', `This gives ${responseTypes.join(' or ')}.`);
    }
    let request: GraphqlRequest | undefined;
    try {
      request = await readGraphqlRequest(exchange);
      this.#operations.check(request, {
        grant: exchange.grant,
        mayChange: exchange.method === 'POST',
      });
    } catch (error) {
      await this.#answerFailure(exchange, type, error, request?.query ?? '');
      return;
    }
    try {
      const { signal, grant } = exchange;
      const mayFollow = type === 'text/event-stream';
      const outcome = await this.#operations.execute(request, { signal, mayFollow, grant });
      if (isFollowed(outcome)) await this.#follow(exchange, type, outcome, request.query);
      else if (type === 'text/event-stream') await sendSingleEvent(exchange, outcome);
      else await exchange.sendJson(200, outcome, type);
    } catch (error) {
      // After the first byte there is no other answer to give.
      if (exchange.isAnswered) throw error;
      await this.#answerFailure(exchange, type, error, request.query);
    }
  }

  async #follow(
    exchange: Exchange,
    type: ResponseType,
    { results, start, release }: Followed,
    text: string,
  ): Promise<void> {
    try {
      if (type !== 'text/event-stream') {
        throw new HttpFailure(406, 'NotExecutable', 'A subscription gives text/event-stream only.');
      }
      const errorsOf = (error: unknown) => {
        if (isFault(error)) this.#onFault(error);
        return graphqlErrors(error, text);
      };
      await sendResults(exchange, results, { start, errorsOf });
    } finally {
      release();
    }
  }

  async #answerFailure(
    exchange: Exchange,
    type: ResponseType,
    error: unknown,
    text: string,
  ): Promise<void> {
    if (isFault(error)) this.#onFault(error);
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
