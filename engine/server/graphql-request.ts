/*
 * The parameters of a GraphQL request over HTTP: from the body of a POST, or from the query of a GET. Everything that
 * is not what the specification says is refused here with 400, so that what follows has plain data of known types.
 */
import type { ChangePosition, JsonValue } from '#engine';
import { checkPlace, readPlaceText } from './event-place.ts';
import { type Exchange, parseJson } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';
import { serverLimits } from './server-limits.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, JsonValue>>;
  readonly operationName: string | undefined;
  /** Behind which a subscription goes on. */
  readonly after: ChangePosition | undefined;
}

/** @throws HttpFailure 400, 405, 413, 415 */
export async function readGraphqlRequest(exchange: Exchange): Promise<GraphqlRequest> {
  const { method } = exchange;
  if (method === 'POST') return goingOn(exchange, checkParameters(await exchange.json()));
  if (method === 'GET' || method === 'HEAD') {
    return goingOn(exchange, checkParameters(readSearch(exchange.search)));
  }
  throw new HttpFailure(405, 'InvalidValue', 'GraphQL is asked by GET or POST.', {
    Allow: 'GET, HEAD, POST',
  });
}

/** What connects again asks for the same as before; the header, which is later, tells where it stands. */
function goingOn(exchange: Exchange, request: GraphqlRequest): GraphqlRequest {
  const id = exchange.header('last-event-id');
  return id === undefined || id === '' ? request : { ...request, after: readPlaceText(id) };
}

function readSearch(search: URLSearchParams): Readonly<Record<string, unknown>> {
  const json = (name: string): unknown => {
    const text = search.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `"${name}"`);
  };
  const operationName = search.get('operationName');
  return {
    query: search.get('query'),
    variables: json('variables'),
    extensions: json('extensions'),
    operationName: operationName === '' ? undefined : operationName,
  };
}

/** The parameters as they came as JSON. @throws HttpFailure 400, 413 */
export function checkParameters(value: unknown): GraphqlRequest {
  if (!isObject(value)) throw invalid('A GraphQL request is a JSON object with "query".');
  const { query, variables, operationName, extensions } = value;
  if (typeof query !== 'string') throw invalid('"query" must be a string.');
  if (query.length > serverLimits.textLengthMax) {
    const message = `"query" has at most ${serverLimits.textLengthMax} characters here. Pass large values as variables.`;
    throw new HttpFailure(413, 'LimitExceeded', message);
  }
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    throw invalid('"operationName" must be a string.');
  }
  if (!isAbsent(extensions) && !isObject(extensions)) {
    throw invalid('"extensions" must be an object.');
  }
  if (!isAbsent(variables) && !isObject(variables)) {
    throw invalid('"variables" must be an object.');
  }
  const after = isObject(extensions) ? extensions['after'] : undefined;
  return {
    query,
    variables: isObject(variables) ? variables : {},
    operationName: typeof operationName === 'string' ? operationName : undefined,
    after: isAbsent(after) ? undefined : checkPlace(after),
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** True for the object of a JSON text. */
export function isObject(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): HttpFailure {
  return new HttpFailure(400, 'InvalidValue', message);
}
