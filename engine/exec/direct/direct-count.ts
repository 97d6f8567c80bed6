/* Numbers of documents, from the counters of a collection or from columns that are there. */
import type { BoundPart, JsonValue } from '#engine/aql';
import { setOwn } from '../../base/own-key.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { countPlanName } from '../../plan/physical-plan.ts';
import { countSoon } from '../columns/count-rows.ts';
import type { ExecutableRoot } from '../executable.ts';
import type { OutputObject } from '../projection.ts';
import { compileDirectFilter } from './direct-filter.ts';
import type { DirectProgram } from './direct-program.ts';

export function compileDirectCount(
  root: ExecutableRoot,
  collection: CollectionEntry,
): DirectProgram | undefined {
  const shape = compileCounts(root.parts ?? []);
  const filter = compileDirectFilter(root.where, collection);
  if (shape === undefined || filter === undefined || root.search !== undefined) return undefined;
  const { storageId } = collection;
  const { specs } = filter;
  const fallback = { kind: 'collectionCount', collection } as const;
  const wholePlan = countPlanName(fallback);
  const columnPlan = countPlanName({
    kind: 'columnCount',
    collection,
    conjuncts: [],
    specs,
    isHeld: true,
    fallback,
  });
  return ({ lookup, columns }, variables) => {
    const conjuncts = filter.resolve(variables);
    if (conjuncts === undefined) return undefined;
    if (conjuncts.length === 0) {
      const { documentCount } = lookup.counts(collection);
      return { value: shape(documentCount), documents: [], plan: wholePlan, rowsRead: 0 };
    }
    const held = columns?.held(storageId, specs);
    const counted = held && countSoon(conjuncts, held);
    if (counted === undefined) return undefined;
    const { count, rowsRead } = counted;
    return { value: shape(count), documents: [], plan: columnPlan, rowsRead };
  };
}

/** The object of a selection that only counts; `undefined` for any other. */
function compileCounts(parts: readonly BoundPart[]): ((count: number) => JsonValue) | undefined {
  const keys: string[] = [];
  for (const part of parts) {
    if (part.kind !== 'totalCount' || part.condition !== undefined) return undefined;
    keys.push(part.responseKey);
  }
  if (keys.length === 0) return undefined;
  return (count) => {
    const object: OutputObject = {};
    for (const key of keys) setOwn(object, key, count);
    return object;
  };
}
