/* What can be done to the cells of a grid, whatever its rows are: a collection, or the result of a query. */
import type { FieldInfo, WireValue } from '#contract';
import type { CopiedCells } from '../../grid/copied-cells.ts';
import type { CellPlace, Selection } from '../../grid/selection.ts';

/** A cell as it can be edited: of the document that it showed when it was asked for, wherever that stands by now. */
export interface EditableCell {
  /** The field behind it, or what stands for one: its type, its rules. */
  readonly field: FieldInfo;
  readonly collection: string;
  readonly value: WireValue | undefined;
  /** Where the host keeps it, and what it last had there; absent for what is new, or is not one value there. */
  readonly stored?: {
    readonly id: string;
    readonly path: readonly string[];
    readonly value: WireValue | undefined;
  };
  /** What is wrong with the value that is staged. */
  readonly problem?: string | undefined;
  /** What is wrong with a value beyond the rules of the field. */
  readonly problemOf?: (value: WireValue) => string | undefined;
  /** What other documents have against a value that only one may have; absent where any number may. */
  readonly uniqueProblemOf?: (value: WireValue, signal: AbortSignal) => Promise<string | undefined>;
  /** Stages a value; `undefined` unsets the field. */
  readonly set: (value: WireValue | undefined) => void;
  /** The row in which the document stands now; `undefined` when it is not loaded. */
  readonly rowNow: () => number | undefined;
}

/** A pasted cell whose text is told of. */
export interface PastedPlace {
  /** In the pasted block, from 1. */
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

export interface PasteOutcome {
  readonly cells: number;
  readonly rows: number;
  /** Cells whose text does not fit their field: staged as it is, marked, in the way of the commit. */
  readonly unfit: readonly PastedPlace[];
  /** Cells that cannot be edited; left out. */
  readonly refused: readonly PastedPlace[];
  /** What else was left out or is odd, each as a part of a sentence. */
  readonly remarks: readonly string[];
  /** Rows of the block for which there are no documents: how many, and how they become new ones. */
  readonly beyond?: { readonly rows: number; readonly insert: () => PasteOutcome };
}

export interface PasteOptions {
  readonly selection: Selection;
  readonly asRows: boolean;
  /** What a grid of the studio has copied together with the text. */
  readonly cells?: CopiedCells | undefined;
}

export interface GridActions {
  /** The cell, or why it cannot be edited. */
  readonly cellAt: (place: CellPlace) => EditableCell | string;
  /** Sets what is selected to null, where null may stand; says where it may not. */
  readonly setNull: (selection: Selection) => string | undefined;
  /** Takes the values of what is selected away, where none may stand; says where it may not. */
  readonly unset: (selection: Selection) => string | undefined;
  /** Gives all selected cells the value of the topmost one in their column. */
  readonly fillDown: (selection: Selection) => void;
  readonly deleteRows: (selection: Selection) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /**
   * Puts a block over the cells from the focus on, or stages each of its rows as a new document. It is repeated over a
   * selection that is its multiple.
   */
  readonly paste: (text: string, options: PasteOptions) => PasteOutcome;
  /** Absent where rows are not those of one collection. */
  readonly insertRow?: () => void;
  readonly duplicateRows?: (selection: Selection) => void;
}

/** Why null was not set, or the value not taken away, for some fields or one. */
export function requiredText(
  names: readonly string[],
  undone: 'set to null' | 'unset' = 'set to null',
): string | undefined {
  const required = [...new Set(names)];
  if (required.length === 0) return undefined;
  return `${required.join(', ')} must have a value, so it was not ${undone}.`;
}
