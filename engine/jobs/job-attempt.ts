/*
 * One attempt while it runs: the handler, its signal, its time limit, and what it says meanwhile. Whatever comes first
 * ends it: the handler returns or throws, its time is up, the job is cancelled, the worker stops. What a handler does
 * after that is ignored: nothing can stop a function that does not listen to its signal.
 */
import type { JsonValue } from '#engine/aql';
import { toStored } from '../catalog/stored-form.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Transaction } from '../transaction.ts';
import type { StoredValue } from '../values/stored-value.ts';
import type { AttemptEnds } from './attempt-ends.ts';
import { asText, cut, messageOf, stackOf } from './attempt-texts.ts';
import {
  type HandlerOptions,
  type JobContext,
  JobFailure,
  type JobHandler,
  type JobPayload,
  type RunningJob,
  resultOf,
} from './handler.ts';
import type { JobDoor } from './job-door.ts';
import type { AttemptNotes, AttemptOutcome, JobQueue } from './job-queue.ts';
import type { JobRecord } from './job-record.ts';
import type { StoredJob } from './job-store.ts';
import type { JobTimers } from './job-timers.ts';
import type { AttemptFailure } from './job-transitions.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';

export interface RegisteredHandler {
  readonly run: JobHandler;
  readonly options: HandlerOptions;
  /** Handlers that share a bound of how many run at a time. */
  readonly group?: { readonly name: string; readonly concurrency: number };
}

/** Why an attempt was ended from outside. `withdrawn`: its job is not this worker's any more. */
export type AttemptEnd = 'withdrawn' | 'stopped' | 'timedOut';

export class JobAttempt {
  readonly #queue: JobQueue;
  readonly #ends: AttemptEnds;
  readonly #transact: JobDoor['transact'];
  readonly #timers: JobTimers;
  readonly #handler: RegisteredHandler;
  /** Made when somebody asks for it, which most handlers do not. */
  #abort: AbortController | undefined;
  #abortReason: Error | undefined;
  readonly #logs: StoredValue[] = [];
  #stored: StoredJob;
  /** Writes about the job come one after the other, the end last; absent before the first. */
  #writing: Promise<void> | undefined;
  #startedAt = 0;
  #noted: AttemptNotes['noted'];
  #endNoting: (() => void) | undefined;
  #hasEnded = false;
  /** Once it completes in a transaction of its own, only that decides. */
  #completing: 'no' | 'underWay' | 'done' = 'no';
  #completion: Promise<void> | undefined;
  #onEnd: ((end: AttemptEnd) => void) | undefined;

  constructor(
    stored: StoredJob,
    parts: {
      readonly queue: JobQueue;
      readonly ends: AttemptEnds;
      readonly transact: JobDoor['transact'];
      readonly timers: JobTimers;
      readonly handler: RegisteredHandler;
    },
  ) {
    this.#stored = stored;
    this.#queue = parts.queue;
    this.#ends = parts.ends;
    this.#transact = parts.transact;
    this.#timers = parts.timers;
    this.#handler = parts.handler;
  }

  get job(): JobRecord {
    return this.#stored.job;
  }

  /** Runs the handler until something ends it: within the call, when it gives no promise. Never throws or rejects. */
  run(): AttemptEnd | AttemptOutcome | Promise<AttemptEnd | AttemptOutcome> {
    const { run, options } = this.#handler;
    const { job } = this.#stored;
    this.#startedAt = this.#queue.clock.now();
    try {
      const returned: unknown = run(asRunningJob(job), this.#context());
      if (!isThenable(returned)) return this.#over(this.#completed(returned));
      return this.#runOn(Promise.resolve(returned), job.timeout_ms ?? options.timeoutMs);
    } catch (error) {
      return this.#over(this.#failed(error));
    }
  }

  async #runOn(
    returned: Promise<unknown>,
    timeoutMs: number | undefined,
  ): Promise<AttemptEnd | AttemptOutcome> {
    const endTimer =
      timeoutMs === undefined
        ? undefined
        : this.#timers.after(timeoutMs, () => this.end('timedOut'));
    try {
      const ended = new Promise<AttemptEnd>((resolve) => {
        this.#onEnd = resolve;
      });
      return await Promise.race([ended, returned.then((value) => this.#completed(value))]);
    } catch (error) {
      return this.#failed(error);
    } finally {
      endTimer?.();
      this.#over(undefined);
    }
  }

  #over<End>(end: End): End {
    this.#endNoting?.();
    this.#hasEnded = true;
    return end;
  }

  /** Ends it from outside: its signal is aborted. */
  end(end: AttemptEnd): void {
    if (this.#hasEnded || (end === 'withdrawn' && this.#completing !== 'no')) return;
    this.#abortReason = new Error(reasons[end]);
    this.#abort?.abort(this.#abortReason);
    this.#onEnd?.(end);
  }

  /** Renews the lease. */
  heartbeat(): void {
    this.#write((stored) => this.#queue.heartbeat(stored));
  }

  /** Writes that it runs, where that is not written yet. */
  noteRunning(): void {
    if (this.#stored.waiting === undefined) return;
    this.#write((stored) => this.#queue.begin(stored));
  }

  /** Writes how it ended, after everything that was written before. */
  finish(end: AttemptEnd | AttemptOutcome): Promise<unknown> {
    const isAlone = this.#writing === undefined && this.#completing === 'no';
    return isAlone ? this.#writeEnd(end) : this.#finishLater(end);
  }

  async #finishLater(end: AttemptEnd | AttemptOutcome): Promise<unknown> {
    await this.#writing;
    const outcome = (await this.#failedCompletion()) ?? end;
    return this.#completing === 'done' ? undefined : this.#writeEnd(outcome);
  }

  #writeEnd(end: AttemptEnd | AttemptOutcome): Promise<unknown> {
    const outcome = typeof end === 'string' ? this.#outcomeOf(end) : end;
    if (outcome === undefined) return Promise.resolve();
    return this.#ends.write({
      stored: this.#stored,
      outcome,
      notes: this.#notes,
      failed: (error) => this.#failed(error),
    });
  }

  /** The end of an attempt whose handler has returned before what it completes with was written, and was not. */
  async #failedCompletion(): Promise<AttemptOutcome | undefined> {
    if (this.#completing !== 'underWay') return undefined;
    try {
      await this.#completion;
      return undefined;
    } catch (error) {
      return this.#failed(error);
    }
  }

  get #notes(): AttemptNotes {
    return { logs: this.#logs, startedAt: this.#startedAt, noted: this.#noted };
  }

  #outcomeOf(end: AttemptEnd): AttemptOutcome | undefined {
    switch (end) {
      case 'withdrawn':
        return undefined;
      case 'stopped':
        return { kind: 'released' };
      case 'timedOut': {
        const message = `It took longer than ${this.job.timeout_ms ?? this.#handler.options.timeoutMs} ms.`;
        return this.#failure({ message, stack: null, status: 'TimedOut', isRetryable: true });
      }
    }
  }

  #completed(value: unknown): AttemptOutcome {
    const converted = toStored({ kind: 'scalar', name: 'Any' }, resultOf(value));
    if (converted.kind === 'stored') return { kind: 'completed', result: converted.value };
    return this.#failed(new Error(`The result cannot be stored: ${converted.problem}.`));
  }

  #failed(error: unknown): AttemptOutcome {
    return this.#failure({
      message: cut(messageOf(error)),
      stack: stackOf(error),
      status: 'Failed',
      isRetryable: error instanceof JobFailure ? error.retryable : true,
      retryAfterMs: error instanceof JobFailure ? delayOf(error.retryAfterMs) : undefined,
    });
  }

  #failure(
    failure: Omit<AttemptFailure, 'retryAfterMs'> & Partial<AttemptFailure>,
  ): AttemptOutcome {
    return {
      kind: 'failed',
      failure: { retryAfterMs: undefined, ...failure },
      policy: policyOf(this.#handler.options),
    };
  }

  #signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason);
    }
    return this.#abort.signal;
  }

  #context(): JobContext {
    const signal = (): AbortSignal => this.#signal();
    return {
      get signal() {
        return signal();
      },
      idempotencyKey: this.job.id,
      progress: (fraction, note) => {
        if (this.#hasEnded) return;
        const isNumber = Number.isFinite(fraction);
        this.#noted = {
          progress: isNumber ? Math.min(1, Math.max(0, fraction)) : 0,
          // From a process of handlers, nothing comes as null.
          progress_note: note === undefined || note === null ? null : cut(asText(note)),
        };
        // The first is written soon, and then the latest of each interval.
        this.#endNoting ??= this.#timers.after(limits.jobProgressIntervalMs, () => this.#note());
      },
      complete: (work) => {
        this.#completion = this.#complete(work);
        // A handler that does not wait for it is told of its failure by the attempt's.
        this.#completion.catch(() => undefined);
        return this.#completion;
      },
      log: (message) => {
        if (this.#hasEnded) return;
        if (this.#logs.length >= limits.jobLogLinesMax) this.#logs.shift();
        this.#logs.push({ at: this.#queue.clock.now(), text: cut(asText(message)) });
      },
    };
  }

  async #complete(work: (tx: Transaction) => Promise<unknown>): Promise<void> {
    if (this.#completing !== 'no') {
      throw new AuroraError('JobStateConflict', 'An attempt completes its job once.', {
        details: { id: this.job.id },
      });
    }
    this.#completing = 'underWay';
    try {
      await this.#writing;
      if (this.#stored.waiting !== undefined) {
        // Nothing else may change the job while that runs.
        this.#stored = (await this.#queue.begin(this.#stored)) ?? this.#stored;
      }
      await this.#transact(async (tx) => {
        const outcome = this.#completed(await work(tx));
        if (outcome.kind !== 'completed') throw new Error('The result cannot be stored.');
        return this.#queue.completion(this.#stored, outcome.result, this.#notes);
      }, this.#signal());
      this.#completing = 'done';
    } catch (error) {
      this.#completing = 'no';
      throw error;
    }
  }

  #note(): void {
    this.#endNoting = undefined;
    const noted = this.#noted;
    if (noted === undefined || this.#hasEnded) return;
    this.#write((stored) => this.#queue.note(stored, noted));
  }

  /** A write that fails is no failure of the job: the next one, or its end, tells what is wrong. */
  #write(write: (stored: StoredJob) => Promise<StoredJob | undefined>): void {
    this.#writing = (this.#writing ?? Promise.resolve()).then(async () => {
      if (this.#hasEnded || this.#completing !== 'no') return;
      try {
        this.#stored = (await write(this.#stored)) ?? this.#stored;
      } catch (error) {
        console.error(`Job ${this.job.id}: a note could not be written:`, error);
      }
    });
  }
}

const reasons: Readonly<Record<AttemptEnd, string>> = {
  withdrawn: 'The job was cancelled.',
  stopped: 'The worker stops; the job will run again.',
  timedOut: 'The job ran out of time.',
};

function asRunningJob(job: JobRecord): RunningJob {
  return {
    id: job.id,
    type: job.job_type,
    queue: job.queue,
    payload: payloadOf(job),
    attempt: job.attempts,
    maxRetries: job.max_retries,
    enqueuedAt: new Date(job.created_at),
    children: (job.children ?? []).map(String),
  };
}

/** A copy: what a handler does to it must not reach what is stored. */
function payloadOf({ payload }: JobRecord): JobPayload {
  const copy: JsonValue = JSON.parse(JSON.stringify(payload));
  return typeof copy === 'object' && copy !== null && !isList(copy) ? copy : {};
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function policyOf(options: HandlerOptions): RetryPolicy {
  const { backoffMs, backoffMsMax, jitter } = defaultRetryPolicy;
  return {
    backoffMs: options.backoffMs ?? backoffMs,
    backoffMsMax: options.backoffMsMax ?? backoffMsMax,
    jitter: options.jitter ?? jitter,
  };
}

/** Promises of libraries, and queries that run when they are awaited, are no `Promise`. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = typeof value === 'object' || typeof value === 'function';
  return isObject && value !== null && 'then' in value && typeof value.then === 'function';
}

/** A delay that a handler asks for; `undefined` for what is none. */
function delayOf(delayMs: unknown): number | undefined {
  if (typeof delayMs !== 'number' || Number.isNaN(delayMs)) return undefined;
  return Math.round(Math.min(limits.jobDelayMsMax, Math.max(0, delayMs)));
}
