/* `aurora migrate plan|up|status`: a folder of AQL files with migrate blocks, in the natural order of their names. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  Aurora,
  AuroraError,
  type Database,
  driftLines,
  type MigrationPlan,
  type MigrationStatus,
  migrationFileNames,
} from '#engine';
import { formatBytes } from './byte-text.ts';
import { countText } from './count-text.ts';
import { defineMigrateTools } from './migrate-tools.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface JsonOption {
  readonly json?: boolean;
}

interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

type Work = (
  db: Database,
  files: readonly MigrationFile[],
  signal: AbortSignal,
) => Promise<Outcome>;

interface Outcome {
  readonly report: unknown;
  readonly text: string;
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
      .action(async (database: string, folder: string, { json }: JsonOption) => {
        const files = await readFiles(folder);
        const db = await Aurora.open({ dbPath: database, create: false });
        try {
          const { report, text, exitCode } = await work(db, files, terminal.signal);
          await terminal.write(json === true ? `${JSON.stringify(report)}\n` : text);
          finish(exitCode);
        } finally {
          await db.close();
        }
      });
  };
  define('status', 'tell which versions are applied; fails unless all are, as they were', status);
  define('plan', 'try pending versions without changing anything; fails when one would', plan);
  define('up', 'apply pending versions', up);
  defineMigrateTools(migrate, terminal, finish);
}

/** @throws UsageError */
async function readFiles(folder: string): Promise<readonly MigrationFile[]> {
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}.`);
  const names = await readdir(folder);
  const chosen = migrationFileNames(names);
  if (chosen.length === 0) throw new UsageError(`There are no *.aql files in ${folder}.`);
  return Promise.all(
    chosen.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
}

function textOf(files: readonly MigrationFile[]): string {
  return files.map(({ text }) => text).join('\n');
}

/** What is wrong between files and database, a line for each. */
function complaints({ versions, missing }: MigrationStatus): readonly string[] {
  return [
    ...versions
      .filter(({ state }) => state === 'drifted')
      .map(({ version, meaning, recordedMeaning = '' }) =>
        [
          `${version} is not what was applied under its name`,
          ...driftLines({ recordedMeaning, meaning }).map((line) => `  ${line}`),
        ].join('\n'),
      ),
    ...versions
      .filter(({ isOutOfOrder }) => isOutOfOrder)
      .map(({ version }) => `${version} is pending, and stands before a version that is applied`),
    ...missing.map((version) => `${version} is applied, and no file has it`),
  ];
}

async function status(db: Database, files: readonly MigrationFile[]): Promise<Outcome> {
  const found = await db.migrations.status(textOf(files));
  const { versions, missing } = found;
  const isUpToDate = missing.length === 0 && versions.every(({ state }) => state === 'applied');
  const lines = [
    ...versions.flatMap(({ version, state, meaning, recordedMeaning = '', failure }) => [
      `${(failure === undefined ? state : 'failed').padEnd(8)} ${version}`,
      ...[
        ...(state === 'drifted' ? driftLines({ recordedMeaning, meaning }) : []),
        ...(failure === undefined ? [] : [`${failure.at} by ${failure.by}: ${failure.message}`]),
      ].map((line) => `           ${line}`),
    ]),
    ...missing.map((version) => `missing  ${version}`),
  ];
  return {
    report: found,
    text: `${lines.join('\n')}\n`,
    exitCode: isUpToDate ? 0 : 1,
  };
}

async function plan(
  db: Database,
  files: readonly MigrationFile[],
  signal: AbortSignal,
): Promise<Outcome> {
  const report = await db.planMigration(textOf(files), { signal });
  const { steps, refused, documentsChanged, estimate } = report;
  const problems = [
    ...complaints(report),
    ...refused.documents.map(({ collection, id, problem }) => `${collection} ${id}: ${problem}`),
  ];
  const lines = [
    ...steps.map((step) => {
      const count = countText(step.documentsChanged, 'document');
      const cost = step.estimate === null ? '' : `, ${costText(step.estimate)}`;
      return `${step.version}  ${step.collection}: ${step.text}  (${step.isSkipped ? 'is there' : `${count}${cost}`})`;
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
  const problems = complaints(await db.migrations.status(textOf(files)));
  if (problems.length > 0) {
    const text = problems.map((problem) => `problem: ${problem}\n`).join('');
    return { report: { status: 'refused', problems }, text, exitCode: 1 };
  }
  const versions = [];
  for (const { name, text } of files) {
    const result = await db.execute(text, { signal });
    const [error] = result.errors ?? [];
    if (error !== undefined) {
      throw new AuroraError(error.extensions.code, `${name}: ${error.message}`);
    }
    const results = result.kind === 'batch' ? result.results : [result];
    for (const each of results) if (each.kind === 'migration') versions.push(...each.versions);
  }
  const applied = versions.filter((version) => version.status === 'applied');
  const lines = applied.map(
    ({ version, documentsChanged }) =>
      `Applied ${version}: ${countText(documentsChanged, 'document')} changed.\n`,
  );
  return {
    report: { status: applied.length > 0 ? 'applied' : 'skipped', versions },
    text: lines.length === 0 ? 'Nothing is pending.\n' : lines.join(''),
    exitCode: 0,
  };
}
