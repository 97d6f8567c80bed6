/* The rows of one result of a text, written as documents are; all of one moment, and a slow writer slows the reading down. */
import type { JsonValue } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { AuroraError } from '../errors.ts';
import type { Run } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import { type DocumentTextOptions, documentText } from './document-text.ts';
import { DocumentWriter, documentsOf, type WriteText } from './document-writer.ts';
import type { ExportReport } from './export-documents.ts';

export interface ExportQueryOptions extends DocumentTextOptions {
  readonly variables?: Readonly<Record<string, JsonValue>>;
  /** Which of the results, from 0, in the order of the text; the first unless told. */
  readonly result?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly documentCount: number }) => void;
}

/**
 * `collection` of the report is the name of the result.
 * @throws AuroraError `InvalidOption` when the text has no such result, `Cancelled`, what the query fails with; and what
 * `write` throws
 */
export async function exportResult(
  run: Run,
  write: WriteText,
  { result = 0, ...options }: ExportQueryOptions,
): Promise<ExportReport> {
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

function noSuchResult(result: number): AuroraError {
  return new AuroraError('InvalidOption', `The text has no result number ${result}.`, {
    details: { option: 'result', value: result },
  });
}
