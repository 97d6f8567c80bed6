/*
 * Statements at the owner, outside a transaction or inside one: what they ask, and how answers of many messages are put
 * together. Whoever uses them decides when they may run and what cancels them.
 */
import type { TextOptions, TransactionBackend } from '../database-backend.ts';
import { AuroraError } from '../errors.ts';
import type { JsonObject } from '../exec/complete-documents.ts';
import type { ExecutionResult } from '../exec/execution-result.ts';
import { toJsonObject } from '../fluent/json-input.ts';
import type { QueryRequest } from '../fluent/query.ts';
import type { FollowedSchema } from './followed-schema.ts';
import type { WireRequest, WireText, WireValueStart } from './guest-protocol.ts';
import type { OwnerConnection } from './owner-connection.ts';
import { ValueReceiver } from './value-parts.ts';
import type { WriteSender } from './write-sender.ts';

export interface RemoteStatementsParts {
  readonly connection: OwnerConnection;
  readonly schema: FollowedSchema;
  readonly writes: WriteSender;
  /** Number of the transaction they belong to. */
  readonly transaction?: number;
  /** False for texts that hold nothing but queries. */
  readonly mayWrite: (text: string) => boolean;
}

export class RemoteStatements implements TransactionBackend {
  readonly #parts: RemoteStatementsParts;
  readonly #inside: { readonly transaction?: number };

  constructor(parts: RemoteStatementsParts) {
    this.#parts = parts;
    const { transaction } = parts;
    this.#inside = transaction === undefined ? {} : { transaction };
  }

  async execute(text: string, options: TextOptions): Promise<ExecutionResult> {
    const { connection, schema, writes, mayWrite } = this.#parts;
    const { signal } = options;
    const isWrite = mayWrite(text);
    const params = { ...wireText(text, options), ...this.#inside };
    const send = () => connection.call('text.execute', params, { signal, isWrite });
    const { schemaVersion, ...start } = await (isWrite ? writes.inOrder(send) : send());
    await schema.keepUp(schemaVersion);
    // The owner's executor made it; both ends are of one protocol version.
    return (await this.receive(start, signal)) as ExecutionResult;
  }

  async insert(
    collection: string,
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    const target = { collection, ...this.#inside };
    const { ids } = await this.#parts.writes.insert(target, documents, signal);
    return ids;
  }

  async find(collection: string, id: string): Promise<unknown> {
    const params = { collection, id, ...this.#inside };
    const { document } = await this.#parts.connection.call('documents.find', params);
    return document;
  }

  get(): never {
    const { pid } = this.#parts.connection;
    throw new AuroraError(
      'OwnerOnly',
      `Process ${pid} owns the database, and "get" answers at once, which only the owner can.`,
      { hint: 'Use "await db.find(collection, id)".', details: { pid } },
    );
  }

  async select(request: QueryRequest): Promise<readonly unknown[]> {
    const { signal } = request;
    const params = this.#wireRequest(request);
    const start = await this.#parts.connection.call('documents.select', params, { signal });
    const documents = await this.receive(start, signal);
    return Array.isArray(documents) ? documents : [];
  }

  async count(request: QueryRequest): Promise<number> {
    const { connection } = this.#parts;
    const { signal } = request;
    const params = this.#wireRequest(request);
    return (await connection.call('documents.count', params, { signal })).count;
  }

  async update(
    request: QueryRequest,
    data: { readonly [field: string]: unknown },
  ): Promise<number> {
    const { connection, writes } = this.#parts;
    const params = { request: this.#wireRequest(request), data: toJsonObject(data) };
    const options = { signal: request.signal, isWrite: true };
    const send = () => connection.call('documents.update', params, options);
    return (await writes.inOrder(send)).count;
  }

  async remove(request: QueryRequest): Promise<number> {
    const { connection, writes } = this.#parts;
    const params = this.#wireRequest(request);
    const options = { signal: request.signal, isWrite: true };
    const send = () => connection.call('documents.remove', params, options);
    return (await writes.inOrder(send)).count;
  }

  /** Brings a value here whole that comes in parts. */
  async receive(start: WireValueStart, signal: AbortSignal | undefined): Promise<unknown> {
    const { connection } = this.#parts;
    const receiver = new ValueReceiver(start.value);
    receiver.add(start.parts);
    const { cursor } = start;
    if (cursor === undefined) return receiver.value;
    try {
      for (let isDone = false; !isDone; ) {
        const { parts, done } = await connection.call('value.next', { cursor }, { signal });
        receiver.add(parts);
        isDone = done;
      }
    } catch (error) {
      // When the connection is lost, the owner closes it by itself.
      connection.call('value.close', { cursor }).catch(() => undefined);
      throw error;
    }
    return receiver.value;
  }

  #wireRequest({
    collection,
    where,
    orderBy,
    limit,
    offset,
    ifVersion,
  }: QueryRequest): WireRequest {
    return {
      collection,
      where,
      orderBy,
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
      ...(ifVersion === undefined ? {} : { ifVersion }),
      ...this.#inside,
    };
  }
}

export function wireText(
  text: string,
  { variables, operationName, rowsMax, origins }: TextOptions,
): WireText {
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    text,
    variables: Object.fromEntries(given),
    ...(operationName === undefined ? {} : { operationName }),
    ...(rowsMax === undefined ? {} : { rowsMax }),
    ...(origins === true ? { origins } : {}),
  };
}
