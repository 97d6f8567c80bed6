/* How queries find their documents, as the studio shows it. */
import type { WireSpan } from './wire-types.ts';

/** One operator of a plan, and what it reads from. The numbers of what it did are there when it was measured. */
export interface PlanOperator {
  /** As plans name it: `IndexRange(users.age)`. */
  readonly operator: string;
  /** Documents that it is thought to give. */
  readonly rowsEstimate?: number;
  readonly rows?: number;
  /** Time in it and below. */
  readonly elapsedMs?: number;
  /** Documents, index entries and rows of columns that it read itself. */
  readonly readCount?: number;
  readonly cacheHitCount?: number;
  readonly cacheMissCount?: number;
  readonly inputs: readonly PlanOperator[];
}

/** One way that was thought of; its cost is in documents of a full scan. */
export interface PlanChoice {
  readonly source: string;
  readonly cost: number;
  readonly rowsEstimate: number;
  readonly isChosen: boolean;
}

/** An index that may help; whether it does is measured. */
export interface SuggestedIndex {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly rowsEstimate?: number;
  readonly documentCount: number;
}

/** The plan of one root of a query. */
export interface PlannedRoot {
  readonly title: string;
  readonly collection: string;
  /** The plan in one line. */
  readonly plan: string;
  readonly trees: readonly PlanOperator[];
  /** For each choice the ways that were thought of, the cheapest first. */
  readonly choices: readonly (readonly PlanChoice[])[];
  readonly suggestions: readonly SuggestedIndex[];
  /** Place of the root in the text that was sent. */
  readonly span: WireSpan;
  readonly actual?: {
    readonly rowCount: number;
    readonly rowsRead: number;
    readonly elapsedMs: number;
  };
}

interface TriedRun {
  readonly plan: readonly string[];
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly runCount: number;
}

/** What an index that was made in memory and dropped again was worth to the text. */
export interface TriedIndex {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly entryCount: number;
  readonly buildMs: number;
  /** True when a plan read it. */
  readonly isUsed: boolean;
  readonly without: TriedRun;
  readonly with: TriedRun;
}

export interface PlanInfo {
  readonly roots: readonly PlannedRoot[];
  readonly planningMs: number;
  readonly trial?: TriedIndex;
}
