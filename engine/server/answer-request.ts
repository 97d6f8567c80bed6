/*
 * Each request passes the same gates in the same order: the name it was sent to, the page it comes from, its rate, its
 * token. Only then a route sees it, with a scope that it can ask for and not change.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { AuroraError, type Database } from '#engine';
import { type Access, createAccess, includesScope, type Scope } from './access.ts';
import { Exchange } from './exchange.ts';
import { GraphqlRoute } from './graphql-route.ts';
import { createHostNames, type HostNames } from './host-names.ts';
import { faultMessage, HttpFailure, isFault, statusOf } from './http-failure.ts';
import { AnswerCounts, answerMetrics } from './metrics-route.ts';
import { RequestRate } from './request-rate.ts';
import { answerRest } from './rest-route.ts';
import type { CompleteOptions } from './server-options.ts';

interface Gates {
  readonly db: Database;
  readonly options: CompleteOptions;
  readonly hostNames: HostNames;
  readonly access: Access;
  readonly rate: RequestRate;
}

/** What answers requests. */
export interface RequestAnswerer {
  /** Never throws. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Ends what would go on as long as its client listens. */
  endStreams(): void;
}

export function createRequestAnswerer(
  db: Database,
  options: CompleteOptions,
  port: number,
): RequestAnswerer {
  const { host, hostNames: names, tokens, requestsPerSecondMax, onFault } = options;
  const gates: Gates = {
    db,
    options,
    hostNames: createHostNames({ host, port, names }),
    access: createAccess(tokens),
    rate: new RequestRate(requestsPerSecondMax, () => performance.now()),
  };
  const graphql = new GraphqlRoute(db, options);
  const answers = new AnswerCounts();
  const route = (exchange: Exchange): Promise<void> => {
    const [first = ''] = exchange.path;
    if (exchange.path.length === 1 && (first === 'graphql' || first === 'aql')) {
      return graphql.answer(exchange);
    }
    if (exchange.path.length === 1 && first === 'metrics') {
      return answerMetrics(db, answers, exchange);
    }
    return answerRest(db, exchange);
  };
  return {
    answer: (request, response) => {
      response.once('finish', () => answers.count(response.statusCode));
      answerRequest(gates, request, response, route).catch((error: unknown) => {
        // A client that hangs up in the middle of its request is no fault of ours.
        if (!request.socket.destroyed) onFault(error);
        response.destroy();
      });
    },
    endStreams: () => graphql.endSubscriptions(),
  };
}

async function answerRequest(
  gates: Gates,
  request: IncomingMessage,
  response: ServerResponse,
  route: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  setSecurityHeaders(response);
  try {
    if (passOrigin(gates, request, response) === 'answered') return;
    if (request.url === '/health') {
      // Whoever watches over the process has no token, and learns nothing else.
      answerHealth(gates.db, response);
      return;
    }
    const scope = passToken(gates, request);
    const { timeMsMax, bodyBytesMax } = gates.options;
    await route(new Exchange({ request, response, scope, timeMsMax, bodyBytesMax }));
  } catch (error) {
    if (response.headersSent) throw error;
    if (isFault(error)) gates.options.onFault(error);
    answerFailure(response, error);
  }
}

/** The gates that ask where a request comes from; a browser's question whether it may ask is answered here. */
function passOrigin(
  { hostNames, rate, options }: Gates,
  request: IncomingMessage,
  response: ServerResponse,
): 'answered' | 'passed' {
  const { host, origin } = request.headers;
  if (!hostNames.isOurs(host)) {
    throw new HttpFailure(403, 'Forbidden', 'This server does not go by the name in Host.');
  }
  const waitSeconds = rate.take(request.socket.remoteAddress ?? '');
  if (waitSeconds > 0) {
    throw new HttpFailure(429, 'LimitExceeded', 'This client asks too often.', {
      'Retry-After': String(waitSeconds),
    });
  }
  if (origin === undefined || origin === `http://${host}`) return 'passed';
  const { corsOrigins } = options;
  if (!corsOrigins.includes('*') && !corsOrigins.includes(origin)) {
    throw new HttpFailure(403, 'Forbidden', 'Pages of this origin may not use the server.');
  }
  response.setHeader('Access-Control-Allow-Origin', corsOrigins.includes('*') ? '*' : origin);
  response.setHeader('Vary', 'Origin');
  if (request.method !== 'OPTIONS') return 'passed';
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, Accept, If-Match, If-None-Match',
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return 'answered';
}

function passToken({ access, options }: Gates, request: IncomingMessage): Scope {
  const scope = access.scopeOf(request.headers.authorization);
  return options.readOnly && includesScope(scope, 'write') ? 'read' : scope;
}

function answerHealth(db: Database, response: ServerResponse): void {
  const isReachable = !db.isClosed && db.connection.state !== 'lost';
  sendJsonText(response, isReachable ? 200 : 503, { status: isReachable ? 'ok' : 'unavailable' });
}

function answerFailure(response: ServerResponse, error: unknown): void {
  const headers = error instanceof HttpFailure ? error.headers : {};
  sendJsonText(response, statusOf(error), { error: failureBody(error) }, headers);
}

function sendJsonText(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function failureBody(error: unknown) {
  if (error instanceof HttpFailure) return { code: error.code, message: error.message };
  if (error instanceof AuroraError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: 'InternalError', message: faultMessage };
}

function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}
