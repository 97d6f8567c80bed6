/* What `explain` gives: plain data, the same for owners and guests. */
import type { IndexSuggestion, PlanAlternative } from '../plan/plan-trace.ts';
import type { GivenVariables } from './prepared-text.ts';

export interface ExplainOptions {
  readonly variables?: GivenVariables | undefined;
  /** Explains only the operation of this name. */
  readonly operationName?: string | undefined;
  /** Runs the queries, and tells what each operator gave. */
  readonly analyze?: boolean | undefined;
  /**
   * Measures what this index would be worth to the queries: makes it in memory over this moment, runs them with it and
   * without it, and drops it. O(documents log documents); beyond a bound of entries it is refused with `LimitExceeded`.
   */
  readonly tryIndex?: TrialIndexRequest | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One operator of a plan, and what it reads from. */
export interface ExplainedOperator {
  /** As plans name it: `IndexRange(users.age)`, `Filter`. */
  readonly operator: string;
  /** Documents that it is thought to give. */
  readonly rowsEstimate?: number;
  /** Documents that it gave; with analyze only, and where documents pass. */
  readonly rows?: number;
  /** Time in it and below, in milliseconds; as `rows`. */
  readonly elapsedMs?: number;
  /** Documents, index entries and rows of columns that it read itself; as `rows`. */
  readonly readCount?: number;
  /** Documents that it found decoded in the cache of documents, and that it had to decode; as `rows`. */
  readonly cacheHitCount?: number;
  readonly cacheMissCount?: number;
  readonly inputs: readonly ExplainedOperator[];
}

/** The plan of one root of a query. */
export interface ExplainedRoot {
  /** Alias or name of the root. */
  readonly title: string;
  readonly collection: string;
  /** The one-line name of the plan. */
  readonly plan: string;
  /** Totals, groups and a page are plans of their own. */
  readonly trees: readonly ExplainedOperator[];
  /** For each choice the ways that were thought of, the cheapest first; costs are in documents of a full scan. */
  readonly choices: readonly (readonly PlanAlternative[])[];
  readonly suggestions: readonly IndexSuggestion[];
  /** Place of the root in the text. */
  readonly span: { readonly start: number; readonly end: number };
  /** With analyze: what running it came to. */
  readonly actual?: {
    readonly rowCount: number;
    /** Documents, index entries and rows of columns that were read. */
    readonly rowsRead: number;
    readonly elapsedMs: number;
  };
}

export interface Explanation {
  readonly roots: readonly ExplainedRoot[];
  /** Making the plans, in milliseconds. */
  readonly planningMs: number;
  /** What the index that was to be tried was worth. */
  readonly trial?: IndexTrial;
}

/** An index that is tried. */
export interface TrialIndexRequest {
  readonly collection: string;
  /** In key order; dotted paths reach into objects. */
  readonly fields: readonly string[];
}

/** The run of a trial that took the middle of all times. */
export interface TrialRun {
  /** The one-line name of each root's plan. */
  readonly plan: readonly string[];
  /** Planning and running all roots, in milliseconds. */
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly runCount: number;
}

/** What an index was worth to a text, measured over one moment of the database. */
export interface IndexTrial extends TrialIndexRequest {
  readonly entryCount: number;
  /** Making it in memory, in milliseconds. */
  readonly buildMs: number;
  /** True when a plan read it. */
  readonly isUsed: boolean;
  readonly without: TrialRun;
  readonly with: TrialRun;
}
