/*
 * A folder of migration files. They are read as one text, a line break between them, so that each version is bound to
 * what those before it leave; places in that text lead back to their file.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AuroraError, migrationFileNames } from '#engine';
import { parse, type Span } from '#engine/aql';
import { positionAt, type SourceOf } from './error-text.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

/** A version as its file has it. */
export interface WrittenVersion {
  readonly version: string;
  readonly file: string;
  /** `2-rename.aql:2:31` */
  readonly place: string;
  readonly isEmpty: boolean;
  /** Of its name, in its file. */
  readonly nameSpan: Span;
}

/** @throws UsageError; AuroraError `StorageFailure` */
export async function readMigrationFolder(
  terminal: Terminal,
  folder: string,
): Promise<readonly MigrationFile[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no folder ${folder}.`);
  if (!found.isDirectory()) {
    throw new UsageError(`${folder} is a file: name the folder that holds the migrations.`);
  }
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(`The folder ${folder}`, error);
  });
  const chosen = migrationFileNames(names);
  for (const name of names) {
    if (!/\.aql$/i.test(name) || chosen.includes(name)) continue;
    terminal.writeError(`note: ${name} is not read: its name has to end in ".aql".\n`);
  }
  if (chosen.length === 0) throw new UsageError(`There are no *.aql files in ${folder}.`);
  return Promise.all(chosen.map(async (name) => ({ name, text: await textIn(folder, name) })));
}

async function textIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    if ((await stat(path)).isDirectory()) {
      throw new UsageError(`${path} is a folder: only files may end in ".aql" there.`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(`The file ${path}`, error);
  }
}

function unreadable(what: string, cause: unknown): AuroraError {
  const hint = 'Check that it exists, and that you may read it.';
  return new AuroraError('StorageFailure', `${what} cannot be read.`, { cause, hint });
}

export function textOf(files: readonly MigrationFile[]): string {
  return files.map(({ text }) => text).join('\n');
}

/** Finds the file of a place in the text of all. */
export function sourceIn(files: readonly MigrationFile[]): SourceOf {
  return ({ start, end }) => {
    let offset = 0;
    for (const file of files) {
      const next = offset + file.text.length + 1;
      if (start < next) return { source: file, span: { start: start - offset, end: end - offset } };
      offset = next;
    }
    return undefined;
  };
}

/**
 * The versions of files, in order; a text with faults gives those that could be read.
 * @throws AuroraError `DuplicateName` when two of them have one name
 */
export function versionsIn(files: readonly MigrationFile[]): readonly WrittenVersion[] {
  const versions: WrittenVersion[] = [];
  let offset = 0;
  for (const { name: file, text } of files) {
    for (const { node } of parse(text).document.definitions) {
      if (node.kind !== 'migrate') continue;
      for (const { version, steps } of node.versions) {
        const { line, column } = positionAt(text, version.span.start);
        const { value, span: nameSpan } = version;
        const written = { version: value, file, place: `${file}:${line}:${column}`, nameSpan };
        const span = { start: offset + nameSpan.start, end: offset + nameSpan.end };
        assertNew({ ...written, span }, versions);
        versions.push({ ...written, isEmpty: steps.length === 0 });
      }
    }
    offset += text.length + 1;
  }
  return versions;
}

function assertNew(
  { version, place, span }: Pick<WrittenVersion, 'version' | 'place'> & { readonly span: Span },
  before: readonly WrittenVersion[],
): void {
  const first = before.find((each) => each.version === version);
  if (first === undefined) return;
  throw new AuroraError(
    'DuplicateName',
    `The version "${version}" is given twice, at ${first.place} and at ${place}.`,
    {
      span,
      details: { version, places: [first.place, place] },
      hint: 'Each version is applied once: give one of them another name.',
    },
  );
}
