import { Aurora, type ImportFormat, type ImportOptions, type ImportReport } from '#engine';
import { typeText } from './cell-text.ts';
import { countText } from './count-text.ts';
import { ProgressLine } from './progress-line.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';
import { formatTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

export interface ImportCommandOptions {
  readonly format?: ImportFormat;
  readonly onError: 'stop' | 'skip';
  readonly pointer?: string;
  readonly delimiter?: string;
  readonly json?: boolean;
}

/** `aurora import`: a file or the standard input into a collection. */
export async function runImport(
  terminal: Terminal,
  databasePath: string,
  collection: string,
  file: string,
  options: ImportCommandOptions,
): Promise<number> {
  const { format, onError, pointer, delimiter } = options;
  if (file === '-' && format === undefined) {
    throw new UsageError('Say with --format what the standard input holds.');
  }
  const progress = new ProgressLine(terminal);
  const importOptions: ImportOptions = {
    onError,
    signal: terminal.signal,
    onProgress: ({ phase, recordCount, rejectedCount }) =>
      progress.show(`${phase}: ${recordCount} records, ${rejectedCount} rejected …`),
    ...(format === undefined ? {} : { format }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
  const source = file === '-' ? { stream: terminal.input } : { path: file };
  const db = await Aurora.open({ dbPath: databasePath });
  try {
    const report = await db
      .importInto(collection, source, importOptions)
      .finally(() => progress.clear());
    await terminal.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
    if (report.outcome === 'completed') return 0;
    terminal.writeError(
      'error: The import stopped at the first rejected record. Use --on-error skip to go on.\n',
    );
    return 1;
  } finally {
    await db.close();
  }
}

function describe(report: ImportReport): string {
  const { importedCount, collection, created, elapsedMs } = report;
  const target = created ? `the new collection "${collection}"` : `"${collection}"`;
  const time = formatMilliseconds(elapsedMs);
  const lines = [`Imported ${countText(importedCount, 'document')} into ${target} (${time}).\n`];
  const renamed = report.columns.filter((column) => column.source !== column.field);
  if (created) lines.push(describeColumns(report.columns));
  else if (renamed.length > 0) lines.push(describeColumns(renamed));
  if (report.rejectedCount > 0) {
    lines.push(`\nRejected ${report.rejectedCount} of ${report.recordCount} records:\n`);
    lines.push(...report.rejections.map(({ line, reason }) => `  line ${line}: ${reason}\n`));
    const unsaid = report.rejectedCount - report.rejections.length;
    if (unsaid > 0) lines.push(`  … and ${unsaid} more\n`);
  }
  return lines.join('');
}

function describeColumns(columns: ImportReport['columns']): string {
  const rows = columns.map(({ source, field, type, nullable }) => [
    source,
    field,
    typeText(type) + (nullable ? '' : '!'),
  ]);
  const titles = ['column', 'field', 'type'];
  return `\n${formatTable(
    titles.map((title) => ({ title, isRightAligned: false })),
    rows,
  )}`;
}
