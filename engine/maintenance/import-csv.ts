import { Readable } from 'node:stream';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { chain } from '../base/chain.ts';
import { AuroraError } from '../errors.ts';
import { recordCharactersMax } from './import-limits.ts';
import type { ImportRecord } from './import-report.ts';
import { quotedCell } from './rejects-file.ts';

interface CsvRow {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

/**
 * The rows below the header as records of text. Repeated headers are told apart (`name`, `name 2`), empty ones
 * are named after their position. A row with more or fewer cells than the header is a record with a problem.
 * @throws ImportFailed with `details.line` when quotes do not match.
 */
export async function* readCsvRecords(
  chunks: AsyncIterable<string>,
  options: {
    readonly delimiter?: string;
    readonly nullTokens?: readonly string[];
    /** Told what separates the columns, before the first record. */
    readonly onDelimiter?: (delimiter: string) => void;
  } = {},
): AsyncGenerator<ImportRecord> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const delimiter = options.delimiter ?? likelyDelimiter(first.value);
  options.onDelimiter?.(delimiter);
  const parser = Readable.from(chain([first.value], iterator)).compose(
    parse({
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: recordCharactersMax,
    }),
  );
  const nullTokens = new Set(options.nullTokens);
  let headers: readonly string[] | undefined;
  let lineEnd = 0;
  let emptyLines = 0;
  let countedTwice = 0;
  try {
    for await (const row of parser as AsyncIterable<CsvRow>) {
      const line = lineEnd + 1 + (row.info.empty_lines - emptyLines);
      // The parser counts a CRLF inside of quotes as two lines.
      countedTwice += row.record.reduce((sum, cell) => sum + cell.split('\r\n').length - 1, 0);
      lineEnd = row.info.lines - countedTwice;
      emptyLines = row.info.empty_lines;
      if (headers === undefined) headers = distinctHeaders(row.record);
      else yield toRecord(row.record, { headers, line, delimiter, nullTokens });
    }
  } catch (error) {
    throw csvFailure(error);
  } finally {
    await iterator.return?.(undefined);
  }
}

/** The separator that stands most often in the header, outside of quotes; a comma when none does. */
function likelyDelimiter(text: string): string {
  const end = text.search(/[\r\n]/);
  const header = (end === -1 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  let best = ',';
  let bestCount = 0;
  for (const candidate of [',', ';', '\t', '|']) {
    const count = header.split(candidate).length - 1;
    if (count > bestCount) [best, bestCount] = [candidate, count];
  }
  return best;
}

function distinctHeaders(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const base = cell.trim() === '' ? `column ${index + 1}` : cell.trim();
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base} ${count}`;
    taken.add(name);
    return name;
  });
}

interface RowContext {
  readonly headers: readonly string[];
  readonly line: number;
  readonly delimiter: string;
  readonly nullTokens: ReadonlySet<string>;
}

function toRecord(
  cells: readonly string[],
  { headers, line, delimiter, nullTokens }: RowContext,
): ImportRecord {
  if (cells.length !== headers.length) {
    return {
      line,
      problem: `The row has ${cells.length} cells, the header has ${headers.length}.`,
      text: cells.map((cell) => quotedCell(cell, delimiter)).join(delimiter),
      header: headers,
    };
  }
  const values = headers.map((header, index): [string, string | null] => {
    const cell = cells[index] ?? '';
    return [header, nullTokens.has(cell) ? null : cell];
  });
  const characterCount = cells.reduce((sum, cell) => sum + cell.length, 0);
  return { line, values: Object.fromEntries(values), characterCount };
}

function csvFailure(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
  return new AuroraError('ImportFailed', `The file is not valid CSV: ${error.message}.`, {
    cause: error,
    details: line === undefined ? {} : { line },
    hint: 'Cells that hold quotes must be quoted, with each quote inside doubled.',
  });
}
