/*
 * The records that an import has rejected, in a file that can be corrected and imported again: CSV with the header of
 * the source for what has columns, NDJSON for everything else. What separates columns, and what stands for null, is as in
 * the source, so that the same options read it.
 */
import { constants } from 'node:fs';
import { access, type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AuroraError } from '../errors.ts';
import type { ImportFormat, ImportRecord, ImportSource } from './import-report.ts';
import { isTextual } from './import-text.ts';

/** Marks an integer that JSON can write and no double can hold; a noncharacter. */
const marker = '\uFDD0';
const markedIntegers = new RegExp(`"${marker}(-?\\d+)"`, 'g');

export class RejectsFile {
  readonly #path: string;
  readonly #isTextual: boolean;
  readonly #nullToken: string;
  /** What separates columns; the source decides. */
  delimiter: string;
  #file: FileHandle | undefined;

  constructor(
    path: string,
    {
      format,
      nullTokens = [],
    }: { readonly format: ImportFormat; readonly nullTokens?: readonly string[] | undefined },
  ) {
    this.#path = path;
    this.#isTextual = isTextual(format);
    this.#nullToken = nullTokens[0] ?? '';
    this.delimiter = format === 'tsv' ? '\t' : ',';
  }

  /**
   * Told before anything is read: what is written here must not be what is read, and must be able to be written.
   * @throws AuroraError `InvalidOption`, `StorageFailure`
   */
  async check(source: ImportSource): Promise<void> {
    const path = this.#path;
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw unusable(path, `${path} is a folder.`);
    if (found !== undefined && 'path' in source) {
      const read = await stat(source.path).catch(() => undefined);
      if (read !== undefined && read.dev === found.dev && read.ino === found.ino) {
        throw unusable(path, `The rejected records would take the place of the source, ${path}.`);
      }
    }
    await access(found === undefined ? dirname(path) : path, constants.W_OK).catch(
      (error: unknown) => {
        throw unwritable(path, error);
      },
    );
  }

  /** Adds a record; the file is made, or made empty, with the first one. */
  async add(record: ImportRecord): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await open(this.#path, 'w').catch((error: unknown) => {
        throw unwritable(this.#path, error);
      });
      const header = this.#headerOf(record);
      if (header !== undefined) await this.#file.write(header);
    }
    await this.#file.write(this.#textOf(record));
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  #headerOf(record: ImportRecord): string | undefined {
    if (!this.#isTextual) return undefined;
    const names = 'values' in record ? Object.keys(record.values) : record.header;
    return names === undefined ? undefined : this.#row(names);
  }

  #textOf(record: ImportRecord): string {
    if (!this.#isTextual) {
      return 'values' in record ? `${exactJson(record.values)}\n` : `${record.text}\n`;
    }
    return 'values' in record ? this.#row(Object.values(record.values)) : `${record.text}\r\n`;
  }

  #row(cells: readonly unknown[]): string {
    const texts = cells.map((cell) => quotedCell(cell ?? this.#nullToken, this.delimiter));
    return `${texts.join(this.delimiter)}\r\n`;
  }
}

function unusable(path: string, message: string): AuroraError {
  return new AuroraError('InvalidOption', message, {
    details: { path },
    hint: 'Name another file for rejected records.',
  });
}

function unwritable(path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', `The file ${path} cannot be written.`, {
    cause,
    details: { path },
    hint: 'Check that its folder exists, and that you may write there.',
  });
}

/** A cell as RFC 4180 has it; null is empty. */
export function quotedCell(value: unknown, delimiter: string): string {
  const text = value === null || value === undefined ? '' : String(value);
  const isPlain = !text.includes(delimiter) && !/["\r\n]/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

function exactJson(values: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(values, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${marker}${value}` : value,
  );
  return text.replaceAll(markedIntegers, '$1');
}
