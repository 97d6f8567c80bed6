import type { Diagnostic, DiagnosticCode, Span } from '#engine/aql';

/**
 * Every code an AuroraError can carry, with what it means. A code once released keeps its meaning;
 * retired codes stay listed. Codes of the parser and binder are in aql/diagnostic.ts and count here too.
 */
export const errorCodes = {
  UniqueConstraintViolation: 'A document would share a unique value with another.',
  ValidationError: 'A document does not satisfy the schema of its collection.',
  WriteConflict: 'A document changed between being read and being written; nothing was applied.',
  VersionMismatch: 'A document is not the version that a write was meant for; nothing was applied.',
  TransactionTooLarge: 'A commit would change more documents than one commit may.',
  TransactionEnded: 'A transaction was used after its end, or ended while its own calls still ran.',
  NotInTransaction: 'This cannot be done inside a transaction.',
  DatabaseNotFound: 'There is no database at this path.',
  DatabaseLocked: 'Another process owns this database.',
  DatabaseClosed: 'The database was closed.',
  DatabaseCorrupt: 'The files of the database contradict each other.',
  FormatTooNew: 'The database was written by a newer version of Aurora.',
  DependencyMismatch: 'A package that Aurora builds on is not of the version that it needs.',
  InvalidOption: 'An option has a value that is not allowed.',
  ImportFailed: 'A file could not be read as the format it was said to have.',
  MigrationDrift: 'A version of a migration is not what was applied under its name.',
  ReadOnly: 'The database was opened read-only, or went read-only after a failure.',
  DiskFull: 'There is not enough free space to write safely.',
  StorageFailure: 'The operating system refused a read or write.',
  SnapshotExpired: 'A result waited for its reader longer than its bound.',
  ChangeLogGap: 'The log no longer holds every record that a reader asked for.',
  CollectionRedefined:
    'The documents of a collection were written anew, and what followed them has to begin again.',
  OwnerLost:
    'The process that owned the database ended or stopped answering; whether a write that was under way was done is not known.',
  OwnerOnly: 'Only the process that owns the database can do this.',
  OwnerFailed: 'A fault inside the process that owns the database.',
  JobNotFound: 'There is no job of this id.',
  JobStateConflict: 'The job is not in a state in which this can be done with it.',
  Timeout: 'The operation ran into its time limit.',
  Cancelled: 'The operation was cancelled.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCodes | DiagnosticCode;

export interface AuroraErrorOptions {
  readonly cause?: unknown;
  /** Typed facts for programs: collection, field, value, path … Plain data only. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What to do about it, in one sentence. */
  readonly hint?: string;
  /** Where in the AQL text, when the error has a place there. */
  readonly span?: Span;
  /** All findings, when a text had several. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** An expected failure, with a stable code. Bugs are assertions (base/assert.ts), never this. */
export class AuroraError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hint: string | undefined;
  readonly span: Span | undefined;
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: ErrorCode, message: string, options: AuroraErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AuroraError';
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint;
    this.span = options.span;
    this.diagnostics = options.diagnostics ?? [];
  }
}
