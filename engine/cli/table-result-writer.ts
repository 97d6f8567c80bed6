import type { RunHead, RunPart, RunRows, RunSummary } from '#engine';
import { cellText, isNumeric } from './cell-text.ts';
import type { ResultWriter } from './result-writer.ts';
import type { Terminal } from './terminal.ts';
import { TextTable } from './text-table.ts';

/** Aligned tables for people, each with its title and a line that says how much it was and how long it took. */
export class TableResultWriter implements ResultWriter {
  readonly #terminal: Terminal;
  #table: TextTable | undefined;
  #resultCount = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async write(part: RunPart): Promise<void> {
    switch (part.kind) {
      case 'head':
        await this.#terminal.write(this.#begin(part));
        return;
      case 'rows':
        await this.#terminal.write(this.#rows(part));
        return;
      case 'summary': {
        const rest = this.#table?.end() ?? '';
        this.#table = undefined;
        await this.#terminal.write(rest + summaryLine(part));
        return;
      }
      case 'failed':
        await this.end();
    }
  }

  async end(): Promise<void> {
    await this.#terminal.write(this.#table?.end() ?? '');
    this.#table = undefined;
  }

  #begin(head: RunHead): string {
    const space = this.#resultCount === 0 ? '' : '\n';
    this.#resultCount += 1;
    if (head.columns.length === 0) return space;
    this.#table = new TextTable(
      head.columns.map((column) => ({
        title: column.name,
        isRightAligned: isNumeric(column.type),
      })),
    );
    return `${space}${head.title}\n`;
  }

  #rows(part: RunRows): string {
    const table = this.#table;
    if (table === undefined) return '';
    const missing = part.missing?.map((numbers) => new Set(numbers));
    let text = '';
    for (let row = 0; row < part.rowCount; row += 1) {
      text += table.add(
        part.columns.map((column, index) =>
          cellText(column[row] ?? null, missing?.[index]?.has(row) === true),
        ),
      );
    }
    return text;
  }
}

function summaryLine(summary: RunSummary): string {
  const time = formatMilliseconds(summary.elapsedMs);
  if (summary.message !== undefined) return `${summary.message} (${time})\n`;
  const cut = summary.truncated ? ', cut here' : '';
  return `${summary.rowCount} ${summary.rowCount === 1 ? 'row' : 'rows'} (${time}${cut})\n`;
}

/** `0.4 ms`, `12 ms`, `3.2 s` */
export function formatMilliseconds(elapsedMs: number): string {
  if (elapsedMs >= 1_000) return `${(elapsedMs / 1_000).toFixed(1)} s`;
  return `${elapsedMs >= 10 ? elapsedMs.toFixed(0) : elapsedMs.toFixed(1)} ms`;
}
