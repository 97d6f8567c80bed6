/* What can be done to the cells of a grid, whatever its rows are: a collection, or the result of a query. */
import type { FieldInfo, WireValue } from '#contract';
import type { CellPlace, Selection } from '../../grid/selection.ts';

/** A cell as it can be edited: of the document that it showed when it was asked for, wherever that stands by now. */
export interface EditableCell {
  /** The field behind it, or what stands for one: its type, its rules. */
  readonly field: FieldInfo;
  readonly collection: string;
  readonly value: WireValue | undefined;
  /** What is wrong with a value beyond the rules of the field. */
  readonly problemOf?: (value: WireValue) => string | undefined;
  /** What other documents have against a value that only one may have; absent where any number may. */
  readonly uniqueProblemOf?: (value: WireValue, signal: AbortSignal) => Promise<string | undefined>;
  /** Stages a value; `undefined` unsets the field. */
  readonly set: (value: WireValue | undefined) => void;
  /** The row in which the document stands now; `undefined` when it is not loaded. */
  readonly rowNow: () => number | undefined;
}

export interface PasteOutcome {
  readonly cells: number;
  readonly rows: number;
  /** Cells whose text did not fit their field. */
  readonly refused: number;
}

export interface GridActions {
  /** The cell, or why it cannot be edited. */
  readonly cellAt: (place: CellPlace) => EditableCell | string;
  /** Sets what is selected to null, where null may stand. */
  readonly setNull: (selection: Selection) => void;
  /** Gives all selected cells the value of the topmost one in their column. */
  readonly fillDown: (selection: Selection) => void;
  readonly deleteRows: (selection: Selection) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Puts a block over the cells from the focus on, or stages each of its rows as a new document. */
  readonly paste: (
    text: string,
    options: { readonly selection: Selection; readonly asRows: boolean },
  ) => PasteOutcome;
  /** Absent where rows are not those of one collection. */
  readonly insertRow?: () => void;
  readonly duplicateRows?: (selection: Selection) => void;
}
