/*
 * What the bearer of a token may do: a scope, and for some tokens the collections that it is for. Whatever concerns
 * more than one of those, or the database as a whole, such a token may not. Everything that a request does is asked for
 * here before it runs, each question with what it is about, so that none can be forgotten.
 */
import { HttpFailure } from './http-failure.ts';

/** From the least to the most: reading, changing documents and jobs, changing the schema. */
const scopes = ['read', 'write', 'admin'] as const;

export type Scope = (typeof scopes)[number];

export class Grant {
  /** As the audit log names who it is. */
  readonly caller: string;
  /** The collections that it is for; `undefined` for all. */
  readonly collections: ReadonlySet<string> | undefined;
  readonly #scope: Scope;

  constructor(given: {
    readonly caller: string;
    readonly scope: Scope;
    readonly collections?: ReadonlySet<string> | undefined;
  }) {
    this.caller = given.caller;
    this.collections = given.collections;
    this.#scope = given.scope;
  }

  /** The same, for reading only. */
  forReading(): Grant {
    const { caller, collections } = this;
    return this.#scope === 'read' ? this : new Grant({ caller, collections, scope: 'read' });
  }

  sees(collection: string): boolean {
    return this.collections?.has(collection) ?? true;
  }

  /** Asks for something that concerns one collection. @throws HttpFailure 403 */
  requireFor(collection: string, needed: Scope): void {
    this.requireScope(needed);
    if (this.sees(collection)) return;
    throw forbidden(`This token is not for the collection "${collection}".`);
  }

  /** Asks for something that concerns the database as a whole. @throws HttpFailure 403 */
  requireForAll(needed: Scope): void {
    this.requireScope(needed);
    if (this.collections === undefined) return;
    throw forbidden('This token is for some collections only; this concerns all.');
  }

  /** For what is asked again by its collections, or tells only of those that the token is for. @throws HttpFailure 403 */
  requireScope(needed: Scope): void {
    if (scopes.indexOf(this.#scope) >= scopes.indexOf(needed)) return;
    throw new HttpFailure(
      403,
      'Forbidden',
      `This needs a token with the scope "${needed}"; this one has "${this.#scope}".`,
      { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed}"` },
    );
  }
}

export function forbidden(message: string): HttpFailure {
  return new HttpFailure(403, 'Forbidden', message, {
    'WWW-Authenticate': 'Bearer error="insufficient_scope"',
  });
}
