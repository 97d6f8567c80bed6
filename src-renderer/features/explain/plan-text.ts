/* The sentences and numbers of a plan. */
import type { PlanOperator, TriedIndex } from '#contract';
import { countText, durationText } from '../query/status-text.ts';

/** An operator on its way through a plan, the source first. */
export interface PlanStep {
  readonly operator: PlanOperator;
  /** Time in it alone. */
  readonly ownMs: number | undefined;
  /** Of the time of all. */
  readonly share: number | undefined;
}

/** The steps of a plan from its source to what it gives. */
export function planSteps(tree: PlanOperator): readonly PlanStep[] {
  const inOrder: PlanOperator[] = [];
  const visit = (operator: PlanOperator) => {
    for (const input of operator.inputs) visit(input);
    inOrder.push(operator);
  };
  visit(tree);
  const own = inOrder.map((operator) => ownMs(operator));
  const sum = own.reduce((total: number, each) => total + (each ?? 0), 0);
  return inOrder.map((operator, at) => {
    const each = own[at];
    return {
      operator,
      ownMs: each,
      share: each === undefined || sum === 0 ? undefined : each / sum,
    };
  });
}

function ownMs({ elapsedMs, inputs }: PlanOperator): number | undefined {
  if (elapsedMs === undefined) return undefined;
  return inputs.reduce((rest, input) => Math.max(0, rest - (input.elapsedMs ?? 0)), elapsedMs);
}

/** `0.42 ms` where whole milliseconds would say nothing. */
export function shortTime(milliseconds: number): string {
  if (milliseconds < 0.1) return '< 0.1 ms';
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : durationText(milliseconds);
}

/** How often the smaller time goes into the larger: `95 times`. */
function timesText(before: number, after: number): string {
  const times = before / Math.max(after, 0.01);
  return times >= 10
    ? `${Math.round(times).toLocaleString('en-US')} times`
    : `${times.toFixed(1)} times`;
}

/** `20,434 → 12 rows`. */
export function rowsText({ rowsEstimate, rows }: PlanOperator): string | undefined {
  const number = (count: number) => count.toLocaleString('en-US');
  if (rows !== undefined && rowsEstimate !== undefined) {
    return `${countText(rows, 'row')}, ${number(rowsEstimate)} expected`;
  }
  if (rows !== undefined) return countText(rows, 'row');
  return rowsEstimate === undefined ? undefined : `about ${countText(rowsEstimate, 'row')}`;
}

/** What was read, and how much of it the cache answered. */
export function readsText(operator: PlanOperator): string | undefined {
  const { readCount = 0, cacheHitCount = 0, cacheMissCount = 0 } = operator;
  if (readCount + cacheHitCount + cacheMissCount === 0) return undefined;
  const parts = [`${readCount.toLocaleString('en-US')} read`];
  const asked = cacheHitCount + cacheMissCount;
  if (asked > 0) parts.push(`${Math.round((100 * cacheHitCount) / asked)} % from the cache`);
  return parts.join(', ');
}

/** An index is worth creating when it takes off a fifth of the time. */
const worthShare = 0.8;

export function isWorthIt({ isUsed, without, with: withIt }: TriedIndex): boolean {
  return isUsed && withIt.elapsedMs < worthShare * without.elapsedMs;
}

export function trialText(trial: TriedIndex): string {
  const { without, with: withIt, isUsed } = trial;
  const took = `${shortTime(withIt.elapsedMs)} instead of ${shortTime(without.elapsedMs)}`;
  if (!isUsed) return 'It was tried, and the query does not use it.';
  if (!isWorthIt(trial)) return `It was tried, and gains little: ${took}.`;
  const read = (count: number) => count.toLocaleString('en-US');
  return `With it the query takes ${took} (${timesText(without.elapsedMs, withIt.elapsedMs)} faster) and reads ${read(withIt.rowsRead)} instead of ${read(without.rowsRead)}.`;
}

/** The statement that creates an index. */
export function createIndexText({
  collection,
  fields,
}: Pick<TriedIndex, 'collection' | 'fields'>): string {
  return `schema { alter collection ${collection} { add index (${fields.join(', ')}) } }`;
}
