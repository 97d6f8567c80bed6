/*
 * Who a request is from. Only digests of tokens are kept and compared, so that looking a token up tells nothing about
 * the others.
 */
import { hash } from 'node:crypto';
import { AuroraError } from '#engine';
import { Grant, type Scope } from './grant.ts';
import { HttpFailure } from './http-failure.ts';

/** A secret that a client sends as `Authorization: Bearer …`, and what it lets that client do. */
export interface AccessToken {
  readonly token: string;
  readonly scope: Scope;
  /** What the audit log calls its bearer; the beginning of its digest unless told. */
  readonly name?: string | undefined;
  /** Collections that it is for, to which it gives its scope and beside which it shows nothing; all unless told. */
  readonly collections?: readonly string[] | undefined;
}

export interface Access {
  /** What a request with this Authorization header may do. @throws HttpFailure 401 */
  grantOf(authorization: string | undefined): Grant;
}

/** @param tokens `none` lets everybody do everything. @throws AuroraError `InvalidOption` */
export function createAccess(tokens: readonly AccessToken[] | 'none'): Access {
  if (tokens === 'none') {
    const everybody = new Grant({ caller: 'everybody', scope: 'admin' });
    return { grantOf: () => everybody };
  }
  const known = new Map(tokens.map((token) => [digest(token.token), grantFor(token)]));
  return {
    grantOf: (authorization) => {
      const secret = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
      if (secret === undefined) throw unauthorized('This server asks for a token.');
      const grant = known.get(digest(secret));
      if (grant === undefined) throw unauthorized('The token is not one of this server.');
      return grant;
    },
  };
}

function grantFor({ token, scope, name, collections }: AccessToken): Grant {
  if (collections !== undefined) requireOwn(scope, collections);
  return new Grant({
    caller: name ?? `token ${digest(token).slice(0, 8)}`,
    scope,
    ...(collections === undefined ? {} : { collections: new Set(collections) }),
  });
}

/** The engine's own collections tell of all others, but for those of jobs. */
function requireOwn(scope: Scope, collections: readonly string[]): void {
  const wrong = collections.find((name) => name.startsWith('_') && !/^_job(s|_runs)$/.test(name));
  if (scope === 'admin' || wrong !== undefined || collections.length === 0) {
    throw new AuroraError(
      'InvalidOption',
      wrong === undefined
        ? 'A token for some collections has the scope "read" or "write", and names at least one.'
        : `A token for some collections cannot be for "${wrong}".`,
      { hint: 'Leave the collections out for a token that is for the whole database.' },
    );
  }
}

function unauthorized(message: string): HttpFailure {
  return new HttpFailure(401, 'Unauthorized', `${message} Send "Authorization: Bearer <token>".`, {
    'WWW-Authenticate': 'Bearer',
  });
}

function digest(text: string): string {
  return hash('sha256', text, 'hex');
}
