import type { PlanFacts, PlannerOptions } from '../plan/logical-query.ts';
import type { PlanTrace } from '../plan/plan-trace.ts';
import type { Snapshot } from '../transactions/snapshot.ts';

/** What a planner may ask of a snapshot. */
export function planFacts(
  snapshot: Snapshot,
  options: PlannerOptions = {},
  trace?: PlanTrace,
): PlanFacts {
  return {
    options,
    trace,
    columns: snapshot.columns,
    documentCount: (collection) => snapshot.documentCount(collection),
    cachedCount: (collection) => snapshot.cachedCount(collection),
    countIndex: (index, range, most) => snapshot.countIndex(index, range, most),
  };
}
