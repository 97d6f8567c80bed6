/*
 * The files of an audit log: the one that is written, and earlier ones, which carry numbers behind their names, 1 being
 * the latest: `audit.jsonl`, `audit.jsonl.1`, `audit.jsonl.2` … The oldest goes when there are too many.
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { makeFolders } from '../storage/make-folders.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { auditDocument } from './audit-record.ts';

const lineFeed = 0x0a;

/** Files that the database itself keeps in its folder. */
const ownFiles = /^(data\.mdb.*|.*\.lock|.*\.sock|aurora\..*|metrics\.jsonl.*|wal|.*\.tmp)$/i;

/**
 * Where the log of a database is: an option's path, relative to the folder of the database.
 * @throws AuroraError `InvalidOption` for a relative path that leaves the folder, and for files of the database
 */
export function auditFilePath(databasePath: string, option: string): string {
  const path = resolve(databasePath, option);
  const inside = relative(databasePath, path);
  const [first = ''] = inside.split(sep);
  const isInside = inside !== '' && first !== '..' && !isAbsolute(inside);
  if (!isAbsolute(option) && !isInside) {
    throw refused(option, 'a file inside the folder of the database, or an absolute path');
  }
  if (isInside && ownFiles.test(first)) {
    throw refused(option, 'a file that is not one of the database itself, such as "audit.jsonl"');
  }
  return path;
}

/** Makes the folder of the file, and tells what is in the file: how many bytes, and whether it ends inside a line. */
export async function prepareFile(
  path: string,
): Promise<{ readonly bytes: number; readonly isTorn: boolean }> {
  makeFolders(dirname(path));
  if (!(await isThere(path))) return { bytes: 0, isTorn: false };
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) return { bytes: 0, isTorn: false };
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return { bytes: size, isTorn: buffer[0] !== lineFeed };
  } finally {
    await file.close();
  }
}

/** Moves every file one number up, and the one that is written to number 1. */
export async function rotateFiles(path: string): Promise<void> {
  const last = limits.auditFilesMax - 1;
  await rm(numbered(path, last), { force: true });
  for (let number = last - 1; number >= 0; number -= 1) {
    if (await isThere(numbered(path, number))) {
      await rename(numbered(path, number), numbered(path, number + 1));
    }
  }
}

/**
 * The records in the files, the latest at most `countMax` of them, in the order in which they were written. Files are
 * read from their ends, so that it costs what is given, however much there is.
 */
export async function readFiles(
  path: string,
  countMax: number,
  signal: AbortSignal | undefined,
): Promise<StoredDocument[]> {
  const documents: StoredDocument[] = [];
  // A record whose writing failed half-way is written again.
  const ids = new Set<string>();
  for (let number = 0; number < limits.auditFilesMax; number += 1) {
    const file = numbered(path, number);
    if (!(await isThere(file))) break;
    for await (const line of linesBackwards(file, signal)) {
      const document = auditDocument(line);
      if (document === undefined || ids.has(document.id)) continue;
      ids.add(document.id);
      documents.push(document);
      if (documents.length === countMax) return documents.reverse();
    }
  }
  return documents.reverse();
}

/** The lines of a file, the last one first. */
async function* linesBackwards(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const file = await open(path, 'r');
  try {
    let { size: end } = await file.stat();
    /** What is read of the line that begins before `end`. */
    let begun: Uint8Array = Buffer.alloc(0);
    while (end > 0) {
      signal?.throwIfAborted();
      const start = Math.max(0, end - limits.auditReadBytes);
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(end - start),
        0,
        end - start,
        start,
      );
      const bytes = Buffer.concat([buffer.subarray(0, bytesRead), begun]);
      const lineStart = start === 0 ? 0 : bytes.indexOf(lineFeed) + 1;
      if (start === 0 || lineStart > 0) {
        yield* bytes.subarray(lineStart).toString('utf8').split('\n').reverse();
        begun = bytes.subarray(0, lineStart);
      } else begun = bytes;
      end = start;
    }
  } finally {
    await file.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function numbered(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}

function refused(value: string, allowed: string): AuroraError {
  return new AuroraError(
    'InvalidOption',
    `Option "auditLogPath" is ${JSON.stringify(value)}; it must be ${allowed}.`,
    { details: { option: 'auditLogPath', value, allowed } },
  );
}
