/* The records of a source in its format, and which format that is. */
import { AuroraError } from '../errors.ts';
import { readCsvRecords } from './import-csv.ts';
import { readJsonRecords } from './import-json.ts';
import { readNdjsonRecords } from './import-ndjson.ts';
import type { ImportFormat, ImportOptions, ImportRecord, ImportSource } from './import-report.ts';
import { formatOfFile, sourceName } from './import-text.ts';

export type RecordOptions = Pick<ImportOptions, 'pointer' | 'delimiter' | 'nullTokens'> & {
  /** Told what separates the columns, before the first record. */
  readonly onDelimiter?: (delimiter: string) => void;
};

/** @throws AuroraError `ImportFailed` from the generator when the text is not of this format. */
export function readRecords(
  text: AsyncIterable<string>,
  format: ImportFormat,
  options: RecordOptions,
): AsyncGenerator<ImportRecord> {
  const { pointer, delimiter, nullTokens = [], onDelimiter } = options;
  const told = onDelimiter === undefined ? {} : { onDelimiter };
  switch (format) {
    case 'json':
      return readJsonRecords(text, pointer === undefined ? {} : { pointer });
    case 'ndjson':
      return readNdjsonRecords(text);
    case 'csv':
      return readCsvRecords(text, {
        nullTokens,
        ...told,
        ...(delimiter === undefined ? {} : { delimiter }),
      });
    case 'tsv':
      return readCsvRecords(text, { nullTokens, ...told, delimiter: delimiter ?? '\t' });
  }
}

const formats: readonly ImportFormat[] = ['json', 'ndjson', 'csv', 'tsv'];

/** The format that is asked for, or that the name of the file announces. @throws AuroraError `InvalidOption` */
export function decideFormat(source: ImportSource, options: ImportOptions): ImportFormat {
  const format = options.format ?? ('path' in source ? formatOfFile(source.path) : undefined);
  if (format !== undefined && formats.includes(format)) return format;
  throw new AuroraError('InvalidOption', `The format of ${sourceName(source)} is not known.`, {
    hint: 'Say which it is: json, ndjson, csv or tsv.',
  });
}

/** What a text that begins like this is likely to be. */
export function formatOfText(beginning: string): ImportFormat {
  const text = beginning.trimStart();
  if (text.startsWith('[')) return 'json';
  if (!text.startsWith('{')) return 'csv';
  const end = text.search(/[\r\n]/);
  return isJson(end === -1 ? text : text.slice(0, end)) ? 'ndjson' : 'json';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
