/*
 * What callers have begun and what was acknowledged to them, in order, and what a database must therefore hold:
 *
 * - each caller's documents are the result of its first N steps, for one N: nothing is torn, nothing is out of order;
 * - N is at least what was acknowledged, as far as the mode promises, and at most what was begun;
 * - whatever had been acknowledged when the last step that is there began, is there too, whoever wrote it: what is
 *   kept is a prefix of the commits;
 * - accounts hold the sum of exactly these steps: no increment is lost, no transfer is half.
 */
import { allAccounts, CallerPlan, ownAccount, touchedBy } from './work-plan.ts';
import { canonicalText, type WorkState } from './work-target.ts';

/** Lines as the writer reports them: `p` prepared, `b caller step` begun, `a caller step` acknowledged. */
export interface WorkHistory {
  readonly seed: number;
  /** Steps of each caller that were there before the first line. */
  readonly base: readonly number[];
  readonly lines: readonly string[];
  /** Acknowledgements among so many first lines must have been kept. */
  readonly promisedLines: number;
}

export interface CheckedWork {
  /** Steps of each caller that the database holds. */
  readonly steps: readonly number[];
  readonly problems: readonly string[];
}

export const preparedLine = 'p';

/** Compares a database with its history. */
export function checkWork(state: WorkState, history: WorkHistory): CheckedWork {
  const { base, lines, promisedLines } = history;
  const begun = countSteps(base, lines, 'b');
  const promised = countSteps(base, lines.slice(0, promisedLines), 'a');
  const problems: string[] = [];
  const plans = base.map((_, caller) => {
    const plan = planThatMade(state, history.seed, caller, {
      atLeast: promised[caller] ?? 0,
      atMost: begun[caller] ?? 0,
    });
    problems.push(...plan.problems);
    return plan.plan;
  });
  const steps = plans.map((plan) => plan.stepCount);
  if (problems.length > 0) return { steps, problems };
  problems.push(...prefixProblems(history, steps));
  problems.push(...accountProblems(state, plans, history));
  return { steps, problems };
}

function countSteps(
  base: readonly number[],
  lines: readonly string[],
  kind: 'a' | 'b',
): readonly number[] {
  const counts = [...base];
  for (const line of lines) {
    const [found, caller, step] = line.split(' ');
    if (found === kind) counts[Number(caller)] = Number(step);
  }
  return counts;
}

/** Makes steps until the caller's documents are as they are found; counts how many documents still differ. */
function planThatMade(
  state: WorkState,
  seed: number,
  caller: number,
  { atLeast, atMost }: { readonly atLeast: number; readonly atMost: number },
): { readonly plan: CallerPlan; readonly problems: readonly string[] } {
  const plan = new CallerPlan(seed, caller);
  const found = new Map<string, string>();
  for (const [id, document] of state.documents) {
    if (document.caller === caller) found.set(id, document.text);
  }
  const different = new Set(found.keys());
  const own = ownAccount(caller);
  let closest = { step: 0, ids: [...different] };
  for (;;) {
    const isSame =
      different.size === 0 && (plan.balances.get(own) ?? 0) === (state.balances.get(own) ?? 0);
    if (isSame) {
      const lost = plan.stepCount < atLeast;
      const text = `Caller ${caller} was acknowledged step ${atLeast}, but only ${plan.stepCount} are there.`;
      return { plan, problems: lost ? [text] : [] };
    }
    if (different.size < closest.ids.length) {
      closest = { step: plan.stepCount, ids: [...different] };
    }
    if (plan.stepCount >= atMost) break;
    for (const id of touchedBy(plan.next())) {
      const document = plan.documents.get(id);
      const expected = document === undefined ? undefined : canonicalText(document);
      if (expected === found.get(id)) different.delete(id);
      else different.add(id);
    }
  }
  const { step, ids } = closest;
  const text = `Caller ${caller}: its documents are the result of none of its first ${atMost} steps; after step ${step} these ${ids.length} differ: ${ids.slice(0, 5).join(', ')}; its own account is ${state.balances.get(own)}.`;
  return { plan, problems: [text] };
}

function prefixProblems({ base, lines }: WorkHistory, steps: readonly number[]): readonly string[] {
  const acknowledged = [...base];
  const problems: string[] = [];
  for (const line of lines) {
    const [kind, caller, step] = line.split(' ');
    if (kind === 'a') acknowledged[Number(caller)] = Number(step);
    if (kind !== 'b' || (steps[Number(caller)] ?? 0) < Number(step)) continue;
    for (const [other, count] of acknowledged.entries()) {
      if ((steps[other] ?? 0) >= count) continue;
      problems.push(
        `No prefix: step ${step} of caller ${caller} is there, but step ${count} of caller ${other}, acknowledged before it began, is not (it has ${steps[other]}).`,
      );
      return problems;
    }
  }
  return problems;
}

function accountProblems(
  state: WorkState,
  plans: readonly CallerPlan[],
  { lines, promisedLines, base }: WorkHistory,
): readonly string[] {
  const isPrepared =
    base.some((count) => count > 0) ||
    lines.slice(0, promisedLines).includes(preparedLine) ||
    plans.some(({ stepCount }) => stepCount > 0);
  const expected = allAccounts(plans.length).map((id): [string, number] => [
    id,
    plans.reduce((sum, plan) => sum + (plan.balances.get(id) ?? 0), 0),
  ]);
  if (!isPrepared && state.balances.size === 0) return [];
  return expected.flatMap(([id, sum]) => {
    const found = state.balances.get(id);
    return found === sum ? [] : [`Account ${id} holds ${found} instead of ${sum}.`];
  });
}
