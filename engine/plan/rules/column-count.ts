/*
 * Counts rows in columns, without documents. Unsafe while a condition remains that columns cannot answer. Columns that
 * are not cached are filled only where all documents would be read anyway.
 */
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { columnsState, findColumnConjuncts, isWorthFilling } from '../column-access.ts';
import { isEnabled, type PlanFacts } from '../logical-query.ts';
import type { CountPlan } from '../physical-plan.ts';
import { isPointPlan } from '../point-plan.ts';
import type { ResolvedFilter } from '../resolved-filter.ts';
import { entriesOf, rowsReadBy } from '../rows-read.ts';
import { readsAll } from './column-totals.ts';

/** Entries of an index are counted no faster than columns from this many on. */
const indexEntriesMax = 64;

export function proposeColumnCount(
  {
    collection,
    conjuncts,
    fallback,
  }: {
    readonly collection: CollectionEntry;
    readonly conjuncts: readonly ResolvedFilter[];
    readonly fallback: CountPlan;
  },
  facts: PlanFacts,
): CountPlan | undefined {
  if (!isEnabled(facts, 'column-count')) return undefined;
  const { answered, specs } = findColumnConjuncts(collection, conjuncts);
  if (answered.length < conjuncts.length) return undefined;
  const state = columnsState(facts, collection, specs);
  if (state === 'none') return undefined;
  if (conjuncts.length > 1 && isShort(fallback, facts)) return undefined;
  if (state === 'fillable' && !readsAllDocuments(fallback)) {
    const cost = estimateCost(fallback, facts);
    if (!isWorthFilling(facts, collection, { specs, cost })) return undefined;
  }
  if (fallback.kind === 'countRows' && isPointPlan(fallback.input)) return undefined;
  const isHeld = state === 'held';
  return { kind: 'columnCount', collection, conjuncts, specs, isHeld, fallback };
}

/** Of one entry of an index that is only counted, where a document of a scan costs 1. */
const entryCost = 0.05;

function estimateCost(plan: CountPlan, facts: PlanFacts): number {
  if (plan.kind === 'indexCount') return entriesOf(plan.input, facts) * entryCost;
  return plan.kind === 'countRows' ? rowsReadBy(plan.input, facts) : 0;
}

function isShort(plan: CountPlan, facts: PlanFacts): boolean {
  if (plan.kind !== 'indexCount') return false;
  const { index, ranges } = plan.input;
  let count = 0;
  for (const range of ranges) {
    count += facts.countIndex(index, range, indexEntriesMax - count);
    if (count >= indexEntriesMax) return false;
  }
  return true;
}

/** True when a count reads every document of the collection. */
function readsAllDocuments(plan: CountPlan): boolean {
  return plan.kind === 'countRows' && readsAll(plan.input);
}
