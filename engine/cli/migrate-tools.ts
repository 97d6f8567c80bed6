/* `aurora migrate down|diff|new`: undoing versions, and writing new ones. */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  Aurora,
  AuroraError,
  type CollectionDefinition,
  type MigrationRollback,
  makeFolder,
  type SchemaDifference,
  schemaDifference,
} from '#engine';
import { countText } from './count-text.ts';
import { errorEntries } from './error-entries.ts';
import { describeError, type SourceText } from './error-text.ts';
import { executeText } from './execute-text.ts';
import { tellError } from './tell-error.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface DownOptions {
  readonly to?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface DiffOptions {
  readonly rename: readonly string[];
  readonly name?: string;
  readonly at?: string;
  readonly json?: boolean;
}

export function defineMigrateTools(
  migrate: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  migrate
    .command('down')
    .description('undo the last version, with what it dropped; what was written since stays')
    .argument('<database>', 'folder of the database')
    .option('--to <version>', 'undo all versions after this one')
    .option('--all', 'undo all versions')
    .option('--dry-run', 'only say what undoing the last version would do; fails when it cannot')
    .option('--json', 'write one JSON object')
    .action(async (database: string, options: DownOptions) => {
      finish(
        await down(terminal, database, options).catch((error: unknown) =>
          tellError(terminal, error, { json: options.json === true }),
        ),
      );
    });
  migrate
    .command('diff')
    .description(
      'write the migration that leads from a database to a schema, another database or a version of its own',
    )
    .argument('<database>', 'folder of the database')
    .argument('[target]', 'a file with schema blocks, or the folder of another database')
    .option('--at <version>', 'instead of a target: what this version left')
    .option('--rename <collection.field=name>', 'a field that has another name there', rename, [])
    .option('--name <version>', 'what the version is called (default: "next")')
    .option('--json', 'write one JSON object')
    .action(async (database: string, target: string | undefined, options: DiffOptions) => {
      finish(
        await diff(terminal, { database, target }, options).catch(async (error: unknown) =>
          tellError(terminal, error, {
            json: options.json === true,
            source: await sourceOf(target),
          }),
        ),
      );
    });
  migrate
    .command('new')
    .description('begin a file for a new version, numbered after those in the folder')
    .argument('<folder>', 'folder with the *.aql files')
    .argument('<name>', 'what the version does, in a few words')
    .action(async (folder: string, name: string) => {
      await terminal.write(`${await newFile(folder, name)}\n`);
      finish(0);
    });
}

async function down(
  terminal: Terminal,
  database: string,
  { to, all = false, dryRun = false, json = false }: DownOptions,
): Promise<number> {
  const db = await Aurora.open({ dbPath: database, create: false });
  try {
    const applied = db.catalog().migrations ?? [];
    if (to !== undefined && !applied.includes(to)) {
      throw new UsageError(`"${to}" is not applied.`);
    }
    const kept = all ? 0 : to === undefined ? applied.length - 1 : applied.lastIndexOf(to) + 1;
    const versions = applied.slice(Math.max(0, kept)).toReversed();
    const { signal } = terminal;
    const reports: MigrationRollback[] = [];
    let failure: AuroraError | undefined;
    try {
      if (dryRun) {
        if (versions.length > 0) reports.push(await db.migrations.planRollback({ signal }));
      } else {
        for (const version of versions)
          reports.push(await db.migrations.rollBack({ version, signal }));
      }
    } catch (error) {
      // What was undone before is told first.
      if (!(error instanceof AuroraError) || reports.length === 0) throw error;
      failure = error;
    }
    const text =
      reports.length === 0
        ? 'Nothing is to be undone.\n'
        : reports.map((report) => describe(report, dryRun)).join('');
    const errors = failure === undefined ? {} : { errors: errorEntries(failure) };
    await terminal.write(json ? `${JSON.stringify({ versions: reports, ...errors })}\n` : text);
    if (failure !== undefined) {
      terminal.writeError(describeError(failure));
      return 1;
    }
    return reports.some(({ refused }) => refused.count > 0) ? 1 : 0;
  } finally {
    await db.close();
  }
}

function describe(
  { version, steps, documentsChanged, losses, refused }: MigrationRollback,
  isTrial: boolean,
): string {
  const count = countText(documentsChanged, 'document');
  const lines = [
    `${isTrial ? 'Would undo' : 'Undid'} ${version}: ${count} ${isTrial ? 'would change' : 'changed'}.`,
    ...steps.map(({ collection, text }) => `  ${collection}: ${text}`),
    ...losses.map((loss) => `lost: ${loss}`),
    ...refused.documents.map(
      ({ collection, id, problem }) => `problem: ${collection} ${id}: ${problem}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

async function diff(
  terminal: Terminal,
  { database, target }: { readonly database: string; readonly target: string | undefined },
  { rename: renamed, name = 'next', at, json = false }: DiffOptions,
): Promise<number> {
  if ((target === undefined) === (at === undefined)) {
    throw new UsageError('Give a target to compare with, or a version with --at.');
  }
  const present = await collectionsIn(database);
  const wanted =
    at === undefined ? await collectionsIn(target ?? '') : await collectionsAt(database, at);
  const renames = new Map(
    renamed.map((text): [string, string] => {
      const [from = '', to = ''] = text.split('=');
      return [from, to];
    }),
  );
  for (const [from, to] of renames) checkRename({ from, to }, present, wanted);
  const names = [...renames].map(([from, to]) => `${from.split('.')[0] ?? ''}.${to}`);
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined) throw new UsageError(`Two fields cannot both become ${twice}.`);
  const difference = schemaDifference(present, wanted, renames);
  const text = migrationText(difference, name);
  await terminal.write(json ? `${JSON.stringify({ ...difference, text })}\n` : text);
  const isSame = difference.steps.length === 0 && difference.impossible.length === 0;
  return isSame ? 0 : 1;
}

/** @throws UsageError when there is no such field, before or after, or its name is taken */
function checkRename(
  { from, to }: { readonly from: string; readonly to: string },
  present: readonly CollectionDefinition[],
  wanted: readonly CollectionDefinition[],
): void {
  const [collection = '', field = ''] = from.split('.');
  const has = (definitions: readonly CollectionDefinition[], name: string) =>
    definitions.some(
      (each) => each.name === collection && each.fields.some((other) => other.name === name),
    );
  if (!has(present, field)) throw new UsageError(`The database has no field ${from} to rename.`);
  if (has(present, to)) {
    throw new UsageError(
      `${from} cannot become "${to}": the database has ${collection}.${to} already.`,
    );
  }
  if (!has(wanted, to)) throw new UsageError(`What is wanted has no field ${collection}.${to}.`);
}

function migrationText(
  { steps, destructive, mayBeRenamed, impossible }: SchemaDifference,
  version: string,
): string {
  const notes = [
    ...mayBeRenamed.map(
      ({ collection, from, to }) =>
        `# Is "${from}" of ${collection} called ${to.join(' or ')} now? Then: --rename ${collection}.${from}=${to[0] ?? ''}`,
    ),
    ...impossible.map((sentence) => `# ${sentence}`),
    ...destructive.map(({ collection, text }) => `# Destructive, in ${collection}: ${text}`),
  ];
  const lines = [...notes];
  if (steps.length > 0) {
    lines.push('migrate {', `    ${JSON.stringify(version)}: {`);
    lines.push(...steps.map((step) => `        ${step}`), '    }', '}');
  } else if (notes.length === 0) lines.push('# The schemas are the same.');
  return `${lines.join('\n')}\n`;
}

/** Of a database, or of what a file's schema blocks define. @throws UsageError */
async function collectionsIn(path: string): Promise<readonly CollectionDefinition[]> {
  if (!existsSync(path)) throw new UsageError(`There is nothing at ${path}.`);
  const isText = path.endsWith('.aql');
  const db = isText
    ? await Aurora.open(':memory:')
    : await Aurora.open({ dbPath: path, create: false, readOnly: true });
  try {
    if (isText) await executeText(db, await readFile(path, 'utf8'));
    return db.catalog().collections;
  } finally {
    await db.close();
  }
}

/** The text that places of errors belong to; a database has none. */
async function sourceOf(target: string | undefined): Promise<SourceText | undefined> {
  if (target === undefined || !target.endsWith('.aql') || !existsSync(target)) return undefined;
  return { name: target, text: await readFile(target, 'utf8') };
}

async function collectionsAt(
  database: string,
  version: string,
): Promise<readonly CollectionDefinition[]> {
  const db = await Aurora.open({ dbPath: database, create: false, readOnly: true });
  try {
    return await db.migrations.schemaAt(version);
  } finally {
    await db.close();
  }
}

async function newFile(folder: string, name: string): Promise<string> {
  makeFolder(folder);
  const numbers = (await readdir(folder)).map((file) => Number(/^(\d+)/.exec(file)?.[1] ?? 0));
  const number = String(Math.max(0, ...numbers) + 1).padStart(4, '0');
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (words === '') throw new UsageError('A name needs letters or digits.');
  const version = `${number}-${words}`;
  const path = join(folder, `${version}.aql`);
  const text = `migrate {\n    ${JSON.stringify(version)}: {\n        # alter collection users { add role: String }\n    }\n}\n`;
  await writeFile(path, text, { flag: 'wx' });
  return path;
}

function rename(text: string, before: readonly string[]): readonly string[] {
  if (!/^\w+\.\w+=\w+$/.test(text)) {
    throw new InvalidArgumentError('Write it as collection.field=name.');
  }
  return [...before, text];
}
