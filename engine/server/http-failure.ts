/* Failures of a request as HTTP tells them: a status, a code from the engine's list and a message without internals. */
import { AuroraError, type ErrorCode } from '#engine';

/** A request that is refused for what it is, not for what it asks of the database. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'HttpFailure';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Codes whose status is not 400: what is wrong is not the request, or something more exact can be said. */
const statusByCode: Partial<Record<ErrorCode, number>> = {
  UniqueConstraintViolation: 409,
  WriteConflict: 409,
  CollectionExists: 409,
  JobStateConflict: 409,
  CollectionNotFound: 404,
  JobNotFound: 404,
  ReadOnly: 403,
  ReadOnlyCollection: 403,
  TransactionTooLarge: 413,
  NotExecutable: 501,
  DiskFull: 507,
  StorageFailure: 500,
  DatabaseCorrupt: 500,
  OwnerFailed: 500,
  DatabaseClosed: 503,
  SnapshotExpired: 503,
  OwnerLost: 503,
  Timeout: 503,
  Cancelled: 503,
};

/** Codes of what an operation met with while it ran: GraphQL answers them as errors of fields, beside `data`. */
const fieldErrorCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'UniqueConstraintViolation',
  'WriteConflict',
  'ValidationError',
  'TransactionTooLarge',
  'JobNotFound',
  'JobStateConflict',
]);

/** The status that says what became of a request that failed. */
export function statusOf(error: unknown): number {
  if (error instanceof HttpFailure) return error.status;
  if (error instanceof AuroraError) return statusByCode[error.code] ?? 400;
  return 500;
}

/** True for what went wrong while a valid operation ran, so that the request itself was good. */
export function isFieldError(error: unknown): boolean {
  return (
    error instanceof AuroraError &&
    error.diagnostics.length === 0 &&
    fieldErrorCodes.has(error.code)
  );
}

/** True for faults of the server, whose messages are for its log and not for clients. */
export function isFault(error: unknown): boolean {
  return !(error instanceof HttpFailure || error instanceof AuroraError);
}

export const faultMessage = 'The server failed to answer this request.';
