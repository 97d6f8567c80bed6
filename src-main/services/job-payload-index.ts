import type { Database, EventStream } from '#engine';
import type { Clock } from './clock.ts';
import { PayloadEntries, type PayloadTerm } from './job-payload-entries.ts';
import { serviceLimits } from './limits.ts';
import { fieldsOf } from './result-fields.ts';

/*
 * Finds jobs by the values of their payloads. It is filled with the first search, which reads every job once, and from
 * then on follows what happens to them; it is thrown away when nobody has searched for some minutes. What is gone stays
 * in it until that is the larger part: whoever searches reads the jobs that were found anyway.
 */

/** How far filling is. */
export interface PayloadReading {
  readonly doneCount: number;
  readonly allCount: number;
}

interface Filled {
  readonly entries: PayloadEntries;
  readonly stream: EventStream<unknown>;
}

export class JobPayloadIndex {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onProgress: () => void;
  readonly #closing = new AbortController();
  #filling: Promise<Filled> | undefined;
  #filled: Filled | undefined;
  #reading: PayloadReading | null = null;
  #goneCount = 0;
  #cancelIdle: (() => void) | undefined;

  constructor(database: Database, clock: Clock, onProgress: () => void) {
    this.#database = database;
    this.#clock = clock;
    this.#onProgress = onProgress;
  }

  /** Null unless it is being filled. */
  get reading(): PayloadReading | null {
    return this.#reading;
  }

  /**
   * Ids of the jobs that have a value in their payload, the newest first, with some that do not where a path is given:
   * see `PayloadEntries.find`. `undefined` when there are too many values to be kept.
   */
  async find(term: PayloadTerm, signal: AbortSignal): Promise<readonly string[] | undefined> {
    this.#cancelIdle?.();
    this.#cancelIdle = this.#clock.after(serviceLimits.jobPayloadsIdleMs, () => this.#drop());
    this.#filling ??= this.#fill().catch((error: unknown) => {
      this.#drop();
      throw error;
    });
    const { entries } = await unlessAborted(this.#filling, signal);
    return entries.entryCount > serviceLimits.jobPayloadValuesMax ? undefined : entries.find(term);
  }

  close(): void {
    this.#closing.abort();
    this.#drop();
  }

  #drop(): void {
    this.#cancelIdle?.();
    this.#filled?.stream.close();
    this.#filled = undefined;
    this.#filling = undefined;
    this.#reading = null;
    this.#goneCount = 0;
  }

  async #fill(): Promise<Filled> {
    const filled = {
      entries: new PayloadEntries(),
      stream: this.#database.listen('_jobs', { fields: ['payload'] }),
    };
    this.#filled = filled;
    // Follows first, so that nothing is missed; what comes twice is found once.
    void this.#follow(filled);
    const { signal } = this.#closing;
    const counted = await this.#database.execute('{ _jobs { aggregate { count } } }', { signal });
    const totals = fieldsOf(fieldsOf(counted.data['_jobs'])['aggregate']);
    this.#tell({ doneCount: 0, allCount: Number(totals['count']) });
    const run = this.#database.run('{ _jobs { id payload } }', { signal });
    try {
      for (let isDone = false; !isDone && this.#hasRoom(filled); ) {
        const { parts, done } = await run.next(serviceLimits.jobPayloadsPullRows);
        isDone = done;
        for (const part of parts) {
          if (part.kind === 'failed') throw part.error;
          if (part.kind !== 'rows') continue;
          const [ids = [], payloads = []] = part.columns;
          for (const [at, id] of ids.entries()) {
            filled.entries.add(String(id), payloads[at] ?? null);
          }
          const { doneCount = 0, allCount = 0 } = this.#reading ?? {};
          this.#tell({ doneCount: doneCount + ids.length, allCount });
        }
      }
    } finally {
      await run.close();
    }
    this.#tell(null);
    return filled;
  }

  async #follow(filled: Filled): Promise<void> {
    const { entries, stream } = filled;
    try {
      for await (const event of this.#eventsOf(stream)) {
        const { changeType } = event;
        const id = String(event['id']);
        if (changeType === 'Lagged') break;
        if (changeType === 'Update') entries.remove(id);
        if (changeType === 'Delete') this.#goneCount += 1;
        else if (this.#hasRoom(filled))
          entries.add(id, fieldsOf(event['document'])['payload'] ?? null);
        if (this.#goneCount * 2 > entries.slotCount + serviceLimits.jobPayloadsGoneMin) break;
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) console.error('Payloads of jobs are read anew:', error);
    }
    // What it was told is not complete, or mostly of jobs that are gone: the next search fills it again.
    if (this.#filled === filled) this.#drop();
  }

  async *#eventsOf(stream: EventStream<unknown>) {
    for await (const event of stream) yield fieldsOf(event);
  }

  #hasRoom({ entries }: Filled): boolean {
    return entries.entryCount <= serviceLimits.jobPayloadValuesMax;
  }

  #tell(reading: PayloadReading | null): void {
    this.#reading = reading;
    this.#onProgress();
  }
}

/** The value of a promise, or what aborts a signal before. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
