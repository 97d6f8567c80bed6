/*
 * A query while it runs: all its roots read one snapshot, each is pulled batch by batch. While the consumer waits,
 * the snapshot must not stay open for long; `spool` reads on into memory and a file, within bounds, and releases it.
 */
import type { AuroraError } from '../errors.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableRoot } from './executable.ts';
import type { VariableValues } from './operand.ts';
import { ResultSpool } from './result-spool.ts';
import { OpenRoot, type RootRun } from './root-run.ts';
import type { RunProgress } from './run-part.ts';

/** How far `spool` came; `full` when no more can be kept, until the consumer has read some. */
export type SpoolOutcome =
  | { readonly kind: 'released' }
  | { readonly kind: 'going' }
  | { readonly kind: 'full'; readonly error: AuroraError };

export class QueryStatementRun {
  readonly roots: readonly RootRun[];
  readonly #roots: readonly OpenRoot[];
  readonly #snapshot: Snapshot;
  readonly #spool: ResultSpool;
  readonly #environment: ExecEnvironment;
  #isReleased = false;

  /**
   * Resolves and plans all roots, on a snapshot that can answer them.
   * @throws AuroraError for variables that do not fit, without leaving anything open.
   */
  static async open(
    environment: ExecEnvironment,
    roots: readonly ExecutableRoot[],
    variables: VariableValues,
  ): Promise<QueryStatementRun> {
    const snapshot = environment.snapshot();
    const run = new QueryStatementRun(environment, snapshot, roots, variables);
    if (snapshot.isSettled || run.#roots.every(({ isPoint }) => isPoint)) return run;
    await run.close();
    const settled = await environment.settledSnapshot();
    return new QueryStatementRun(environment, settled, roots, variables);
  }

  private constructor(
    environment: ExecEnvironment,
    snapshot: Snapshot,
    roots: readonly ExecutableRoot[],
    variables: VariableValues,
  ) {
    const spool = new ResultSpool(environment.spoolSpace);
    const parts = { environment, snapshot, spool, variables };
    try {
      this.#roots = roots.map((root) => new OpenRoot(root, parts));
    } catch (error) {
      snapshot.release();
      throw error;
    }
    this.roots = this.#roots;
    this.#snapshot = snapshot;
    this.#spool = spool;
    this.#environment = environment;
  }

  /** The commit that it shows. */
  get sequence(): number {
    return this.#snapshot.sequence;
  }

  /** True while the run keeps the snapshot open. */
  get holdsSnapshot(): boolean {
    return !this.#isReleased;
  }

  /** Of the root that is being read. */
  get progress(): RunProgress | undefined {
    return this.#roots.find(({ isRead, rowsPassed }) => !isRead && rowsPassed > 0)?.progress;
  }

  /** Calls back once, when the snapshot keeps the store from reusing space. The returned function ends it. */
  onDidSupersede(listener: () => void): () => void {
    return this.#snapshot.onDidSupersede(listener);
  }

  /**
   * Reads on for `durationMs`, in time slices, and keeps what it reads; at the end of all roots it releases the
   * snapshot. Must not overlap with a pull.
   */
  async spool(durationMs: number): Promise<SpoolOutcome> {
    const { clock } = this.#environment;
    const deadline = clock.elapsed() + durationMs;
    for (const root of this.#roots) {
      const error = await root.spool(deadline);
      if (error !== undefined) return { kind: 'full', error };
    }
    if (!this.#roots.every(({ isRead }) => isRead)) return { kind: 'going' };
    this.#release();
    return { kind: 'released' };
  }

  /** Releases the snapshot although not all was read: the result ends with the error behind what was kept. */
  cut(error: AuroraError): void {
    for (const root of this.#roots) root.cut(error);
    this.#release();
  }

  /** Ends all roots, and releases the snapshot and what was kept; may be called again. */
  async close(): Promise<void> {
    this.#release();
    await this.#spool.close();
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const root of this.#roots) root.end();
    this.#snapshot.release();
  }
}
