import type { MenuEntry } from '../ui/menu.tsx';
import type { GridColumn } from './cell-value.ts';

/** What can be done with the columns of a grid whose arrangement is remembered. Columns are numbered as shown. */
export interface GridHead {
  /** How the rows are sorted by a column; `position` when it is one of several. */
  readonly sortOf: (
    column: GridColumn,
  ) => { readonly direction: 'asc' | 'desc'; readonly position: number | undefined } | undefined;
  readonly onSort: (column: number, isAdded: boolean) => void;
  readonly onMove: (from: number, to: number) => void;
  readonly menu: (column: number) => readonly MenuEntry[];
  /** The width that the person gave a column, by its name. */
  readonly widths: { readonly [column: string]: number };
  /** Without a width, the column is fitted again. */
  readonly onWidth: (column: number, width: number | undefined) => void;
}
