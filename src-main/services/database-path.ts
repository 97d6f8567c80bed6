import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { AuroraError } from '#engine';

/*
 * What a path that a person typed or picked stands for. The engine opens what it is told to; the studio is careful,
 * because a wrong path here would make a database appear in the middle of somebody's documents.
 */

export interface DatabasePath {
  /** The folder with links resolved: one database has one such path, however it was written. */
  readonly path: string;
  readonly isThere: boolean;
}

/** The file that every database has. */
const dataFile = 'data.mdb';

/**
 * Finds the database at a path, or the place where it may be created.
 * @throws AuroraError `InvalidOption` for a path that cannot be one, `DatabaseNotFound` when there is none.
 */
export async function resolveDatabasePath(
  typed: string,
  options: { readonly homeFolder: string; readonly create: boolean },
): Promise<DatabasePath> {
  const path = expandPath(typed, options.homeFolder);
  const kind = await kindOf(path);
  if (kind === 'file') {
    throw new AuroraError('DatabaseNotFound', `${path} is a file, and a database is a folder.`, {
      details: { path },
      hint:
        basename(path) === dataFile
          ? `Open the folder that it is in: ${dirname(path)}`
          : 'Choose the folder of the database.',
    });
  }
  if (kind === 'absent') {
    if (options.create) return { path: await placeToCreate(path), isThere: false };
    throw new AuroraError('DatabaseNotFound', `There is no database at ${path}.`, {
      details: { path },
      hint: 'Check the path, or create a new database there.',
    });
  }
  const real = await realpath(path);
  if ((await kindOf(join(real, dataFile))) === 'file') return { path: real, isThere: true };
  if (!options.create) {
    throw new AuroraError('DatabaseNotFound', `The folder ${path} is not an Aurora database.`, {
      details: { path },
      hint: `A database is a folder with a file ${dataFile} in it.`,
    });
  }
  if ((await readdir(real)).length > 0) {
    throw new AuroraError(
      'InvalidOption',
      `The folder ${path} holds other files, and a database needs a folder of its own.`,
      { details: { path }, hint: `Choose a new folder, such as ${join(path, 'my-data.db')}` },
    );
  }
  return { path: real, isThere: false };
}

/** True when there is a database at the path. Never fails: what cannot be read is not there for us. */
export async function isDatabaseThere(path: string): Promise<boolean> {
  return stat(join(path, dataFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The path as written, without its `~` and trailing separators. */
export function expandPath(typed: string, homeFolder: string): string {
  const trimmed = typed.trim();
  const isInHome = trimmed === '~' || trimmed.startsWith('~/') || trimmed.startsWith(`~${sep}`);
  const expanded = isInHome ? join(homeFolder, trimmed.slice(1)) : trimmed;
  if (!isAbsolute(expanded)) {
    throw new AuroraError('InvalidOption', `The path "${typed}" does not say where it begins.`, {
      details: { path: typed },
      hint: `Write the whole path, such as ${join(homeFolder, 'my-data.db')}`,
    });
  }
  const normal = normalize(expanded);
  return normal.length > 1 && normal.endsWith(sep) ? normal.slice(0, -1) : normal;
}

async function placeToCreate(path: string): Promise<string> {
  const parent = dirname(path);
  if ((await kindOf(parent)) !== 'folder') {
    throw new AuroraError(
      'DatabaseNotFound',
      `The database cannot be created, because there is no folder ${parent}.`,
      { details: { path }, hint: 'Create that folder first, or choose another.' },
    );
  }
  return join(await realpath(parent), basename(path));
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `${path} cannot be read.`, {
    cause,
    details: { path, reason: String(cause) },
    hint: 'Check the permissions of the folder and of those it is in.',
  });
}
