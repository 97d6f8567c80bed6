import { type Command, InvalidArgumentError, Option } from 'commander';
import type { JobPriority } from '#engine';
import {
  type EnqueueOptions,
  type JsonOption,
  type ListOptions,
  runJobAction,
  runJobEnqueue,
  runJobList,
  runJobShow,
  runJobStats,
  runQueuePause,
} from './jobs-commands.ts';
import type { Terminal } from './terminal.ts';

const statuses = ['Pending', 'Running', 'Completed', 'Failed', 'DeadLetter', 'Cancelled'];
const priorities: readonly JobPriority[] = ['Low', 'Normal', 'High', 'Critical'];

/** `aurora jobs` and what stands below it. */
export function defineJobs(
  program: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const jobs = program.command('jobs').description('look at jobs, and act on them');
  const command = (name: string, description: string): Command =>
    jobs
      .command(name)
      .description(description)
      .argument('<database>', 'folder of the database')
      .option('--json', 'write JSON');
  command('list', 'list jobs, the newest first')
    .option('--type <type>', 'only of this type')
    .addOption(new Option('--status <status>', 'only in this state').choices(statuses))
    .option('--queue <queue>', 'only of this queue')
    .option('--where <filter>', "only what this filter of AQL finds, such as '{ payload: … }'")
    .option('--limit <number>', 'how many', parseCount, 50)
    .action(async (database: string, options: ListOptions) => {
      finish(await runJobList(terminal, database, options));
    });
  command('show', 'show a job with its attempts')
    .argument('<id>', 'id of the job')
    .action(async (database: string, id: string, options: JsonOption) => {
      finish(await runJobShow(terminal, database, id, options));
    });
  for (const what of ['cancel', 'retry'] as const) {
    const description =
      what === 'cancel'
        ? 'cancel a job, or many'
        : 'make a job that has failed ready again, or many';
    command(what, description)
      .argument('[id]', 'id of the job')
      .option('--where <filter>', 'all that this filter of AQL finds')
      .action(
        async (
          database: string,
          id: string | undefined,
          options: JsonOption & { readonly where?: string },
        ) => {
          const target = id === undefined ? options : { ...options, id };
          finish(await runJobAction(terminal, database, what, target));
        },
      );
  }
  command('enqueue', 'add a job')
    .argument('<type>', 'type of the job')
    .argument('[payload]', 'what it is about, as a JSON object')
    .addOption(new Option('--priority <priority>', 'Normal unless told').choices([...priorities]))
    .option('--queue <queue>', 'default unless told')
    .option('--delay <seconds>', 'not before so many seconds', parseCount)
    .option('--max-retries <number>', 'attempts after the first; 3 unless told', parseCount)
    .option('--unique-key <key>', 'give the job that has this key, if there is one')
    .action(
      async (
        database: string,
        type: string,
        payload: string | undefined,
        options: EnqueueOptions,
      ) => {
        finish(await runJobEnqueue(terminal, database, { type, payload }, options));
      },
    );
  command('stats', 'count jobs by their state').action(
    async (database: string, options: JsonOption) => {
      finish(await runJobStats(terminal, database, options));
    },
  );
  for (const what of ['pause', 'resume'] as const) {
    command(
      what,
      what === 'pause' ? 'start no further job of a queue' : 'start jobs of a queue again',
    )
      .argument('<queue>', 'name of the queue')
      .action(async (database: string, queue: string, options: JsonOption) => {
        const isPaused = what === 'pause';
        finish(await runQueuePause(terminal, database, { queue, isPaused }, options));
      });
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
