import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Aurora,
  AuroraError,
  type ImportFormat,
  type ImportOptions,
  type ImportReport,
} from '#engine';
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
  readonly nullToken?: readonly string[];
  readonly upsert?: string;
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly skip?: number;
  readonly onCancel: 'keep' | 'revert';
  readonly json?: boolean;
}

/** A folder that `aurora export` has written: its schema, and a file for each collection. */
export async function runImportFolder(
  terminal: Terminal,
  databasePath: string,
  folder: string,
  options: ImportCommandOptions,
): Promise<number> {
  const schema = join(folder, 'schema.aql');
  if (!existsSync(schema)) {
    throw new UsageError(`Name a collection and a file, or a folder with schema.aql: ${folder}.`);
  }
  const files = (await readdir(folder)).filter((name) => formatOfName(name)).toSorted();
  const db = await Aurora.open({ dbPath: databasePath });
  try {
    await db.execute(await readFile(schema, 'utf8'));
  } finally {
    await db.close();
  }
  let exitCode = 0;
  for (const name of files) {
    const collection = name.slice(0, name.indexOf('.'));
    const path = join(folder, name);
    exitCode = Math.max(
      exitCode,
      await runImport(terminal, databasePath, collection, path, options),
    );
  }
  return exitCode;
}

function formatOfName(name: string): boolean {
  return /\.(ndjson|jsonl|json|csv|tsv)(\.gz)?$/.test(name);
}

/** Names of files that are not one JSON text. */
const lineFormats = /\.(csv|tsv|tab|ndjson|jsonl)(?:\.gz)?$/i;

/** `aurora import`: a file or the standard input into a collection. */
export async function runImport(
  terminal: Terminal,
  databasePath: string,
  collection: string,
  file: string,
  options: ImportCommandOptions,
): Promise<number> {
  const { format, onError, pointer, delimiter, nullToken, upsert, rejects, skip } = options;
  if (file === '-' && format === undefined) {
    throw new UsageError('Say with --format what the standard input holds.');
  }
  if (pointer !== undefined && (format ?? lineFormats.exec(file)?.[1] ?? 'json') !== 'json') {
    throw new UsageError(`--pointer leads into a JSON file, which ${file} is not.`);
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
    ...(nullToken === undefined ? {} : { nullTokens: nullToken }),
    ...(upsert === undefined ? {} : { upsertKey: upsert }),
    ...(rejects === undefined ? {} : { rejectsPath: rejects }),
    ...(skip === undefined ? {} : { skipRecords: skip }),
    dryRun: options.dryRun === true,
    onCancel: options.onCancel,
  };
  const source = file === '-' ? { stream: terminal.input } : { path: file };
  const db = await Aurora.open({ dbPath: databasePath });
  try {
    const report = await db
      .importInto(collection, source, importOptions)
      .finally(() => progress.clear())
      .catch((error: unknown) => {
        throw isWrongUse(error)
          ? new UsageError(sentences(error), { cause: error })
          : withWayOn(error);
      });
    await terminal.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
    if (report.outcome === 'completed') return 0;
    terminal.writeError(
      `error: The import stopped at the first rejected record. Correct it and go on with --skip ${report.handledCount}, or use --on-error skip.\n`,
    );
    return 1;
  } finally {
    await db.close();
  }
}

/** What options say is looked at before anything is read. */
function isWrongUse(error: unknown): error is AuroraError {
  return error instanceof AuroraError && error.code === 'InvalidOption';
}

function sentences({ message, hint }: AuroraError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Says how to go on with an import that was ended, and kept what it had written. */
function withWayOn(error: unknown): unknown {
  if (!(error instanceof AuroraError) || error.code !== 'Cancelled') return error;
  const { code, message, details } = error;
  const handledCount = Number(details['handledCount'] ?? 0);
  if (handledCount === 0) return error;
  const hint = `Go on with --skip ${handledCount}.`;
  return new AuroraError(code, message, { cause: error, details, hint });
}

function describe(report: ImportReport): string {
  const { importedCount, collection, created, elapsedMs } = report;
  const target = created ? `the new collection "${collection}"` : `"${collection}"`;
  const time = formatMilliseconds(elapsedMs);
  const did = report.dryRun ? 'Would import' : 'Imported';
  const lines = [`${did} ${countText(importedCount, 'document')} into ${target} (${time}).\n`];
  const renamed = report.columns.filter((column) => column.source !== column.field);
  if (created) lines.push(describeColumns(report.columns));
  else if (renamed.length > 0) lines.push(describeColumns(renamed));
  if (report.rejectedCount > 0) {
    const of = countText(report.recordCount, 'record');
    const count = report.rejectedCount.toLocaleString('en-US');
    lines.push(`\nRejected ${count} of ${of}:\n`);
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
