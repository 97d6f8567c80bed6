/*
 * Operators are synchronous generators of batches, leaf to root. A yield is also a place to rest: an operator that
 * must consume much before it can give something (a sort) yields empty batches meanwhile. Whoever drains the root
 * (drain.ts) looks at clock and cancellation between two batches, so no operator knows about either, and each must
 * keep the work between two yields near a millisecond. Ending a generator early closes the cursors below it.
 */
import type { Clock } from '../base/clock.ts';
import type { PlanFacts } from '../plan/logical-query.ts';
import type { PhysicalNode } from '../plan/physical-plan.ts';
import type { ReadOptions, Snapshot } from '../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import type { QueryMemory } from './query-memory.ts';
import type { TextSearch } from './search/resolve-search.ts';

/** Documents with their rows, in the order of the operator; both lists have one length. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly documents: readonly StoredDocument[];
}

export type Operator = Generator<Batch, void, undefined>;

/** What all operators of one run share. */
export interface OperatorContext {
  readonly snapshot: Snapshot;
  /** What plans of this run are made by. */
  readonly facts: PlanFacts;
  readonly clock: Clock;
  readonly counters: RunCounters;
  readonly memory: QueryMemory;
  /** Measures operators of plans, where that is asked for. */
  readonly analysis?: PlanAnalysis | undefined;
  /** The search of a root that has one. */
  readonly search?: TextSearch;
}

/** Filled in while a run goes on. */
export interface RunCounters {
  /** Documents and index entries that were read. */
  rowsRead: number;
  /** Places of sources that were gone past, those of columns among them: how far the run is. */
  rowsPassed: number;
  /** How long the last step from one yield of the root to the next took; scans size their batches by it. */
  stepMs: number;
}

/** Takes the place of a node's operator, and notes what it gives. */
export interface PlanAnalysis {
  measure(node: PhysicalNode, operator: Operator, counters: RunCounters): Operator;
}

const keptRowsMax = 1_024;
const sweeping: ReadOptions = { isSweep: true };

/** How to read the next document, after so many: a long run of them sweeps through. */
export function readAfter(readCount: number): ReadOptions | undefined {
  return readCount >= keptRowsMax ? sweeping : undefined;
}

/** A batch without documents: a place to rest. */
export const restBatch: Batch = { rows: [], documents: [] };
