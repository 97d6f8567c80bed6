/*
 * What of a query column vectors can answer: fields of one scalar type, not inside of objects. The id is left out: its
 * vector would hold every id, and indexes are better at what is asked of it.
 */
import type { CollectionDefinition, FieldPath } from '#engine/aql';
import { type ColumnSpec, presence } from '../cache/column.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { limits } from '../limits.ts';
import type { PlanFacts } from './logical-query.ts';
import type { ResolvedFilter } from './resolved-filter.ts';

/** Rows in the order of a field with no more distinct values are found by a walk over the values. */
export const walkedValuesMax = 256;

/** The column of a field; `undefined` when it cannot have one. */
export function columnSpecOf(
  definition: CollectionDefinition,
  path: FieldPath,
): ColumnSpec | undefined {
  const [name] = path;
  if (name === undefined || path.length !== 1 || name === 'id') return undefined;
  const type = fieldTypeAt(definition, path);
  if (type.kind !== 'scalar') return undefined;
  switch (type.name) {
    case 'Int':
    case 'Float':
    case 'DateTime':
      return { name, kind: 'number' };
    case 'String':
    case 'Uuid':
      return { name, kind: 'text' };
    case 'Boolean':
      return { name, kind: 'boolean' };
    default:
      return undefined;
  }
}

/** The conjuncts that columns answer, and the columns for them; each column once. */
export interface ColumnConjuncts {
  readonly answered: readonly ResolvedFilter[];
  readonly specs: readonly ColumnSpec[];
}

export function findColumnConjuncts(
  { definition }: CollectionEntry,
  conjuncts: readonly ResolvedFilter[],
): ColumnConjuncts {
  const answered: ResolvedFilter[] = [];
  const specs = new Map([[presence.name, presence]]);
  for (const conjunct of conjuncts) {
    const found = columnsOf(definition, conjunct);
    if (found === undefined) continue;
    answered.push(conjunct);
    for (const spec of found) specs.set(spec.name, spec);
  }
  return { answered, specs: [...specs.values()] };
}

/** The columns that a filter reads; `undefined` when some of it has none. */
function columnsOf(
  definition: CollectionDefinition,
  filter: ResolvedFilter,
): readonly ColumnSpec[] | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const inner = filter.operands.map((operand) => columnsOf(definition, operand));
      return inner.every((each) => each !== undefined) ? inner.flat() : undefined;
    }
    case 'not':
      return columnsOf(definition, filter.operand);
    case 'compare': {
      const spec = columnSpecOf(definition, filter.path);
      return spec && [spec];
    }
    case 'size':
    case 'keyset':
      return undefined;
  }
}

/** True when queries have paid as much for not having columns as it costs to fill them. */
export function isWorthFilling(
  { columns, ...facts }: PlanFacts,
  collection: CollectionEntry,
  { specs, cost }: { readonly specs: readonly ColumnSpec[]; readonly cost: number },
): boolean {
  const paid = columns?.want(collection.storageId, specs, cost) ?? 0;
  return paid >= facts.documentCount(collection);
}

/**
 * `held`: they are there for as long as the snapshot is; `ready`: they are cached, and get to this moment when they have
 * taken in some changes; `fillable`: they can be had after one pass over the documents.
 */
export function columnsState(
  { columns, options, ...facts }: PlanFacts,
  collection: CollectionEntry,
  specs: readonly ColumnSpec[],
): 'held' | 'ready' | 'fillable' | 'none' {
  if (columns === undefined) return 'none';
  if (columns.hold(collection.storageId, specs)) return 'held';
  const isThere = columns.has(collection.storageId, specs);
  if (isThere && !columns.isBeyond(collection.storageId)) return 'ready';
  const count = facts.documentCount(collection);
  if (count < (options.columnRowsMin ?? limits.columnRowsMin)) return 'none';
  const canHold = specs.every((spec) => columns.canHold(collection.storageId, spec, count));
  return canHold ? 'fillable' : 'none';
}
