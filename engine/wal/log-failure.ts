import { AuroraError } from '../errors.ts';

/** The error of a log that cannot go on: `DiskFull` when there was no space, `StorageFailure` for anything else. */
export function logFailure(cause: unknown): AuroraError {
  if (cause instanceof AuroraError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isSpaceError(cause)) {
    return new AuroraError(
      'DiskFull',
      `The disk was full while the log was written: ${message}. Nothing more is written until the database is opened again.`,
      { cause, hint: 'Free some space, then open the database again.' },
    );
  }
  return new AuroraError(
    'StorageFailure',
    `The log could not be written: ${message}. Nothing more is written until the database is opened again.`,
    { cause, hint: 'Check the disk, then open the database again.' },
  );
}

/** True for errors of the operating system that say that there is no space left. */
function isSpaceError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT';
}

export function noSpaceForLog(freeBytes: number, neededBytes: number): AuroraError {
  return new AuroraError(
    'DiskFull',
    `Not enough free space for the log: ${freeBytes} bytes are free, ${neededBytes} are needed.`,
    {
      details: { freeBytes, neededBytes },
      hint: 'Free some space. This write changed nothing, and the database stays usable.',
    },
  );
}

export function cannotRemove(segment: string, cause: unknown): AuroraError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AuroraError(
    'StorageFailure',
    `The log segment ${segment}, which is no longer needed, could not be removed: ${message}.`,
    { cause, details: { segment }, hint: 'Check the disk. The log goes on without this space.' },
  );
}
