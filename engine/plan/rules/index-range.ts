/*
 * Key ranges of one index, from the conjuncts on its leading fields. Unsafe for an index that is still being built,
 * and for an index with an entry per element unless an element is asked for; `findIndexAccess` sees to both. The
 * order of the index serves only when there is one range and one entry per document.
 */
import { costs, readCostOf } from '../costs.ts';
import { findIndexAccess, type IndexAccess } from '../index-access.ts';
import { findCostOf } from '../index-cost.ts';
import { findIndexOrder, type IndexOrder } from '../index-order.ts';
import { type KeysetRanges, rangesFrom } from '../keyset.ts';
import { type Candidate, isEnabled, type RuleInput } from '../logical-query.ts';
import { entriesOf } from '../rows-read.ts';
import { countByColumn } from '../selectivity.ts';

/** Counting entries stops here. */
const countMost = 1_000;

export function proposeIndexRanges(input: RuleInput): readonly Candidate[] {
  if (!isEnabled(input.facts, 'index-range')) return [];
  const candidates: Candidate[] = [];
  for (const index of input.query.collection.indexes) {
    const access = findIndexAccess(index, input.conjuncts);
    if (access !== undefined) candidates.push(candidateOf(access, input));
  }
  return candidates;
}

function candidateOf(access: IndexAccess, input: RuleInput): Candidate {
  const { query, facts } = input;
  const { collection, keys } = query;
  const { index, ranges, answered } = access;
  if (ranges.length === 0) {
    return {
      source: { kind: 'empty' },
      answered,
      orderedKeys: keys.length,
      rowsEstimate: 0,
      startCost: 0,
      findCost: 0,
      readCost: 0,
    };
  }
  const isOneRow = access.isUniqueLookup && ranges.length === 1;
  const order =
    ranges.length === 1 && !index.multiEntry
      ? findIndexOrder(collection, index, access.pinnedCount, keys)
      : { orderedKeys: 0, reverse: false };
  const walked = walkedRanges(access, query, order);
  return {
    source: { kind: 'indexRange', collection, index, ...walked },
    answered,
    orderedKeys: isOneRow ? keys.length : order.orderedKeys,
    rowsEstimate: access.isUniqueLookup
      ? ranges.length
      : (countAnswered(access, query, facts) ??
        estimateRows({ ...access, ranges: walked.ranges }, input)),
    startCost: ranges.length * costs.indexRange,
    findCost: findCostOf(index, access.pinnedCount, input),
    readCost: readCostOf(facts.cachedCount(collection), facts.documentCount(collection)),
  };
}

/** The ranges in the order of the query, from its place on where it has one. */
function walkedRanges(
  { index, ranges, pinnedCount }: IndexAccess,
  { after }: RuleInput['query'],
  order: IndexOrder,
): KeysetRanges {
  const [only] = ranges;
  const directed = order.reverse ? ranges.map((range) => ({ ...range, reverse: true })) : ranges;
  const [range] = directed;
  if (after === undefined || order.orderedKeys === 0 || range === undefined) {
    return { ranges: directed };
  }
  const pinned = only?.lower?.values.slice(0, pinnedCount) ?? [];
  return rangesFrom(after, index, range, pinned, order);
}

/** From the column of the index's only field, if it counts its values: exact, and sooner had than from the index. */
function countAnswered(
  { index, answered }: IndexAccess,
  { collection, after }: RuleInput['query'],
  facts: RuleInput['facts'],
): number | undefined {
  if (index.fields.length > 1 || index.multiEntry || after !== undefined) return undefined;
  return countByColumn(facts, collection, [...answered]);
}

/**
 * Rows under single keys are counted, which reads the lengths of blocks; of wider ranges a sample tells as well, and costs
 * less than to count their keys.
 */
function estimateRows(
  { index, ranges, answered, pinnedCount }: IndexAccess,
  { query: { collection, after }, facts, shares }: RuleInput,
): number {
  const documentCount = facts.documentCount(collection);
  const share = after === undefined ? shares.sampled([...answered]) : undefined;
  if (share !== undefined && pinnedCount < index.fields.length) return share * documentCount;
  return entriesOf({ collection, index, ranges }, facts, { most: countMost, share });
}
