/*
 * Whether a text stays with the collections that a token is for. It is bound twice. First to a schema that has no other
 * collections: so what is wrong is told as if there were none, and names nobody has heard of. Then to the whole schema,
 * in which a name may mean more (what is a field of an open collection there can be a relation here): whatever it reads
 * or writes then must be among those of the token. Filters and orders are about the fields of a document itself, so
 * what a text reads is what its roots, joins and mutations name.
 */
import { AuroraError, introspect, type ResultData } from '#engine';
import { type BindResult, bind, type CatalogShape, parse } from '#engine/aql';
import { forbidden, type Grant } from './grant.ts';
import type { GraphqlRequest } from './graphql-request.ts';

/** @throws AuroraError for what is wrong in the text; HttpFailure 403 */
export function requireOwnCollections(
  { query, operationName }: GraphqlRequest,
  catalog: CatalogShape,
  grant: Grant,
): void {
  if (grant.collections === undefined) return;
  const { document, diagnostics } = parse(query);
  requireRight(diagnostics);
  requireRight(bind(document, shownTo(grant, catalog)).diagnostics);
  const { statements, diagnostics: findings } = bind(document, catalog);
  if (findings.some(({ severity }) => severity === 'error')) {
    throw forbidden('This token is for some collections only; the text concerns others.');
  }
  for (const name of collectionsOf(statements)) grant.requireFor(name, 'read');
  const asked = statements.filter(
    ({ name }) => operationName === undefined || name === operationName,
  );
  if (!asked.some(hasIntrospection)) return;
  // The engine would tell of its whole schema; that of the token is told apart from all else.
  const [only, ...others] = asked;
  if (only?.kind === 'query' && others.length === 0 && only.roots.every(isOfSchema)) return;
  throw forbidden('A token for some collections asks for the schema in a query of its own.');
}

/** What a query for the schema gives to who may know of a part of it; `undefined` for all other texts. */
export function introspectOwn(
  { query, variables, operationName }: GraphqlRequest,
  catalog: CatalogShape,
  grant: Grant,
): ResultData | undefined {
  if (grant.collections === undefined) return undefined;
  return introspect(query, shownTo(grant, catalog), { variables, operationName });
}

/** The schema as far as a token is for it. */
export function shownTo({ collections }: Grant, catalog: CatalogShape): CatalogShape {
  if (collections === undefined) return catalog;
  const shown = catalog.collections
    .filter(({ name }) => collections.has(name))
    .map((collection) => ({
      ...collection,
      fields: collection.fields.map(({ references, ...field }) => ({
        ...field,
        ...(references !== undefined && collections.has(references) ? { references } : {}),
      })),
    }));
  return { ...catalog, collections: shown };
}

function requireRight(diagnostics: BindResult['diagnostics']): void {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const { code, message, span, hint } = first;
  throw new AuroraError(code, message, { span, diagnostics, ...(hint && { hint }) });
}

type Statement = BindResult['statements'][number];
type QueryRoot = Extract<Statement, { kind: 'query' }>['roots'][number];

function hasIntrospection(statement: Statement): boolean {
  return statement.kind === 'query' && statement.roots.some(({ kind }) => kind === 'introspection');
}

function isOfSchema({ kind }: QueryRoot): boolean {
  return kind !== 'read';
}

const jobFields: readonly unknown[] = ['enqueue', 'cancelJob', 'retryJob'];

/** Every collection that is named anywhere in what was bound; more than are read is harmless. */
function collectionsOf(bound: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const open: unknown[] = [bound];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (key === 'collection' && typeof value === 'string') found.add(value);
      if (key === 'kind' && jobFields.includes(value)) found.add('_jobs');
      if (value !== undefined) open.push(value);
    }
  }
  return found;
}
