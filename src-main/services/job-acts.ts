/*
 * Acts on jobs of one database: one at a time, with how far it is, how the last one ended, and the time in which that
 * can be taken back. They belong to the database, not to the page that began them: a page that reloads finds them.
 */
import { randomUUID } from 'node:crypto';
import type { JobActivity, JobActOutcome, WireErrorShape } from '#contract';
import { AuroraError } from '#engine';
import type { Clock } from './clock.ts';
import { type BulkOrder, orderStep } from './job-orders.ts';
import { type JobSearch, jobIds } from './job-search.ts';
import { serviceLimits } from './limits.ts';

export interface JobActsOptions {
  readonly clock: Clock;
  /** Where jobs are looked for, until a signal is aborted. */
  readonly search: (signal: AbortSignal) => JobSearch;
  readonly toWireError: (error: unknown) => WireErrorShape;
  readonly onChange: () => void;
}

export class JobActs {
  readonly #options: JobActsOptions;
  #activity: JobActivity | null = null;
  #outcome: JobActOutcome | null = null;
  #abort: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** Under which the engine keeps what the last act has changed. */
  #undoName: string | undefined;
  #cancelForgetting: (() => void) | undefined;

  constructor(options: JobActsOptions) {
    this.#options = options;
  }

  get activity(): JobActivity | null {
    return this.#activity;
  }

  get outcome(): JobActOutcome | null {
    return this.#outcome;
  }

  /** Begins to act on all that match. @throws AuroraError `InvalidOption` while another act is under way */
  begin(order: BulkOrder): void {
    void this.#act(order.kind, async (search, undoName) => {
      // Finds first and acts then, so that jobs that change under it are neither missed nor met twice.
      const ids: string[] = [];
      for await (const found of jobIds(search, order.filter)) {
        ids.push(...found);
        this.#tell({ foundCount: ids.length });
      }
      this.#tell({ isFinding: false });
      await this.#inSteps(search, order, ids, undoName);
    });
  }

  /** Acts on jobs that are named; resolves when it is done. @throws what the act throws */
  async actOn(order: BulkOrder, ids: readonly string[]): Promise<void> {
    let failure: unknown;
    await this.#act(order.kind, async (search, undoName) => {
      try {
        this.#tell({ foundCount: ids.length, isFinding: false });
        await this.#inSteps(search, order, ids, undoName);
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    if (failure !== undefined) throw failure;
  }

  /** Takes the last act back. @throws AuroraError `InvalidOption` when it cannot be any more */
  async undo(): Promise<void> {
    const undoName = this.#undoName;
    const count = this.#outcome?.changedCount ?? 0;
    if (undoName === undefined) throw nothingToUndo();
    await this.#act('undo', async ({ database }) => {
      this.#undoName = undefined;
      this.#tell({ foundCount: count, isFinding: false });
      const changedCount = await database.workers.undo(undoName);
      this.#tell({ doneCount: count, changedCount });
    });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#cancelForgetting?.();
    this.#abort?.abort();
    await this.#ended;
  }

  async #inSteps(
    { database, signal }: JobSearch,
    order: BulkOrder,
    ids: readonly string[],
    undoName: string,
  ): Promise<void> {
    let changedCount = 0;
    for (let from = 0; from < ids.length; ) {
      signal.throwIfAborted();
      const step = ids.slice(from, from + serviceLimits.jobOrderStepMax);
      changedCount += await orderStep(database, order, step, { undoName });
      from += step.length;
      this.#tell({ doneCount: from, changedCount });
    }
  }

  #act(
    order: JobActivity['order'],
    work: (search: JobSearch, undoName: string) => Promise<void>,
  ): Promise<void> {
    if (this.#activity !== null) throw busy();
    const { clock, search, toWireError, onChange } = this.#options;
    const abort = new AbortController();
    const undoName = randomUUID();
    this.#abort = abort;
    this.#activity = { order, foundCount: 0, doneCount: 0, changedCount: 0, isFinding: true };
    onChange();
    const end = (how: JobEnd) => {
      const changedCount = this.#activity?.changedCount ?? 0;
      const isKept =
        order !== 'undo' && changedCount > 0 && changedCount <= serviceLimits.jobUndoJobsMax;
      this.#activity = null;
      this.#abort = undefined;
      const at = clock.now();
      const undoUntil = isKept ? at + serviceLimits.jobUndoMs : null;
      this.#outcome = { order, at, changedCount, undoUntil, ...how };
      if (isKept) this.#keep(undoName);
      onChange();
    };
    this.#ended = work(search(abort.signal), undoName).then(
      () => end({ kind: 'done' }),
      (error: unknown) =>
        end(
          abort.signal.aborted
            ? { kind: 'cancelled' }
            : { kind: 'failed', error: toWireError(error) },
        ),
    );
    return this.#ended;
  }

  /** The engine forgets what was kept before by itself: it keeps few. */
  #keep(undoName: string): void {
    const { clock, search, onChange } = this.#options;
    this.#undoName = undoName;
    this.#cancelForgetting?.();
    this.#cancelForgetting = clock.after(serviceLimits.jobUndoMs, () => {
      if (this.#undoName !== undoName) return;
      this.#undoName = undefined;
      if (this.#outcome !== null) this.#outcome = { ...this.#outcome, undoUntil: null };
      onChange();
      const { workers } = search(new AbortController().signal).database;
      workers.forgetUndo(undoName).catch((error: unknown) => {
        console.error('What an act on jobs changed is still kept:', error);
      });
    });
  }

  #tell(change: Partial<JobActivity>): void {
    if (this.#activity !== null) this.#activity = { ...this.#activity, ...change };
    this.#options.onChange();
  }
}

type JobEnd =
  | { readonly kind: 'done' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WireErrorShape };

function busy(): AuroraError {
  return new AuroraError('InvalidOption', 'Another act on many jobs is under way.', {
    hint: 'Wait for its end, or cancel it.',
  });
}

function nothingToUndo(): AuroraError {
  return new AuroraError('InvalidOption', 'There is no act on jobs that can be taken back.', {
    hint: 'Acts can be taken back for some minutes, the last one at a time.',
  });
}
