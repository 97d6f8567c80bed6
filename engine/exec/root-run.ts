/*
 * One root of a query while it runs: its plan, pulled batch by batch. What it reads on while the consumer waits is
 * given first, when the consumer comes back.
 */
import type { BoundOrder, BoundRoot, JsonValue } from '#engine/aql';
import { bindOrderValue } from '#engine/aql';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { planName } from '../plan/physical-plan.ts';
import { planQuery } from '../plan/plan-query.ts';
import { isPointPlan } from '../plan/point-plan.ts';
import { everything } from '../plan/resolved-filter.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { buildOperator } from './build-operator.ts';
import { nextBatch } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableRoot } from './executable.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';
import type { Batch, Operator, OperatorContext } from './operator.ts';
import { resolveFilter } from './resolve-filter.ts';
import { type ResultSpool, SpooledDocuments } from './result-spool.ts';

/** One root of a running query. */
export interface RootRun {
  readonly root: ExecutableRoot;
  readonly collection: CollectionEntry;
  readonly plan: string;
  readonly rowsRead: number;
  /** Time inside the engine so far. */
  readonly elapsedMs: number;
  /**
   * The next documents, in order; `undefined` at the end. Never an empty batch, unless the clock reached
   * `deadline` before a document was found.
   */
  next(deadline?: number): Promise<Pick<Batch, 'documents'> | undefined>;
}

interface RootParts {
  readonly environment: ExecEnvironment;
  readonly snapshot: Snapshot;
  readonly spool: ResultSpool;
  readonly variables: VariableValues;
}

export class OpenRoot implements RootRun {
  readonly root: ExecutableRoot;
  readonly collection: CollectionEntry;
  readonly plan: string;
  /** True when it reads single documents only. */
  readonly isPoint: boolean;
  readonly #context: OperatorContext;
  readonly #slicer: TimeSlicer;
  readonly #spool: ResultSpool;
  #spooled: SpooledDocuments | undefined;
  #operator: Operator | undefined;
  #failure: { readonly error: unknown } | undefined;
  #elapsedMs = 0;

  constructor(root: ExecutableRoot, { environment, snapshot, spool, variables }: RootParts) {
    const startedAt = environment.clock.elapsed();
    const collection = findCollection(snapshot, root.collection, root.span);
    const { definition } = collection;
    const filter =
      root.where === undefined
        ? everything
        : resolveFilter(root.where, {
            collection: definition,
            variables,
            absentVariable: 'omit',
          });
    const node = planQuery(
      {
        collection,
        filter,
        keys: sortKeysOf(resolveOrder(root, collection, variables)),
        offset: resolveCount(root, 'offset', variables) ?? 0,
        rowsMax: resolveCount(root, 'limit', variables),
      },
      snapshot,
    );
    this.root = root;
    this.collection = collection;
    this.plan = `${planName(node)} → Project`;
    this.isPoint = isPointPlan(node);
    this.#context = {
      snapshot,
      clock: environment.clock,
      counters: { rowsRead: 0, stepMs: 0 },
    };
    this.#slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
    this.#spool = spool;
    this.#operator = buildOperator(node, this.#context);
    this.#elapsedMs = environment.clock.elapsed() - startedAt;
  }

  get rowsRead(): number {
    return this.#context.counters.rowsRead;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
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

/** @throws AuroraError `CollectionNotFound`, which can happen when it was dropped after the text was bound. */
export function findCollection(
  snapshot: Snapshot,
  name: string,
  span: BoundRoot['span'],
): CollectionEntry {
  const collection = snapshot.catalog.collection(name);
  if (collection !== undefined) return collection;
  throw new AuroraError('CollectionNotFound', `There is no collection "${name}".`, {
    span,
    details: { collection: name },
  });
}

function resolveOrder(
  root: BoundRoot,
  { definition }: CollectionEntry,
  variables: VariableValues,
): readonly BoundOrder[] {
  const { orderBy, span } = root;
  if (!('kind' in orderBy)) return orderBy;
  const value = variables.get(orderBy.name);
  if (value === undefined || value === null) return [];
  const { orderBy: order, diagnostics } = bindOrderValue(value, definition);
  const [first] = diagnostics;
  if (order !== undefined) return order;
  throw new AuroraError(
    first?.code ?? 'InvalidValue',
    `The order in "$${orderBy.name}" cannot be used: ${first?.message ?? 'it is no order.'}`,
    { span, ...(first?.hint === undefined ? {} : { hint: first.hint }) },
  );
}

function resolveCount(
  root: BoundRoot,
  argument: 'limit' | 'offset',
  variables: VariableValues,
): number | undefined {
  const operand = root[argument];
  const value: JsonValue | undefined =
    operand === undefined ? undefined : evaluateOperand(operand, variables);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new AuroraError(
    'InvalidValue',
    `"${argument}" takes a whole number from 0, not ${JSON.stringify(value)}.`,
    { span: root.span, details: { argument, value } },
  );
}
