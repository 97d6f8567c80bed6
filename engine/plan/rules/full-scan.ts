/*
 * Reads the whole collection in row order. Always safe; its order counts as id order only while the collection's
 * `idsAscend` holds, otherwise it has none.
 */
import type { Candidate, RuleInput } from '../logical-query.ts';

export function proposeFullScan({ query, facts }: Pick<RuleInput, 'query' | 'facts'>): Candidate {
  const { collection, keys, after } = query;
  const [first] = keys;
  const isById = first?.path.join('.') === 'id' && collection.idsAscend;
  return {
    source: {
      kind: 'fullScan',
      collection,
      reverse: isById && first.direction === 'desc',
      ...(isById && after?.row !== undefined ? { from: after.row } : {}),
    },
    answered: new Set(),
    orderedKeys: isById ? 1 : 0,
    rowsEstimate: facts.documentCount(collection),
    startCost: 0,
    findCost: 0,
    readCost: 1,
  };
}
