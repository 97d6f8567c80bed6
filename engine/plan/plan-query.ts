/*
 * From what is asked to how it is done: every rule proposes candidates, the cheapest becomes the plan. Costs are in
 * units of one document of a full scan. There are no statistics yet: index ranges are counted up to a bound, a
 * conjunct that nothing answers is taken to let three of ten documents through. A source that is already in order
 * pays only for the documents it needs to fill the limit, others for all of them and for sorting.
 */
import type {
  Candidate,
  LogicalQuery,
  PlanFacts,
  RuleInput,
  SearchRequest,
} from './logical-query.ts';
import type { PhysicalNode } from './physical-plan.ts';
import { conjunctsOf, joinConjuncts, type ResolvedFilter } from './resolved-filter.ts';
import { proposeFullScan } from './rules/full-scan.ts';
import { proposeIdLookup } from './rules/id-lookup.ts';
import { proposeIndexOrders } from './rules/index-order.ts';
import { proposeIndexRanges } from './rules/index-range.ts';

/** A heap of so many rows still beats sorting everything. */
const topKRowsMax = 10_000;
const unansweredSelectivity = 0.3;
const topKRowCost = 0.4;
const sortRowCost = 3;

/** The physical plan of a query. */
export function planQuery(query: LogicalQuery, facts: PlanFacts): PhysicalNode {
  if (query.rowsMax === 0) return { kind: 'empty' };
  if (query.search !== undefined) return planSearch(query, query.search);
  const conjuncts = [
    ...conjunctsOf(query.filter),
    ...(query.after === undefined ? [] : [query.after]),
  ];
  const input: RuleInput = { query, conjuncts, facts };
  return buildPlan(chooseCandidate(input), input);
}

/** A search reads the whole collection, and gives its own order where no other is asked for. */
function planSearch(query: LogicalQuery, request: SearchRequest): PhysicalNode {
  const { collection, filter, keys, after } = query;
  const [first] = keys;
  const isRanked = first === undefined || first.path[0] === request.scoreSlot;
  const isReversed = isRanked && first?.direction === 'asc';
  const source: PhysicalNode = { kind: 'search', collection, filter, request, isReversed };
  const placed: PhysicalNode =
    after === undefined ? source : { kind: 'filter', input: source, filter: after };
  return limitNode(orderNode(placed, isRanked ? keys.length : 0, query), query);
}

function chooseCandidate(input: RuleInput): Candidate {
  const byId = proposeIdLookup(input);
  if (byId !== undefined) return byId;
  const fullScan = proposeFullScan(input);
  const candidates = [...proposeIndexRanges(input), ...proposeIndexOrders(input), fullScan];
  const matches = Math.max(
    1,
    Math.min(...candidates.map((candidate) => matchEstimate(candidate, input.conjuncts))),
  );
  let best = fullScan;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const cost = costOf(candidate, input.query, matches);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

function matchEstimate(candidate: Candidate, conjuncts: readonly ResolvedFilter[]): number {
  const unanswered = conjuncts.filter((conjunct) => !candidate.answered.has(conjunct)).length;
  return candidate.rowsEstimate * unansweredSelectivity ** unanswered;
}

function costOf(candidate: Candidate, query: LogicalQuery, matches: number): number {
  const { rowsEstimate, rowCost, orderedKeys } = candidate;
  const wanted = query.rowsMax === undefined ? undefined : query.offset + query.rowsMax;
  const isTotal = orderedKeys === query.keys.length;
  const stopsEarly = wanted !== undefined && (isTotal || orderedKeys > 0);
  if (stopsEarly) {
    const tieShare = isTotal ? 1 : 2;
    const rowsNeeded = (wanted * tieShare * rowsEstimate) / matches;
    return Math.min(rowsEstimate, rowsNeeded) * rowCost;
  }
  const sortCost = isTotal ? 0 : matches * (wanted === undefined ? sortRowCost : topKRowCost);
  return rowsEstimate * rowCost + sortCost;
}

function buildPlan(candidate: Candidate, { query, conjuncts }: RuleInput): PhysicalNode {
  const residual = joinConjuncts(conjuncts.filter((conjunct) => !candidate.answered.has(conjunct)));
  if (candidate.source.kind === 'empty') return candidate.source;
  const filtered: PhysicalNode =
    residual === undefined
      ? candidate.source
      : { kind: 'filter', input: candidate.source, filter: residual };
  return limitNode(orderNode(filtered, candidate.orderedKeys, query), query);
}

function orderNode(input: PhysicalNode, orderedKeys: number, query: LogicalQuery): PhysicalNode {
  const { keys, collection, offset, rowsMax } = query;
  if (orderedKeys === keys.length) return input;
  if (orderedKeys > 0) {
    return { kind: 'sortTies', input, collection, keys, prefixLength: orderedKeys };
  }
  const wanted = rowsMax === undefined ? undefined : offset + rowsMax;
  return wanted !== undefined && wanted <= topKRowsMax
    ? { kind: 'topK', input, collection, keys, rowsMax: wanted }
    : { kind: 'sort', input, collection, keys };
}

function limitNode(input: PhysicalNode, { offset, rowsMax }: LogicalQuery): PhysicalNode {
  // A heap of `offset + rowsMax` rows has already cut its end.
  const isCut = input.kind === 'topK';
  const limit = isCut ? undefined : rowsMax;
  return offset === 0 && limit === undefined
    ? input
    : { kind: 'limit', input, offset, rowsMax: limit };
}
