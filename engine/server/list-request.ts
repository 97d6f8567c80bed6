/* What a list of documents asks for, as it stands in a URL: `?where={…}&orderBy=age:desc,name&limit=20&offset=40`. */
import type { JsonValue } from '#engine';
import { parseJson } from './exchange.ts';
import { isObject } from './graphql-request.ts';
import { HttpFailure } from './http-failure.ts';
import { serverLimits } from './server-limits.ts';

export type Where = { readonly [key: string]: JsonValue };

interface OrderKey {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

export interface ListRequest {
  readonly where: Where;
  readonly orderBy: readonly OrderKey[];
  /** Undefined when the client does not say. */
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  /** Id of the document behind which the list begins. */
  readonly after: string | undefined;
}

const parameters = ['where', 'orderBy', 'limit', 'offset', 'after'];

/** @throws HttpFailure 400 */
export function readListRequest(search: URLSearchParams): ListRequest {
  const unknown = [...search.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    throw invalid(`There is no parameter "${unknown}"; there are ${parameters.join(', ')}.`);
  }
  const request = {
    where: readWhere(search) ?? {},
    orderBy: readOrder(search.get('orderBy') ?? ''),
    limit: readCount(search, 'limit'),
    offset: readCount(search, 'offset'),
    after: search.get('after') ?? undefined,
  };
  if (request.after !== undefined && request.offset !== undefined) {
    throw invalid('"after" and "offset" exclude each other.');
  }
  return request;
}

/** The filter of a change of many documents, which has to be there. @throws HttpFailure 400 */
export function requireWhere(search: URLSearchParams): Where {
  const where = readWhere(search);
  const isAlone = [...search.keys()].every((name) => name === 'where');
  if (where !== undefined && isAlone) return where;
  throw invalid('A change of many documents takes "where" and nothing else; {} means all.');
}

function readWhere(search: URLSearchParams): Where | undefined {
  const text = search.get('where');
  if (text === null) return undefined;
  return requireObject(parseJson(text, '"where"'), '"where"');
}

/** @throws HttpFailure 400 */
export function requireObject(value: unknown, what: string): Where {
  if (isObject(value)) return value;
  throw invalid(`${what} must be a JSON object, as in AQL.`);
}

function readOrder(text: string): readonly OrderKey[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [field = '', direction = 'asc', ...rest] = part.trim().split(':');
    if (field === '' || rest.length > 0 || !/^(asc|desc)$/i.test(direction)) {
      throw invalid('"orderBy" is written as in "age:desc,name".');
    }
    return { field, direction: direction.toLowerCase() === 'asc' ? 'ASC' : 'DESC' };
  });
}

function readCount(search: URLSearchParams, name: string): number | undefined {
  const text = search.get(name);
  if (text === null) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw invalid(`"${name}" must be a whole number from 0.`);
}

/** How many documents one JSON list has. @throws HttpFailure 400 */
export function listLimit({ limit }: ListRequest): number {
  const { listLimitDefault, listLimitMax } = serverLimits;
  if (limit === undefined) return listLimitDefault;
  if (limit <= listLimitMax) return limit;
  const message = `A list has at most ${listLimitMax} documents; ask for application/x-ndjson, or go on with "after".`;
  throw new HttpFailure(400, 'LimitExceeded', message);
}

function invalid(message: string): HttpFailure {
  return new HttpFailure(400, 'InvalidValue', message);
}
