/* A root that selects totals, groups or pages in place of documents. */
import type { BoundPart, BoundRead, FieldPath, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { isUnsettledTotals, planTotals, totalsName, totalsOutline } from '../plan/plan-parts.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import { type CompiledGroup, compileGroup, groupScope } from './group-shape.ts';
import { Measures } from './measures.ts';
import { openPage } from './open-page.ts';
import type { Operator } from './operator.ts';
import { readTotals } from './operators/totals.ts';
import type { OpenedRead } from './read-shape.ts';
import type { ReadScope } from './selection.ts';
import { compileTotals } from './totals.ts';

export interface PartsRead {
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  readonly read: BoundRead & { readonly span: Span };
  readonly parts: readonly BoundPart[];
}

export function openParts(input: PartsRead, scope: ReadScope): OpenedRead {
  const { collection, filter, parts } = input;
  const measures = new Measures(collection.definition);
  const totalRows = compileTotals(parts, measures);
  const groups = parts.flatMap((part, at) =>
    part.kind === 'groupBy'
      ? [{ shape: compileGroup(part, collection, groupScope(scope, collection)), part: at }]
      : [],
  );
  const hasTotals = parts.some(({ kind }) => kind === 'totalCount' || kind === 'aggregate');
  const isScanned = groups.length > 0 || !measures.isCountOnly;
  const sinks = [
    ...(hasTotals && isScanned ? ['Aggregate'] : []),
    ...groups.map(({ shape }) => `GroupBy(${shape.group.keys.map(({ name }) => name).join(', ')})`),
  ];
  const { facts, search } = scope.context;
  const asked = {
    isCounted: hasTotals,
    sinks,
    search,
    measures: groups.length === 0 ? measures.requests : undefined,
    fields: fieldsOf(measures, groups),
  };
  const plan = planTotals(collection, filter, asked, facts);
  const isPointGroups = groups.every(({ shape }) => shape.nodes.every(({ isPoint }) => isPoint));
  const page = openPage(input, scope);
  const names = [totalsName(plan), page.plan].filter((name) => name !== undefined);
  const totals = readTotals({ plan, collection, measures, totalRows, groups }, scope.context);
  return {
    plan: names.length === 0 ? 'Nothing' : names.join('; '),
    outlines: [totalsOutline(plan), page.outline].filter((outline) => outline !== undefined),
    isPoint: isUnsettledTotals(plan) && page.isPoint && isPointGroups,
    shape: { kind: 'parts', parts, edges: page.edges },
    operator: inTurn(totals, page.operator),
  };
}

/** Every field that totals and groups read; `undefined` where groups take lists apart or show documents. */
function fieldsOf(
  measures: Measures,
  groups: readonly { readonly shape: CompiledGroup }[],
): readonly FieldPath[] | undefined {
  const fields = pathsOf(measures);
  for (const { shape } of groups) {
    if (shape.nodes.length > 0) return undefined;
    for (const { path, type } of shape.group.keys) {
      if (type.kind === 'list') return undefined;
      fields.push(path);
    }
    fields.push(...pathsOf(shape.measures));
  }
  return fields;
}

function pathsOf({ requests }: Measures): FieldPath[] {
  return requests.flatMap(({ path }) => (path === undefined ? [] : [path]));
}

function* inTurn(...operators: readonly Operator[]): Operator {
  for (const operator of operators) yield* operator;
}
