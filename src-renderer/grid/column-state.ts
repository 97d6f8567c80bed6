import type { WireValue } from '#contract';

/*
 * How a person arranged the columns of a grid, by the names of the columns, so that it holds when columns come or go.
 * (TanStack Table was considered for this: what it would save is the fifty lines below, and its row model, which is most
 * of it, is the part that a sparse model cannot use.)
 */

export interface SortedBy {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

export interface ColumnState {
  /** Columns that were moved, in their order; the others follow in the order of the collection. */
  readonly order: readonly string[];
  readonly widths: { readonly [column: string]: number };
  readonly hidden: readonly string[];
  /** Columns that stand still at the left when the others are scrolled. */
  readonly pinned: readonly string[];
  /** By what the rows are sorted, the first before the others. */
  readonly sort: readonly SortedBy[];
}

export const plainColumns: ColumnState = {
  order: [],
  widths: {},
  hidden: [],
  pinned: [],
  sort: [],
};

export interface ArrangedColumns {
  /** Numbers of the columns that are shown, from left to right. */
  readonly shown: readonly number[];
  /** How many of them, from the first, are pinned. */
  readonly pinnedCount: number;
}

/** Which columns stand where. */
export function arrangedColumns(names: readonly string[], state: ColumnState): ArrangedColumns {
  const place = (name: string) => {
    const at = state.order.indexOf(name);
    return at < 0 ? state.order.length + names.indexOf(name) : at;
  };
  const visible = names.filter((name) => !state.hidden.includes(name));
  const ordered = visible.toSorted((left, right) => place(left) - place(right));
  const pinned = ordered.filter((name) => state.pinned.includes(name));
  const others = ordered.filter((name) => !state.pinned.includes(name));
  return {
    shown: [...pinned, ...others].map((name) => names.indexOf(name)),
    pinnedCount: pinned.length,
  };
}

/** Moves a column to the place of another one; it stays among the pinned ones, or among the others. */
export function moveColumn(
  names: readonly string[],
  state: ColumnState,
  { from, to }: { readonly from: string; readonly to: string },
): ColumnState {
  const shown = arrangedColumns(names, state).shown.map((at) => names[at] ?? '');
  const target = shown.indexOf(to);
  if (target < 0 || state.pinned.includes(from) !== state.pinned.includes(to)) return state;
  const others = shown.filter((name) => name !== from);
  const order = [...others.slice(0, target), from, ...others.slice(target)];
  return { ...state, order: [...order, ...names.filter((name) => !order.includes(name))] };
}

export function setHidden(state: ColumnState, column: string, isHidden: boolean): ColumnState {
  return { ...state, hidden: changed(state.hidden, column, isHidden) };
}

export function setPinned(state: ColumnState, column: string, isPinned: boolean): ColumnState {
  return { ...state, pinned: changed(state.pinned, column, isPinned) };
}

/** Without a width, the column is fitted to what it holds. */
export function setColumnWidth(
  state: ColumnState,
  column: string,
  width: number | undefined,
): ColumnState {
  const { [column]: _width, ...others } = state.widths;
  return { ...state, widths: width === undefined ? others : { ...others, [column]: width } };
}

/** Sorts by a column alone, or by it too. A column that is sorted by turns round, and then is not any more. */
export function toggleSort(state: ColumnState, column: string, isAdded: boolean): ColumnState {
  const before = state.sort.find((each) => each.column === column);
  if (before === undefined) {
    const added: SortedBy = { column, direction: 'asc' };
    return { ...state, sort: isAdded ? [...state.sort, added] : [added] };
  }
  const others = state.sort.filter((each) => each.column !== column);
  if (before.direction === 'desc') return { ...state, sort: isAdded ? others : [] };
  const turned: SortedBy = { column, direction: 'desc' };
  const all = state.sort.map((each) => (each.column === column ? turned : each));
  return { ...state, sort: isAdded ? all : [turned] };
}

export function setSort(
  state: ColumnState,
  column: string,
  direction: SortedBy['direction'] | undefined,
): ColumnState {
  return { ...state, sort: direction === undefined ? [] : [{ column, direction }] };
}

export function encodeColumnState(state: ColumnState): WireValue {
  return {
    order: state.order,
    widths: state.widths,
    hidden: state.hidden,
    pinned: state.pinned,
    sort: state.sort.map(({ column, direction }) => ({ column, direction })),
  };
}

/** Reads a saved state; what is not of its form is left out. */
export function decodeColumnState(value: WireValue | undefined): ColumnState {
  if (!isRecord(value)) return plainColumns;
  const widths = isRecord(value['widths']) ? Object.entries(value['widths']) : [];
  const sort = Array.isArray(value['sort']) ? value['sort'] : [];
  return {
    order: names(value['order']),
    hidden: names(value['hidden']),
    pinned: names(value['pinned']),
    widths: Object.fromEntries(
      widths.flatMap(([column, width]) => (typeof width === 'number' ? [[column, width]] : [])),
    ),
    sort: sort.flatMap((each: WireValue): readonly SortedBy[] => {
      if (!isRecord(each) || typeof each['column'] !== 'string') return [];
      return [{ column: each['column'], direction: each['direction'] === 'desc' ? 'desc' : 'asc' }];
    }),
  };
}

function changed(list: readonly string[], column: string, isIn: boolean): readonly string[] {
  const others = list.filter((name) => name !== column);
  return isIn ? [...others, column] : others;
}

function names(value: WireValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function isRecord(value: WireValue | undefined): value is { readonly [key: string]: WireValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
