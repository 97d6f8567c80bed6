import { type Command, InvalidArgumentError } from 'commander';
import { parsePort } from './parse-port.ts';
import { runServe, type ServeOptions } from './serve-command.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  aurora serve my.db                                    a token is made and printed
  aurora serve my.db --token read:s3cret-of-8 --port 4000
  aurora serve my.db --token-file tokens --host 0.0.0.0
  aurora serve my.db --token reports=read/users,orders:s3cret-of-8   for two collections, named in the audit log
  curl -H 'Authorization: Bearer s3cret-of-8' 'http://127.0.0.1:4000/graphql?query=%7B__typename%7D'
`;

export function defineServe(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  program
    .command('serve')
    .description('serve a database over HTTP: GraphQL at /graphql, documents at /<collection>')
    .argument('<database>', 'folder of the database')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <number>', 'port to listen on (default: a free one)', parsePort)
    .option(
      '--token <scope:secret>',
      'a token and what it allows: read, write or admin, of some collections as read/users,orders:…, with a name for the audit log before a "="; may be given again. Other users of the machine can see it',
      gather,
    )
    .option('--token-file <file>', 'file with such tokens, one a line')
    .option('--no-token', 'ask for no token; only on this machine')
    .option('--read-only', 'let nobody write')
    .option(
      '--audit-log [file]',
      'keep a log of every operation in a file (default: audit.jsonl in the folder of the database)',
    )
    .option('--cors <origin>', 'origin of pages that may use it, or *; may be given again', gather)
    .option('--host-name <name>', 'further name it goes by, of a proxy; may be given again', gather)
    .option('--rate <number>', 'requests per second of one client', parsePositive)
    .option('--time-limit <seconds>', 'how long a request may run (default: 30)', parsePositive)
    .option('--body-limit <bytes>', 'size of a body (default: 8388608)', parsePositive)
    .option('--depth-limit <number>', 'levels of selections (default: 20)', parsePositive)
    .option('--json', 'write one JSON object when it listens')
    .addHelpText('after', examples)
    .action(async (database: string, options: ServeOptions) => {
      finish(await runServe(terminal, database, options));
    });
}

function gather(text: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before.map(String) : []), text];
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('This must be a number above 0.');
}
