/*
 * Collections and their documents as resources. `/collections/:name/documents` is the same as `/:name`, for collections
 * that are called like something else that the server has.
 */
import type { Database } from '#engine';
import { answerList } from './document-list.ts';
import {
  answerDocument,
  deleteMany,
  insertDocuments,
  methodNotAllowed,
  updateMany,
} from './document-routes.ts';
import type { Exchange } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';
import { readListRequest } from './list-request.ts';

export async function answerRest(db: Database, exchange: Exchange): Promise<void> {
  const [first = '', second, third, ...rest] = exchange.path;
  if (first !== 'collections') {
    return answerCollection(db, first, exchange.path.slice(1), exchange);
  }
  if (second === undefined) return answerCollections(db, exchange);
  if (third === undefined) return answerDefinition(db, second, exchange);
  if (third === 'documents') return answerCollection(db, second, rest, exchange);
  throw nothingHere();
}

function nothingHere(): HttpFailure {
  return new HttpFailure(404, 'NotFound', 'There is nothing here.');
}

async function answerCollections(db: Database, exchange: Exchange): Promise<void> {
  requireGet(exchange);
  const collections = (await db.collections())
    .filter(({ definition }) => exchange.grant.sees(definition.name))
    .map(({ definition, documentCount }) => ({ name: definition.name, documentCount }));
  return exchange.sendJson(200, { collections });
}

async function answerDefinition(db: Database, name: string, exchange: Exchange): Promise<void> {
  requireGet(exchange);
  exchange.grant.requireFor(name, 'read');
  const info = (await db.collections()).find(({ definition }) => definition.name === name);
  if (info === undefined) throw collectionNotFound(name);
  const { definition, documentCount, indexes } = info;
  return exchange.sendJson(200, { ...definition, documentCount, indexes });
}

async function answerCollection(
  db: Database,
  name: string,
  [id, ...rest]: readonly string[],
  exchange: Exchange,
): Promise<void> {
  if (exchange.grant.collections !== undefined) exchange.grant.requireFor(name, 'read');
  // The engine's own collections are read with AQL, which knows what may be done with them.
  const isKnown = db.catalog().collections.some((each) => each.name === name);
  if (!isKnown || name.startsWith('_')) throw collectionNotFound(name);
  if (rest.length > 0) throw nothingHere();
  if (id !== undefined) return answerDocument(db, name, id, exchange);
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      exchange.grant.requireFor(name, 'read');
      return answerList(db, name, readListRequest(exchange.search), exchange);
    case 'POST':
      exchange.grant.requireFor(name, 'write');
      return insertDocuments(db, name, exchange);
    case 'PATCH':
      exchange.grant.requireFor(name, 'write');
      return updateMany(db, name, exchange);
    case 'DELETE':
      exchange.grant.requireFor(name, 'write');
      return deleteMany(db, name, exchange);
    default:
      throw methodNotAllowed('GET, HEAD, POST, PATCH, DELETE');
  }
}

/** For what tells only of what its sender may see. @throws HttpFailure 403, 405 */
export function requireGet(exchange: Exchange): void {
  exchange.grant.requireScope('read');
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed('GET, HEAD');
}

function collectionNotFound(name: string): HttpFailure {
  return new HttpFailure(404, 'CollectionNotFound', `There is no collection "${name}".`);
}
