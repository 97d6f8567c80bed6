/* What can be done to the selected cells and rows of a grid, as menu and palette offer it; the grid hears the keys itself. */
import { rectangleOf, type Selection, selectionAt } from '../../grid/selection.ts';
import type { GridActions } from './grid-actions.ts';

export type EditActId = 'null' | 'unset' | 'fill' | 'insert' | 'duplicate' | 'delete';

export interface EditAct {
  readonly id: EditActId;
  /** What it does to this selection: `Delete 3 rows`. */
  readonly label: string;
  /** Heard by the grid; absent where it has none. */
  readonly key: string | undefined;
  /** False while the selection is not one for it. */
  readonly isPossible: boolean;
}

/** Acts that the rows do not have are left out. */
export function actIdsOf(
  actions: Pick<GridActions, 'insertRow' | 'duplicateRows'>,
): readonly EditActId[] {
  return editActs(actions, selectionAt({ row: 0, column: 0 })).map(({ id }) => id);
}

export function editActs(
  actions: Pick<GridActions, 'insertRow' | 'duplicateRows'>,
  selection: Selection,
): readonly EditAct[] {
  const { top, bottom, left, right } = rectangleOf(selection);
  const rowCount = bottom - top + 1;
  const cells = rowCount * (right - left + 1) === 1 ? 'the cell' : 'the cells';
  const rows = rowCount === 1 ? 'the row' : `${rowCount.toLocaleString('en-US')} rows`;
  const isInRows = selection.focus.row >= 0 && selection.anchor.row >= 0;
  const act = (id: EditActId, label: string, key?: string, isPossible = isInRows): EditAct => {
    return { id, label, key, isPossible };
  };
  return [
    act('null', `Set ${cells} to null`, 'Backspace'),
    act('unset', `Unset ${cells}`, 'Shift+Backspace'),
    act('fill', 'Fill down', rowCount > 1 ? 'Mod+D' : undefined, isInRows && rowCount > 1),
    ...(actions.insertRow === undefined ? [] : [act('insert', 'Insert a row', 'Mod+I', true)]),
    ...(actions.duplicateRows === undefined
      ? []
      : [act('duplicate', `Duplicate ${rows}`, rowCount > 1 ? undefined : 'Mod+D')]),
    act('delete', `Delete ${rows}`, 'Delete'),
  ];
}

/** The acts in words that hold for any selection, for the palette. */
export const actTitles: Readonly<
  Record<EditActId, { readonly title: string; readonly key?: string; readonly words: string[] }>
> = {
  null: { title: 'Set the selected cells to null', key: 'Backspace', words: ['clear', 'empty'] },
  unset: {
    ...{ title: 'Unset the selected cells', key: 'Shift+Backspace' },
    words: ['clear', 'remove', 'missing'],
  },
  fill: { title: 'Fill the selected cells down', key: 'Mod+D', words: ['copy'] },
  insert: { title: 'Insert a row', key: 'Mod+I', words: ['add', 'new', 'document'] },
  duplicate: { title: 'Duplicate the selected rows', words: ['copy', 'clone', 'document'] },
  delete: { title: 'Delete the selected rows', key: 'Delete', words: ['remove', 'document'] },
};
