/*
 * Counts rows in columns, without documents. Unsafe while a condition remains that columns cannot answer. Columns that
 * are not cached are filled only where all documents would be read anyway.
 */
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { columnsState, findColumnConjuncts } from '../column-access.ts';
import { isEnabled, type PlanFacts } from '../logical-query.ts';
import type { CountPlan } from '../physical-plan.ts';
import { isPointPlan } from '../point-plan.ts';
import type { ResolvedFilter } from '../resolved-filter.ts';
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
  if (state === 'none' || (state === 'fillable' && !readsAllDocuments(fallback))) return undefined;
  if (conjuncts.length > 1 && isShort(fallback, facts)) return undefined;
  if (fallback.kind === 'countRows' && isPointPlan(fallback.input)) return undefined;
  return { kind: 'columnCount', collection, conjuncts, specs, fallback };
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
