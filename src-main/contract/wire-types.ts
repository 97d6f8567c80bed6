/*
 * Everything that crosses between page and host, as plain data. These types belong to the wire: the engine's own
 * types become these in services/to-wire.ts and nowhere else.
 */

/** Nothing to say, as an object that has nothing. */
export type None = Readonly<Record<string, never>>;

export type WireValue =
  | null
  | boolean
  | number
  | string
  | readonly WireValue[]
  | { readonly [key: string]: WireValue };

export type WireScalarType =
  | 'String'
  | 'Int'
  | 'Float'
  | 'Boolean'
  | 'Uuid'
  | 'DateTime'
  | 'Object'
  | 'Any';

export type WireFieldType =
  | { readonly kind: 'scalar'; readonly name: WireScalarType }
  | { readonly kind: 'list'; readonly element: WireFieldType };

/** Opaque name of an open database, valid until it is closed. */
export type DatabaseId = string;

export interface HostInfo {
  readonly product: string;
  readonly version: string;
  readonly host: 'electron' | 'web' | 'in-process' | 'owner';
  readonly platform: string;
  /** What only some hosts can do; the page shows a control only when its capability is here. */
  readonly capabilities: {
    /** Native open and save dialogs (`host.pickFolder`). */
    readonly dialogs: boolean;
    /** Native menus send `host.command` events. */
    readonly menus: boolean;
  };
  /** A folder to propose for new databases. */
  readonly homeFolder: string;
}

export interface DatabaseInfo {
  readonly database: DatabaseId;
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly isSample: boolean;
  readonly connection: DatabaseConnectionInfo;
}

/**
 * Where the data of an open database is: in the host (`owner`), in the process `ownerPid` (`guest`), or nowhere at the
 * moment (`lost`): the owner is gone or does not answer, and the host tries to take its place.
 */
export interface DatabaseConnectionInfo {
  readonly state: 'owner' | 'guest' | 'lost';
  readonly ownerPid?: number;
  /** Why the owner was lost, or why no other process can share a database that the host owns. */
  readonly reason?: string;
}

export interface RecentDatabase {
  readonly name: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  /** False when the folder is gone. */
  readonly exists: boolean;
}

export interface DatabaseList {
  readonly open: readonly DatabaseInfo[];
  readonly recent: readonly RecentDatabase[];
}

export interface FieldInfo {
  readonly name: string;
  readonly type: WireFieldType;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly references?: string;
  readonly default?: WireFieldDefault;
  readonly validate?: WireValidationRules;
}

type WireFieldDefault =
  | { readonly kind: 'value'; readonly value: WireValue }
  | { readonly kind: 'now' };

interface WireValidationRules {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: 'EMAIL' | 'URL' | 'UUID' | 'DATE' | 'DATETIME';
}

export interface IndexInfo {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
  /** Set for an index of words. */
  readonly text?: true;
  readonly state: 'building' | 'live';
}

/** What an index takes and gives. */
export interface IndexFigures {
  readonly collection: string;
  readonly name: string;
  /** Told by a sample of the documents. */
  readonly bytesEstimated: number;
  /** How often queries have read it; over restarts where the database is measured. */
  readonly useCount: number;
}

export interface CollectionInfo {
  readonly name: string;
  readonly open: boolean;
  readonly documentCount: number;
  /** As defined, so that the page binds texts exactly as the engine does. */
  readonly fields: readonly FieldInfo[];
  /** The indexes that the definition names besides those of its fields. */
  readonly definedIndexes: readonly {
    readonly fields: readonly string[];
    readonly unique: boolean;
    readonly text?: true;
  }[];
  /** All indexes there are: those of single fields and the defined ones. */
  readonly indexes: readonly IndexInfo[];
}

export interface CatalogInfo {
  readonly version: number;
  readonly collections: readonly CollectionInfo[];
  /** Versions of migrations that are applied, so that texts which hold them are not found fault with. */
  readonly migrations: readonly string[];
}

/** A range of the text that was run, in UTF-16 code units, end exclusive. */
export interface WireSpan {
  readonly start: number;
  readonly end: number;
}

export interface ResultColumn {
  /** The key in the result. */
  readonly name: string;
  /** Path in the document, dotted; empty for what is no stored field. */
  readonly path: string;
  readonly type: WireFieldType;
  readonly nullable: boolean;
  /** Where its values come from, when the run was asked. */
  readonly origin?: WireOrigin;
}

/** Where the values of a column come from, so that they can be edited where they are seen. */
export type WireOrigin =
  /**
   * The field at the dotted path in the document of the row; of an object perhaps only some fields, by their keys, which are
   * dotted where they lead into objects.
   */
  | {
      readonly kind: 'stored';
      readonly collection: string;
      readonly path: string;
      readonly fields?: { readonly [key: string]: string };
    }
  /** Fields of the one document of another collection that the row refers to, by their keys in the value. */
  | {
      readonly kind: 'reference';
      readonly collection: string;
      readonly fields: { readonly [key: string]: string };
    }
  /** Nothing that is stored as such. */
  | {
      readonly kind: 'none';
      readonly reason: 'computed' | 'joined' | 'digest' | 'search' | 'name' | 'written';
    };

/** The documents of the rows of a batch. */
export interface WireRowOrigins {
  readonly ids: readonly string[];
  /** By the number of a column whose origin is a reference: the document that each row refers to, if any. */
  readonly referred: { readonly [column: number]: readonly (string | null)[] };
}

/** Announces one result: a root of a query, a field of a mutation, a schema block. */
export interface ResultHead {
  /** Number of the result inside the run, from 0. */
  readonly result: number;
  readonly statementKind: 'query' | 'mutation' | 'schema' | 'subscription';
  /** Alias or name of the root; the statement's name or kind for a schema block. */
  readonly title: string;
  readonly collection?: string;
  readonly columns: readonly ResultColumn[];
  /** The place of the statement in the text. */
  readonly span: WireSpan;
  /** Name of the physical plan, such as `IndexRange(year) → Limit`. */
  readonly plan?: string;
}

/** Rows as columns: `columns[c][r]`. A field that is not set stands as null and is listed in `missing`. */
export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: readonly (readonly WireValue[])[];
  /** Per column, ascending row numbers inside the batch whose field is not set; absent when there are none. */
  readonly missing?: readonly (readonly number[])[];
  /** The documents of the rows, when the run was asked. */
  readonly origins?: WireRowOrigins;
}

export interface ResultSummary {
  /** Rows in the result, or documents changed. */
  readonly rowCount: number;
  /** Documents or index entries that were read. */
  readonly rowsRead: number;
  /** Time inside the engine, without waiting for the consumer. */
  readonly elapsedMs: number;
  /** One line of plain text when there is something to say, such as `Defined collection "users"`. */
  readonly message?: string;
  /** True when the host cut the result at its own cap. */
  readonly truncated: boolean;
}

/** What a pull on a run gives, in order. */
export type ResultPart =
  | { readonly kind: 'head'; readonly head: ResultHead }
  | { readonly kind: 'rows'; readonly result: number; readonly batch: ColumnBatch }
  | { readonly kind: 'summary'; readonly result: number; readonly summary: ResultSummary }
  /** How far the reading of a query is; there is none where that cannot be told. */
  | { readonly kind: 'progress'; readonly readCount: number; readonly expectedCount: number }
  | { readonly kind: 'failed'; readonly span?: WireSpan; readonly error: WireErrorShape };

/** An error as it crosses: code and facts, never a stack. */
export interface WireErrorShape {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly span?: WireSpan;
  readonly details?: { readonly [key: string]: WireValue };
  readonly diagnostics?: readonly WireDiagnostic[];
}

/**
 * One finding of a text. The fixes of a finding do not cross: the page binds the same text against the same catalog
 * itself, in the worker of its editor, and has finding and fix there (`codeActions` of the language service) before
 * the text is sent. What only the host finds, because the catalog changed on the way, comes to the page as a new
 * catalog, and then with its fix.
 */
export interface WireDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly span: WireSpan;
  readonly message: string;
  readonly hint?: string;
}
