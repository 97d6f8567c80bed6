/*
 * Each request passes the same gates in the same order: the name it was sent to, the page it comes from, its rate, its
 * token. Only then a route sees it, with a scope that it can ask for and not change.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { AuroraError, auditedAs, type Database } from '#engine';
import { type Access, createAccess } from './access.ts';
import { answerBatch } from './batch-route.ts';
import { methodNotAllowed } from './document-routes.ts';
import { Exchange } from './exchange.ts';
import type { Grant } from './grant.ts';
import { GraphiqlRoute } from './graphiql-route.ts';
import { GraphqlOperations } from './graphql-operations.ts';
import { GraphqlRoute } from './graphql-route.ts';
import { createHostNames, type HostNames } from './host-names.ts';
import { faultMessage, HttpFailure, isFault, statusOf } from './http-failure.ts';
import { answerJobs } from './jobs-route.ts';
import { AnswerCounts, answerMetrics } from './metrics-route.ts';
import { answerMigrations } from './migrations-route.ts';
import { answerOpenapi } from './openapi-route.ts';
import { createReferencePage, type ReferencePage } from './reference-page.ts';
import { RequestRate } from './request-rate.ts';
import { answerRest } from './rest-route.ts';
import { securityHeaders } from './security-headers.ts';
import type { CompleteOptions } from './server-options.ts';
import { SocketRoute } from './socket-route.ts';

interface Entered {
  readonly authorization: string | undefined;
  readonly grant: Grant;
}

interface Gates {
  readonly db: Database;
  readonly options: CompleteOptions;
  readonly hostNames: HostNames;
  readonly access: Access;
  /** What connections were let in with. */
  readonly entered: WeakMap<Duplex, Entered>;
  readonly rate: RequestRate;
  readonly reference: ReferencePage;
  readonly graphiql: GraphiqlRoute;
}

/** What answers requests. */
export interface RequestAnswerer {
  /** Never throws. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a request to become a socket. Never throws. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends what would go on as long as its client listens. */
  endStreams(): Promise<void>;
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
    entered: new WeakMap(),
    rate: new RequestRate(requestsPerSecondMax, () => performance.now()),
    reference: createReferencePage(),
    graphiql: new GraphiqlRoute(),
  };
  const operations = new GraphqlOperations(db, options);
  const graphql = new GraphqlRoute(operations, options);
  const sockets = new SocketRoute({
    operations,
    passOrigin: (request) => {
      passHost(gates, request);
      passRate(gates, request);
      requireOrigin(gates, request);
    },
    grantOf: (authorization) => grantFor(gates, authorization),
    isWithinRate: (address) => gates.rate.take(address) === 0,
    bodyBytesMax: options.bodyBytesMax,
    timeMsMax: options.timeMsMax,
    onFault,
  });
  const answers = new AnswerCounts();
  const route = (exchange: Exchange): Promise<void> => {
    const [first = '', ...rest] = exchange.path;
    if (first === 'jobs') return answerJobs(db, rest, exchange);
    if (rest.length > 0) return answerRest(db, exchange);
    switch (first) {
      case 'graphql':
      case 'aql':
        return graphql.answer(exchange);
      case 'metrics':
        return answerMetrics(db, answers, exchange);
      case 'openapi.json': {
        const { readOnly: isReadOnly } = options;
        return answerOpenapi(db, { isReadOnly, isOpen: tokens === 'none' }, exchange);
      }
      case 'batch':
        return answerBatch(db, exchange);
      case 'migrations':
        return answerMigrations(db, exchange);
      default:
        return answerRest(db, exchange);
    }
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
    upgrade: (request, socket, head) => sockets.answer(request, socket, head),
    endStreams: () => {
      operations.endSubscriptions();
      return sockets.close();
    },
  };
}

async function answerRequest(
  gates: Gates,
  request: IncomingMessage,
  response: ServerResponse,
  route: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  try {
    if (passOrigin(gates, request, response) === 'answered') return;
    if (request.url === '/health') {
      // Whoever watches over the process has no token, and learns nothing else.
      answerHealth(gates.db, response);
      return;
    }
    if (request.url === '/reference') {
      // The page holds nothing of the database; it asks for that with the token that it is given.
      sendReference(gates.reference, response);
      return;
    }
    const [path = ''] = (request.url ?? '').split('?');
    if (gates.graphiql.isMine(path)) {
      await gates.graphiql.answer(path, response);
      return;
    }
    const grant = grantOfRequest(gates, request);
    const { timeMsMax, bodyBytesMax } = gates.options;
    const exchange = new Exchange({ request, response, grant, timeMsMax, bodyBytesMax });
    await auditedAs(grant.caller, () => route(exchange));
  } catch (error) {
    if (response.headersSent) throw error;
    if (isFault(error)) gates.options.onFault(error);
    answerFailure(response, error);
  }
}

/** The gates that ask where a request comes from; a browser's question whether it may ask is answered here. */
function passOrigin(
  gates: Gates,
  request: IncomingMessage,
  response: ServerResponse,
): 'answered' | 'passed' {
  passHost(gates, request);
  passRate(gates, request);
  if (requireOrigin(gates, request) === 'own') return 'passed';
  const isOpen = gates.options.corsOrigins.includes('*');
  response.setHeader('Access-Control-Allow-Origin', isOpen ? '*' : (request.headers.origin ?? ''));
  response.setHeader('Vary', 'Origin');
  if (request.method !== 'OPTIONS') return 'passed';
  response.writeHead(204, {
    ...securityHeaders,
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers':
      'Authorization, Content-Type, Accept, If-Match, If-None-Match, Last-Event-ID',
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return 'answered';
}

function passHost({ hostNames }: Gates, { headers }: IncomingMessage): void {
  if (hostNames.isOurs(headers.host)) return;
  throw new HttpFailure(403, 'Forbidden', 'This server does not go by the name in Host.');
}

function passRate({ rate }: Gates, request: IncomingMessage): void {
  const waitSeconds = rate.take(request.socket.remoteAddress ?? '');
  if (waitSeconds === 0) return;
  throw new HttpFailure(429, 'LimitExceeded', 'This client asks too often.', {
    'Retry-After': String(waitSeconds),
  });
}

/** `own` for programs and the server's own pages; `foreign` for pages that were let in. @throws HttpFailure 403 */
function requireOrigin({ options }: Gates, { headers }: IncomingMessage): 'own' | 'foreign' {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}`) return 'own';
  if (options.corsOrigins.includes('*') || options.corsOrigins.includes(origin)) return 'foreign';
  throw new HttpFailure(403, 'Forbidden', 'Pages of this origin may not use the server.');
}

/** Looked up again only when a connection sends another token than the one with which it was let in. */
function grantOfRequest(
  gates: Gates,
  { socket, headers: { authorization } }: IncomingMessage,
): Grant {
  const entered = gates.entered.get(socket);
  if (entered !== undefined && entered.authorization === authorization) return entered.grant;
  const grant = grantFor(gates, authorization);
  gates.entered.set(socket, { authorization, grant });
  return grant;
}

function grantFor({ access, options }: Gates, authorization: string | undefined): Grant {
  const grant = access.grantOf(authorization);
  return options.readOnly ? grant.forReading() : grant;
}

function answerHealth(db: Database, response: ServerResponse): void {
  const isReachable = !db.isClosed && db.connection.state !== 'lost';
  sendJsonText(response, isReachable ? 200 : 503, { status: isReachable ? 'ok' : 'unavailable' });
}

function sendReference(
  { html, contentSecurityPolicy }: ReferencePage,
  response: ServerResponse,
): void {
  const { method } = response.req;
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('GET, HEAD');
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Security-Policy': contentSecurityPolicy,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
  });
  response.end(method === 'HEAD' ? undefined : html);
}

function answerFailure(response: ServerResponse, error: unknown): void {
  const headers = error instanceof HttpFailure ? error.headers : {};
  // A body that nobody has read is not waited for.
  const close = response.req.complete ? {} : { Connection: 'close' };
  sendJsonText(response, statusOf(error), { error: failureBody(error) }, { ...headers, ...close });
}

function sendJsonText(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    ...securityHeaders,
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
