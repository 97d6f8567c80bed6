/*
 * An index that would help a query which reads a collection to find few of its documents. Only what was measured on a
 * sample of the field is said, and only of conditions that an index answers.
 */

import { columnSpecOf } from './column-access.ts';
import type { Candidate, RuleInput } from './logical-query.ts';
import type { IndexSuggestion } from './plan-trace.ts';
import { estimateSelectivity } from './selectivity.ts';

const answered: readonly string[] = ['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'between', 'isNull'];
/** An index is not worth its writes when more of the documents than this are found by it. */
const shareMax = 0.05;

export function suggestIndex(
  { query, conjuncts, facts }: RuleInput,
  best: Candidate,
): IndexSuggestion | undefined {
  const { collection } = query;
  if (best.source.kind !== 'fullScan' || query.rowsMax === 0) return undefined;
  let suggestion: IndexSuggestion | undefined;
  const documentCount = facts.documentCount(collection);
  let share = shareMax;
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'compare' || !answered.includes(conjunct.operator)) continue;
    const spec = columnSpecOf(collection.definition, conjunct.path);
    if (spec === undefined || facts.columns?.estimate(collection.storageId, spec) === undefined)
      continue;
    if (collection.indexes.some(({ fields }) => fields[0] === spec.name)) continue;
    const found = estimateSelectivity(facts, collection, [conjunct]);
    if (found > share) continue;
    share = found;
    const rowsEstimate = Math.round(found * documentCount);
    suggestion = {
      collection: collection.definition.name,
      field: spec.name,
      rowsEstimate,
      documentCount,
    };
  }
  return suggestion;
}
