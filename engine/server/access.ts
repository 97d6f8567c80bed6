/*
 * Who may do what. A token has one scope; each scope includes those before it. Only digests are kept and compared, so
 * that looking a token up tells nothing about the others. What a request needs is decided in one place for each kind
 * of request (the route of a document, the statements of a text), and asked for before anything runs.
 */
import { createHash } from 'node:crypto';
import { HttpFailure } from './http-failure.ts';

/** From the least to the most: reading, changing documents and jobs, changing the schema. */
const scopes = ['read', 'write', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** A secret that a client sends as `Authorization: Bearer …`, and what it lets that client do. */
export interface AccessToken {
  readonly token: string;
  readonly scope: Scope;
}

export function includesScope(given: Scope, needed: Scope): boolean {
  return scopes.indexOf(given) >= scopes.indexOf(needed);
}

export interface Access {
  /** The scope of a request with this Authorization header. @throws HttpFailure 401 */
  scopeOf(authorization: string | undefined): Scope;
}

/** @param tokens `none` lets everybody do everything. */
export function createAccess(tokens: readonly AccessToken[] | 'none'): Access {
  if (tokens === 'none') return { scopeOf: () => 'admin' };
  const known = new Map(tokens.map(({ token, scope }) => [digest(token), scope]));
  return {
    scopeOf: (authorization) => {
      const secret = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
      if (secret === undefined) throw unauthorized('This server asks for a token.');
      const scope = known.get(digest(secret));
      if (scope === undefined) throw unauthorized('The token is not one of this server.');
      return scope;
    },
  };
}

/** @throws HttpFailure 403 */
export function requireScope(given: Scope, needed: Scope): void {
  if (includesScope(given, needed)) return;
  throw new HttpFailure(
    403,
    'Forbidden',
    `This needs a token with the scope "${needed}"; this one has "${given}".`,
    { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed}"` },
  );
}

function unauthorized(message: string): HttpFailure {
  return new HttpFailure(401, 'Unauthorized', `${message} Send "Authorization: Bearer <token>".`, {
    'WWW-Authenticate': 'Bearer',
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
