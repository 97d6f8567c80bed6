/*
 * The `aurora` command. Exit codes: 0 done, 1 failed, 2 wrong use. Results go to the standard output, everything
 * else to the error output, so that pipes carry data only.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addExamples } from './command-examples.ts';
import { defineCompletion } from './define-completion.ts';
import { defineJobs } from './define-jobs.ts';
import { defineServe } from './define-serve.ts';
import { defineShell } from './define-shell.ts';
import { defineExport, defineImport } from './define-transfer.ts';
import { describeError } from './error-text.ts';
import { type ExecOptions, runExec } from './exec-command.ts';
import { runInspect } from './inspect-command.ts';
import { runBackup, runCompact, runRestore, runStats } from './maintenance-commands.ts';
import { defineMigrate } from './migrate-commands.ts';
import { findPackageRoot } from './package-root.ts';
import { parsePort } from './parse-port.ts';
import { type ResultFormat, resultFormats } from './result-writer.ts';
import { runSample } from './sample-command.ts';
import { runStudio, type StudioOptions } from './studio-command.ts';
import type { Terminal } from './terminal.ts';
import { runTest } from './test-command.ts';
import { UsageError } from './usage-error.ts';
import { runVerify } from './verify-command.ts';

const firstSteps = `
First steps:
  aurora sample sample.db                      make a database to look at
  aurora shell sample.db                       type queries
  aurora exec sample.db -q '{ films(limit: 3) { title } }' --json
  aurora serve sample.db                       GraphQL, REST and GraphiQL over HTTP

Each command tells more with --help. Results go to the standard output, everything else to the error output.
Exit codes: 0 done, 1 failed, 2 wrong use.
`;

const exitCodes = { done: 0, failed: 1, wrongUse: 2 } as const;

/** Runs one command line (without node and script) and gives its exit code; never throws. */
export async function runCommandLine(
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = defineProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    if (terminal.outputFailure !== undefined)
      return reportOutputFailure(terminal.outputFailure, terminal);
    return terminal.isOutputClosed ? exitCodes.done : exitCode;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

/** Results that went nowhere are a failure, also when the command itself went well. */
function reportOutputFailure(failure: Error, terminal: Terminal): number {
  terminal.writeError(`error: The output cannot be written: ${failure.message}.\n`);
  return exitCodes.failed;
}

function reportFailure(error: unknown, terminal: Terminal): number {
  // The reader of a pipe has seen enough; that is no failure.
  if (terminal.isOutputClosed) return exitCodes.done;
  if (terminal.outputFailure !== undefined)
    return reportOutputFailure(terminal.outputFailure, terminal);
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
  }
  if (error instanceof UsageError) {
    terminal.writeError(`error: ${error.message}\nSee "aurora --help".\n`);
    return exitCodes.wrongUse;
  }
  terminal.writeError(describeError(error));
  return exitCodes.failed;
}

interface JsonOption {
  readonly json?: boolean;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= secondsMax) return seconds;
  throw new InvalidArgumentError('This must be a number of seconds above 0.');
}

/** A day. */
const secondsMax = 86_400;

function parseEventCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('This must be a whole number above 0.');
}

function defineProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('aurora')
    .description('Aurora: an embedded real-time document database.')
    .version(findPackageRoot().version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        void terminal.write(text);
      },
      writeErr: (text) => terminal.writeError(text),
    })
    .showHelpAfterError('See "aurora --help".')
    .addHelpText('after', firstSteps);
  defineExec(program, terminal, finish);
  defineImport(program, terminal, finish);
  defineExport(program, terminal, finish);
  program
    .command('inspect')
    .description('show collections, fields, indexes and counts')
    .argument('<database>', 'folder of the database')
    .option('--json', 'write one JSON object')
    .action(async (database: string, options: JsonOption) => {
      finish(await runInspect(terminal, database, options));
    });
  program
    .command('verify')
    .description('check documents against their checksums, and everything that is stored twice')
    .argument('<database>', 'folder of the database')
    .option('--json', 'write one JSON object')
    .action(async (database: string, options: JsonOption) => {
      finish(await runVerify(terminal, database, options));
    });
  program
    .command('test')
    .description('run queries that say in comments what they must give, and show what differs')
    .argument('<database>', 'folder of the database')
    .argument('[folder]', 'folder of the queries; that beside the database when left out')
    .option('--json', 'write one JSON object')
    .action(async (database: string, folder: string | undefined, options: JsonOption) => {
      finish(await runTest(terminal, database, { ...options, folder }));
    });
  defineMaintenance(program, terminal, finish);
  defineJobs(program, terminal, finish);
  defineMigrate(program, terminal, finish);
  defineServe(program, terminal, finish);
  defineShell(program, terminal, finish);
  program
    .command('sample')
    .description('make the sample database')
    .argument('<folder>', 'folder to make it in; it must not exist')
    .option('--json', 'write one JSON object')
    .action(async (folder: string, options: JsonOption) => {
      finish(await runSample(terminal, folder, options));
    });
  program
    .command('studio')
    .description('open the studio')
    .argument('[database]', 'folder of the database to open')
    .option('--web', 'in the browser, also where the desktop application is installed')
    .option('--port <number>', 'port of the browser host', parsePort)
    .option('--no-open', 'print the address and do not open a browser')
    .action(async (database: string | undefined, options: StudioOptions) => {
      finish(await runStudio(terminal, database, options));
    });
  defineCompletion(program, terminal);
  addExamples(program);
  return program;
}

function defineExec(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('exec')
    .description(
      'run AQL, or follow a subscription until Ctrl+C; a database that does not exist is created',
    )
    .argument('<database>', 'folder of the database')
    .argument('[file]', 'file with AQL, or - for the standard input')
    .option('-q, --query <text>', 'the AQL itself')
    .option('--variables <json>', 'values of the variables, as a JSON object')
    .addOption(
      new Option(
        '--format <format>',
        'how results are written (default: table in a terminal, else json)',
      ).choices([...resultFormats]),
    )
    .option('--json', 'short for --format json')
    .option('--limit <number>', 'end a subscription after so many events', parseEventCount)
    .option(
      '--timeout <seconds>',
      'stop after so many seconds; what is not done then has failed',
      parseSeconds,
    )
    .action(
      async (
        database: string,
        file: string | undefined,
        { json, ...options }: ExecOptions & JsonOption,
      ) => {
        if (json === true && options.format !== undefined && options.format !== 'json') {
          throw new UsageError(`--json and --format ${options.format} exclude each other.`);
        }
        const format: { format?: ResultFormat } = json === true ? { format: 'json' } : {};
        finish(await runExec(terminal, database, file, { ...options, ...format }));
      },
    );
}

function defineMaintenance(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('backup')
    .description('copy a database, also while it is used, and verify the copy')
    .argument('<database>', 'folder of the database')
    .argument('<target>', 'folder for the backup; empty, or not there yet')
    .option('--json', 'write the report as one JSON object')
    .action(async (database: string, target: string, options: JsonOption) => {
      finish(await runBackup(terminal, database, target, options));
    });
  program
    .command('restore')
    .description('put a backup back; it is verified first')
    .argument('<backup>', 'folder of the backup')
    .argument('<database>', 'folder for the database; empty, or not there yet')
    .option('--force', 'replace the database that is there; its folder is kept under another name')
    .option('--json', 'write the report as one JSON object')
    .action(async (backup: string, database: string, options: JsonOption & { force?: boolean }) => {
      finish(await runRestore(terminal, backup, database, options));
    });
  program
    .command('compact')
    .description('give free space of a database back to the disk')
    .argument('<database>', 'folder of the database')
    .option('--json', 'write the report as one JSON object')
    .action(async (database: string, options: JsonOption) => {
      finish(await runCompact(terminal, database, options));
    });
  program
    .command('stats')
    .description('show sizes and counts')
    .argument('<database>', 'folder of the database')
    .option('--json', 'write one JSON object')
    .action(async (database: string, options: JsonOption) => {
      finish(await runStats(terminal, database, options));
    });
}
