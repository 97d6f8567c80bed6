import {
  ArrowDown,
  ArrowUp,
  ChartColumn,
  EyeOff,
  Pin,
  PinOff,
  Replace,
  StretchHorizontal,
  X,
} from 'lucide-react';
import type { GridColumn } from '../../grid/cell-value.ts';
import {
  type ColumnState,
  moveColumn,
  setColumnWidth,
  setHidden,
  setPinned,
  setSort,
  toggleSort,
} from '../../grid/column-state.ts';
import type { GridHead } from '../../grid/grid-head.ts';
import type { MenuEntry } from '../../ui/menu.tsx';

export interface ColumnHeadOptions {
  /** All columns of the collection, by name. */
  readonly names: readonly string[];
  /** Those that are shown, in their order. */
  readonly shown: readonly GridColumn[];
  readonly state: ColumnState;
  readonly update: (change: (before: ColumnState) => ColumnState) => void;
  /** Shows what the engine counts in a column. */
  readonly onStatistics: (column: GridColumn) => void;
  /** Finds and replaces in a column; absent where nothing can be edited. */
  readonly onReplace: ((column: GridColumn) => void) | undefined;
}

/** What can be done with the columns of a collection. */
export function columnHead({
  names,
  shown,
  state,
  update,
  onStatistics,
  onReplace,
}: ColumnHeadOptions): GridHead {
  const named = (column: number, act: (name: string) => void) => {
    const name = shown[column]?.name;
    if (name !== undefined) act(name);
  };
  return {
    sortOf: ({ name }) => {
      const at = state.sort.findIndex(({ column }) => column === name);
      const found = state.sort[at];
      if (found === undefined) return undefined;
      return {
        direction: found.direction,
        position: state.sort.length > 1 ? at + 1 : undefined,
      };
    },
    onSort: (column, isAdded) =>
      named(column, (name) => update((before) => toggleSort(before, name, isAdded))),
    onMove: (from, to) =>
      named(from, (name) =>
        named(to, (other) =>
          update((before) => moveColumn(names, before, { from: name, to: other })),
        ),
      ),
    widths: state.widths,
    onWidth: (column, width) =>
      named(column, (name) => update((before) => setColumnWidth(before, name, width))),
    menu: (column) => {
      const found = shown[column];
      return found === undefined
        ? []
        : columnMenu(found, { state, update, onStatistics, onReplace });
    },
  };
}

function columnMenu(
  column: GridColumn,
  { state, update, onStatistics, onReplace }: Omit<ColumnHeadOptions, 'names' | 'shown'>,
): readonly MenuEntry[] {
  const { name } = column;
  const isPinned = state.pinned.includes(name);
  const sorted = state.sort.find((each) => each.column === name)?.direction;
  return [
    {
      kind: 'item',
      id: 'asc',
      label: 'Sort ascending',
      icon: <ArrowUp size={14} />,
      isChecked: sorted === 'asc',
      onSelect: () => update((before) => setSort(before, name, 'asc')),
    },
    {
      kind: 'item',
      id: 'desc',
      label: 'Sort descending',
      icon: <ArrowDown size={14} />,
      isChecked: sorted === 'desc',
      onSelect: () => update((before) => setSort(before, name, 'desc')),
    },
    {
      kind: 'item',
      id: 'unsorted',
      label: 'Do not sort',
      icon: <X size={14} />,
      isDisabled: state.sort.length === 0,
      onSelect: () => update((before) => setSort(before, name, undefined)),
    },
    { kind: 'separator', id: 'place' },
    {
      kind: 'item',
      id: 'pin',
      label: isPinned ? 'Unpin' : 'Pin to the left',
      icon: isPinned ? <PinOff size={14} /> : <Pin size={14} />,
      onSelect: () => update((before) => setPinned(before, name, !isPinned)),
    },
    {
      kind: 'item',
      id: 'hide',
      label: 'Hide',
      icon: <EyeOff size={14} />,
      onSelect: () => update((before) => setHidden(before, name, true)),
    },
    {
      kind: 'item',
      id: 'fit',
      label: 'Fit the width',
      icon: <StretchHorizontal size={14} />,
      onSelect: () => update((before) => setColumnWidth(before, name, undefined)),
    },
    { kind: 'separator', id: 'counts' },
    {
      kind: 'item',
      id: 'statistics',
      label: 'Statistics',
      icon: <ChartColumn size={14} />,
      onSelect: () => onStatistics(column),
    },
    ...(onReplace === undefined
      ? []
      : [
          {
            kind: 'item' as const,
            id: 'replace',
            label: 'Find and replace',
            icon: <Replace size={14} />,
            onSelect: () => onReplace(column),
          },
        ]),
  ];
}
