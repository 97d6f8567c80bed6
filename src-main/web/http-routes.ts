import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentSecurityPolicy } from '../services/content-security-policy.ts';
import { type ExportService, exportPathPrefix } from '../services/export-service.ts';
import type { Bundle, BundleFile } from '../services/page-bundle.ts';
import { answerExport } from './export-route.ts';
import type { RequestGuard } from './request-guard.ts';
import type { Sessions } from './sessions.ts';

/*
 * What the host answers over plain HTTP: the page's files to anybody on the machine, since they hold no data, `session`,
 * where the page exchanges its token and asks whether its cookie is still good, and files that a page has asked for.
 */

export interface HttpRoutes {
  readonly bundle: Bundle;
  readonly exports: Pick<ExportService, 'find'>;
  readonly guard: RequestGuard;
  readonly sessions: Sessions;
  readonly cookieName: string;
}

const bodyBytesMax = 4096;

export async function answerRequest(
  routes: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host } = request.headers;
  setSecurityHeaders(response, host);
  if (!routes.guard.isHostAllowed(host)) {
    answerText(response, 403, 'This host does not go by the name in the Host header.');
    return;
  }
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/session') {
    await answerSession(routes, request, response);
    return;
  }
  if (path.startsWith(exportPathPrefix)) {
    await answerExportRequest(routes, path.slice(exportPathPrefix.length), request, response);
    return;
  }
  const file = routes.bundle.get(path);
  if (file === undefined) answerText(response, 404, 'There is nothing here.');
  else if (request.method === 'GET' || request.method === 'HEAD') {
    answerFile(file, request, response);
  } else answerMethod(response, 'GET, HEAD');
}

/** The session cookie of a request. Cookies ignore ports, so their name tells apart two hosts on one machine. */
export function readSessionCookie(
  request: IncomingMessage,
  cookieName: string,
): string | undefined {
  const prefix = `${cookieName}=`;
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

async function answerSession(
  routes: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { guard, sessions, cookieName } = routes;
  response.setHeader('Cache-Control', 'no-store');
  if (request.method === 'GET') {
    const isKnown = sessions.has(readSessionCookie(request, cookieName));
    if (isKnown) response.writeHead(204).end();
    else answerText(response, 401, 'There is no session. Open the address that the host printed.');
  } else if (request.method !== 'POST') {
    answerMethod(response, 'GET, POST');
  } else if (!guard.isOriginAllowed(request.headers.origin, request.headers.host)) {
    answerText(response, 403, 'A session is started by the page of this host only.');
  } else {
    const body = await readBody(request);
    if (body === undefined) {
      response.setHeader('Connection', 'close');
      answerText(response, 413, `A body has at most ${bodyBytesMax} bytes here.`);
      return;
    }
    const token = readToken(body);
    const secret = token === undefined ? undefined : sessions.exchange(token);
    if (secret === undefined) {
      answerText(response, 401, 'The token is not that of this host.');
      return;
    }
    const cookie = `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
    response.writeHead(204, { 'Set-Cookie': cookie }).end();
  }
}

/** Whoever fetches a file has the session of a page here, and the id that only the page was told. */
async function answerExportRequest(
  { sessions, cookieName, exports }: HttpRoutes,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!sessions.has(readSessionCookie(request, cookieName))) {
    answerText(response, 401, 'There is no session. Open the address that the host printed.');
  } else if (request.method !== 'GET') answerMethod(response, 'GET');
  else {
    const run = exports.find(id);
    if (run === undefined)
      answerText(response, 404, 'This file was fetched already, or is no more.');
    else await answerExport(run, response);
  }
}

function answerFile(file: BundleFile, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('ETag', file.etag);
  response.setHeader(
    'Cache-Control',
    file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.contentType,
    'Content-Length': file.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

function setSecurityHeaders(response: ServerResponse, host: string | undefined): void {
  const isPlainHost = host !== undefined && /^[\w.:[\]-]+$/.test(host);
  const socketSource = isPlainHost ? [`ws://${host}`] : [];
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(socketSource));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader(
    'Permissions-Policy',
    'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  );
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function answerMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  answerText(response, 405, `Only ${allowed} here.`);
}

/** The body, or undefined when it is larger than what a token needs. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > bodyBytesMax) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readToken(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('token' in value)) return undefined;
    return typeof value.token === 'string' ? value.token : undefined;
  } catch {
    return undefined;
  }
}
