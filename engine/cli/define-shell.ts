import { type Command, Option } from 'commander';
import { resultFormats } from './result-writer.ts';
import { runShell, type ShellOptions } from './shell-command.ts';
import type { Terminal } from './terminal.ts';
import { runTypes } from './types-command.ts';

const shellHelp = `
Type AQL; it runs when its brackets are closed, or at an empty line. ".help" tells the rest.

Examples:
  aurora shell my.db
  aurora shell my.db --read-only --format json
  aurora shell my.db < script.aql
`;

const typesHelp = `
Example:
  aurora types my.db > schema.d.ts

  import { Aurora } from 'aurora-studio/engine';
  import type { Schema } from './schema.d.ts';
  const db = await Aurora.open<Schema>('my.db');
`;

/** The commands for people who write queries and programs. */
export function defineShell(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('shell')
    .description('type AQL line by line, with completion and history')
    .argument('<database>', 'folder of the database')
    .option('--read-only', 'change nothing')
    .addOption(
      new Option('--format <format>', 'how results are written').choices([...resultFormats]),
    )
    .option('--history <file>', 'where what was typed is kept (default: ~/.aurora_history)')
    .option('--no-history', 'keep nothing')
    .addHelpText('after', shellHelp)
    .action(async (database: string, options: ShellOptions) => {
      const streams = { input: process.stdin, output: process.stdout };
      finish(await runShell(terminal, streams, database, options));
    });
  program
    .command('types')
    .description('write the schema as types for TypeScript programs')
    .argument('<database>', 'folder of the database')
    .addHelpText('after', typesHelp)
    .action(async (database: string) => {
      finish(await runTypes(terminal, database));
    });
}
