/*
 * One job in a process or thread of handlers. Whatever a handler does there harms only its job: it throws, never
 * returns, blocks, exhausts its memory or ends its process. Time and memory are watched from here, since what is stuck
 * cannot watch itself; what passes a limit, or does not heed its signal, is killed. What the handler asks of the
 * database is done here, in the name of its job.
 */
import { unreachable } from '../base/assert.ts';
import type { Transaction } from '../transaction.ts';
import { type JobContext, JobFailure, type RunningJob } from './handler.ts';
import type { HandlerChannel } from './handler-channel.ts';
import { type HandlerMessage, readMessage } from './handler-message.ts';

interface HandlerLimits {
  /** Memory that it may take, in MiB; Buffers included for processes on Linux, else the heap. */
  readonly memoryMb: number;
  /** How long a handler may go on after its signal was aborted, in milliseconds. */
  readonly graceMs: number;
}

/** A module, and which version of it. */
export interface HandlerModule {
  readonly file: string;
  /** Changes with the file, so that it is loaded again. */
  readonly version: string;
}

/** Runs statements in a transaction of their own, and gives what the last one gave. */
export type RunStatements = (
  work: (tx: Transaction) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

const mebibyte = 1024 * 1024;
const memoryIntervalMs = 100;

export interface HandlerRun {
  readonly channel: HandlerChannel;
  readonly limits: HandlerLimits;
  readonly module: HandlerModule;
  readonly databasePath: string;
  readonly transact: RunStatements;
}

/** Runs a job to its end, or to that of the channel. @throws what the handler throws, and why the channel ended */
export function runInChannel(
  { channel, limits, module, databasePath, transact }: HandlerRun,
  job: RunningJob,
  context: JobContext,
): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    let killedFor: string | undefined;
    const killFor = (reason: string): void => {
      killedFor = reason;
      channel.kill();
    };
    const watching = setInterval(() => {
      const isTooMuch = channel.bytes() > limits.memoryMb * mebibyte;
      if (isTooMuch) killFor(`It took more than ${limits.memoryMb} MiB of memory.`);
    }, memoryIntervalMs);
    let grace: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      const reason: unknown = context.signal.reason;
      const text = reason instanceof Error ? reason.message : String(reason);
      channel.send({ abort: text });
      grace = setTimeout(() => killFor(text), limits.graceMs);
    };
    const settle = (end: () => void): void => {
      clearInterval(watching);
      clearTimeout(grace);
      context.signal.removeEventListener('abort', onAbort);
      end();
    };
    const onMessage = (message: HandlerMessage): void => {
      switch (message.kind) {
        case 'progress':
          context.progress(message.fraction, message.note);
          break;
        case 'log':
          context.log(message.text);
          break;
        case 'call':
          void answer(channel, transact, message, context);
          break;
        case 'failed':
          settle(() => reject(failureOf(message)));
          break;
        case 'done':
          settle(() => resolve(message.result));
          break;
        default:
          unreachable(message);
      }
    };
    channel.listen({
      onMessage: (message) => {
        const read = readMessage(message);
        if (read !== undefined) onMessage(read);
      },
      onEnd: (how) => settle(() => reject(new Error(killedFor ?? how))),
    });
    context.signal.addEventListener('abort', onAbort);
    if (context.signal.aborted) onAbort();
    channel.send({ run: { ...module, job: { ...job, databasePath } } });
  });
}

/** Does what a handler asks of the database, and says what came of it. */
async function answer(
  channel: HandlerChannel,
  transact: RunStatements,
  { number, act, statements, result }: Extract<HandlerMessage, { kind: 'call' }>,
  context: JobContext,
): Promise<void> {
  let data: unknown = null;
  const work = async (tx: Transaction): Promise<unknown> => {
    for (const { text, variables = {} } of statements ?? []) {
      ({ data } = await tx.execute(text, { variables }));
    }
    return result;
  };
  try {
    if (statements === undefined) throw notStatements(act);
    if (act === 'complete') await context.complete(work);
    else await transact(async (tx) => void (await work(tx)), context.signal);
    channel.send({ answer: { number, data } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    channel.send({ answer: { number, error: { message, code } } });
  }
}

function failureOf({
  message,
  stack,
  isRetryable,
  retryAfterMs,
}: Extract<HandlerMessage, { kind: 'failed' }>): Error {
  const failure = new JobFailure(message, {
    retryable: isRetryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  if (stack !== undefined) failure.stack = stack;
  return failure;
}

function notStatements(act: 'execute' | 'complete'): Error {
  return new TypeError(
    act === 'complete'
      ? 'complete takes a list of statements, such as [{ text: "mutation { … }" }].'
      : 'execute takes a text of AQL, and its variables.',
  );
}
