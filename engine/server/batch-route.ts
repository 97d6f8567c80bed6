/* `POST /batch`: changes of several collections in one commit, or none of them. */
import type { Database, JsonValue } from '#engine';
import { methodNotAllowed, requireFields } from './document-routes.ts';
import type { Exchange } from './exchange.ts';
import { isObject } from './graphql-request.ts';
import { HttpFailure } from './http-failure.ts';
import { requireObject, type Where } from './list-request.ts';
import { serverLimits } from './server-limits.ts';

type Fields = ReturnType<typeof requireFields>;

type BatchOperation = { readonly collection: string } & (
  | { readonly action: 'insert'; readonly documents: readonly Fields[]; readonly isList: boolean }
  | { readonly action: 'update'; readonly where: Where; readonly data: Fields }
  | { readonly action: 'delete'; readonly where: Where }
);

export async function answerBatch(db: Database, exchange: Exchange): Promise<void> {
  if (exchange.method !== 'POST') throw methodNotAllowed('POST');
  exchange.grant.requireScope('write');
  const operations = readOperations(await exchange.json());
  const known = new Set(db.catalog().collections.map(({ name }) => name));
  for (const { collection } of operations) {
    exchange.grant.requireFor(collection, 'write');
    if (known.has(collection)) continue;
    throw new HttpFailure(404, 'CollectionNotFound', `There is no collection "${collection}".`);
  }
  // One mutation, so that a batch means what AQL says that one means: its fields run in order and are one commit.
  const { data } = await db.execute(mutationText(operations), {
    variables: Object.fromEntries(operations.flatMap(variablesOf)),
    signal: exchange.signal,
  });
  const results = operations.map((operation, at) => resultOf(operation, data[`o${at}`]));
  await exchange.sendJson(200, { results });
}

function mutationText(operations: readonly BatchOperation[]): string {
  const names = operations.flatMap(variablesOf).map(([name]) => `$${name}: Any`);
  return `mutation(${names.join(', ')}) { ${operations.map(fieldOf).join(' ')} }`;
}

/** The operation as a field; the name of its collection is one of the schema. */
function fieldOf(operation: BatchOperation, at: number): string {
  const collection = JSON.stringify(operation.collection);
  const given = variablesOf(operation, at).map(([name]) => `${name.replace(/\d+$/, '')}: $${name}`);
  const [call, selection] = calls[operation.action];
  return `o${at}: ${call}(collection: ${collection}, ${given.join(', ')}) { ${selection} }`;
}

const calls = {
  insert: ['insertMany', 'id'],
  update: ['update', 'aggregate { count }'],
  delete: ['deleteFrom', 'aggregate { count }'],
} as const;

function variablesOf(operation: BatchOperation, at: number) {
  const data = operation.action === 'insert' ? operation.documents : undefined;
  const changes = operation.action === 'update' ? operation.data : undefined;
  const given: readonly (readonly [string, JsonValue | undefined])[] = [
    [`data${at}`, data ?? changes],
    [`where${at}`, operation.action === 'insert' ? undefined : operation.where],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function resultOf(operation: BatchOperation, value: JsonValue | undefined): object {
  if (operation.action !== 'insert') return isObject(value) ? Object(value['aggregate']) : {};
  const ids = Array.isArray(value)
    ? value.map((each: JsonValue) => isObject(each) && each['id'])
    : [];
  return operation.isList ? { ids } : { id: ids[0] };
}

function readOperations(body: unknown): readonly BatchOperation[] {
  const given = isObject(body) ? body['operations'] : undefined;
  if (!Array.isArray(given)) throw invalid('A batch is { "operations": [ … ] }.');
  if (given.length > serverLimits.batchOperationsMax) {
    throw new HttpFailure(
      413,
      'LimitExceeded',
      `A batch has at most ${serverLimits.batchOperationsMax} operations here; an insert takes a list.`,
    );
  }
  return given.map(readOperation);
}

const takenKeys: Readonly<Record<string, readonly string[]>> = {
  insert: ['data'],
  update: ['where', 'data'],
  delete: ['where'],
};

function readOperation(value: unknown, at: number): BatchOperation {
  if (!isObject(value)) throw invalid(`Operation ${at} is no object.`);
  const { action, collection, where, data } = value;
  const keys =
    typeof action === 'string' && Object.hasOwn(takenKeys, action) ? takenKeys[action] : undefined;
  if (keys === undefined) throw invalid(`"action" of operation ${at} is insert, update or delete.`);
  if (typeof collection !== 'string') throw invalid(`Operation ${at} names no "collection".`);
  const wrong = Object.keys(value).find((key) => !['action', 'collection', ...keys].includes(key));
  if (wrong !== undefined) throw invalid(`Operation ${at} takes no "${wrong}".`);
  switch (action) {
    case 'insert': {
      const isList = Array.isArray(data);
      const documents = (isList ? data : [data]).map(requireFields);
      return { action, collection, documents, isList };
    }
    case 'update':
      return {
        action,
        collection,
        where: requireObject(where, '"where"'),
        data: requireFields(data),
      };
    default:
      return { action: 'delete', collection, where: requireObject(where, '"where"') };
  }
}

function invalid(message: string): HttpFailure {
  return new HttpFailure(400, 'InvalidValue', message);
}
