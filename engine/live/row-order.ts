import { compileReader } from '../exec/field-reader.ts';
import type { SortKey } from '../plan/sort-key.ts';
import { compareStrings, compareValues } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** Compares whole documents by a total order: its last key is the id, so that only a document equals itself. */
export type DocumentOrder = (left: StoredDocument, right: StoredDocument) => number;

export function compileOrder(keys: readonly SortKey[]): DocumentOrder {
  const [first] = keys;
  if (keys.length === 1 && first !== undefined && first.path.join('.') === 'id') {
    const sign = first.direction === 'asc' ? 1 : -1;
    return (left, right) => compareStrings(left.id, right.id) * sign;
  }
  const columns = keys.map(({ path, direction }) => ({
    read: compileReader(path),
    sign: direction === 'asc' ? 1 : -1,
  }));
  return (left, right) => {
    for (const { read, sign } of columns) {
      const order = compareValues(read(left) ?? null, read(right) ?? null);
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}
