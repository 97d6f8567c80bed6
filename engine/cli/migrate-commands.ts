/* `aurora migrate plan|up|status`: a folder of AQL files with migrate blocks, in the natural order of their names. */
import type { Command } from 'commander';
import {
  Aurora,
  AuroraError,
  type Database,
  type MigrationPlan,
  type MigrationResult,
} from '#engine';
import { formatBytes } from './byte-text.ts';
import { countText } from './count-text.ts';
import { errorEntries } from './error-entries.ts';
import { describeError } from './error-text.ts';
import { executeText } from './execute-text.ts';
import { defineMigrateTools } from './migrate-tools.ts';
import { complaints, stateLines } from './migration-complaints.ts';
import {
  type MigrationFile,
  readMigrationFolder,
  sourceIn,
  textOf,
  versionsIn,
  type WrittenVersion,
} from './migration-folder.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import { tellError } from './tell-error.ts';
import type { Terminal } from './terminal.ts';

interface JsonOption {
  readonly json?: boolean;
}

type Work = (
  db: Database,
  files: readonly MigrationFile[],
  signal: AbortSignal,
) => Promise<Outcome>;

interface Outcome {
  readonly report: unknown;
  readonly text: string;
  /** What kept it from going on. */
  readonly errors?: string;
  readonly exitCode: number;
}

export function defineMigrate(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const migrate = program
    .command('migrate')
    .description(
      'apply migrations from a folder of AQL files, in the natural order of their names',
    );
  const define = (name: string, description: string, work: Work) => {
    migrate
      .command(name)
      .description(description)
      .argument('<database>', 'folder of the database')
      .argument('<folder>', 'folder with the *.aql files')
      .option('--json', 'write one JSON object')
      .action(async (database: string, folder: string, { json = false }: JsonOption) => {
        finish(await runOverFiles(terminal, { database, folder, json }, work));
      });
  };
  define('status', 'tell which versions are applied; fails unless all are, as they were', status);
  define('plan', 'try pending versions without changing anything; fails when one would', plan);
  define('up', 'apply pending versions', up);
  defineMigrateTools(migrate, terminal, finish);
}

async function runOverFiles(
  terminal: Terminal,
  {
    database,
    folder,
    json,
  }: { readonly database: string; readonly folder: string; readonly json: boolean },
  work: Work,
): Promise<number> {
  let files: readonly MigrationFile[] = [];
  try {
    files = await readMigrationFolder(terminal, folder);
    const db = await Aurora.open({ dbPath: database, create: false });
    try {
      const { report, text, errors = '', exitCode } = await work(db, files, terminal.signal);
      await terminal.write(json ? `${JSON.stringify(report)}\n` : text);
      if (!terminal.isOutputClosed) terminal.writeError(errors);
      return exitCode;
    } finally {
      await db.close();
    }
  } catch (error) {
    return await tellError(terminal, error, { json, source: sourceIn(files) });
  }
}

async function status(db: Database, files: readonly MigrationFile[]): Promise<Outcome> {
  try {
    const written = versionsIn(files);
    const found = await db.migrations.status(textOf(files));
    const { versions, missing } = found;
    const isUpToDate = missing.length === 0 && versions.every(({ state }) => state === 'applied');
    const lines = stateLines(found, written);
    return {
      report: found,
      text: lines.map((line) => `${line}\n`).join(''),
      exitCode: isUpToDate ? 0 : 1,
    };
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    // What is applied can be told all the same.
    const { migrations: applied = [] } = db.catalog();
    const source = sourceIn(files);
    return {
      report: { applied, errors: errorEntries(error, source) },
      text: applied.map((version) => `applied  ${version}\n`).join(''),
      errors: describeError(error, source),
      exitCode: 1,
    };
  }
}

async function plan(
  db: Database,
  files: readonly MigrationFile[],
  signal: AbortSignal,
): Promise<Outcome> {
  const written = versionsIn(files);
  const report = await db.planMigration(textOf(files), { signal });
  const { steps, refused, documentsChanged, estimate } = report;
  const problems = [
    ...complaints(report, written),
    ...refused.documents.map(({ collection, id, problem }) => `${collection} ${id}: ${problem}`),
  ];
  const lines = [
    ...steps.map((step) => {
      const count = countText(step.documentsChanged, 'document');
      const cost = step.estimate === null ? '' : `, ${costText(step.estimate)}`;
      return `${step.version}  ${step.collection}: ${step.text}  (${step.isSkipped ? 'is there' : `${count}${cost}`})${isDestructive(step) ? '  destructive' : ''}`;
    }),
    `${countText(documentsChanged, 'document')} would change.`,
    ...(estimate.documentsPerSecond === null ? [] : [estimateText(estimate)]),
    ...problems.map((problem) => `problem: ${problem}`),
  ];
  return {
    report,
    text: `${lines.join('\n')}\n`,
    exitCode: problems.length === 0 && refused.count === 0 ? 0 : 1,
  };
}

/** What takes values away, or may. */
const destructiveKinds: ReadonlySet<string> = new Set([
  'dropField',
  'dropCollection',
  'modifyField',
]);

function isDestructive({ kind, isSkipped }: MigrationPlan['steps'][number]): boolean {
  return !isSkipped && destructiveKinds.has(kind);
}

type MigrationVersion = MigrationResult['versions'][number];

type Cost = Pick<MigrationPlan['estimate'], 'elapsedMs' | 'growthBytes'>;

function costText({ elapsedMs, growthBytes }: Cost): string {
  return `about ${formatMilliseconds(elapsedMs)}, ${growthText(growthBytes)}`;
}

function growthText(growthBytes: number): string {
  const bytes = formatBytes(Math.round(Math.abs(growthBytes)));
  return growthBytes < 0 ? `-${bytes}` : `+${bytes}`;
}

function estimateText(estimate: MigrationPlan['estimate']): string {
  const { elapsedMs, documentsPerSecond, bytesWritten, growthBytes } = estimate;
  const speed = Math.round(documentsPerSecond ?? 0).toLocaleString('en-US');
  return [
    `Estimated by a sample: ${formatMilliseconds(elapsedMs)} at ${speed} documents a second`,
    `${formatBytes(Math.round(bytesWritten))} written`,
    `${growthText(growthBytes)} in the file.`,
  ].join(', ');
}

async function up(
  db: Database,
  files: readonly MigrationFile[],
  signal: AbortSignal,
): Promise<Outcome> {
  const written = versionsIn(files);
  const problems = complaints(await db.migrations.status(textOf(files)), written);
  if (problems.length > 0) {
    const text = problems.map((problem) => `problem: ${problem}\n`).join('');
    return { report: { status: 'refused', problems }, text, exitCode: 1 };
  }
  const versions: MigrationVersion[] = [];
  const before = new Set(db.catalog().migrations);
  for (const file of files) {
    try {
      versions.push(...(await apply(db, file, signal)));
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      // Versions of the same file that were applied before the one that failed are known by their name only.
      const known = new Set(versions.map(({ version }) => version));
      const others = (db.catalog().migrations ?? []).filter(
        (version) => !before.has(version) && !known.has(version),
      );
      return failure(error, { file, written, versions, others });
    }
  }
  const text = appliedText(versions);
  return {
    report: { status: text === '' ? 'skipped' : 'applied', versions },
    text: text === '' ? 'Nothing is pending.\n' : text,
    exitCode: 0,
  };
}

/** @throws AuroraError with places in the file */
async function apply(
  db: Database,
  { text }: MigrationFile,
  signal: AbortSignal,
): Promise<readonly MigrationVersion[]> {
  const result = await executeText(db, text, { signal });
  const results = result.kind === 'batch' ? result.results : [result];
  return results.flatMap((each) => (each.kind === 'migration' ? each.versions : []));
}

function appliedText(versions: readonly MigrationVersion[]): string {
  return versions
    .filter(({ status }) => status === 'applied')
    .map(({ version, documentsChanged }) => {
      return `Applied ${version}: ${countText(documentsChanged, 'document')} changed.\n`;
    })
    .join('');
}

function failure(
  error: AuroraError,
  {
    file,
    written,
    versions,
    others,
  }: {
    readonly file: MigrationFile;
    readonly written: readonly WrittenVersion[];
    readonly versions: readonly MigrationVersion[];
    readonly others: readonly string[];
  },
): Outcome {
  const failed = written.find(({ version }) => version === error.details['version']);
  const text = `${appliedText(versions)}${others.map((version) => `Applied ${version}.\n`).join('')}`;
  const source = sourceIn([file]);
  const place = failed?.nameSpan;
  return {
    report: {
      status: 'failed',
      versions: [...versions, ...others.map((version) => ({ version, status: 'applied' }))],
      errors: errorEntries(error, source, place),
    },
    text,
    errors: describeError(error, source, place),
    exitCode: 1,
  };
}
