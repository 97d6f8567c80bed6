/* The rows of one result of a text, written as documents are; all of one moment, and a slow writer slows the reading down. */
import { type JsonValue, parse } from '#engine/aql';
import { assert } from '../base/assert.ts';
import { systemClock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import type { Run } from '../exec/run-part.ts';
import { type DocumentTextOptions, documentText } from './document-text.ts';
import { DocumentWriter } from './document-writer.ts';
import type { ExportReport, WriteText } from './export-documents.ts';
import { NestedColumns } from './nested-columns.ts';
import { type ResultReader, readResult } from './result-documents.ts';

export interface ExportQueryOptions extends DocumentTextOptions {
  readonly variables?: Readonly<Record<string, JsonValue>>;
  /**
   * For CSV: objects as JSON in one cell, or each of their fields in a column of its own, for which everything is read
   * twice. `json` unless told.
   */
  readonly nested?: 'json' | 'columns' | undefined;
  /** Which of the results, from 0, in the order of the text; the first unless told. */
  readonly result?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly documentCount: number }) => void;
}

/** What is asked for rows: a database. */
interface QuerySource {
  run(
    text: string,
    options: {
      readonly variables: Readonly<Record<string, JsonValue>>;
      readonly signal?: AbortSignal;
    },
  ): Run;
}

/**
 * Hands the rows of a query out as text, piece by piece, all of one moment. `collection` of the report is the name of the
 * result.
 * @throws AuroraError `InvalidOption` for a text that is more than queries or has no such result, `Cancelled`, what the
 * query fails with; and what `write` throws
 */
export async function exportQuery(
  source: QuerySource,
  text: string,
  write: WriteText,
  { result = 0, ...options }: ExportQueryOptions = {},
): Promise<ExportReport> {
  if (parse(text).statements.some(({ kind }) => kind !== 'query')) throw notOnlyQueries();
  const { variables = {}, signal, format, nested = 'json' } = options;
  const startedAt = systemClock.elapsed();
  const read = (reader: ResultReader) => {
    const run = source.run(text, signal === undefined ? { variables } : { variables, signal });
    return readResult(run, result, reader);
  };
  let columns: NestedColumns | undefined;
  if (format === 'csv' && nested === 'columns') {
    await read({
      begin: async (names) => {
        columns = new NestedColumns(names);
      },
      take: async (documents) => {
        for (const document of documents) columns?.look(document);
      },
    });
  }
  let writer: DocumentWriter | undefined;
  const title = await read({
    begin: (names) => {
      writer = new DocumentWriter(write, documentText(columns?.names ?? names, options), options);
      return writer.begin();
    },
    take: async (documents) => {
      const found = columns;
      await writer?.take(
        found === undefined ? documents : documents.map((each) => found.flatten(each)),
      );
    },
  });
  if (title === undefined) throw noSuchResult(result);
  assert(writer !== undefined, 'a result begins before it ends');
  await writer.end();
  return { collection: title, ...writer.counts, elapsedMs: systemClock.elapsed() - startedAt };
}

function notOnlyQueries(): AuroraError {
  return new AuroraError('InvalidOption', 'Only the results of queries can be exported.', {
    hint: 'Export them from a text that holds nothing else.',
  });
}

function noSuchResult(result: number): AuroraError {
  return new AuroraError('InvalidOption', `The text has no result number ${result}.`, {
    details: { option: 'result', value: result },
  });
}
