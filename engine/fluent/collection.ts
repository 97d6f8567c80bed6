import type { JsonValue } from '#engine/aql';
import type { Query } from './query.ts';

/** A document without a known type: flat, with its id. */
export interface UntypedDocument {
  id: string;
  [field: string]: JsonValue | undefined;
}

/** What an insert takes when the type is not known. */
export interface UntypedNewDocument {
  [field: string]: JsonValue | undefined;
}

/** A collection whose document type is known from its definition. It holds nothing; it can be thrown away. */
export interface Collection<Doc, NewDoc> {
  readonly name: string;
  /** Inserts one document and gives its id, after the commit is durable. */
  insert(document: NewDoc): Promise<string>;
  /** Inserts all documents in one commit, or none, and gives their ids in order. */
  insertMany(documents: readonly NewDoc[]): Promise<readonly string[]>;
  query(): Query<Doc>;
  /** Point read; `undefined` when there is none. */
  get(id: string): Doc | undefined;
}
