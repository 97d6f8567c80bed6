/* How a job is put together, as a chain of calls. */
import type { JobRequest } from '../exec/job-mutations.ts';
import { toJsonObject } from '../fluent/json-input.ts';

export type JobPriority = 'Low' | 'Normal' | 'High' | 'Critical';

/** What a unique key keeps others out by, and for how long. */
export interface UniqueOptions {
  /**
   * `Started`: until the job has begun, so that one runs and one waits at most; `Finished` (unless told): until it has
   * ended; a number: for so many milliseconds from now.
   */
  readonly until?: 'Started' | 'Finished' | { readonly periodMs: number };
}

/**
 * A job to enqueue.
 *
 * ```ts
 * await workers.enqueue(new Job('send_email').addField('to', 'alice@example.com').withPriority('High'));
 * ```
 */
export class Job {
  #request: JobRequest;
  #fields: { readonly [field: string]: unknown } = {};

  constructor(type: string) {
    this.#request = { jobType: type };
  }

  /** Adds a field of the payload, or replaces it. */
  addField(name: string, value: unknown): this {
    return this.withPayload({ ...this.#fields, [name]: value });
  }

  /** Replaces the payload. */
  withPayload(payload: { readonly [field: string]: unknown }): this {
    this.#fields = payload;
    return this;
  }

  /** `Normal` unless told. */
  withPriority(priority: JobPriority): this {
    return this.#with({ priority: priority.toUpperCase() });
  }

  /** Attempts after the first; 3 unless told. */
  withMaxRetries(maxRetries: number): this {
    return this.#with({ maxRetries });
  }

  /** Not before so many milliseconds from when it is enqueued. */
  withDelay(delayMs: number): this {
    return this.#with({ delayMs, runAt: undefined });
  }

  /** Not before a moment. */
  scheduledAt(runAt: Date): this {
    return this.#with({ runAt: runAt.toISOString(), delayMs: undefined });
  }

  /** How long an attempt may take, in milliseconds. */
  withTimeout(timeoutMs: number): this {
    return this.#with({ timeoutMs });
  }

  /** Delay before the first retry, in milliseconds; doubled with each further one. */
  withBackoff(backoffMs: number): this {
    return this.#with({ backoffMs });
  }

  /** `default` unless told. */
  inQueue(queue: string): this {
    return this.#with({ queue });
  }

  /** While a job of the type with this key is there, enqueueing another gives the id of that one. */
  withUniqueKey(uniqueKey: string, { until = 'Finished' }: UniqueOptions = {}): this {
    if (typeof until === 'string') return this.#with({ uniqueKey, uniqueUntil: until });
    return this.#with({ uniqueKey, uniqueUntil: 'Period', uniquePeriodMs: until.periodMs });
  }

  /** Jobs that are enqueued with it, in one commit, and that it waits for: it is ready once all of them have ended. */
  withChildren(children: readonly Job[]): this {
    return this.#with({ children: children.map((child) => child.toRequest()) });
  }

  /** What is asked of the queue. @throws AuroraError `InvalidValue` for a payload that has no JSON form */
  toRequest(): JobRequest {
    return { ...this.#request, payload: toJsonObject(this.#fields) };
  }

  #with(change: Partial<JobRequest>): this {
    this.#request = { ...this.#request, ...change };
    return this;
  }
}
