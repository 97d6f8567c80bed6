/* The rows of one result of a text, written as documents are; all of one moment, and a slow writer slows the reading down. */
import { type JsonValue, parse } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import type { Run } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import { type DocumentTextOptions, documentText } from './document-text.ts';
import { DocumentWriter, documentsOf } from './document-writer.ts';
import type { ExportReport, WriteText } from './export-documents.ts';

export interface ExportQueryOptions extends DocumentTextOptions {
  readonly variables?: Readonly<Record<string, JsonValue>>;
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
  const { variables = {}, signal } = options;
  const run = source.run(text, signal === undefined ? { variables } : { variables, signal });
  const startedAt = systemClock.elapsed();
  let writing: { readonly names: readonly string[]; readonly writer: DocumentWriter } | undefined;
  let title = '';
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(limits.exportBatchMax);
      isDone = done;
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.result !== result) continue;
        if (part.kind === 'head') {
          const names = part.columns.map(({ name }) => name);
          title = part.title;
          writing = {
            names,
            writer: new DocumentWriter(write, documentText(names, options), options),
          };
          await writing.writer.begin();
        } else if (part.kind === 'rows' && writing !== undefined) {
          await writing.writer.take(documentsOf(writing.names, part));
        } else if (part.kind === 'summary') isDone = true;
      }
    }
  } finally {
    await run.close();
  }
  if (writing === undefined) throw noSuchResult(result);
  await writing.writer.end();
  const elapsedMs = systemClock.elapsed() - startedAt;
  return { collection: title, ...writing.writer.counts, elapsedMs };
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
