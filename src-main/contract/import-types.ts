/*
 * Imports of files that the page has: it sends what is in them in pieces, each when the host has taken the one before.
 */
import type { WriteConfirmation } from './studio-types.ts';
import type { WireErrorShape, WireFieldType } from './wire-types.ts';

export const importFormats = ['csv', 'tsv', 'ndjson', 'json'] as const;
export type ImportFormatName = (typeof importFormats)[number];

/** How a file is read. What is left out is found out, or is that of the format. */
export interface ImportReading {
  readonly delimiter?: string;
  /** A JSON pointer to the list in a JSON file. */
  readonly pointer?: string;
  /** Cells that stand for null, in formats of text. */
  readonly nullTokens?: readonly string[];
}

/** What becomes of a column, where it is not what would become of it anyway. */
export interface ImportColumnOrder {
  readonly source: string;
  readonly field?: string;
  /** Only where the import defines the collection. */
  readonly type?: WireFieldType;
  readonly isSkipped?: boolean;
}

export interface ImportOrder extends ImportReading {
  readonly collection: string;
  readonly format: ImportFormatName;
  readonly columns: readonly ImportColumnOrder[];
  /** The field, unique or `id`, by which documents are found and replaced. */
  readonly upsertKey?: string;
  /** What happens at a record that cannot become a document. */
  readonly onReject: 'skip' | 'stop';
  /** Records at the beginning that are passed over. */
  readonly skipRecords?: number;
}

export type ImportTask =
  /** Looks at the beginning. `fileName` may announce the format. */
  | ({
      readonly kind: 'inspect';
      readonly collection: string;
      readonly fileName?: string;
      readonly format?: ImportFormatName;
    } & ImportReading)
  /** Does everything but write. */
  | { readonly kind: 'try'; readonly order: ImportOrder }
  /** On a database that is marked as production it needs the token of its trial, and takes only what was tried. */
  | { readonly kind: 'run'; readonly order: ImportOrder; readonly previewToken?: string };

/** A column of the file, and where it would go. */
export interface ImportColumnInfo {
  readonly source: string;
  readonly field: string;
  readonly type: WireFieldType;
  readonly nullable: boolean;
}

export interface InspectedColumnInfo extends ImportColumnInfo {
  /** What its values have in common. */
  readonly foundType: WireFieldType;
  /** False when a collection that exists has no such field. */
  readonly isDefined: boolean;
}

/** One of the first records: texts of its values by column, null as such, what is not there left out. */
export interface InspectedRecord {
  readonly line: number;
  /** Pairs of the column's place and the text. */
  readonly cells: readonly (readonly [column: number, text: string | null])[];
  /** Why it could not be read. */
  readonly problem?: string;
}

export interface ImportInspectionInfo {
  readonly format: ImportFormatName;
  /** Null where nothing separates columns. */
  readonly delimiter: string | null;
  readonly columns: readonly InspectedColumnInfo[];
  readonly records: readonly InspectedRecord[];
  readonly recordCount: number;
  /** True when `recordCount` is all of them. */
  readonly isWhole: boolean;
}

export interface ImportReportInfo {
  readonly collection: string;
  /** True when the import has defined the collection, or would. */
  readonly created: boolean;
  readonly outcome: 'completed' | 'stopped';
  readonly recordCount: number;
  /** Records at the beginning that are dealt with: where another import can go on. */
  readonly handledCount: number;
  readonly importedCount: number;
  /** How many of them have replaced documents. */
  readonly updatedCount: number;
  readonly rejectedCount: number;
  /** The first ones. */
  readonly rejections: readonly { readonly line: number; readonly reason: string }[];
  readonly columns: readonly ImportColumnInfo[];
  readonly elapsedMs: number;
}

/** How far an import is, and how it ended. */
export type ImportState =
  | {
      readonly state: 'running';
      readonly recordCount: number;
      readonly importedCount: number;
      readonly rejectedCount: number;
    }
  | { readonly state: 'reverting' }
  | { readonly state: 'inspected'; readonly inspection: ImportInspectionInfo }
  | {
      readonly state: 'tried';
      readonly report: ImportReportInfo;
      readonly confirmation: WriteConfirmation;
      /** Lets exactly this be imported once. */
      readonly token: string;
    }
  | { readonly state: 'imported'; readonly report: ImportReportInfo }
  /** Ended by the page; `importedCount` documents have stayed. */
  | {
      readonly state: 'cancelled';
      readonly isReverted: boolean;
      readonly importedCount: number;
      readonly handledCount: number;
    }
  /** `importedCount` documents were imported before it failed, and have stayed. */
  | {
      readonly state: 'failed';
      readonly error: WireErrorShape;
      readonly importedCount: number;
      readonly handledCount: number;
    };
