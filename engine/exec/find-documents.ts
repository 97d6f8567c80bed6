import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { PlanFacts } from '../plan/logical-query.ts';
import { countPlanName, type PhysicalNode, planName } from '../plan/physical-plan.ts';
import { planCount } from '../plan/plan-count.ts';
import { planQuery } from '../plan/plan-query.ts';
import { isPointPlan } from '../plan/point-plan.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { buildCount, buildOperator } from './build-operator.ts';
import { compileFilter } from './compile-filter.ts';
import { nextBatch, sumSteps } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import type { OperatorContext } from './operator.ts';
import { planFacts } from './plan-facts.ts';
import type { PendingDocument, WriteSet } from './write-set.ts';

export interface FoundDocuments {
  /** In id order. */
  readonly documents: readonly PendingDocument[];
  readonly plan: string;
  readonly rowsRead: number;
}

/** How many documents may be found at once, and what is said of more. */
interface DocumentBound {
  readonly documentsMax: number;
  readonly refusal: (collection: string) => AuroraError;
}

/** The documents that a write is about, as a mutation sees them: those it has touched itself, then the snapshot's. */
export async function findDocuments(
  environment: ExecEnvironment,
  source: { readonly snapshot: Snapshot; readonly writes: WriteSet },
  collection: CollectionEntry,
  filter: ResolvedFilter,
  bound: DocumentBound = { documentsMax: limits.commitChangesMax, refusal: tooLarge },
): Promise<FoundDocuments> {
  const { snapshot, writes } = source;
  const { name } = collection.definition;
  const context = operatorContext(environment, snapshot);
  const node = planSearch(context.facts, collection, filter);
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  const operator = buildOperator(node, context);
  const documents: PendingDocument[] = [];
  for (;;) {
    const batch = await nextBatch(operator, context, slicer);
    if (batch === undefined) break;
    for (const [at, document] of batch.documents.entries()) {
      const row = batch.rows[at];
      if (row === undefined || writes.isTouched(name, row)) continue;
      documents.push({ row, before: document, after: document });
    }
    if (documents.length > bound.documentsMax) throw bound.refusal(name);
  }
  const isMatch = compileFilter(filter);
  const touched = writes.touched(name).filter(({ after }) => after !== undefined && isMatch(after));
  if (touched.length > 0) {
    documents.push(...touched);
    documents.sort((left, right) => (idOf(left) < idOf(right) ? -1 : 1));
  }
  return { documents, plan: planName(node), rowsRead: context.counters.rowsRead };
}

/** True when a filter is answered by reading single documents, so that the snapshot need not be settled. */
export function isPointSearch(
  { planner }: Pick<ExecEnvironment, 'planner'>,
  snapshot: Snapshot,
  collection: CollectionEntry,
  filter: ResolvedFilter,
): boolean {
  return isPointPlan(planSearch(planFacts(snapshot, planner), collection, filter));
}

/** How the documents are found that a write is about. */
export function planSearch(
  facts: PlanFacts,
  collection: CollectionEntry,
  filter: ResolvedFilter,
): PhysicalNode {
  const keys = sortKeysOf([]);
  return planQuery({ collection, filter, keys, offset: 0, rowsMax: undefined }, facts);
}

/** How many documents satisfy a filter. */
export async function countDocuments(
  environment: ExecEnvironment,
  snapshot: Snapshot,
  collection: CollectionEntry,
  filter: ResolvedFilter,
): Promise<{ readonly count: number; readonly plan: string }> {
  const context = operatorContext(environment, snapshot);
  const plan = planCount(collection, filter, context.facts);
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  const count = await sumSteps(buildCount(plan, context), context, slicer);
  return { count, plan: countPlanName(plan) };
}

/** One mutation is one commit, and a commit has a bound. */
export function tooLarge(
  collection: string,
  what: 'mutation' | 'transaction' = 'mutation',
): AuroraError {
  return new AuroraError(
    'TransactionTooLarge',
    `The ${what} would change more than ${limits.commitChangesMax} documents, the last of them of "${collection}"; one commit may not.`,
    {
      hint: `Change fewer at a time, with a narrower filter or several ${what}s.`,
      details: { collection, documentsMax: limits.commitChangesMax },
    },
  );
}

function operatorContext(environment: ExecEnvironment, snapshot: Snapshot): OperatorContext {
  const { clock, planner, memory } = environment;
  const facts = planFacts(snapshot, planner);
  return { snapshot, facts, clock, memory, counters: { rowsRead: 0, rowsPassed: 0, stepMs: 0 } };
}

function idOf({ after, before }: PendingDocument): string {
  return (after ?? before)?.id ?? '';
}
