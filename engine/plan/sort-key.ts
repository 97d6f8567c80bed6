import type { FieldPath } from '#engine/aql';

/** One key of a total order; the last key of every order is the id. */
export interface SortKey {
  readonly path: FieldPath;
  readonly direction: 'asc' | 'desc';
}
