/* Exports of documents and of results of queries to files. */
import type { WireErrorShape, WireValue } from './wire-types.ts';

export type ExportFormat = 'ndjson' | 'json' | 'csv';

/** What is exported, and how it is written. */
export interface ExportTask {
  readonly from:
    | {
        readonly kind: 'collection';
        readonly collection: string;
        /** Only documents that match, as `where` takes it, braces included; empty for all. */
        readonly where: string;
        /**
         * As `orderBy` takes it, brackets included; the order of ids unless given. Documents that may have fields which no
         * schema names always come in the order of ids.
         */
        readonly orderBy?: string;
      }
    | {
        readonly kind: 'query';
        /** Nothing but queries. */
        readonly text: string;
        readonly variables?: { readonly [name: string]: WireValue };
        /** Which of the results, from 0. */
        readonly result: number;
      };
  /** What the file is called, without its ending. */
  readonly name: string;
  readonly format: ExportFormat;
  /** For CSV: the character between columns, what stands for null, and whether names of columns stand above. */
  readonly delimiter: string;
  readonly nullToken: string;
  readonly hasHeader: boolean;
  /** For CSV: objects as JSON in one cell, or their fields in columns of their own. */
  readonly nested: 'json' | 'columns';
}

export interface ExportState {
  /** `waiting`: until the file is fetched. */
  readonly state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly documentCount: number;
  readonly sizeBytes: number;
  readonly elapsedMs: number;
  readonly error?: WireErrorShape;
}

/** How the file comes to the person. */
export type ExportWay =
  /** The page fetches it from this path, once. */
  | { readonly kind: 'download'; readonly export: string; readonly path: string }
  /** The host writes it. */
  | { readonly kind: 'file'; readonly export: string; readonly path: string }
  /** The person chose no file. */
  | { readonly kind: 'none' };
