/* Listens to the planner while a plan is made, stands between its operators while it runs, and makes a tree of both. */
import type { Clock } from '../base/clock.ts';
import { type PhysicalNode, planName } from '../plan/physical-plan.ts';
import type {
  IndexSuggestion,
  PlanAlternative,
  PlanOutline,
  PlanTrace,
} from '../plan/plan-trace.ts';
import type { CacheCounts, ExecEnvironment } from './environment.ts';
import type { ExplainedOperator } from './explanation.ts';
import type { Operator, PlanAnalysis, RunCounters } from './operator.ts';

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
export class Explaining implements PlanTrace, PlanAnalysis {
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
      inputs: input === undefined ? [] : [this.#nodeTree(input), ...this.#retreatTree(node)],
    };
  }

  /** The way that was taken when the first one read too far. */
  #retreatTree(node: PhysicalNode): readonly ExplainedOperator[] {
    const other = node.kind === 'limit' ? node.retreat?.plan : undefined;
    return other !== undefined && this.#measured.has(other) ? [this.#nodeTree(other)] : [];
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
