import type { CollectionInfo } from '#contract';
import type { SortedBy } from '../../grid/column-state.ts';

/** Where new documents come in an order. Ids grow, and so do the numbers and dates that a person sorts by to see what is new. */
export function tailOf(sort: readonly SortedBy[]): { readonly end: 'first' | 'last' } {
  return { end: sort[0]?.direction === 'desc' ? 'first' : 'last' };
}

const growing: ReadonlySet<string> = new Set(['Int', 'Float', 'DateTime', 'Date']);

/** Why the newest document cannot be kept in view: in some orders new ones come anywhere. */
export function tailRefusal(
  sort: readonly SortedBy[],
  { fields }: Pick<CollectionInfo, 'fields'>,
): string | undefined {
  const [first] = sort;
  if (first === undefined || first.column === 'id') return undefined;
  const type = fields.find(({ name }) => name === first.column)?.type;
  if (type?.kind === 'scalar' && growing.has(type.name)) return undefined;
  return `In the order of ${first.column} new documents come anywhere. Tail follows the order of ids, of a number or of a date.`;
}
