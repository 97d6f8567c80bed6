import type { WireValue } from '#contract';
import { type ColumnState, decodeColumnState, encodeColumnState } from '../../grid/column-state.ts';

/** What of a collection is looked at, under a name. */
export interface SavedView {
  readonly name: string;
  readonly where: string;
  readonly columns: ColumnState;
}

export function encodeViews(views: readonly SavedView[]): WireValue {
  return views.map(({ name, where, columns }) => ({
    ...{ name, where, columns: encodeColumnState(columns) },
  }));
}

/** Reads saved views; what is not of their form is left out. */
export function decodeViews(value: WireValue | undefined): readonly SavedView[] {
  const items: readonly WireValue[] = Array.isArray(value) ? value : [];
  return items.flatMap((item): readonly SavedView[] => {
    if (typeof item !== 'object' || item === null || !('name' in item)) return [];
    const { name, where, columns } = item;
    if (typeof name !== 'string' || typeof where !== 'string') return [];
    return [{ name, where, columns: decodeColumnState(columns) }];
  });
}
