/* The rows of one result of a run as documents, batch by batch; whoever takes them slowly slows the reading down. */
import type { Run } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import type { TextDocument } from './document-text.ts';
import { documentsOf } from './document-writer.ts';

export interface ResultReader {
  /** Told the names of the columns, before the first documents. */
  readonly begin?: (names: readonly string[]) => Promise<void>;
  readonly take: (documents: readonly TextDocument[]) => Promise<void>;
}

/**
 * Reads the result of that number, from 0, to its end, and ends the run.
 * @returns the name of the result; `undefined` when the run has none of that number
 * @throws AuroraError what the run fails with; and what the reader throws
 */
export async function readResult(
  run: Run,
  result: number,
  { begin, take }: ResultReader,
): Promise<string | undefined> {
  let head: { readonly names: readonly string[]; readonly title: string } | undefined;
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(limits.exportBatchMax);
      isDone = done;
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.result !== result) continue;
        if (part.kind === 'head') {
          head = { names: part.columns.map(({ name }) => name), title: part.title };
          await begin?.(head.names);
        } else if (part.kind === 'rows' && head !== undefined) {
          await take(documentsOf(head.names, part));
        } else if (part.kind === 'summary') isDone = true;
      }
    }
  } finally {
    await run.close();
  }
  return head?.title;
}
