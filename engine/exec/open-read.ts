/* From a read and the variables of a run to a plan and connected operators. */
import type { BoundRead, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { planName } from '../plan/physical-plan.ts';
import { planQuery } from '../plan/plan-query.ts';
import { isPointPlan } from '../plan/point-plan.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import { buildOperator } from './build-operator.ts';
import { openParts } from './open-parts.ts';
import type { OpenedRead } from './read-shape.ts';
import { resolveCount, resolveOrder, resolveWhere } from './resolve-read.ts';
import type { ReadScope } from './selection.ts';

/** @throws AuroraError for values of variables that do not fit */
export function openRead(
  read: BoundRead & { readonly span: Span; readonly isInRowOrder?: boolean },
  collection: CollectionEntry,
  scope: ReadScope,
): OpenedRead {
  const { variables, context } = scope;
  const { span, parts } = read;
  const filter = resolveWhere(read.where, collection, variables);
  if (parts !== undefined) return openParts({ collection, filter, read, parts }, scope);
  const node = planQuery(
    {
      collection,
      filter,
      keys:
        read.isInRowOrder === true
          ? []
          : sortKeysOf(resolveOrder(read.orderBy, collection, variables, span)),
      offset: resolveCount(read.offset, 'offset', variables, span) ?? 0,
      rowsMax: resolveCount(read.limit, 'limit', variables, span),
    },
    context.snapshot,
  );
  const { fields, names, isPoint, attach } = scope.compileSelection(
    read.selection,
    collection,
    scope,
  );
  return {
    plan: [planName(node), ...names, 'Project'].join(' → '),
    isPoint: isPoint && isPointPlan(node),
    shape: { kind: 'documents', fields },
    operator: attach(buildOperator(node, context)),
  };
}
