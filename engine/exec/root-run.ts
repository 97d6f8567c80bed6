/*
 * One root of a query while it runs: its plan, pulled batch by batch. What it reads on while the consumer waits is
 * given first, when the consumer comes back.
 */
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { AuroraError } from '../errors.ts';
import type { PlanOutline, PlanTrace } from '../plan/plan-trace.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { compileSelection } from './compile-selection.ts';
import { cancellationOf, nextBatch } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableRoot } from './executable.ts';
import { expectedReads } from './expected-reads.ts';
import { findCollection } from './find-collection.ts';
import { openRead } from './open-read.ts';
import type { VariableValues } from './operand.ts';
import type { Batch, Operator, OperatorContext, PlanAnalysis } from './operator.ts';
import { planFacts } from './plan-facts.ts';
import type { ReadShape } from './read-shape.ts';
import { type ResultSpool, SpooledDocuments } from './result-spool.ts';
import type { RunProgress } from './run-part.ts';
import { createSlots } from './selection.ts';

/** One root of a running query. */
export interface RootRun {
  readonly root: ExecutableRoot;
  readonly collection: CollectionEntry;
  readonly plan: string;
  /** What the documents that it gives stand for. */
  readonly shape: ReadShape;
  readonly rowsRead: number;
  /** Time inside the engine so far. */
  readonly elapsedMs: number;
  /**
   * The next documents, in order; `undefined` at the end. Never an empty batch, unless the clock reached
   * `deadline` before a document was found.
   */
  next(deadline?: number): Promise<Pick<Batch, 'documents'> | undefined>;
  /** True when the slice is over: whoever works on what it gave calls `rest` then. */
  readonly isDue: boolean;
  /** Goes through the event loop when the slice is over. @throws AuroraError `Cancelled` */
  rest(): Promise<void>;
}

interface RootParts {
  readonly environment: ExecEnvironment;
  readonly snapshot: Snapshot;
  readonly spool: ResultSpool;
  readonly variables: VariableValues;
  /** Is told of plans and what their operators give, where that is to be explained. */
  readonly explaining?: (PlanTrace & PlanAnalysis) | undefined;
}

export class OpenRoot implements RootRun {
  readonly root: ExecutableRoot;
  readonly collection: CollectionEntry;
  readonly plan: string;
  readonly outlines: readonly PlanOutline[];
  readonly shape: ReadShape;
  /** True when it reads single documents only. */
  readonly isPoint: boolean;
  readonly #context: OperatorContext;
  readonly #slicer: TimeSlicer;
  readonly #spool: ResultSpool;
  #spooled: SpooledDocuments | undefined;
  #operator: Operator | undefined;
  #failure: { readonly error: unknown } | undefined;
  #elapsedMs = 0;
  #expected: number | undefined;

  constructor(root: ExecutableRoot, parts: RootParts) {
    const { environment, snapshot, spool, variables, explaining } = parts;
    const startedAt = environment.clock.elapsed();
    const collection = findCollection(snapshot, root.collection, root.span);
    this.#context = {
      snapshot,
      facts: planFacts(snapshot, environment.planner, explaining),
      analysis: explaining,
      clock: environment.clock,
      counters: { rowsRead: 0, rowsPassed: 0, stepMs: 0 },
      memory: environment.memory,
    };
    const opened = openRead(root, collection, {
      context: this.#context,
      variables,
      compileSelection,
      slots: createSlots(),
      now: new Date(environment.clock.now()).toISOString(),
      newId: environment.newId,
    });
    this.root = root;
    this.collection = collection;
    this.plan = opened.plan;
    this.outlines = opened.outlines;
    this.shape = opened.shape;
    this.isPoint = opened.isPoint;
    this.#slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
    this.#spool = spool;
    this.#operator = opened.operator;
    this.#elapsedMs = environment.clock.elapsed() - startedAt;
  }

  get rowsRead(): number {
    return this.#context.counters.rowsRead;
  }

  /** Places of its source that it went past. */
  get rowsPassed(): number {
    return this.#context.counters.rowsPassed;
  }

  /** `undefined` where its plan does not tell how much there is, and once more was read than that. */
  get progress(): RunProgress | undefined {
    this.#expected ??= expectedReads(this.outlines, this.#context);
    const readCount = this.rowsPassed;
    return readCount <= this.#expected ? { readCount, expectedCount: this.#expected } : undefined;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  get isDue(): boolean {
    return this.#slicer.isDue;
  }

  async rest(): Promise<void> {
    try {
      await this.#slicer.yieldIfDue();
    } catch (error) {
      throw cancellationOf(error);
    }
  }

  /** True when it reads nothing from the snapshot any more. */
  get isRead(): boolean {
    return this.#operator === undefined;
  }

  async next(deadline?: number): Promise<Pick<Batch, 'documents'> | undefined> {
    if (this.#spooled !== undefined) {
      const documents = await this.#timed(this.#spooled.next());
      if (documents !== undefined) return { documents };
      this.#spooled = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#read(deadline);
  }

  /**
   * Reads on until `deadline` and keeps what it reads; a failure is kept for its turn. Gives why no more can be kept,
   * if so.
   */
  async spool(deadline: number): Promise<AuroraError | undefined> {
    if (this.#operator === undefined) return undefined;
    const { clock } = this.#context;
    this.#spooled ??= new SpooledDocuments(this.#spool, this.#slicer, this.root.collection);
    try {
      const refusal = await this.#spooled.retry();
      if (refusal !== undefined) return refusal;
      while (this.#operator !== undefined && clock.elapsed() < deadline) {
        const batch = await this.#read(deadline);
        if (batch === undefined) break;
        const refusal = await this.#timed(this.#spooled.append(batch.documents));
        if (refusal !== undefined) return refusal;
      }
    } catch (error) {
      this.cut(error);
    }
    return undefined;
  }

  /** Reads no more from the snapshot: the result ends with an error behind what was kept. */
  cut(error: unknown): void {
    if (this.#operator === undefined) return;
    this.#failure = { error };
    this.end();
  }

  end(): void {
    this.#operator?.return();
    this.#operator = undefined;
  }

  async #read(deadline?: number): Promise<Batch | undefined> {
    if (this.#operator === undefined) {
      // What ended it early was a cancellation, which says so here.
      await this.#slicer.yieldIfDue();
      return undefined;
    }
    const batch = await this.#timed(
      nextBatch(this.#operator, this.#context, this.#slicer, deadline),
    );
    if (batch === undefined) this.#operator = undefined;
    return batch;
  }

  async #timed<Result>(work: Promise<Result>): Promise<Result> {
    const startedAt = this.#context.clock.elapsed();
    try {
      return await work;
    } finally {
      this.#elapsedMs += this.#context.clock.elapsed() - startedAt;
    }
  }
}
