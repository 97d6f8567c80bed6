import type { ColumnReader } from '../cache/column-reader.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { PhysicalNode } from './physical-plan.ts';
import type { PlanTrace } from './plan-trace.ts';
import type { Keyset, ResolvedFilter } from './resolved-filter.ts';
import type { Shares } from './selectivity.ts';
import type { SortKey } from './sort-key.ts';

/** A search by text, as far as plans know of it; the executor brings its own. */
export interface SearchRequest {
  /** Under this name documents carry their score; an order by it is the search's own. */
  readonly scoreSlot: string;
  /** The fields whose text is searched, as dotted paths. */
  readonly fieldNames: readonly string[];
  readonly terms: readonly string[];
  /** True when words with mistakes are found as well. */
  readonly isFuzzy: boolean;
}

/** What is asked of one collection, before anything is said about how. */
export interface LogicalQuery {
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  /** Only what it finds is asked for. */
  readonly search?: SearchRequest | undefined;
  /** A total order, or empty when the order does not matter. */
  readonly keys: readonly SortKey[];
  /** Where in the order it begins; `keys` are those of the place. */
  readonly after?: Keyset;
  readonly offset: number;
  readonly rowsMax: number | undefined;
}

/** Rules that can be left out, to find out what they do. */
export const plannerRules = [
  'column-scan',
  'column-count',
  'column-totals',
  'column-order',
  'id-lookup',
  'id-order',
  'index-ends',
  'index-order',
  'index-range',
  'retreat',
  'text-index',
] as const;

export type PlannerRule = (typeof plannerRules)[number];

export interface PlannerOptions {
  /** Rules that propose nothing. */
  readonly disabledRules?: readonly PlannerRule[];
  /** Fields of smaller collections are not kept as vectors. */
  readonly columnRowsMin?: number;
  /** A walk through an order is given up after so many documents, instead of after what the other way costs. */
  readonly retreatRowsMax?: number;
}

/** What the planner may ask about the data; all answers must be cheap. */
export interface PlanFacts {
  readonly options: PlannerOptions;
  /** Is told of the choices that are made. */
  readonly trace?: PlanTrace | undefined;
  /** Fields as vectors; absent where there are none. */
  readonly columns?: ColumnReader | undefined;
  documentCount(collection: CollectionEntry): number;
  /** About how many of them are cached, and read without the store. */
  cachedCount(collection: CollectionEntry): number;
  /** Entries in a range; counting stops at `most`. */
  countIndex(index: IndexEntry, range: IndexRange, most: number): number;
}

/** One way to reach the documents, as a rule proposes it. */
export interface Candidate {
  readonly source: PhysicalNode;
  /** The conjuncts that the source answers by itself. */
  readonly answered: ReadonlySet<ResolvedFilter>;
  /** How many of the query's keys the source's order satisfies. */
  readonly orderedKeys: number;
  /** Documents that the source gives when it is drained; an estimate. */
  readonly rowsEstimate: number;
  /** What it takes to begin. */
  readonly startCost: number;
  /** Cost of finding one of them, and of reading it; what is passed over is only found. */
  readonly findCost: number;
  readonly readCost: number;
}

/** What rules read: the query, its filter in parts, and the facts. */
export interface RuleInput {
  readonly query: LogicalQuery;
  readonly conjuncts: readonly ResolvedFilter[];
  readonly facts: PlanFacts;
  readonly shares: Shares;
}

/** True when a rule may propose something. */
export function isEnabled({ options }: PlanFacts, rule: PlannerRule): boolean {
  return options.disabledRules?.includes(rule) !== true;
}
