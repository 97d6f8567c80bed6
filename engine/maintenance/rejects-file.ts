/*
 * The records that an import has rejected, in a file that can be corrected and imported again: CSV with the header of
 * the source for what has columns, NDJSON for everything else. What separates columns, and what stands for null, is as in
 * the source, so that the same options read it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { ImportFormat, ImportRecord } from './import-report.ts';
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

  /** Adds a record; the file is made, or made empty, with the first one. */
  async add(record: ImportRecord): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await open(this.#path, 'w');
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
