import type { EndedOperation } from '../exec/operation-tracker.ts';
import { limits } from '../limits.ts';
import type { SlowQuery } from './metrics-file.ts';

/** The latest statements that took long, of all who have a database open in this process. */
export class SlowStatements {
  #kept: SlowQuery[] = [];

  /** The newest first. */
  get all(): readonly SlowQuery[] {
    return this.#kept.toReversed();
  }

  /** Keeps an operation if it is a statement and was slow; gives what it keeps. */
  take(operation: EndedOperation): SlowQuery | undefined {
    const { startedAt: at, elapsedMs, text, plan = null, rowCount, rowsRead, outcome } = operation;
    if (elapsedMs < limits.slowQueryMs || text === undefined) return undefined;
    const shown = text.slice(0, limits.slowQueryTextLengthMax);
    const read = rowsRead === undefined ? {} : { rowsRead };
    const slow: SlowQuery = { at, elapsedMs, text: shown, plan, rowCount, ...read, outcome };
    this.#keep([...this.#kept, slow]);
    return slow;
  }

  /** Puts what was before in front of what is kept. */
  prepend(before: readonly SlowQuery[]): void {
    this.#keep([...before, ...this.#kept]);
  }

  /** The oldest first. */
  oldestFirst(): readonly SlowQuery[] {
    return this.#kept;
  }

  #keep(queries: readonly SlowQuery[]): void {
    this.#kept = queries.slice(-limits.slowQueriesMax);
  }
}
