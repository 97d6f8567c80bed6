import type { WireValue } from '#contract';
import { type ColumnState, decodeColumnState, encodeColumnState } from '../../grid/column-state.ts';

/** What of a collection is looked at, under a name. */
export interface SavedView {
  readonly name: string;
  readonly where: string;
  readonly columns: ColumnState;
}

/** The views with one more, or with another one of its name; by name. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const others = withoutView(views, view.name);
  return [...others, view].sort((left, right) => left.name.localeCompare(right.name));
}

export function withoutView(views: readonly SavedView[], name: string): readonly SavedView[] {
  return views.filter((view) => view.name !== name);
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
