/*
 * A query while it runs: all its roots read one snapshot, each is pulled batch by batch. While the consumer waits,
 * the snapshot must not stay open for long; `spool` reads on into memory, within a bound, and releases it.
 */
import type { BoundOrder, BoundRoot, JsonValue } from '#engine/aql';
import { bindOrderValue } from '#engine/aql';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
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
  next(deadline?: number): Promise<Batch | undefined>;
}

export class QueryStatementRun {
  readonly roots: readonly RootRun[];
  readonly #roots: readonly OpenRoot[];
  readonly #snapshot: Snapshot;
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
    run.close();
    const settled = await environment.settledSnapshot();
    return new QueryStatementRun(environment, settled, roots, variables);
  }

  private constructor(
    environment: ExecEnvironment,
    snapshot: Snapshot,
    roots: readonly ExecutableRoot[],
    variables: VariableValues,
  ) {
    try {
      this.#roots = roots.map((root) => new OpenRoot(environment, snapshot, root, variables));
    } catch (error) {
      snapshot.release();
      throw error;
    }
    this.roots = this.#roots;
    this.#snapshot = snapshot;
  }

  /** True while the run keeps the snapshot open. */
  get holdsSnapshot(): boolean {
    return !this.#isReleased;
  }

  /**
   * Reads on into memory and releases the snapshot. Roots that do not fit into the bound end with
   * `SnapshotExpired` once their kept documents were given. Stops, and keeps the snapshot, when `isWanted`
   * becomes true: the consumer is back.
   */
  async spool(isWanted: () => boolean): Promise<void> {
    if (this.#isReleased) return;
    let left = limits.spoolRowsMax;
    for (const root of this.#roots) {
      left -= await root.spool(left, isWanted);
      if (isWanted()) return;
    }
    this.close();
  }

  /** Ends all roots and releases the snapshot; may be called again. */
  close(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const root of this.#roots) root.end();
    this.#snapshot.release();
  }
}

class OpenRoot implements RootRun {
  readonly root: ExecutableRoot;
  readonly collection: CollectionEntry;
  readonly plan: string;
  /** True when it reads single documents only. */
  readonly isPoint: boolean;
  readonly #context: OperatorContext;
  readonly #slicer: TimeSlicer;
  readonly #spooled: Batch[] = [];
  #operator: Operator | undefined;
  #isCut = false;
  #failure: { readonly error: unknown } | undefined;
  #elapsedMs = 0;

  constructor(
    environment: ExecEnvironment,
    snapshot: Snapshot,
    root: ExecutableRoot,
    variables: VariableValues,
  ) {
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
    this.#operator = buildOperator(node, this.#context);
    this.#elapsedMs = environment.clock.elapsed() - startedAt;
  }

  get rowsRead(): number {
    return this.#context.counters.rowsRead;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  async next(deadline?: number): Promise<Batch | undefined> {
    const kept = this.#spooled.shift();
    if (kept !== undefined) return kept;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isCut) throw expired();
    return this.#read(deadline);
  }

  async #read(deadline?: number): Promise<Batch | undefined> {
    if (this.#operator === undefined) return undefined;
    const startedAt = this.#context.clock.elapsed();
    try {
      const batch = await nextBatch(this.#operator, this.#context, this.#slicer, deadline);
      if (batch === undefined) this.#operator = undefined;
      return batch;
    } finally {
      this.#elapsedMs += this.#context.clock.elapsed() - startedAt;
    }
  }

  /** Reads ahead up to `rowsMax` documents and gives how many it keeps. A failure is kept for its turn. */
  async spool(rowsMax: number, isWanted: () => boolean): Promise<number> {
    let kept = 0;
    for (const batch of this.#spooled) kept += batch.rows.length;
    while (this.#operator !== undefined) {
      if (kept >= rowsMax) {
        this.#isCut = true;
        break;
      }
      if (isWanted()) break;
      const batch = await this.#readAhead();
      if (batch === undefined) break;
      this.#spooled.push(batch);
      kept += batch.rows.length;
    }
    return kept;
  }

  async #readAhead(): Promise<Batch | undefined> {
    try {
      return await this.#read();
    } catch (error) {
      this.#failure = { error };
      this.#operator = undefined;
      return undefined;
    }
  }

  end(): void {
    this.#operator?.return();
    this.#operator = undefined;
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

function expired(): AuroraError {
  return new AuroraError(
    'SnapshotExpired',
    `The result waited for its reader for more than ${limits.snapshotMsMax} ms, and more than ${limits.spoolRowsMax} documents of it were not read yet.`,
    { hint: 'Read results without long pauses, or ask for less at a time with limit.' },
  );
}
