/*
 * From what is asked to how it is done: every rule proposes candidates, the cheapest becomes the plan. Costs are in
 * units of one document of a full scan. What conditions let through is estimated from a sample of the columns that are
 * cached (selectivity.ts); index ranges are counted up to a bound. A source that is already in order
 * pays only for the documents it needs to fill the limit, others for all of them and for sorting.
 */
import { costs, heapCostOf } from './costs.ts';
import type {
  Candidate,
  LogicalQuery,
  PlanFacts,
  RuleInput,
  SearchRequest,
} from './logical-query.ts';
import { type ColumnScanNode, type PhysicalNode, planName } from './physical-plan.ts';
import type { PlanAlternative } from './plan-trace.ts';
import { conjunctsOf, joinConjuncts, type ResolvedFilter } from './resolved-filter.ts';
import { type ColumnCandidate, proposeColumnScan } from './rules/column-scan.ts';
import { proposeFullScan } from './rules/full-scan.ts';
import { proposeIdLookup } from './rules/id-lookup.ts';
import { proposeIdOrder } from './rules/id-order.ts';
import { proposeIndexOrders } from './rules/index-order.ts';
import { proposeIndexRanges } from './rules/index-range.ts';
import { proposeRetreat } from './rules/retreat.ts';
import { proposeTextIndexes } from './rules/text-index.ts';
import { createShares } from './selectivity.ts';
import { suggestIndexes } from './suggest-index.ts';

/** A heap of so many rows still beats sorting everything. */
const topKRowsMax = 10_000;
/** An order of which only the first keys are there is read so much further than what is wanted of it. */
const tieShare = 2;
const doubt = 2;

/** The physical plan of a query. */
export function planQuery(query: LogicalQuery, facts: PlanFacts): PhysicalNode {
  if (query.rowsMax === 0) return { kind: 'empty' };
  if (query.search !== undefined) return planSearch(query, query.search, facts);
  const conjuncts = [
    ...conjunctsOf(query.filter),
    ...(query.after === undefined ? [] : [query.after]),
  ];
  const input: RuleInput = {
    query,
    conjuncts,
    facts,
    shares: createShares(facts, query.collection),
  };
  const found = chooseCandidate(input);
  if (found.column === undefined) {
    facts.trace?.chose(found.best.source, alternativesOf(found));
    return withRetreat(buildPlan(found.best, input), found, input);
  }
  const { column } = found;
  const source = columnNode(column, input);
  facts.trace?.chose(source, alternativesOf(found));
  return buildPlan({ ...column, source }, input);
}

function columnNode(column: ColumnCandidate, input: RuleInput): ColumnScanNode {
  return { ...column.scan, fallback: withoutColumns(column, input) };
}

/** A walk through an order that may read much further than it was thought to gets another way beside it. */
function withRetreat(
  plan: PhysicalNode,
  { best, considered, columnConsidered: column }: Choice,
  input: RuleInput,
): PhysicalNode {
  // Where all are read anyway, or where what is wanted comes first, nothing hangs on an estimate.
  if (best.orderedKeys === 0 || !input.conjuncts.some(isLeft(best))) return plan;
  const draining = considered
    .filter(([{ orderedKeys }]) => orderedKeys === 0)
    .map(([candidate, cost]) => ({ cost, candidateOf: () => candidate }));
  const columns =
    column === undefined
      ? []
      : [
          {
            cost: column.cost,
            candidateOf: () => ({ ...column, source: columnNode(column, input) }),
          },
        ];
  const retreat = proposeRetreat(plan, best, {
    ways: [...draining, ...columns],
    rowCost: rowCostOf(best, input),
    options: input.facts.options,
  });
  if (retreat === undefined || plan.kind !== 'limit') return plan;
  const { way, rowsReadMax } = retreat;
  return { ...plan, retreat: { rowsReadMax, plan: buildPlan(way.candidateOf(), input) } };
}

/** What gives the same documents in the same order as the columns, from documents alone. */
function withoutColumns({ scan }: ColumnCandidate, { query, facts }: RuleInput): PhysicalNode {
  const { collection, conjuncts, order, reverse } = scan;
  const source: PhysicalNode = { kind: 'fullScan', collection, reverse };
  const filter = joinConjuncts(conjuncts);
  const filtered: PhysicalNode =
    filter === undefined ? source : { kind: 'filter', input: source, filter };
  if (order === undefined) return filtered;
  const { keys, rowsMax } = order;
  const isById = proposeFullScan({ query, facts }).orderedKeys > 0;
  return isById ? filtered : orderNode(filtered, 0, { ...query, keys, offset: 0, rowsMax });
}

/** A search reads the documents that have its words, or all of them, and gives its own order where no other is asked for. */
function planSearch(query: LogicalQuery, request: SearchRequest, facts: PlanFacts): PhysicalNode {
  const { collection, filter, keys, after } = query;
  // Without a word there is nothing to find.
  if (request.terms.length === 0) return { kind: 'empty' };
  const [first] = keys;
  const isRanked = first === undefined || first.path[0] === request.scoreSlot;
  const isReversed = isRanked && first?.direction === 'asc';
  const indexes = proposeTextIndexes(collection, request, facts);
  const source: PhysicalNode = { kind: 'search', collection, filter, request, isReversed, indexes };
  const placed: PhysicalNode =
    after === undefined ? source : { kind: 'filter', input: source, filter: after };
  return limitNode(orderNode(placed, isRanked ? keys.length : 0, query), query);
}

interface Choice {
  readonly best: Candidate;
  /** Set when columns are better than the best that does without them. */
  readonly column?: ColumnCandidate | undefined;
  /** All that were thought of, with what they cost. */
  readonly considered: readonly (readonly [candidate: Candidate, cost: number])[];
  readonly columnConsidered?: ColumnCandidate | undefined;
}

function alternativesOf({ best, column, considered, columnConsidered }: Choice) {
  const alternatives: PlanAlternative[] = considered.map(([candidate, cost]) => ({
    source: planName(candidate.source),
    cost,
    rowsEstimate: candidate.rowsEstimate,
    isChosen: candidate === best && column === undefined,
  }));
  if (columnConsidered !== undefined) {
    const { scan, cost, rowsEstimate } = columnConsidered;
    const source = planName({ ...scan, fallback: { kind: 'empty' } });
    alternatives.push({ source, cost, rowsEstimate, isChosen: column !== undefined });
  }
  return alternatives.sort((left, right) => left.cost - right.cost);
}

function chooseCandidate(input: RuleInput): Choice {
  const byId = proposeIdLookup(input);
  if (byId !== undefined) {
    return { best: byId, considered: [[byId, byId.rowsEstimate * rowCostOf(byId, input)]] };
  }
  const fullScan = proposeFullScan(input);
  const idOrder = proposeIdOrder(input);
  const candidates = [
    ...proposeIndexRanges(input),
    ...proposeIndexOrders(input),
    ...(idOrder === undefined ? [] : [idOrder]),
    fullScan,
  ];
  const matches = Math.max(
    1,
    Math.min(...candidates.map((candidate) => matchEstimate(candidate, input))),
  );
  let best = fullScan;
  let bestCost = Number.POSITIVE_INFINITY;
  const considered: (readonly [Candidate, number])[] = [];
  for (const candidate of candidates) {
    const cost = costOf(candidate, input, matches);
    considered.push([candidate, cost]);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  const column = proposeColumnScan(input, { cost: bestCost, matches });
  const { trace } = input.facts;
  for (const suggestion of trace ? suggestIndexes(input, best) : []) trace?.suggest(suggestion);
  const chosen = column !== undefined && column.cost < bestCost ? column : undefined;
  return { best, column: chosen, considered, columnConsidered: column };
}

function matchEstimate(candidate: Candidate, { conjuncts, shares }: RuleInput): number {
  return candidate.rowsEstimate * shares.of(conjuncts.filter(isLeft(candidate)));
}

/** What a source leaves to be checked on documents. */
function isLeft({ answered }: Candidate): (conjunct: ResolvedFilter) => boolean {
  return (conjunct) => !answered.has(conjunct);
}

function costOf(candidate: Candidate, input: RuleInput, matches: number): number {
  return candidate.startCost + rowsCostOf(candidate, input, matches);
}

function rowsCostOf(candidate: Candidate, input: RuleInput, likelyMatches: number): number {
  const { rowsEstimate, findCost, readCost, orderedKeys } = candidate;
  const { keys, rowsMax, offset } = input.query;
  const rowCost = rowCostOf(candidate, input);
  const left = input.conjuncts.filter(isLeft(candidate));
  // How far it is to the first matches hangs on a guess that may be much too good; those who read all are safe from it.
  const isGuess = left.length > 0 && input.shares.sampled(left) === undefined;
  const matches = isGuess ? likelyMatches / doubt : likelyMatches;
  const wanted = rowsMax === undefined ? undefined : offset + rowsMax;
  if (orderedKeys === keys.length) {
    if (rowsMax === undefined || wanted === undefined) return rowsEstimate * rowCost;
    if (left.length === 0 && candidate.source.kind === 'indexRange') {
      // What an offset passes over is only found.
      return Math.min(rowsEstimate, wanted) * findCost + Math.min(rowsEstimate, rowsMax) * readCost;
    }
    return Math.min(rowsEstimate, (wanted * rowsEstimate) / matches) * rowCost;
  }
  if (wanted === undefined) {
    return rowsEstimate * rowCost + likelyMatches * (costs.sortRow + readCost);
  }
  if (orderedKeys > 0) {
    // Equals of the first keys are sorted among each other.
    const sorted = Math.min(matches, tieShare * wanted);
    const rowsNeeded = Math.min(rowsEstimate, (sorted * rowsEstimate) / matches);
    return rowsNeeded * rowCost + sorted * costs.sortRow;
  }
  return rowsEstimate * rowCost + heapCostOf(likelyMatches, wanted, costs.heapRow);
}

/** Of one row that is found, read and checked. */
function rowCostOf(candidate: Candidate, { conjuncts }: RuleInput): number {
  const tests = conjuncts.filter(isLeft(candidate)).length;
  return candidate.findCost + candidate.readCost + tests * costs.filterTest;
}

function buildPlan(candidate: Candidate, { query, conjuncts }: RuleInput): PhysicalNode {
  const residual = joinConjuncts(conjuncts.filter(isLeft(candidate)));
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
