import { systemClock } from '../base/clock.ts';
import { TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import type { ColumnRows } from '../exec/column-batch.ts';
import type { DocumentText, TextDocument } from './document-text.ts';

export interface WriterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly documentCount: number }) => void;
}

/** Writes documents piece by piece, letting others have their turn. */
export class DocumentWriter {
  readonly #write: (text: string) => Promise<void>;
  readonly #text: DocumentText;
  readonly #options: WriterOptions;
  readonly #slicer: TimeSlicer;
  #documentCount = 0;
  #characterCount = 0;

  constructor(write: (text: string) => Promise<void>, text: DocumentText, options: WriterOptions) {
    this.#write = write;
    this.#text = text;
    this.#options = options;
    this.#slicer = new TimeSlicer(systemClock, { signal: options.signal });
  }

  get counts(): { readonly documentCount: number; readonly characterCount: number } {
    return { documentCount: this.#documentCount, characterCount: this.#characterCount };
  }

  begin(): Promise<void> {
    return this.#give(this.#text.head);
  }

  /** @throws AuroraError `Cancelled`; and what writing throws */
  async take(documents: readonly TextDocument[]): Promise<void> {
    const { signal, onProgress } = this.#options;
    throwIfCancelled(signal);
    let text = '';
    for (const document of documents) {
      text += this.#text.document(document, this.#documentCount === 0);
      this.#documentCount += 1;
      if (this.#slicer.isDue) await this.#slicer.yieldIfDue();
    }
    await this.#give(text);
    onProgress?.({ documentCount: this.#documentCount });
  }

  end(): Promise<void> {
    return this.#give(this.#text.end);
  }

  async #give(text: string): Promise<void> {
    if (text === '') return;
    this.#characterCount += text.length;
    await this.#write(text);
  }
}

/** Rows of a run as documents; fields that are not set stay away. */
export function documentsOf(names: readonly string[], rows: ColumnRows): readonly TextDocument[] {
  const missing = rows.missing?.map((numbers) => new Set(numbers));
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const document: Record<string, unknown> = {};
    names.forEach((name, column) => {
      if (missing?.[column]?.has(row) === true) return;
      document[name] = rows.columns[column]?.[row] ?? null;
    });
    return document;
  });
}
