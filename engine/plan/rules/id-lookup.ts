/*
 * Documents by id, for `eq` and `in` on `id`. Unsafe below `or` and `not`, hence conjuncts only. Ids are looked up
 * in ascending order, so the source is in id order.
 */
import { costs } from '../costs.ts';
import { type Candidate, isEnabled, type RuleInput } from '../logical-query.ts';
import type { ResolvedFilter } from '../resolved-filter.ts';

export function proposeIdLookup({ query, conjuncts, facts }: RuleInput): Candidate | undefined {
  if (!isEnabled(facts, 'id-lookup')) return undefined;
  let best: { readonly conjunct: ResolvedFilter; readonly ids: readonly string[] } | undefined;
  for (const conjunct of conjuncts) {
    const ids = idsOf(conjunct);
    if (ids !== undefined && (best === undefined || ids.length < best.ids.length)) {
      best = { conjunct, ids };
    }
  }
  if (best === undefined) return undefined;
  const [first] = query.keys;
  const isById = first?.path.join('.') === 'id' && first.direction === 'asc';
  return {
    source:
      best.ids.length === 0
        ? { kind: 'empty' }
        : { kind: 'idLookup', collection: query.collection, ids: best.ids },
    answered: new Set([best.conjunct]),
    // One document is in every order.
    orderedKeys: best.ids.length <= 1 ? query.keys.length : isById ? 1 : 0,
    rowsEstimate: best.ids.length,
    startCost: 0,
    findCost: costs.indexKey,
    readCost: costs.coldRead,
  };
}

function idsOf(conjunct: ResolvedFilter): readonly string[] | undefined {
  if (conjunct.kind !== 'compare' || conjunct.path.join('.') !== 'id') return undefined;
  const { operator, value } = conjunct;
  if (operator === 'eq') return typeof value === 'string' ? [value] : [];
  if (operator === 'isNull') return [];
  if (operator !== 'in' || !Array.isArray(value)) return undefined;
  const ids = new Set(value.filter((item): item is string => typeof item === 'string'));
  // Ids are lower-case hexadecimal text, where the order of UTF-16 units is the order of code points.
  return [...ids].sort();
}
