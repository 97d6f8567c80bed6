/* Texts of AQL that run in a database of this process: prepared once, each run an operation like any other. */
import type { BoundStatement, CatalogShape } from '#engine/aql';
import type { TextOptions } from './database-backend.ts';
import { describeText, resultRowCount } from './exec/describe-text.ts';
import type { DirectSource } from './exec/direct/direct-program.ts';
import type { DirectQueries } from './exec/direct/direct-queries.ts';
import { executeStatements } from './exec/execute-text.ts';
import type { ExecutionResult } from './exec/execution-result.ts';
import type { OperationTracker, TrackedOperation } from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import { type PreparedText, PreparedTexts, statementsToRun } from './exec/prepared-text.ts';
import { StatementsRun } from './exec/run.ts';
import type { Run } from './exec/run-part.ts';

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
    { variables, operationName, signal }: TextOptions,
  ): Promise<ExecutionResult> {
    const { operations, tracker, direct, source } = this.#options;
    if (signal === undefined && operationName === undefined && !tracker.isObserved) {
      const result = direct.run(this.prepare(text), variables, source());
      if (result !== undefined) return result;
    }
    const execute = (operation: TrackedOperation) =>
      operations.run(signal, (environment) => {
        const statements = statementsToRun(this.prepare(text), operationName);
        operation.describe(describeText(statements));
        const observed = operation.observe(environment);
        const executed = executeStatements(observed, text, statements, variables);
        return tracker.isObserved ? withPlan(operation, executed) : executed;
      });
    return tracker.track({ action: 'execute', text }, execute, resultRowCount);
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
        const end = () => operation.end(rowCount, error);
        if (tracked === undefined) end();
        else tracked.ended = end;
      },
    });
    this.#runs.add(run);
    const tracked = tracker.isObserved ? new TrackedRun(run, operation) : undefined;
    return tracked ?? run;
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

async function withPlan(
  operation: TrackedOperation,
  executed: Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const result = await executed;
  operation.describe({ plan: result.extensions.plan.join('; ') });
  return result;
}

/** A run whose plans are told with its end, which comes with the pull that has both. */
class TrackedRun implements Run {
  ended: (() => void) | undefined;
  readonly #run: Run;
  readonly #operation: Pick<TrackedOperation, 'describe'>;
  readonly #plans: string[] = [];

  constructor(run: Run, operation: Pick<TrackedOperation, 'describe'>) {
    this.#run = run;
    this.#operation = operation;
  }

  async next(rowsMax: number): ReturnType<Run['next']> {
    try {
      const pull = await this.#run.next(rowsMax);
      for (const part of pull.parts) if (part.kind === 'head') this.#plans.push(part.plan ?? '');
      return pull;
    } finally {
      this.#tell();
    }
  }

  async close(): Promise<void> {
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
    if (this.#plans.length > 0) this.#operation.describe({ plan: this.#plans.join('; ') });
    ended();
  }
}
