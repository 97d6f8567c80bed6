import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Aurora, type Database, type ExpectationReport, testText } from '#engine';
import { countText } from './count-text.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface FileReport extends ExpectationReport {
  readonly path: string;
}

/** `aurora test`: runs the queries of a folder that say in comments what they must give, and shows what differs. */
export async function runTest(
  terminal: Terminal,
  databasePath: string,
  options: { readonly folder?: string | undefined; readonly json?: boolean },
): Promise<number> {
  const { folder = `${databasePath}.queries` } = options;
  const files = await queryFiles(folder);
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly: true });
  try {
    const reports: FileReport[] = [];
    for (const file of files) {
      const report = await testFile(db, folder, file, terminal.signal);
      reports.push(report);
      if (options.json !== true) await terminal.write(describe(report));
    }
    const unmet = reports.filter(({ outcome }) => outcome === 'unmet').length;
    if (options.json === true) await terminal.write(`${JSON.stringify({ folder, reports })}\n`);
    else await terminal.write(summary(reports, unmet));
    return unmet === 0 ? 0 : 1;
  } finally {
    await db.close();
  }
}

async function queryFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.(aql|graphql|gql)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new UsageError(`There is no folder of queries at "${folder}".`, { cause: error });
  }
}

async function testFile(
  db: Database,
  folder: string,
  file: string,
  signal: AbortSignal,
): Promise<FileReport> {
  const text = await readFile(file, 'utf8');
  return { path: relative(folder, file), ...(await testText(db, text, { signal })) };
}

const marks = { met: '✓', unmet: '✗', none: '–' } as const;

function describe({ path, outcome, differences, elapsedMs }: FileReport): string {
  const note = outcome === 'none' ? 'expects nothing' : formatMilliseconds(elapsedMs);
  const lines = differences.map((difference) => `    ${difference}\n`);
  return `${marks[outcome]} ${path} (${note})\n${lines.join('')}`;
}

function summary(reports: readonly FileReport[], unmet: number): string {
  const tested = reports.filter(({ outcome }) => outcome !== 'none').length;
  const rest = reports.length - tested;
  const silent = rest === 0 ? '' : `; ${countText(rest, 'other query', 'other queries')}`;
  return `${countText(tested, 'test')}: ${tested - unmet} met, ${unmet} unmet${silent}.\n`;
}
