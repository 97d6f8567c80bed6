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

/** A pasted cell that was left out. */
export interface RefusedCell {
  /** In the pasted block, from 1. */
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

export interface PasteOutcome {
  readonly cells: number;
  readonly rows: number;
  /** Cells whose text did not fit their field. */
  readonly refused: readonly RefusedCell[];
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

const namedMax = 5;

/** What was left out, for the note that tells of a paste: which cells, and what stood there. */
export function refusedText(refused: readonly RefusedCell[]): string {
  if (refused.length === 0) return '';
  const named = refused
    .slice(0, namedMax)
    .map(({ row, column, text }) => `row ${row} ${column} ${JSON.stringify(text.slice(0, 40))}`);
  const rest = refused.length - named.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const subject = refused.length === 1 ? '1 cell does' : `${refused.length} cells do`;
  return `; ${subject} not fit the field and ${refused.length === 1 ? 'is' : 'are'} left out: ${named.join(', ')}${more}`;
}
