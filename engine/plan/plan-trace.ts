/* What a planner tells of its choices, to whoever wants to explain them. */
import type { PhysicalNode } from './physical-plan.ts';

/** One way that was thought of. */
export interface PlanAlternative {
  /** Its source, as plans name it. */
  readonly source: string;
  /** In documents of a full scan. */
  readonly cost: number;
  /** Documents that the source gives. */
  readonly rowsEstimate: number;
  readonly isChosen: boolean;
}

/** An index that may be better; `tryIndex` measures whether it is. */
export interface IndexSuggestion {
  readonly collection: string;
  /** In key order. */
  readonly fields: readonly string[];
  /** Documents that it finds, measured on a sample of the field; absent where there is none. */
  readonly rowsEstimate?: number;
  readonly documentCount: number;
}

export interface PlanTrace {
  /** `source` is the node of the way that was chosen. */
  chose(source: PhysicalNode, alternatives: readonly PlanAlternative[]): void;
  suggest(suggestion: IndexSuggestion): void;
}

/** A plan as far as it is explained: what stands above a node, the last first, and the node if there is one. */
export interface PlanOutline {
  readonly above: readonly string[];
  readonly node?: PhysicalNode;
}
