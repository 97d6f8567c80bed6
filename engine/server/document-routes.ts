/*
 * Single documents and changes of many. What a change does is what the same one of AQL does: the same validation, the
 * same update operators, one commit. `ETag` is a digest of the document, so it is the same for the same content.
 */
import { hash } from 'node:crypto';
import type { Database, JsonValue, UntypedDocument } from '#engine';
import type { Exchange } from './exchange.ts';
import { isObject } from './graphql-request.ts';
import { HttpFailure } from './http-failure.ts';
import { importDocuments, isImport } from './import-route.ts';
import { requireWhere, type Where } from './list-request.ts';

type Fields = Readonly<Record<string, JsonValue>>;

export async function answerDocument(
  db: Database,
  collection: string,
  id: string,
  exchange: Exchange,
): Promise<void> {
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      exchange.grant.requireFor(collection, 'read');
      // Where the data is in this process, a read needs no turn of its own.
      sendDocument(
        db.connection.state === 'owner' ? db.get(collection, id) : await db.find(collection, id),
        { collection, id },
        exchange,
      );
      return;
    case 'PUT':
      exchange.grant.requireFor(collection, 'write');
      return replaceDocument(db, collection, id, exchange);
    case 'PATCH':
      exchange.grant.requireFor(collection, 'write');
      return patchDocument(db, collection, id, exchange);
    case 'DELETE':
      exchange.grant.requireFor(collection, 'write');
      return deleteDocument(db, collection, id, exchange);
    default:
      throw methodNotAllowed('GET, HEAD, PUT, PATCH, DELETE');
  }
}

/** Inserts the one document of the body, or all of its list in one commit, and gives ids; or imports its lines. */
export async function insertDocuments(
  db: Database,
  collection: string,
  exchange: Exchange,
): Promise<void> {
  if (isImport(exchange.contentType)) return importDocuments(db, collection, exchange);
  const body = await exchange.json();
  const { signal } = exchange;
  if (Array.isArray(body)) {
    const ids = await db.insertMany(collection, body.map(requireFields), { signal });
    return exchange.sendJson(201, { ids });
  }
  const id = await db.insertInto(collection, requireFields(body), { signal });
  exchange.setHeader('Location', `/${encodeURIComponent(collection)}/${id}`);
  return exchange.sendJson(201, { id });
}

export async function updateMany(
  db: Database,
  collection: string,
  exchange: Exchange,
): Promise<void> {
  const where = requireWhere(exchange.search);
  const data = requireFields(await exchange.json());
  const count = await matching(db, collection, where, exchange).update(data);
  return exchange.sendJson(200, { count });
}

export async function deleteMany(
  db: Database,
  collection: string,
  exchange: Exchange,
): Promise<void> {
  const where = requireWhere(exchange.search);
  const count = await matching(db, collection, where, exchange).delete();
  return exchange.sendJson(200, { count });
}

export function methodNotAllowed(allowed: string): HttpFailure {
  return new HttpFailure(405, 'InvalidValue', `Only ${allowed} here.`, { Allow: allowed });
}

function sendDocument(
  document: UntypedDocument | undefined,
  { collection, id }: { readonly collection: string; readonly id: string },
  exchange: Exchange,
): void {
  if (document === undefined) throw notFound(collection, id);
  const text = JSON.stringify(document);
  const etag = etagOf(text);
  exchange.setHeader('ETag', etag);
  if (isListed(exchange.header('if-none-match'), etag)) exchange.send(304, {});
  else exchange.sendJsonText(200, text);
}

/** Puts the fields of the body in the place of all that there are; a document that is not there is inserted. */
async function replaceDocument(
  db: Database,
  collection: string,
  id: string,
  exchange: Exchange,
): Promise<void> {
  const body = requireFields(await exchange.json());
  if (body['id'] !== undefined && body['id'] !== id) {
    throw new HttpFailure(400, 'InvalidValue', 'The id of the body is not that of the path.');
  }
  const isNew = await db.transaction(
    async (tx) => {
      const present = await tx.find(collection, id);
      requireMatch(present, exchange);
      if (present === undefined) {
        await tx.insertInto(collection, { ...body, id });
        return true;
      }
      const gone = Object.keys(present).filter((field) => !Object.hasOwn(body, field));
      const data = Object.fromEntries([
        ...gone.map((field) => [field, { unset: true }] as const),
        ...Object.entries(body).map(([field, value]) => [field, { set: value }] as const),
      ]);
      const { id: _, ...fields } = data;
      await tx
        .query(collection)
        .filter((f) => f.eq('id', id))
        .update(fields);
      return false;
    },
    { signal: exchange.signal },
  );
  exchange.send(isNew ? 201 : 204, {});
}

async function patchDocument(
  db: Database,
  collection: string,
  id: string,
  exchange: Exchange,
): Promise<void> {
  const data = requireFields(await exchange.json());
  await changeOne(db, collection, id, exchange, (query) => query.update(data));
}

async function deleteDocument(
  db: Database,
  collection: string,
  id: string,
  exchange: Exchange,
): Promise<void> {
  await changeOne(db, collection, id, exchange, (query) => query.delete());
}

type DocumentQuery = ReturnType<typeof matching>;

/** Changes one document; under `If-Match`, only as long as it is the one that the client has seen. */
async function changeOne(
  db: Database,
  collection: string,
  id: string,
  exchange: Exchange,
  change: (query: DocumentQuery) => Promise<number>,
): Promise<void> {
  const where = { id: { eq: id } };
  const count =
    exchange.header('if-match') === undefined
      ? await change(matching(db, collection, where, exchange))
      : await db.transaction(
          async (tx) => {
            requireMatch(await tx.find(collection, id), exchange);
            return change(tx.query(collection).filter(() => ({ where })));
          },
          { signal: exchange.signal },
        );
  if (count === 0) throw notFound(collection, id);
  exchange.send(204, {});
}

function matching(db: Database, collection: string, where: Where, { signal }: Exchange) {
  return db
    .query(collection)
    .filter(() => ({ where }))
    .signal(signal);
}

function requireMatch(present: UntypedDocument | undefined, exchange: Exchange): void {
  const wanted = exchange.header('if-match');
  if (wanted === undefined) return;
  if (present !== undefined && isListed(wanted, etagOf(JSON.stringify(present)))) return;
  throw new HttpFailure(412, 'WriteConflict', 'The document is not the one that you have seen.');
}

/** @param text The document as it is sent */
function etagOf(text: string): string {
  return `"${hash('sha256', text, 'base64url')}"`;
}

function isListed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}

export function requireFields(value: unknown): Fields {
  if (isObject(value)) return value;
  throw new HttpFailure(400, 'InvalidValue', 'A document is a JSON object.');
}

function notFound(collection: string, id: string): HttpFailure {
  return new HttpFailure(404, 'NotFound', `"${collection}" has no document "${id}".`);
}
