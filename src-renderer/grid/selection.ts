/*
 * Focus and selection of a grid as plain data. Row -1 is the header. The selection is the rectangle between `anchor`
 * and `focus`; without an extension both are the same cell.
 */

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface Selection {
  readonly focus: CellPlace;
  readonly anchor: CellPlace;
}

/** Rows and columns of a rectangle, ends inclusive. */
export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The sizes a move is bounded by. `pageRows` is how many rows PageUp and PageDown go. */
export interface GridBounds {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly pageRows: number;
}

export interface MoveKey {
  readonly key: string;
  readonly isCommand: boolean;
  readonly isShift: boolean;
}

export const headerRow = -1;

export function selectionAt(place: CellPlace): Selection {
  return { focus: place, anchor: place };
}

export function rectangleOf(selection: Selection): Rectangle {
  const { focus, anchor } = selection;
  return {
    top: Math.max(0, Math.min(focus.row, anchor.row)),
    bottom: Math.max(focus.row, anchor.row),
    left: Math.min(focus.column, anchor.column),
    right: Math.max(focus.column, anchor.column),
  };
}

export function isRange(selection: Selection): boolean {
  return (
    selection.focus.row !== selection.anchor.row ||
    selection.focus.column !== selection.anchor.column
  );
}

export function isSameSelection(left: Selection, right: Selection): boolean {
  const isSame = (one: CellPlace, other: CellPlace) =>
    one.row === other.row && one.column === other.column;
  return isSame(left.focus, right.focus) && isSame(left.anchor, right.anchor);
}

/** The selection after a key, or undefined when the key does not move. Shift extends, except into the header. */
export function moved(
  selection: Selection,
  key: MoveKey,
  bounds: GridBounds,
): Selection | undefined {
  const place = target(selection.focus, key, bounds);
  if (place === undefined) return undefined;
  const inside: CellPlace = {
    row: clamp(place.row, key.isShift ? 0 : headerRow, bounds.rowCount - 1),
    column: clamp(place.column, 0, bounds.columnCount - 1),
  };
  return key.isShift && selection.focus.row >= 0
    ? { focus: inside, anchor: selection.anchor }
    : selectionAt(inside);
}

/** Everything, with the focus at the first cell, so that the view need not move. */
export function allSelected(bounds: GridBounds): Selection {
  return {
    focus: { row: 0, column: 0 },
    anchor: { row: Math.max(0, bounds.rowCount - 1), column: Math.max(0, bounds.columnCount - 1) },
  };
}

/** Keeps a selection inside a grid that became smaller. */
export function bounded(selection: Selection, bounds: GridBounds): Selection {
  const keep = (place: CellPlace): CellPlace => ({
    row: clamp(place.row, headerRow, bounds.rowCount - 1),
    column: clamp(place.column, 0, Math.max(0, bounds.columnCount - 1)),
  });
  return { focus: keep(selection.focus), anchor: keep(selection.anchor) };
}

function target(from: CellPlace, key: MoveKey, bounds: GridBounds): CellPlace | undefined {
  const lastRow = bounds.rowCount - 1;
  const lastColumn = bounds.columnCount - 1;
  switch (key.key) {
    case 'ArrowUp':
      return { row: key.isCommand ? Math.min(0, lastRow) : from.row - 1, column: from.column };
    case 'ArrowDown':
      return { row: key.isCommand ? lastRow : from.row + 1, column: from.column };
    case 'ArrowLeft':
      return { row: from.row, column: key.isCommand ? 0 : from.column - 1 };
    case 'ArrowRight':
      return { row: from.row, column: key.isCommand ? lastColumn : from.column + 1 };
    case 'PageUp':
      return {
        row: Math.max(Math.min(0, lastRow), from.row - bounds.pageRows),
        column: from.column,
      };
    case 'PageDown':
      return {
        row: Math.min(lastRow, Math.max(0, from.row) + bounds.pageRows),
        column: from.column,
      };
    case 'Home':
      return { row: key.isCommand ? Math.min(0, lastRow) : from.row, column: 0 };
    case 'End':
      return { row: key.isCommand ? lastRow : from.row, column: lastColumn };
    default:
      return undefined;
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(value, Math.max(min, max)));
}
