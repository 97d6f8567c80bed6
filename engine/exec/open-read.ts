/* From a read and the variables of a run to a plan and connected operators. */
import type { BoundRead, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { planName } from '../plan/physical-plan.ts';
import { planQuery } from '../plan/plan-query.ts';
import { isUnsettledPlan } from '../plan/point-plan.ts';
import { buildOperator } from './build-operator.ts';
import { openParts } from './open-parts.ts';
import { withScoresOf } from './operators/search.ts';
import type { OpenedRead } from './read-shape.ts';
import { keysOf, resolveCount, resolveWhere } from './resolve-read.ts';
import { resolveSearch } from './search/resolve-search.ts';
import type { ReadScope } from './selection.ts';

/** @throws AuroraError for values of variables that do not fit */
export function openRead(
  read: BoundRead & { readonly span: Span; readonly isInRowOrder?: boolean },
  collection: CollectionEntry,
  given: ReadScope,
): OpenedRead {
  const { variables } = given;
  const { span, parts } = read;
  const search = read.search && resolveSearch(read.search, collection, variables, span);
  const context = search === undefined ? given.context : { ...given.context, search };
  const scope: ReadScope = { ...given, context };
  const filter = resolveWhere(read.where, collection, variables);
  if (parts !== undefined) return openParts({ collection, filter, read, parts }, scope);
  const node = planQuery(
    {
      collection,
      filter,
      search,
      keys: read.isInRowOrder === true ? [] : keysOf(read, collection, scope),
      offset: resolveCount(read.offset, 'offset', variables, span) ?? 0,
      rowsMax: resolveCount(read.limit, 'limit', variables, span),
    },
    context.facts,
  );
  const { fields, names, isPoint, attach } = scope.compileSelection(
    read.selection,
    collection,
    scope,
  );
  return {
    plan: [planName(node), ...names, 'Project'].join(' → '),
    outlines: [{ above: ['Project', ...[...names].reverse()], node }],
    isPoint: isPoint && isUnsettledPlan(node),
    shape: { kind: 'documents', fields },
    operator: attach(withScoresOf(buildOperator(node, context), context)),
  };
}
