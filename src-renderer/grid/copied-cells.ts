/*
 * Cells on the clipboard, beside the text that other programs take. Text cannot tell null, a field that is not set and an
 * empty text apart; this can, and it names the columns. It stands there under a format of its own, so that it is there
 * for every window of the studio, and gone as soon as anything else is copied.
 */
import type { CellValue } from './cell-value.ts';

export const cellsFormat = 'application/x-aurora-cells+json';

export interface CopiedCells {
  readonly names: readonly string[];
  /** `undefined` for a field that is not set. */
  readonly rows: readonly (readonly (CellValue | undefined)[])[];
}

/** A cell is a list of one value, or an empty one for a field that is not set. */
export function encodeCells({ names, rows }: CopiedCells): string {
  return JSON.stringify({
    names,
    rows: rows.map((cells) => cells.map((value) => (value === undefined ? [] : [value]))),
  });
}

/** `undefined` for what is not of this form: any page may write to the clipboard. */
export function decodeCells(text: string): CopiedCells | undefined {
  const given = parsed(text);
  if (typeof given !== 'object' || given === null) return undefined;
  if (!('names' in given) || !('rows' in given)) return undefined;
  const { names, rows } = given;
  if (!isListOf(names, (name) => typeof name === 'string')) return undefined;
  if (!isListOf(rows, (row): row is CellValue[][] => isListOf(row, isCell))) return undefined;
  return { names, rows: rows.map((row) => row.map(([value]) => value)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListOf<Item>(given: unknown, isItem: (item: unknown) => item is Item): given is Item[] {
  return Array.isArray(given) && given.every((item) => isItem(item));
}

/** What stands in it comes from JSON, and is therefore a value. */
function isCell(given: unknown): given is CellValue[] {
  return Array.isArray(given) && given.length <= 1;
}
