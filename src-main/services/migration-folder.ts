import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationFolder } from '#contract';
import { AuroraError, type Database, migrationFileNames } from '#engine';
import { serviceLimits } from './limits.ts';
import { plannedVersions } from './migration-service.ts';

type File = MigrationFolder['files'][number];

/** A folder of migration files, and how its versions stand. What is wrong with it is told, not thrown. */
export async function readMigrationFolder(
  database: Database,
  path: string,
): Promise<MigrationFolder> {
  let files: readonly File[] = [];
  try {
    files = await filesIn(path);
  } catch (error) {
    return { path, files: [], status: null, problem: unreadable(path, error) };
  }
  if (files.length === 0) {
    return { path, files, status: null, problem: 'There are no *.aql files in it.' };
  }
  try {
    const text = files.map((file) => file.text).join('\n');
    const found = await database.migrations.status(text);
    const status = { versions: plannedVersions(found), missing: found.missing };
    return { path, files, status, problem: null };
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    const file = error.span === undefined ? undefined : fileAt(files, error.span.start);
    const problem = file === undefined ? error.message : `${file}: ${error.message}`;
    return { path, files, status: null, problem };
  }
}

/** What is wrong with a folder, in a sentence. */
function unreadable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return `There is no folder "${path}". Write its whole path.`;
    case 'ENOTDIR':
      return `"${path}" is no folder. Write the path of the folder with the files.`;
    case 'EACCES':
    case 'EPERM':
      return `The folder "${path}" may not be read by the user that Aurora runs as.`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** @throws what the system says of the folder; WireError-like errors for what is too large */
async function filesIn(path: string): Promise<readonly File[]> {
  const names = migrationFileNames(await readdir(path));
  if (names.length > serviceLimits.migrationFilesMax) {
    throw new Error(
      `There are ${names.length} files; ${serviceLimits.migrationFilesMax} are read at most.`,
    );
  }
  const files: File[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = join(path, name);
    const found = await stat(file);
    if (!found.isFile()) continue;
    bytes += found.size;
    if (bytes > serviceLimits.savedTextLengthMax) {
      throw new Error(`The files are larger than ${serviceLimits.savedTextLengthMax} bytes.`);
    }
    files.push({ name, text: await readFile(file, 'utf8') });
  }
  return files;
}

/** The file with a place of the texts of all, a line break between them. */
function fileAt(files: readonly File[], offset: number): string | undefined {
  let end = 0;
  for (const { name, text } of files) {
    end += text.length + 1;
    if (offset < end) return name;
  }
  return files.at(-1)?.name;
}
