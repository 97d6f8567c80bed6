import {
  type ResultHead,
  type ResultPart,
  type ResultSummary,
  WireError,
  type WireValue,
} from '#contract';
import type { GridColumn } from '../../grid/cell-value.ts';
import { ResultRows } from '../../grid/result-rows.ts';
import { expectedResults } from './expected-results.ts';
import { problemsOf, problemsOfShape, type RunProblem } from './run-problem.ts';

/*
 * One tab's runs, one after the other. A run is a loop over the parts that the host gives, and between two parts it
 * waits until somebody looks further (`waiting`): that is how a result of millions of rows costs only what is seen.
 * Each run has an identity; whatever still arrives for another one than the present is dropped, so that results of a
 * cancelled run can never show.
 */

/** What a run takes besides its text. */
export interface RunGiven {
  readonly variables?: { readonly [name: string]: WireValue };
  /** Shows that what the text writes was previewed. */
  readonly previewToken?: string;
}

/** Gives the parts of one run. Stops when the signal aborts. */
export type RunSource = (
  text: string,
  signal: AbortSignal,
  given: RunGiven,
) => AsyncIterable<ResultPart>;

/** One result of a run. */
export interface QueryResult {
  readonly head: ResultHead;
  readonly columns: readonly GridColumn[];
  readonly rows: ResultRows;
  /** There when the result has been read to its end. */
  readonly summary?: ResultSummary;
  /** True when reading stopped at `cellsMax` although there is more. */
  readonly isCut: boolean;
}

/** `waiting`: there may be more rows, and they are read when somebody scrolls to them. */
export type RunState = 'idle' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';

export interface RunSnapshot {
  readonly state: RunState;
  /** Grows with each run; keys what belongs to one run. */
  readonly run: number;
  readonly text: string;
  readonly variables?: { readonly [name: string]: WireValue };
  /** Where the text stands in the document. */
  readonly offset: number;
  readonly startedAt: number;
  /** Until the first screen of rows, the end, the failure or the cancelling; undefined while running. */
  readonly elapsedMs?: number;
  readonly results: readonly QueryResult[];
  readonly problems: readonly RunProblem[];
  /** How much of what it reads it has gone past, while that is known. */
  readonly progress?: RunProgress | undefined;
}

export interface RunProgress {
  readonly readCount: number;
  readonly expectedCount: number;
}

export interface QueryRunOptions {
  /** Cells the page keeps of one run; reading stops there. */
  readonly cellsMax?: number;
  readonly marginRows?: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

interface Current {
  readonly abort: AbortController;
  readonly resultsExpected: number;
  wake: (() => void) | undefined;
  cells: number;
}

const idle: RunSnapshot = {
  state: 'idle',
  run: 0,
  text: '',
  offset: 0,
  startedAt: 0,
  results: [],
  problems: [],
};

export class QueryRun {
  readonly #source: RunSource;
  readonly #cellsMax: number;
  readonly #marginRows: number;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #snapshot = idle;
  #current: Current | undefined;

  constructor(source: RunSource, options: QueryRunOptions = {}) {
    this.#source = source;
    this.#cellsMax = options.cellsMax ?? 10_000_000;
    this.#marginRows = options.marginRows ?? 2_000;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The same object until something changes. */
  snapshot(): RunSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a run; one that is under way is cancelled first. Resolves when the run has ended in any way. */
  async start(text: string, offset: number, given: RunGiven = {}): Promise<void> {
    this.#drop();
    const current: Current = {
      abort: new AbortController(),
      resultsExpected: expectedResults(text),
      wake: undefined,
      cells: 0,
    };
    this.#current = current;
    const run = this.#snapshot.run + 1;
    const { variables } = given;
    this.#set({
      ...{ ...idle, state: 'running', run, text, offset, startedAt: this.#now() },
      ...(variables === undefined ? {} : { variables }),
    });
    try {
      for await (const part of this.#source(text, current.abort.signal, given)) {
        if (this.#current !== current) return;
        this.#take(current, part);
        if (!(await this.#readsOn(current))) return;
      }
      this.#end(current, this.#snapshot.problems.length > 0 ? 'failed' : 'done');
    } catch (error) {
      this.#fail(current, error);
    }
  }

  /** Ends the present run at once; what was read stays. */
  cancel(): void {
    if (this.#current === undefined) return;
    this.#end(this.#current, 'cancelled');
  }

  /** Ends the present run without telling anybody: the tab is going away. */
  dispose(): void {
    this.#drop();
    this.#listeners.clear();
  }

  #take(current: Current, part: ResultPart): void {
    switch (part.kind) {
      case 'head':
        this.#addResult(current, part.head);
        return;
      case 'rows': {
        const result = this.#snapshot.results[part.result];
        if (result === undefined) throw unannounced(part.result);
        current.cells += part.batch.rowCount * Math.max(1, part.batch.columns.length);
        result.rows.append(part.batch);
        this.#set({ ...this.#snapshot });
        return;
      }
      case 'summary':
        this.#snapshot.results[part.result]?.rows.complete();
        this.#snapshot = { ...this.#snapshot, progress: undefined };
        this.#changeResult(part.result, { summary: part.summary });
        return;
      case 'progress': {
        const { readCount, expectedCount } = part;
        this.#set({ ...this.#snapshot, progress: { readCount, expectedCount } });
        return;
      }
      case 'failed': {
        const problems = problemsOfShape(part.error, this.#snapshot.offset, part.span);
        this.#set({ ...this.#snapshot, problems: [...this.#snapshot.problems, ...problems] });
        return;
      }
    }
  }

  #addResult(current: Current, head: ResultHead): void {
    const rows = new ResultRows(head.columns.length, { marginRows: this.#marginRows });
    rows.want({ start: 0, end: 1 });
    rows.onDidWant(() => current.wake?.());
    const result: QueryResult = { head, columns: head.columns, rows, isCut: false };
    this.#set({ ...this.#snapshot, results: [...this.#snapshot.results, result] });
  }

  /** Waits while nobody needs more rows. False when the run is over. */
  async #readsOn(current: Current): Promise<boolean> {
    if (current.cells >= this.#cellsMax) {
      const last = this.#snapshot.results.length - 1;
      this.#changeResult(last, { isCut: true });
      this.#end(current, 'done');
      return false;
    }
    while (this.#isAhead(current)) {
      this.#pause();
      await new Promise<void>((resolve) => {
        current.wake = resolve;
      });
      if (this.#current !== current) return false;
      this.#set({ ...this.#snapshot, state: 'running' });
    }
    return this.#current === current;
  }

  /** True when the last result is being read and more of it is there than anybody looks at. */
  #isAhead(current: Current): boolean {
    const { results } = this.#snapshot;
    const last = results.at(-1);
    return (
      this.#current === current &&
      last !== undefined &&
      last.summary === undefined &&
      results.length >= current.resultsExpected &&
      last.rows.count.rows >= last.rows.wantedRows
    );
  }

  #pause(): void {
    const elapsedMs = this.#snapshot.elapsedMs ?? this.#now() - this.#snapshot.startedAt;
    this.#set({ ...this.#snapshot, state: 'waiting', elapsedMs });
  }

  #fail(current: Current, error: unknown): void {
    if (this.#current !== current) return;
    if (error instanceof WireError && error.code === 'Cancelled') {
      this.#end(current, 'cancelled');
      return;
    }
    const problems = [...this.#snapshot.problems, ...problemsOf(error, this.#snapshot.offset)];
    this.#snapshot = { ...this.#snapshot, problems };
    this.#end(current, 'failed');
  }

  #end(current: Current, state: RunState): void {
    if (this.#current !== current) return;
    const elapsedMs = this.#snapshot.elapsedMs ?? this.#now() - this.#snapshot.startedAt;
    this.#drop();
    this.#set({ ...this.#snapshot, state, elapsedMs });
  }

  #drop(): void {
    const current = this.#current;
    this.#current = undefined;
    current?.abort.abort();
    current?.wake?.();
  }

  #changeResult(index: number, change: Partial<Pick<QueryResult, 'summary' | 'isCut'>>): void {
    const results = this.#snapshot.results.map((result, at) =>
      at === index ? { ...result, ...change } : result,
    );
    this.#set({ ...this.#snapshot, results });
  }

  #set(snapshot: RunSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

function unannounced(result: number): WireError {
  return new WireError({
    code: 'ProtocolViolation',
    message: `Rows of result ${result} came before its head.`,
  });
}
