import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import {
  Aurora,
  type Database,
  type DocumentTextFormat,
  type ExportOptions,
  type ExportReport,
  makeFolder,
  schemaText,
} from '#engine';
import { countText } from './count-text.ts';
import { ProgressLine } from './progress-line.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import { writeTargetFile } from './target-file.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface ExportCommandOptions {
  readonly format?: DocumentTextFormat;
  readonly where?: string;
  readonly nullToken?: string;
  readonly delimiter?: string;
  readonly json?: boolean;
}

/** `aurora export`: a collection into a file or the standard output, or a whole database into a folder. */
export async function runExport(
  terminal: Terminal,
  { database, target, collection }: ExportPlace,
  options: ExportCommandOptions,
): Promise<number> {
  const db = await Aurora.open({ dbPath: database, create: false });
  try {
    const reports =
      collection === undefined
        ? await exportAll(terminal, db, target, options)
        : [await exportOne(terminal, db, { collection, target }, options)];
    // The standard output is the documents' own.
    if (target === '-') return 0;
    await terminal.write(
      options.json === true ? `${JSON.stringify({ reports })}\n` : reports.map(describe).join(''),
    );
    return 0;
  } finally {
    await db.close();
  }
}

export interface ExportPlace {
  readonly database: string;
  /** A file, a folder for a whole database, or `-`. */
  readonly target: string;
  readonly collection: string | undefined;
}

async function exportAll(
  terminal: Terminal,
  db: Database,
  folder: string,
  options: ExportCommandOptions,
): Promise<readonly ExportReport[]> {
  if (folder === '-') throw new UsageError('Name a collection for the standard output.');
  if (options.where !== undefined) throw new UsageError('--where is for one collection.');
  const { format = 'ndjson' } = options;
  makeFolder(folder);
  const { collections } = db.catalog();
  await writeFile(join(folder, 'schema.aql'), schemaText(collections));
  const reports: ExportReport[] = [];
  for (const { name } of collections) {
    const target = join(folder, `${name}.${format}`);
    reports.push(
      await exportOne(terminal, db, { collection: name, target }, { ...options, format }),
    );
  }
  return reports;
}

async function exportOne(
  terminal: Terminal,
  db: Database,
  { collection, target }: { readonly collection: string; readonly target: string },
  options: ExportCommandOptions,
): Promise<ExportReport> {
  const progress = new ProgressLine(terminal);
  const { nullToken, delimiter } = options;
  const exportOptions: ExportOptions = {
    format: options.format ?? formatOf(target),
    nullToken,
    delimiter,
    where: options.where === undefined ? undefined : readWhere(options.where),
    signal: terminal.signal,
    onProgress: ({ documentCount }) =>
      progress.show(`${collection}: ${countText(documentCount, 'document')} …`),
  };
  if (target === '-') {
    return db.exportFrom(collection, (text) => terminal.write(text), exportOptions);
  }
  return writeTargetFile(target, (write) =>
    db.exportFrom(collection, write, exportOptions),
  ).finally(() => progress.clear());
}

function formatOf(target: string): DocumentTextFormat {
  switch (extname(target)) {
    case '.csv':
      return 'csv';
    case '.json':
      return 'json';
    default:
      return 'ndjson';
  }
}

/** @throws UsageError */
function readWhere(text: string): NonNullable<ExportOptions['where']> {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // Every object of JSON can be a filter; the engine says what is wrong with one.
    return value as NonNullable<ExportOptions['where']>;
  }
  throw new UsageError('--where takes a JSON object, such as {"age":{"gte":18}}.');
}

/** `undefined` for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function describe({ collection, documentCount, elapsedMs }: ExportReport): string {
  return `Exported ${countText(documentCount, 'document')} of "${collection}" (${formatMilliseconds(elapsedMs)}).\n`;
}
