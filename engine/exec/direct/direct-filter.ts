/* Filters of conditions that columns can answer, all of which must hold; resolved for each run. */
import type { BoundFilter } from '#engine/aql';
import { type ColumnSpec, presence } from '../../cache/column.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { columnSpecOf } from '../../plan/column-access.ts';
import type { ResolvedComparison } from '../../plan/resolved-filter.ts';
import type { VariableValues } from '../operand.ts';
import { resolveFilter } from '../resolve-filter.ts';

export interface DirectFilter {
  readonly specs: readonly ColumnSpec[];
  /** `undefined` when a variable makes something else of a condition. */
  resolve(variables: VariableValues): readonly ResolvedComparison[] | undefined;
}

/** `undefined` for a filter that columns cannot answer alone, or not without looking at more than single conditions. */
export function compileDirectFilter(
  where: BoundFilter | undefined,
  { definition, indexes }: CollectionEntry,
): DirectFilter | undefined {
  const conditions = where === undefined ? [] : flatten(where);
  const specs = new Map([[presence.name, presence]]);
  for (const condition of conditions) {
    if (condition.kind !== 'compare') return undefined;
    const { path, operator } = condition;
    const spec = columnSpecOf(definition, path);
    if (spec === undefined) return undefined;
    // One document is found faster by its key.
    const isKey = indexes.some(({ unique, fields }) => unique && fields[0] === spec.name);
    if (isKey && (operator === 'eq' || operator === 'in')) return undefined;
    specs.set(spec.name, spec);
  }
  return {
    specs: [...specs.values()],
    resolve(variables) {
      const resolved: ResolvedComparison[] = [];
      for (const condition of conditions) {
        const filter = resolveFilter(condition, {
          collection: definition,
          variables,
          absentVariable: 'omit',
        });
        if (filter.kind !== 'compare') return undefined;
        resolved.push(filter);
      }
      return resolved;
    },
  };
}

function flatten(filter: BoundFilter): readonly BoundFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(flatten) : [filter];
}
