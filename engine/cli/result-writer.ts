import type { RunPart } from '#engine';
import type { SourceText } from './error-text.ts';
import { JsonResultWriter } from './json-result-writer.ts';
import { NdjsonResultWriter } from './ndjson-result-writer.ts';
import { TableResultWriter } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';

export const resultFormats = ['json', 'ndjson', 'table'] as const;

export type ResultFormat = (typeof resultFormats)[number];

/** Writes the parts of a run as they come. */
export interface ResultWriter {
  write(part: RunPart): Promise<void>;
  /** After the last part, also when the run failed: closes what is open in the format. */
  end(): Promise<void>;
}

export function createResultWriter(
  format: ResultFormat,
  terminal: Terminal,
  source: SourceText,
): ResultWriter {
  switch (format) {
    case 'json':
      return new JsonResultWriter(terminal, source);
    case 'ndjson':
      return new NdjsonResultWriter(terminal);
    case 'table':
      return new TableResultWriter(terminal);
  }
}
