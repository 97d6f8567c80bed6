import { randomUUID } from 'node:crypto';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
} from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type SavedQuery, type SavedQueryList, WireError } from '#contract';
import { serviceLimits } from './limits.ts';
import { hasQueryExtension, isSavedQueryName, savedQuerySegments } from './saved-query-path.ts';

/*
 * The saved queries of a database: plain files in a folder beside it, `shop.db.queries/` for `shop.db/`, so that they
 * go into version control with the program that uses the database, and any editor may write them. Links are never
 * followed: a path that leads out of the folder is refused.
 */

/** The folder of a database's saved queries. */
export function savedQueryFolder(databasePath: string): string {
  return `${databasePath}.queries`;
}

/** Lists what is in the folder; nothing when there is none. */
export async function listSavedQueries(databasePath: string): Promise<SavedQueryList> {
  const folder = savedQueryFolder(databasePath);
  const queries: SavedQuery[] = [];
  const waiting: string[] = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const depth = at === '' ? 0 : at.split('/').length;
    for (const entry of await readFolder(join(folder, at))) {
      if (!isSavedQueryName(entry.name)) continue;
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && depth + 1 < serviceLimits.savedDepthMax) waiting.push(path);
      if (!entry.isFile() || !hasQueryExtension(entry.name)) continue;
      if (queries.length >= serviceLimits.savedQueriesMax) {
        return { folder, queries: sorted(queries), isCut: true };
      }
      const changedAt = await changeTime(join(folder, path));
      if (changedAt !== undefined) queries.push({ path, changedAt });
    }
  }
  return { folder, queries: sorted(queries), isCut: false };
}

/** @throws WireError `FileNotFound`, or `LimitExceeded` for a file that is too long. */
export async function readSavedQuery(
  databasePath: string,
  path: string,
): Promise<{ readonly text: string; readonly changedAt: number }> {
  const file = await placeOf(databasePath, path);
  const found = await statOf(file);
  if (found?.isFile() !== true) throw fileNotFound(path);
  if (found.size > serviceLimits.savedTextLengthMax) {
    throw new WireError({
      code: 'LimitExceeded',
      message: `"${path}" has ${found.size} bytes; ${serviceLimits.savedTextLengthMax} fit.`,
    });
  }
  return { text: await readFile(file, 'utf8'), changedAt: found.mtimeMs };
}

/** Writes a file whole, so that a reader finds the old text or the new. Gives the time of the change. */
export async function saveQuery(
  databasePath: string,
  query: { readonly path: string; readonly text: string; readonly overwrite: boolean },
): Promise<{ readonly changedAt: number }> {
  const file = await placeOf(databasePath, query.path, { create: true });
  const beside = join(dirname(file), `.${randomUUID()}.new`);
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(query.text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (query.overwrite) await rename(beside, file);
    else await linkNew(beside, file, query.path);
  } finally {
    await rm(beside, { force: true });
  }
  return { changedAt: (await changeTime(file)) ?? 0 };
}

/** @throws WireError `FileNotFound` or `FileExists`. */
export async function renameSavedQuery(
  databasePath: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const source = await placeOf(databasePath, from);
  if ((await statOf(source))?.isFile() !== true) throw fileNotFound(from);
  const target = await placeOf(databasePath, to, { create: true });
  // Where the file system does not tell cases apart, the other spelling is the same file.
  const isSame = source.toLowerCase() === target.toLowerCase();
  if (isSame) await rename(source, target);
  else {
    await linkNew(source, target, to);
    await rm(source);
  }
  await removeEmptyFolders(savedQueryFolder(databasePath), from);
}

/** @throws WireError `FileNotFound`. */
export async function deleteSavedQuery(databasePath: string, path: string): Promise<void> {
  const file = await placeOf(databasePath, path);
  if ((await statOf(file))?.isFile() !== true) throw fileNotFound(path);
  await rm(file);
  await removeEmptyFolders(savedQueryFolder(databasePath), path);
}

/** The folders to watch: that of the queries and those inside it. */
export function foldersOf(list: SavedQueryList): readonly string[] {
  const folders = new Set([list.folder]);
  for (const { path } of list.queries) {
    const segments = path.split('/').slice(0, -1);
    for (let count = 1; count <= segments.length; count += 1) {
      folders.add(join(list.folder, ...segments.slice(0, count)));
    }
  }
  return [...folders].slice(0, serviceLimits.savedFoldersMax);
}

/** Where a query's file is, checked against links on the way. */
async function placeOf(
  databasePath: string,
  path: string,
  { create = false }: { readonly create?: boolean } = {},
): Promise<string> {
  const segments = savedQuerySegments(path);
  const folder = savedQueryFolder(databasePath);
  const file = join(folder, ...segments);
  if (create) await mkdir(dirname(file), { recursive: true });
  const parent = await realPathOf(dirname(file));
  if (parent === undefined) throw fileNotFound(path);
  const real = await realpath(folder);
  if (parent === real || parent.startsWith(real + sep)) return file;
  throw new WireError({
    code: 'InvalidParams',
    message: `"${path}" leads out of the folder of the saved queries.`,
    hint: 'Remove the link that is in that folder.',
    details: { path },
  });
}

/** Gives a file a name that must not be taken yet: a link is refused where a rename would overwrite. */
async function linkNew(from: string, to: string, path: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    throw new WireError(
      {
        code: 'FileExists',
        message: `There is a saved query "${path}" already.`,
        hint: 'Choose another name, or replace it.',
        details: { path },
      },
      { cause: error },
    );
  }
}

/** Removes the folders of a path that hold nothing any more, from the inside; that of the queries stays. */
async function removeEmptyFolders(folder: string, path: string): Promise<void> {
  const segments = path.split('/').slice(0, -1);
  for (let count = segments.length; count > 0; count -= 1) {
    try {
      await rmdir(join(folder, ...segments.slice(0, count)));
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST') || hasCode(error, 'ENOENT'))
        return;
      throw error;
    }
  }
}

async function readFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

async function statOf(file: string) {
  try {
    return await lstat(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function changeTime(file: string): Promise<number | undefined> {
  return (await statOf(file))?.mtimeMs;
}

async function realPathOf(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function sorted(queries: readonly SavedQuery[]): readonly SavedQuery[] {
  return [...queries].sort((left, right) => (left.path < right.path ? -1 : 1));
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function fileNotFound(path: string): WireError {
  return new WireError({
    code: 'FileNotFound',
    message: `There is no saved query "${path}".`,
    hint: 'It may have been renamed or deleted outside the studio.',
    details: { path },
  });
}
