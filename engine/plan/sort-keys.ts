import type { BoundOrder } from '#engine/aql';
import type { SortKey } from './sort-key.ts';

/** The keys of a total order: those asked for, then the id. Keys that can no longer decide are left out. */
export function sortKeysOf(order: readonly BoundOrder[]): readonly SortKey[] {
  const keys: SortKey[] = [];
  const seen = new Set<string>();
  for (const { path, direction } of [...order, idOrder]) {
    const name = path.join('.');
    if (seen.has(name)) continue;
    seen.add(name);
    keys.push({ path, direction });
    if (name === 'id') break;
  }
  return keys;
}

const idOrder: Pick<BoundOrder, 'path' | 'direction'> = { path: ['id'], direction: 'asc' };
