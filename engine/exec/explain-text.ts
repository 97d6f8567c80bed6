/*
 * Explains queries: their plans with estimates, what else was thought of, and with analyze what each operator gave. A
 * plan is made as for running, with somebody who listens to the planner and stands between the operators.
 */
import type { BoundStatement } from '#engine/aql';
import type { Clock } from '../base/clock.ts';
import { type PhysicalNode, planName } from '../plan/physical-plan.ts';
import type {
  IndexSuggestion,
  PlanAlternative,
  PlanOutline,
  PlanTrace,
} from '../plan/plan-trace.ts';
import { withEngineCollections } from './engine-collections.ts';
import type { CacheCounts, ExecEnvironment } from './environment.ts';
import { type ExecutableRoot, isRead, prepareRun } from './executable.ts';
import type { ExplainedOperator, ExplainedRoot, Explanation } from './explanation.ts';
import { notExecutable } from './not-executable.ts';
import type { VariableValues } from './operand.ts';
import type { Operator, PlanAnalysis, RunCounters } from './operator.ts';
import type { GivenVariables } from './prepared-text.ts';
import { ResultSpool } from './result-spool.ts';
import { OpenRoot } from './root-run.ts';

/** @throws AuroraError `NotExecutable` for anything but queries */
export async function explainStatements(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  given: GivenVariables,
  { analyze }: { readonly analyze: boolean },
): Promise<Explanation> {
  const roots: ExplainedRoot[] = [];
  let planningMs = 0;
  for (const bound of statements) {
    const { statement, variables } = prepareRun(bound, given);
    if (statement.kind !== 'query') throw notExecutable('Explaining what writes', bound.span);
    const reads = statement.roots.filter(isRead);
    const reading = await withEngineCollections(environment, reads);
    for (const root of reads) {
      const explained = await explainRoot(reading, root, variables, analyze);
      roots.push(explained.root);
      planningMs += explained.planningMs;
    }
  }
  return { roots, planningMs };
}

async function explainRoot(
  environment: ExecEnvironment,
  root: ExecutableRoot,
  variables: VariableValues,
  analyze: boolean,
): Promise<{ readonly root: ExplainedRoot; readonly planningMs: number }> {
  const { clock } = environment;
  const snapshot = await environment.settledSnapshot();
  const spool = new ResultSpool(environment.spoolSpace);
  try {
    const explaining = new Explaining(environment);
    const startedAt = clock.elapsed();
    const opened = new OpenRoot(root, { environment, snapshot, spool, variables, explaining });
    const planningMs = clock.elapsed() - startedAt;
    try {
      let rowCount = 0;
      if (analyze) {
        for (let batch = await opened.next(); batch; batch = await opened.next()) {
          rowCount += batch.documents.length;
        }
      }
      const { rowsRead, elapsedMs } = opened;
      const explained: ExplainedRoot = {
        title: root.responseKey,
        collection: root.collection,
        plan: opened.plan,
        trees: opened.outlines.map((outline) => explaining.treeOf(outline)),
        choices: explaining.choices,
        suggestions: explaining.suggestions,
        span: root.span,
        ...(analyze ? { actual: { rowCount, rowsRead, elapsedMs } } : {}),
      };
      return { root: explained, planningMs };
    } finally {
      opened.end();
    }
  } finally {
    snapshot.release();
    await spool.close();
  }
}

/** Of an operator and what is below it. */
interface Measured {
  rows: number;
  elapsedMs: number;
  readCount: number;
  cacheHitCount: number;
  cacheMissCount: number;
}

const noCounts: CacheCounts = { hitCount: 0, missCount: 0 };

/** Listens to the planner, and measures operators. */
class Explaining implements PlanTrace, PlanAnalysis {
  readonly choices: (readonly PlanAlternative[])[] = [];
  readonly suggestions: IndexSuggestion[] = [];
  readonly #clock: Clock;
  readonly #cacheCounts: () => CacheCounts;
  readonly #estimates = new Map<PhysicalNode, number>();
  readonly #measured = new Map<PhysicalNode, Measured>();

  constructor({ clock, cacheCounts = () => noCounts }: ExecEnvironment) {
    this.#clock = clock;
    this.#cacheCounts = cacheCounts;
  }

  chose(source: PhysicalNode, alternatives: readonly PlanAlternative[]): void {
    const chosen = alternatives.find(({ isChosen }) => isChosen);
    if (chosen !== undefined) this.#estimates.set(source, chosen.rowsEstimate);
    this.choices.push(alternatives);
  }

  suggest(suggestion: IndexSuggestion): void {
    this.suggestions.push(suggestion);
  }

  /** An operator runs without a pause from one yield to the next, so what is counted meanwhile is its own doing. */
  *measure(node: PhysicalNode, operator: Operator, counters: RunCounters): Operator {
    const measured = { rows: 0, elapsedMs: 0, readCount: 0, cacheHitCount: 0, cacheMissCount: 0 };
    this.#measured.set(node, measured);
    try {
      for (;;) {
        const startedAt = this.#clock.elapsed();
        const { rowsRead } = counters;
        const { hitCount, missCount } = this.#cacheCounts();
        const step = operator.next();
        const after = this.#cacheCounts();
        measured.elapsedMs += this.#clock.elapsed() - startedAt;
        measured.readCount += counters.rowsRead - rowsRead;
        measured.cacheHitCount += after.hitCount - hitCount;
        measured.cacheMissCount += after.missCount - missCount;
        if (step.done === true) return;
        measured.rows += step.value.rows.length;
        yield step.value;
      }
    } finally {
      operator.return();
    }
  }

  treeOf({ above, node }: PlanOutline): ExplainedOperator {
    const inputs = node === undefined ? [] : [this.#nodeTree(node)];
    return (
      above
        .toReversed()
        .reduce<readonly ExplainedOperator[]>(
          (below, operator) => [{ operator, inputs: below }],
          inputs,
        )[0] ?? { operator: 'Nothing', inputs: [] }
    );
  }

  #nodeTree(node: PhysicalNode): ExplainedOperator {
    const input = 'input' in node ? node.input : undefined;
    const name = planName(node);
    const operator = input === undefined ? name : name.slice(planName(input).length + ' → '.length);
    const estimate = this.#estimates.get(node);
    return {
      operator,
      ...(estimate === undefined ? {} : { rowsEstimate: Math.round(estimate) }),
      ...this.#ownCounts(node, input),
      inputs: input === undefined ? [] : [this.#nodeTree(input)],
    };
  }

  /** What an operator did without what is below it, but for the time. */
  #ownCounts(node: PhysicalNode, input: PhysicalNode | undefined): Partial<Measured> {
    const measured = this.#measured.get(node);
    const below = input && this.#measured.get(input);
    if (measured === undefined || below === undefined) return { ...measured };
    return {
      ...measured,
      readCount: measured.readCount - below.readCount,
      cacheHitCount: measured.cacheHitCount - below.cacheHitCount,
      cacheMissCount: measured.cacheMissCount - below.cacheMissCount,
    };
  }
}
