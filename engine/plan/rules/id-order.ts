/*
 * Walks the ids of a collection in their order, from a bound or a cursor on, so that a limit stops early. Where rows are in
 * the order of the ids, a scan of them is as good while nothing bounds it. Unsafe for what the engine keeps of itself, which
 * has no ids in storage, and for bounds that are no ids: those are texts like others, and stay conditions.
 */
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { idIndexOf } from '../../indexes/id-index.ts';
import type { IndexRange } from '../../transactions/snapshot.ts';
import { isList } from '../../values/compare.ts';
import type { StoredValue } from '../../values/stored-value.ts';
import { canonicalUuid } from '../../values/uuid.ts';
import { costs, readCostOf } from '../costs.ts';
import { findIndexAccess } from '../index-access.ts';
import { findCostOf } from '../index-cost.ts';
import { findIndexOrder } from '../index-order.ts';
import { rangesFrom } from '../keyset.ts';
import { type Candidate, isEnabled, type RuleInput } from '../logical-query.ts';
import type { Keyset, ResolvedComparison, ResolvedFilter } from '../resolved-filter.ts';
import { entriesOf } from '../rows-read.ts';

/** Counting ids stops here. */
const countMost = 1_000;

export function proposeIdOrder(input: RuleInput): Candidate | undefined {
  const { query, conjuncts, facts } = input;
  const { collection, keys, after } = query;
  if (!isEnabled(facts, 'id-order') || !hasStoredIds(collection)) return undefined;
  const index = idIndexOf(collection);
  const access = findIndexAccess(index, conjuncts.filter(isIdBound));
  const order = findIndexOrder(collection, index, 0, keys);
  const isOrdered = order.orderedKeys > 0;
  if (access === undefined && (!isOrdered || collection.idsAscend)) return undefined;
  const [bounded = { reverse: false }] = access?.ranges ?? [];
  const range: IndexRange = { ...bounded, reverse: order.reverse };
  const { ranges } =
    after === undefined || !isOrdered
      ? { ranges: [range] }
      : rangesFrom(withoutRow(after), index, range, [], order);
  const documentCount = facts.documentCount(collection);
  const isWhole = access === undefined && after === undefined;
  return {
    source:
      ranges.length === 0 || access?.ranges.length === 0
        ? { kind: 'empty' }
        : { kind: 'indexRange', collection, index, ranges },
    answered: access?.answered ?? new Set(),
    orderedKeys: isOrdered ? keys.length : 0,
    rowsEstimate: isWhole
      ? documentCount
      : entriesOf({ collection, index, ranges }, facts, { most: countMost }),
    startCost: costs.indexRange,
    findCost: findCostOf(index, 0, input),
    readCost: readCostOf(facts.cachedCount(collection), documentCount),
  };
}

/** Storage ids begin with 1; what is made of other things when it is asked for has none. */
function hasStoredIds({ storageId }: CollectionEntry): boolean {
  return storageId > 0;
}

function isIdBound(conjunct: ResolvedFilter): conjunct is ResolvedComparison {
  if (conjunct.kind !== 'compare' || conjunct.path.join('.') !== 'id') return false;
  const { operator, value } = conjunct;
  if (operator === 'between') return isList(value) && value.every(isId);
  return ['gt', 'gte', 'lt', 'lte'].includes(operator) && isId(value);
}

function isId(value: StoredValue): boolean {
  return typeof value === 'string' && canonicalUuid(value) === value;
}

/** No two documents have the same id, so that none stands beside the place. */
function withoutRow(keyset: Keyset): Keyset {
  return { ...keyset, row: undefined };
}
