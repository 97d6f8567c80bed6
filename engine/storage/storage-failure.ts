/* What is said when the operating system or lmdb refuses. */
import { AuroraError } from '../errors.ts';

export function openFailure(path: string, cause: unknown): AuroraError {
  return failure(`Cannot open ${path}`, {
    cause,
    path,
    hint: 'Check that the file is readable and not damaged.',
  });
}

/** After it, the store only reads. */
export function writeFailure(path: string, cause: unknown): AuroraError {
  return new AuroraError(
    'StorageFailure',
    `A write to ${path} failed: ${messageOf(cause)}. The database only reads until it is opened again.`,
    { cause, details: { path }, hint: 'Check the disk, then open the database again.' },
  );
}

export function copyFailure(path: string, cause: unknown): AuroraError {
  // Lmdb tells the system's error as a text only.
  if (/no space left|ENOSPC|EDQUOT|quota exceeded/i.test(messageOf(cause))) {
    return new AuroraError('DiskFull', `Cannot copy to ${path}: ${messageOf(cause)}`, {
      cause,
      details: { path },
      hint: 'Free some space, or copy to another disk. Nothing was changed.',
    });
  }
  return failure(`Cannot copy to ${path}`, {
    cause,
    path,
    hint: 'Check that the disk has space, and that you may write there.',
  });
}

export function replaceFailure(path: string, cause: unknown): AuroraError {
  return failure(`The compacted file cannot take the place of ${path}`, {
    cause,
    path,
    hint: 'The database stays as it is. Windows does not let an open file be replaced.',
  });
}

/** When a folder cannot be made. */
export function folderFailure(path: string, cause: unknown): AuroraError {
  return new AuroraError(
    'StorageFailure',
    `The folder ${path} cannot be made: ${reasonOf(cause)}.`,
    {
      cause,
      details: { path },
      hint: 'Check that what is above it are folders, and that you may write there.',
    },
  );
}

/** For what the operating system refuses, where nothing more can be said of it than what it says itself. */
export function systemFailure(what: string, path: string, cause: unknown): AuroraError {
  return failure(what, {
    cause,
    path,
    hint: 'Check that the files are there, that you may read and write them, and that the process has not too many open.',
  });
}

/** True for an error of the operating system, such as `EACCES` of `open`. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The system's reason without the call and the path: `no such file or directory`. */
function reasonOf(cause: unknown): string {
  const [, reason] = /^[A-Z]+: ([^,]+)/.exec(messageOf(cause)) ?? [];
  return reason ?? messageOf(cause);
}

function failure(
  what: string,
  { cause, path, hint }: { readonly cause: unknown; readonly path: string; readonly hint: string },
): AuroraError {
  const message = `${what}: ${messageOf(cause)}`;
  return new AuroraError('StorageFailure', message, { cause, details: { path }, hint });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
