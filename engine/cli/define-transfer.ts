/* `aurora import` and `aurora export`: their words and options. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExportCommandOptions, runExport } from './export-command.ts';
import { type ImportCommandOptions, runImport, runImportFolder } from './import-command.ts';
import type { Terminal } from './terminal.ts';

/** @param finish gets the exit code */
export function defineImport(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('import')
    .description('import a file; database and collection are created when they do not exist')
    .argument('<database>', 'folder of the database')
    .argument('<collection>', 'collection to import into; or a folder that export has written')
    .argument('[file]', 'JSON, NDJSON, CSV or TSV, also gzipped; - for the standard input')
    .addOption(
      new Option('--format <format>', 'format of the file (default: by its name)').choices([
        'json',
        'ndjson',
        'csv',
        'tsv',
      ]),
    )
    .addOption(
      new Option('--on-error <policy>', 'what happens at a record that does not fit')
        .choices(['stop', 'skip'])
        .default('stop'),
    )
    .option('--pointer <pointer>', 'JSON pointer to the list inside a JSON file, such as /features')
    .option('--delimiter <character>', 'character between the columns of a CSV file')
    .option('--null-token <text>', 'cell of a CSV file that stands for null; repeatable', collect)
    .option('--upsert <field>', 'replace documents that this field finds; a unique field, or id')
    .option('--dry-run', 'read, convert and validate everything, and write nothing')
    .option('--rejects <file>', 'write rejected records to a file that can be imported again')
    .option('--skip <count>', 'pass over so many records, to go on with an import', parseCount)
    .addOption(
      new Option('--on-cancel <policy>', 'what becomes of what was imported when Ctrl+C ends it')
        .choices(['keep', 'revert'])
        .default('keep'),
    )
    .option('--json', 'write the report as one JSON object')
    .action(
      async (
        database: string,
        collection: string,
        file: string | undefined,
        options: ImportCommandOptions,
      ) => {
        finish(
          file === undefined
            ? await runImportFolder(terminal, database, collection, options)
            : await runImport(terminal, database, collection, file, options),
        );
      },
    );
}

export function defineExport(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('export')
    .description('write the documents of a collection, or a whole database with its schema')
    .argument('<database>', 'folder of the database')
    .argument('<target>', 'file, - for the standard output; a folder for a whole database')
    .option('--collection <name>', 'the collection; without it everything')
    .addOption(
      new Option('--format <format>', 'format (default: by the name, else ndjson)').choices([
        'json',
        'ndjson',
        'csv',
      ]),
    )
    .option('--where <filter>', 'only documents that match, as JSON: {"age":{"gte":18}}')
    .option('--null-token <text>', 'what stands for null in a CSV file')
    .option('--delimiter <character>', 'character between the columns of a CSV file')
    .option('--json', 'write the reports as one JSON object')
    .action(
      async (
        database: string,
        target: string,
        { collection, ...options }: ExportCommandOptions & { readonly collection?: string },
      ) => {
        finish(await runExport(terminal, { database, target, collection }, options));
      },
    );
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('Give a whole number.');
}
