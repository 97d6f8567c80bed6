/*
 * Measures totals and groups in columns, without documents. Unsafe where a condition, a measure or a key has no column,
 * and where groups show documents. Columns that are not cached are filled where all documents would be read anyway, or once
 * as many were read for not having them.
 */
import type { FieldPath } from '#engine/aql';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import {
  columnSpecOf,
  columnsState,
  findColumnConjuncts,
  isWorthFilling,
} from '../column-access.ts';
import { isEnabled, type PlanFacts } from '../logical-query.ts';
import type { PhysicalNode } from '../physical-plan.ts';
import type { ColumnTotalsPlan, ScanTotalsPlan } from '../plan-parts.ts';
import { isPointPlan } from '../point-plan.ts';
import type { ResolvedFilter } from '../resolved-filter.ts';
import { rowsReadBy } from '../rows-read.ts';

export function proposeColumnTotals(
  asked: {
    readonly collection: CollectionEntry;
    readonly conjuncts: readonly ResolvedFilter[];
    readonly fields: readonly FieldPath[];
    readonly fallback: ScanTotalsPlan;
  },
  facts: PlanFacts,
): ColumnTotalsPlan | undefined {
  if (!isEnabled(facts, 'column-totals')) return undefined;
  const { collection, conjuncts, fields, fallback } = asked;
  const { answered, specs } = findColumnConjuncts(collection, conjuncts);
  if (answered.length < conjuncts.length) return undefined;
  const needed = [...specs];
  for (const path of fields) {
    const spec = columnSpecOf(collection.definition, path);
    if (spec === undefined) return undefined;
    if (!needed.some(({ name }) => name === spec.name)) needed.push(spec);
  }
  const state = columnsState(facts, collection, needed);
  const { input } = fallback;
  if (state === 'none' || input.kind === 'empty' || isPointPlan(input)) return undefined;
  if (state === 'fillable' && !readsAll(input)) {
    const cost = rowsReadBy(input, facts);
    if (!isWorthFilling(facts, collection, { specs: needed, cost })) return undefined;
  }
  const isHeld = state === 'held';
  return { kind: 'columnTotals', collection, conjuncts, specs: needed, isHeld, fallback };
}

/** True when a plan reads every document of the collection, or would without columns. */
export function readsAll(node: PhysicalNode): boolean {
  if (node.kind === 'filter') return readsAll(node.input);
  return node.kind === 'fullScan' || node.kind === 'columnScan';
}
