/*
 * Walks a whole index in its order, so that a limit stops early. Unsafe for an index that is still being built and
 * for one with an entry per element, which leaves out documents and repeats others.
 */
import { costs, readCostOf } from '../costs.ts';
import { findCostOf } from '../index-cost.ts';
import { findIndexOrder } from '../index-order.ts';
import { rangesFrom } from '../keyset.ts';
import { type Candidate, isEnabled, type RuleInput } from '../logical-query.ts';

export function proposeIndexOrders(input: RuleInput): readonly Candidate[] {
  const { query, facts } = input;
  if (!isEnabled(facts, 'index-order')) return [];
  const { collection, keys } = query;
  const documentCount = facts.documentCount(collection);
  const candidates: Candidate[] = [];
  for (const index of collection.indexes) {
    if (index.state !== 'live' || index.multiEntry) continue;
    const order = findIndexOrder(collection, index, 0, keys);
    const { orderedKeys, reverse } = order;
    if (orderedKeys === 0) continue;
    const walked =
      query.after === undefined
        ? { ranges: [{ reverse }] }
        : rangesFrom(query.after, index, { reverse }, [], order);
    candidates.push({
      source: { kind: 'indexRange', collection, index, ...walked },
      answered: new Set(),
      orderedKeys,
      rowsEstimate: documentCount,
      startCost: costs.indexRange,
      findCost: findCostOf(index, 0, input),
      readCost: readCostOf(facts.cachedCount(collection), documentCount),
    });
  }
  return candidates;
}
