/*
 * How what stands in place of documents is found: all totals and groups of one selection share one pass over the
 * documents, or none when they only count; a page is a query of its own.
 */
import type { FieldPath } from '#engine/aql';
import type { ColumnSpec } from '../cache/column.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { isEnabled, type PlanFacts, type SearchRequest } from './logical-query.ts';
import {
  type CountPlan,
  columnsName,
  countPlanName,
  type PhysicalNode,
  planName,
} from './physical-plan.ts';
import { planCount } from './plan-count.ts';
import { planQuery } from './plan-query.ts';
import type { PlanOutline } from './plan-trace.ts';
import { isUnsettledCount, isUnsettledPlan } from './point-plan.ts';
import { conjunctsOf, type ResolvedFilter } from './resolved-filter.ts';
import { proposeColumnTotals } from './rules/column-totals.ts';
import { type IndexEnd, type MeasuredField, proposeIndexEnds } from './rules/index-ends.ts';

/** How totals and groups are found; `none` when none is selected. */
export type TotalsPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'count'; readonly count: CountPlan }
  /** The values of measures, by their number, stand at the ends of indexes; `undefined` is the count. */
  | {
      readonly kind: 'indexEnds';
      readonly count: CountPlan;
      readonly ends: readonly (IndexEnd | undefined)[];
    }
  | ColumnTotalsPlan
  | ScanTotalsPlan;

export interface ScanTotalsPlan {
  readonly kind: 'scan';
  readonly input: PhysicalNode;
  /** Names of the operators that take in the documents: `Aggregate`, `GroupBy(role)`. */
  readonly sinks: readonly string[];
}

/** Everything is measured in columns. */
export interface ColumnTotalsPlan {
  readonly kind: 'columnTotals';
  readonly collection: CollectionEntry;
  readonly conjuncts: readonly ResolvedFilter[];
  readonly specs: readonly ColumnSpec[];
  readonly isHeld: boolean;
  readonly fallback: ScanTotalsPlan;
}

export function planTotals(
  collection: CollectionEntry,
  filter: ResolvedFilter,
  asked: {
    readonly isCounted: boolean;
    readonly sinks: readonly string[];
    readonly search: SearchRequest | undefined;
    /** What totals measure, by number; absent where groups are asked for as well. */
    readonly measures: readonly MeasuredField[] | undefined;
    /** Every field that totals and groups read; absent where they need documents. */
    readonly fields: readonly FieldPath[] | undefined;
  },
  facts: PlanFacts,
): TotalsPlan {
  const { search } = asked;
  if (asked.isCounted && asked.sinks.length === 0 && search === undefined) {
    return { kind: 'count', count: planCount(collection, filter, facts) };
  }
  if (asked.sinks.length === 0 && !asked.isCounted) return { kind: 'none' };
  const isWhole = search === undefined && conjunctsOf(filter).length === 0;
  const ends =
    isEnabled(facts, 'index-ends') && isWhole && asked.measures !== undefined
      ? proposeIndexEnds(collection, asked.measures)
      : undefined;
  if (ends !== undefined) {
    return { kind: 'indexEnds', count: planCount(collection, filter, facts), ends };
  }
  const query = { collection, filter, search, keys: [], offset: 0, rowsMax: undefined };
  const sinks = asked.sinks.length === 0 ? ['Count'] : asked.sinks;
  const scan: ScanTotalsPlan = { kind: 'scan', input: planQuery(query, facts), sinks };
  if (asked.fields === undefined || search !== undefined) return scan;
  const fields = asked.fields;
  const conjuncts = conjunctsOf(filter);
  return proposeColumnTotals({ collection, conjuncts, fields, fallback: scan }, facts) ?? scan;
}

/** Whether it reads no more than single documents, counters and held columns, as on a snapshot that is not settled. */
export function isUnsettledTotals(plan: TotalsPlan): boolean {
  switch (plan.kind) {
    case 'none':
      return true;
    case 'count':
      return isUnsettledCount(plan.count);
    case 'indexEnds':
      return false;
    case 'columnTotals':
      return plan.isHeld;
    case 'scan':
      return isUnsettledPlan(plan.input);
  }
}

/** What is explained of it. */
export function totalsOutline(plan: TotalsPlan): PlanOutline | undefined {
  const name = totalsName(plan);
  if (name === undefined) return undefined;
  if (plan.kind === 'scan') return { above: [plan.sinks.join(' + ')], node: plan.input };
  if (plan.kind !== 'count') return { above: name.split(' → ').reverse() };
  const { count } = plan;
  return count.kind === 'countRows' || count.kind === 'indexCount'
    ? { above: ['Count'], node: count.input }
    : { above: name.split(' → ').reverse() };
}

/** The one-line name; `undefined` when nothing is done. */
export function totalsName(plan: TotalsPlan): string | undefined {
  switch (plan.kind) {
    case 'none':
      return undefined;
    case 'count':
      return countPlanName(plan.count);
    case 'indexEnds': {
      const fields = plan.ends.flatMap((end) =>
        end === undefined ? [] : [`${end.index.collection}.${end.path.join('.')}`],
      );
      const isCounted = plan.ends.includes(undefined);
      const names = [
        ...(isCounted ? [countPlanName(plan.count)] : []),
        `IndexEnd(${[...new Set(fields)].join(', ')})`,
      ];
      return names.join(' + ');
    }
    case 'columnTotals':
      return `${columnsName('ColumnScan', plan)} → ${plan.fallback.sinks.join(' + ')}`;
    case 'scan':
      return `${planName(plan.input)} → ${plan.sinks.join(' + ')}`;
  }
}
