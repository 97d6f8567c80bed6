import type { FieldType, JsonValue } from '#engine/aql';

/** The file formats that import reads. `csv` finds out whether commas, semicolons or tabs separate the columns. */
export type ImportFormat = 'json' | 'ndjson' | 'csv' | 'tsv';

/** Where the text comes from. Gzip is recognised by its first bytes, whatever the file is called. */
export type ImportSource =
  | { readonly path: string }
  | { readonly text: string }
  | { readonly stream: AsyncIterable<Uint8Array> };

export interface ImportOptions {
  /** Left out, the name of the file decides. Needed for texts and streams. */
  readonly format?: ImportFormat;
  /** For JSON: a JSON pointer (RFC 6901) to the list or object to import, such as `/features`. */
  readonly pointer?: string;
  /** For CSV: the character between columns. */
  readonly delimiter?: string;
  /** For CSV: cells that stand for null. With any, an empty cell of a text field is empty text. */
  readonly nullTokens?: readonly string[];
  /** What becomes of columns, by the name that the file has for them; for all others the names decide. */
  readonly mapping?: ImportMapping;
  /** The field by which a document is found that a record replaces the fields of; what is not found is inserted. */
  readonly upsertKey?: string;
  /** Reads, converts and validates everything, and writes nothing. */
  readonly dryRun?: boolean;
  /** So many records at the beginning are passed over: `handledCount` of an import that did not come to its end. */
  readonly skipRecords?: number;
  /**
   * What becomes of what was committed when the signal ends the import, and of the collection if it was made for it.
   * `keep` is the default; a function is asked when that happens.
   */
  readonly onCancel?: 'keep' | 'revert' | (() => 'keep' | 'revert');
  /** A file that gets the rejected records as they were, in a form that can be imported: made with the first one. */
  readonly rejectsPath?: string;
  /** What happens at a record that cannot become a document. `stop` is the default. */
  readonly onError?: 'stop' | 'skip';
  /** How many rejected records the report describes. All are counted. */
  readonly rejectionsMax?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** What becomes of columns, by their name in the file. */
export type ImportMapping = Readonly<Record<string, ColumnMapping>>;

export interface ColumnMapping {
  /** The field that it goes to. */
  readonly field?: string;
  /** Its type, where the import defines the collection. */
  readonly type?: FieldType;
  /** True when it is left out. */
  readonly skip?: boolean;
}

export interface ImportProgress {
  /** `inspecting` infers the types of a new collection; `importing` writes. */
  readonly phase: 'inspecting' | 'importing';
  readonly recordCount: number;
  readonly importedCount: number;
  readonly rejectedCount: number;
}

/** A record that did not become a document. */
export interface ImportRejection {
  /** The line of the file on which the record begins; lines count from 1. */
  readonly line: number;
  readonly reason: string;
}

/** How one column of the file maps to a field. */
export interface ImportColumn {
  /** The header or key as the file has it. */
  readonly source: string;
  readonly field: string;
  readonly type: FieldType;
  readonly nullable: boolean;
}

/** What an import did. All `importedCount` documents are committed. */
export interface ImportReport {
  readonly collection: string;
  /** True when the import defined the collection, or would. */
  readonly created: boolean;
  /** `stopped` means that a record was rejected and `onError` is `stop`. */
  readonly outcome: 'completed' | 'stopped';
  /** True when nothing was written. */
  readonly dryRun: boolean;
  /** Records read, in whatever became of them. */
  readonly recordCount: number;
  /** Records at the beginning that are passed over, imported or rejected: where another import can go on. */
  readonly handledCount: number;
  readonly importedCount: number;
  /** How many of them replaced what the upsert key has found. */
  readonly updatedCount: number;
  readonly rejectedCount: number;
  /** The first `rejectionsMax` rejected records, in file order. */
  readonly rejections: readonly ImportRejection[];
  readonly columns: readonly ImportColumn[];
  readonly elapsedMs: number;
}

/**
 * One record as a reader found it, or why it could not be read. Integers that a double cannot hold arrive as
 * bigint; in `textual` formats every value is text.
 */
export type ImportRecord =
  | {
      readonly line: number;
      readonly values: Readonly<Record<string, unknown>>;
      /** How long the record's text is, for bounds on memory. */
      readonly characterCount: number;
    }
  | {
      readonly line: number;
      readonly problem: string;
      /** The record as it stands in the file. */
      readonly text: string;
      /** The columns of a format that has them. */
      readonly header?: readonly string[];
    };

/** An object as documents enter the engine. */
export type ImportDocument = { readonly [field: string]: JsonValue };
