/* Texts of AQL that run in a database of this process: prepared once, each run an operation like any other. */
import type { BoundStatement, CatalogShape } from '#engine/aql';
import type { TextOptions } from './database-backend.ts';
import { AuroraError } from './errors.ts';
import { describeText, resultRowCount } from './exec/describe-text.ts';
import type { DirectSource } from './exec/direct/direct-program.ts';
import type { DirectQueries } from './exec/direct/direct-queries.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import type {
  OperationDescription,
  OperationTracker,
  TrackedOperation,
} from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import { type PreparedText, PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { withRowsMax } from './exec/query-memory.ts';
import { StatementsRun } from './exec/run.ts';
import type { Run, RunPull } from './exec/run-part.ts';

export interface LocalTextsOptions {
  readonly operations: Operations;
  readonly tracker: OperationTracker;
  /** The schema at the moment. @throws AuroraError `DatabaseClosed` */
  readonly catalog: () => CatalogShape;
  readonly direct: DirectQueries;
  /** What is published at the moment, within this turn. */
  readonly source: () => DirectSource;
}

export class LocalTexts {
  readonly prepared = new PreparedTexts();
  readonly #options: LocalTextsOptions;
  readonly #runs = new Set<StatementsRun>();

  constructor(options: LocalTextsOptions) {
    this.#options = options;
  }

  prepare(text: string): PreparedText {
    return this.prepared.get(text, this.#options.catalog());
  }

  async execute(
    text: string,
    { variables, operationName, rowsMax, signal }: TextOptions,
  ): Promise<ExecutionResult> {
    const { operations, tracker, direct, source } = this.#options;
    const isPlain = signal === undefined && operationName === undefined && rowsMax === undefined;
    if (isPlain && !tracker.isObserved) {
      const result = direct.run(this.prepare(text), variables, source());
      if (result !== undefined) return result;
    }
    const execute = (operation: TrackedOperation) =>
      operations.run(signal, (environment) => {
        const statements = statementsToRun(this.prepare(text), operationName);
        operation.describe(describeText(statements));
        const observed = withRowsMax(operation.observe(environment), rowsMax);
        return executeStatements(observed, text, statements, variables);
      });
    return tracker.track({ action: 'execute', text }, execute, resultRowCount, planOf);
  }

  run(text: string, { variables, operationName, origins, signal }: TextOptions): Run {
    const { operations, tracker } = this.#options;
    const operation = tracker.begin({ action: 'execute', text });
    const statements = this.#statementsOf(text, operationName, operation);
    operation.describe(describeText(statements));
    const abort = new AbortController();
    const combined = operations.combine(abort.signal, signal);
    const run = new StatementsRun({
      environment: operation.observe(operations.environment(combined)),
      statements,
      variables,
      origins,
      abort,
      onEnd: (rowCount, error) => {
        this.#runs.delete(run);
        tracked.ended = () => operation.end(rowCount, error);
      },
    });
    this.#runs.add(run);
    const tracked = new TrackedRun(run, operation, tracker, combined);
    return tracked;
  }

  /** Ends all runs. */
  async closeRuns(): Promise<void> {
    await Promise.all([...this.#runs].map((run) => run.close()));
  }

  #statementsOf(
    text: string,
    operationName: string | undefined,
    operation: { end(rowCount: number, error: unknown): void },
  ): readonly BoundStatement[] {
    try {
      return statementsToRun(this.prepare(text), operationName);
    } catch (error) {
      operation.end(0, error);
      throw error;
    }
  }
}

function planOf({ extensions }: ExecutionResult): Partial<OperationDescription> {
  return { plan: extensions.plan.join('; '), rowsRead: extensions.rowsRead };
}

/** A run of which is told with its end how it was carried out, and how long its pulls took. */
class TrackedRun implements Run {
  ended: (() => void) | undefined;
  readonly #run: Run;
  readonly #operation: Pick<TrackedOperation, 'describe'>;
  readonly #clock: Pick<OperationTracker, 'elapsed'>;
  readonly #plans: string[] = [];
  readonly #signal: AbortSignal;
  #rowsRead = 0;
  #workedMs = 0;
  #isEnded = false;

  constructor(
    run: Run,
    operation: Pick<TrackedOperation, 'describe'>,
    clock: Pick<OperationTracker, 'elapsed'>,
    signal: AbortSignal,
  ) {
    this.#run = run;
    this.#operation = operation;
    this.#clock = clock;
    this.#signal = signal;
  }

  async next(rowsMax: number): ReturnType<Run['next']> {
    const startedAt = this.#clock.elapsed();
    try {
      const pull = await this.#run.next(rowsMax);
      for (const part of pull.parts) {
        if (part.kind === 'head') this.#plans.push(part.plan ?? '');
        if (part.kind === 'summary') this.#rowsRead += part.rowsRead;
        if (part.kind === 'failed') this.#isEnded = true;
      }
      return this.#withEnd(pull);
    } finally {
      this.#workedMs += this.#clock.elapsed() - startedAt;
      this.#tell();
    }
  }

  /** What the database has closed is not at its end: whoever pulls again must not take what came for everything. */
  #withEnd(pull: RunPull): RunPull {
    if (!pull.done || this.#isEnded) return pull;
    this.#isEnded = true;
    const { reason } = this.#signal;
    const isCut = pull.parts.length === 0 && reason instanceof AuroraError;
    if (!isCut || reason.code !== 'DatabaseClosed') return pull;
    return { parts: [{ kind: 'failed', error: reason }], done: true };
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    try {
      await this.#run.close();
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    const { ended } = this;
    if (ended === undefined) return;
    this.ended = undefined;
    const plan = this.#plans.length > 0 ? { plan: this.#plans.join('; ') } : {};
    this.#operation.describe({ ...plan, rowsRead: this.#rowsRead, workedMs: this.#workedMs });
    ended();
  }
}
