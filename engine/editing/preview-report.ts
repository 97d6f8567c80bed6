/* What a preview says: the exact effect of running a text on the data as it is, of which nothing was done. */
import type { JsonValue, Span } from '#engine/aql';
import type { ErrorCode } from '../errors.ts';
import type { MigrationStep } from '../exec/migration-runner.ts';
import type { RefusedDocuments } from '../migrations/trial.ts';
import type { DanglingReferences } from './dangling-references.ts';

/** A document in JSON form, with its id. */
type PreviewedDocument = { readonly [field: string]: JsonValue };

/** A document before and after; `before` is absent for a new one, `after` for one that goes. */
export interface PreviewSample {
  readonly id: string;
  readonly before?: PreviewedDocument;
  readonly after?: PreviewedDocument;
}

/** What one field of a mutation would do. */
export interface PreviewedWrite {
  readonly kind: 'insert' | 'update' | 'upsert' | 'delete' | 'enqueue' | 'cancelJob' | 'retryJob';
  readonly collection: string;
  /** The field's place in the text. */
  readonly span: Span;
  readonly insertedCount: number;
  /** Documents that it finds and writes; `unchangedCount` of them as they were. */
  readonly updatedCount: number;
  readonly unchangedCount: number;
  readonly deletedCount: number;
  /** The first documents, in the order in which the field gives them. */
  readonly samples: readonly PreviewSample[];
  /** Fields whose new values refer to documents that would not be there; nothing refuses them. */
  readonly danglingReferences: readonly DanglingReferences[];
}

/** What becomes of one collection in the end, whatever its documents went through; `_jobs` among them. */
export interface PreviewedCollection {
  readonly collection: string;
  readonly insertedCount: number;
  /** Documents that would not be as they are. */
  readonly changedCount: number;
  readonly deletedCount: number;
  readonly samples: readonly PreviewSample[];
}

/** The error with which the run would end. What stands before it in the text would have been done. */
interface PreviewedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly span?: Span;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface PreviewReport {
  /** The commit whose state was looked at. */
  readonly sequence: number;
  /** The fields of mutations, in text order. */
  readonly writes: readonly PreviewedWrite[];
  readonly collections: readonly PreviewedCollection[];
  /** The steps of schema and migrate blocks. */
  readonly steps: readonly MigrationStep[];
  /** Documents that schema and migrate blocks cannot go over: with any, they would change nothing. */
  readonly refused: Readonly<RefusedDocuments>;
  /** Documents that would be there, be gone or be different, each once. */
  readonly documentsChanged: number;
  readonly error?: PreviewedError;
}

export interface PreviewOptions {
  readonly variables?: Readonly<Record<string, JsonValue | undefined>> | undefined;
  /** Previews only the operation of this name. */
  readonly operationName?: string | undefined;
  /** Samples of each write and each collection; 10 unless told, at most 1,000. */
  readonly samplesMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
