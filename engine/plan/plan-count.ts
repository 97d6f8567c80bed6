/*
 * Counts without reading documents: the collection's own count when there is no filter, the entries of one index
 * when it answers the whole filter. Unsafe for an index with an entry per element, where entries are not
 * documents, and wherever a residual filter remains.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { findIndexAccess } from './index-access.ts';
import { isEnabled, type PlanFacts } from './logical-query.ts';
import type { CountPlan } from './physical-plan.ts';
import { planQuery } from './plan-query.ts';
import { conjunctsOf, type ResolvedFilter } from './resolved-filter.ts';
import { proposeColumnCount } from './rules/column-count.ts';

interface CountedFilter {
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  readonly conjuncts: readonly ResolvedFilter[];
}

/** How to count the documents that satisfy a filter. */
export function planCount(
  collection: CollectionEntry,
  filter: ResolvedFilter,
  facts: PlanFacts,
): CountPlan {
  const conjuncts = conjunctsOf(filter);
  if (conjuncts.length === 0) return { kind: 'collectionCount', collection };
  const fallback = countDocuments({ collection, filter, conjuncts }, facts);
  return proposeColumnCount({ collection, conjuncts, fallback }, facts) ?? fallback;
}

function countDocuments(
  { collection, filter, conjuncts }: CountedFilter,
  facts: PlanFacts,
): CountPlan {
  for (const index of collection.indexes) {
    if (!isEnabled(facts, 'index-range')) break;
    const access = index.multiEntry ? undefined : findIndexAccess(index, conjuncts);
    if (access === undefined || access.ranges.length === 0) continue;
    if (!conjuncts.every((conjunct) => access.answered.has(conjunct))) continue;
    const { ranges } = access;
    return { kind: 'indexCount', input: { kind: 'indexRange', collection, index, ranges } };
  }
  const query = { collection, filter, keys: [], offset: 0, rowsMax: undefined };
  return { kind: 'countRows', input: planQuery(query, facts) };
}
