/*
 * What to do when an order was walked for a few documents and they do not come. How far it is to the first matches is an
 * estimate, and matches may all stand at the end of the order, which no share of documents tells. So the walk gets a
 * bound: once it has read as much as the cheapest way costs that reads all it needs anyway, that way is taken. The two
 * together are at most twice what the better of them would have been.
 *
 * Unsafe once a document was given to anybody: the other way begins anew. So only limits are bounded of which all
 * documents can be held back until they are complete.
 */
import type { Candidate, PlannerOptions } from '../logical-query.ts';
import type { PhysicalNode } from '../physical-plan.ts';

/** Documents that are held back: no more than a scan gives at once. */
const heldMax = 256;
/** A walk is never given up before; its first batches are cheaper than to begin anew. */
const rowsReadMin = 512;

export interface Retreat<Way> {
  readonly way: Way;
  /** Documents that the walk may read before. */
  readonly rowsReadMax: number;
}

/**
 * The way to take when the chosen one reads too far. `ways` are the others with their costs, `rowCost` is that of a
 * document of the chosen one.
 */
export function proposeRetreat<Way extends { readonly cost: number }>(
  plan: PhysicalNode,
  chosen: Pick<Candidate, 'rowsEstimate'>,
  given: {
    readonly ways: readonly Way[];
    readonly rowCost: number;
    readonly options: PlannerOptions;
  },
): Retreat<Way> | undefined {
  const { ways, rowCost, options } = given;
  if (options.disabledRules?.includes('retreat') === true) return undefined;
  if (plan.kind !== 'limit' || plan.rowsMax === undefined) return undefined;
  if (plan.offset + plan.rowsMax > heldMax) return undefined;
  const [way] = ways.toSorted((left, right) => left.cost - right.cost);
  if (way === undefined) return undefined;
  const rowsReadMax =
    options.retreatRowsMax ?? Math.max(rowsReadMin, Math.ceil(way.cost / rowCost));
  // A walk that has come to its end by then needs no other way.
  return rowsReadMax < chosen.rowsEstimate ? { way, rowsReadMax } : undefined;
}
