import { checkedOptions, requireCount, requireObject } from './base/arguments.ts';
import type { TextOptions, TransactionBackend } from './database-backend.ts';
import type {
  DatabaseSchema,
  ExecuteOptions,
  NewDocument,
  OperationOptions,
  UntypedSchema,
} from './database-types.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import { toJsonObject } from './fluent/json-input.ts';
import { everything, Query } from './fluent/query.ts';
import { insertAll, insertOne } from './typed-collection.ts';

/**
 * What the callback of `db.transaction` works with. All its reads see the database as it was when the transaction
 * began, and what the transaction itself has written; nobody else sees that before the commit. Calls are run one
 * after the other. A call that fails leaves the transaction as it was before it: whoever catches the error may go on.
 * After the callback has ended every call fails with `TransactionEnded`.
 */
export class Transaction<Schema extends DatabaseSchema = UntypedSchema> {
  readonly #backend: TransactionBackend;

  /** Transactions are started by `db.transaction`. */
  constructor(backend: TransactionBackend) {
    this.#backend = backend;
  }

  /**
   * Inserts one document and gives its id.
   * @throws AuroraError `ValidationError`, `UniqueConstraintViolation`, `CollectionNotFound`, `TransactionTooLarge`
   */
  async insertInto<Name extends keyof Schema & string>(
    collection: Name,
    document: NewDocument<Schema[Name]>,
    options: OperationOptions = {},
  ): Promise<string> {
    return insertOne(this.#backend, collection, document, options);
  }

  /** Inserts all documents, or none, and gives their ids in order. @throws AuroraError as `insertInto` */
  async insertMany<Name extends keyof Schema & string>(
    collection: Name,
    documents: readonly NewDocument<Schema[Name]>[],
    options: OperationOptions = {},
  ): Promise<readonly string[]> {
    return insertAll(this.#backend, collection, documents, options);
  }

  /** Point read, at once; `undefined` when there is no such document. The document is the caller's. */
  get<Name extends keyof Schema & string>(collection: Name, id: string): Schema[Name] | undefined {
    // Documents of the collection have the type that its definition promises.
    return this.#backend.get(collection, id) as Schema[Name] | undefined;
  }

  /** Point read that also works where the database is in another process. */
  async find<Name extends keyof Schema & string>(
    collection: Name,
    id: string,
  ): Promise<Schema[Name] | undefined> {
    // As in `get`.
    return (await this.#backend.find(collection, id)) as Schema[Name] | undefined;
  }

  /** A query over one collection, its changes part of the transaction; nothing runs before its last call. */
  query<Name extends keyof Schema & string>(collection: Name): Query<Schema[Name]> {
    return new Query<Schema[Name]>(this.#backend, {
      collection,
      where: everything,
      orderBy: [],
      limit: undefined,
      offset: undefined,
      signal: undefined,
    });
  }

  /**
   * Runs the queries and mutations of an AQL text. Unlike `db.execute`, a text of several statements rejects at the
   * first one that fails; those before it stay in the transaction.
   * @throws AuroraError `NotInTransaction` for schema blocks, migrations and subscriptions
   */
  async execute(text: string, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    return this.#backend.execute(text, textOptions(options));
  }
}

/** How a text is run, as a backend takes it. */
export function textOptions(options: ExecuteOptions): TextOptions {
  const { variables = {}, operationName, rowsMax, signal } = checkedOptions(options, 'execute');
  requireObject(variables, 'The variables of a text');
  if (rowsMax !== undefined) requireCount(rowsMax, '"rowsMax" of "execute"');
  return { variables: toJsonObject(variables), operationName, rowsMax, signal };
}
