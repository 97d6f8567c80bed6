/*
 * A file that a command writes: made beside its place, and moved there when all of it is written and on disk. What fails
 * or is ended leaves the file that was there as it was. Pipes and devices have no place to move to, and are written to.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { AuroraError, type WriteText } from '#engine';

/**
 * Gives what `work` resolves with, once the file has its name.
 * @throws AuroraError `DiskFull`, `StorageFailure`, `InvalidOption` for a folder; and what `work` throws
 */
export async function writeTargetFile<Result>(
  path: string,
  work: (write: WriteText) => Promise<Result>,
): Promise<Result> {
  const target = await placeOf(path);
  const aside = target.isReplaced ? `${target.path}.partial-${randomUUID()}` : target.path;
  const { mode } = target;
  const guard = <Value>(promise: Promise<Value>) =>
    promise.catch((error: unknown) => {
      throw unwritable(path, error);
    });
  const file = await guard(open(aside, target.isReplaced ? 'wx' : 'w', mode));
  let isComplete = false;
  try {
    const result = await work((text) => guard(file.appendFile(text)));
    if (target.isReplaced) await guard(complete(file, { aside, path: target.path, mode }));
    isComplete = true;
    return result;
  } finally {
    await file.close();
    if (target.isReplaced && !isComplete) await rm(aside, { force: true });
  }
}

interface Place {
  readonly path: string;
  readonly isReplaced: boolean;
  /** Of the file that is there. */
  readonly mode?: number;
}

/** Where a file really is: a link keeps pointing at it. */
async function placeOf(path: string): Promise<Place> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { path, isReplaced: true };
  if (found.isDirectory()) {
    throw new AuroraError('InvalidOption', `${path} is a folder.`, {
      details: { path },
      hint: 'Name a file.',
    });
  }
  if (!found.isFile()) return { path, isReplaced: false };
  return { path: await realpath(path), isReplaced: true, mode: found.mode & 0o777 };
}

async function complete(
  file: FileHandle,
  {
    aside,
    path,
    mode,
  }: { readonly aside: string; readonly path: string; readonly mode?: number | undefined },
): Promise<void> {
  if (mode !== undefined) await file.chmod(mode);
  await file.sync();
  await rename(aside, path);
}

function unwritable(path: string, cause: unknown): AuroraError {
  const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
  return new AuroraError(
    isFull ? 'DiskFull' : 'StorageFailure',
    `The file ${path} cannot be written.`,
    {
      cause,
      details: { path },
      hint: isFull
        ? 'Make room, or name a file on another disk.'
        : 'Check that its folder exists, and that you may write there.',
    },
  );
}
