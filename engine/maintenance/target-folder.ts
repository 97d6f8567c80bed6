/*
 * Where a backup or a restored database goes: a folder that is made aside, in the same parent, and gets its name when
 * it is complete and on disk. So whatever has the name is whole, and what fails leaves nothing.
 */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { AuroraError } from '../errors.ts';
import { canonicalDatabasePath } from '../storage/database-folder.ts';
import { syncPath } from '../storage/disk.ts';
import { makeFolders } from '../storage/make-folders.ts';
import { folderFailure } from '../storage/storage-failure.ts';

export interface TargetFolder {
  /** Absolute path that it will have. */
  readonly path: string;
  /** Where it is being made. */
  readonly aside: string;
  /** Gives it its name, in place of an empty folder. @throws AuroraError `InvalidOption`, `StorageFailure` */
  complete(): void;
  /** Removes it. */
  discard(): Promise<void>;
}

/** The absolute path of a target that is neither the source nor inside it, nor around it. @throws AuroraError `InvalidOption` */
export function targetPath(target: string, source: { path: string; what: string }): string {
  assertPath(target);
  const path = canonicalDatabasePath(target);
  const from = canonicalDatabasePath(source.path);
  if (path === from) {
    throw unusable(path, `is the ${source.what} itself`, 'Choose another folder.');
  }
  if (isInside(path, from)) {
    throw unusable(path, `lies inside the ${source.what}`, 'Choose a folder beside it.');
  }
  if (isInside(from, path)) {
    throw unusable(path, `holds the ${source.what}`, 'Choose a folder beside it.');
  }
  return path;
}

/** @throws AuroraError `InvalidOption` */
export function assertPath(target: unknown): asserts target is string {
  if (typeof target === 'string' && target.trim() !== '' && !target.includes('\0')) return;
  throw new AuroraError('InvalidOption', `${JSON.stringify(target) ?? 'Nothing'} is no path.`, {
    details: { path: target },
    hint: 'Give the path of a folder that is empty, or not there yet.',
  });
}

/** @throws AuroraError `InvalidOption` when there is a file, or a folder that is not empty */
export function assertVacant(path: string): void {
  const found = statOf(path);
  if (found === undefined) return;
  if (!found.isDirectory())
    throw unusable(path, 'is a file', 'Choose a folder that does not exist.');
  if (readdirSync(path).length === 0) return;
  throw unusable(path, 'is not empty', 'Choose an empty folder, or one that does not exist.');
}

/** @throws AuroraError `StorageFailure` when nothing can be made there */
export async function makeTarget(path: string): Promise<TargetFolder> {
  const aside = await makeAside(path);
  return {
    path,
    aside,
    complete() {
      assertVacant(path);
      try {
        if (existsSync(path)) rmdirSync(path);
        syncPath(aside);
        renameSync(aside, path);
        syncPath(dirname(path));
      } catch (error) {
        throw folderFailure(path, error);
      }
    },
    discard: () => rm(aside, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }),
  };
}

/**
 * Makes a folder, with those above it that are missing; nothing when it is there.
 * @throws AuroraError `InvalidOption` when there is a file, `StorageFailure` when nothing can be made there
 */
export function makeFolder(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory()) {
    throw unusable(path, 'is a file', 'Choose a folder, or a name that is not taken.');
  }
  try {
    makeFolders(path);
  } catch (error) {
    throw folderFailure(path, error);
  }
}

async function makeAside(path: string): Promise<string> {
  try {
    makeFolders(dirname(path));
    return mkdtempSync(`${path}.partial-`);
  } catch (error) {
    throw folderFailure(path, error);
  }
}

/** `undefined` when there is nothing, also because something above it is no folder. */
function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw folderFailure(path, error);
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function unusable(path: string, what: string, hint: string): AuroraError {
  return new AuroraError('InvalidOption', `${path} ${what}.`, { details: { path }, hint });
}
