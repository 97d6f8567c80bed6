import { expect, it } from 'vitest';
import type { Selection } from '../../grid/selection.ts';
import { actIdsOf, editActs } from './edit-acts.ts';

const ofRows = { insertRow: () => undefined, duplicateRows: () => undefined };
const from = (row: number, column: number, toRow: number, toColumn: number): Selection => ({
  anchor: { row, column },
  focus: { row: toRow, column: toColumn },
});
const shown = (selection: Selection) =>
  editActs(ofRows, selection).map(({ label, key, isPossible }) => [label, key, isPossible]);

// Rows were deleted, duplicated and filled by keys alone, which nothing on the page told of.
it('a cell can be set to null and unset, and its row duplicated and deleted', () => {
  expect(shown(from(2, 1, 2, 1))).toEqual([
    ['Set the cell to null', 'Backspace', true],
    ['Unset the cell', 'Shift+Backspace', true],
    ['Fill down', undefined, false],
    ['Insert a row', 'Mod+I', true],
    ['Duplicate the row', 'Mod+D', true],
    ['Delete the row', 'Delete', true],
  ]);
});

it('cells of several rows can be filled, with the key that duplicates one', () => {
  expect(shown(from(4, 1, 2, 2))).toEqual([
    ['Set the cells to null', 'Backspace', true],
    ['Unset the cells', 'Shift+Backspace', true],
    ['Fill down', 'Mod+D', true],
    ['Insert a row', 'Mod+I', true],
    ['Duplicate 3 rows', undefined, true],
    ['Delete 3 rows', 'Delete', true],
  ]);
});

it('rows of a query result cannot be inserted or duplicated', () => {
  expect(actIdsOf({})).toEqual(['null', 'unset', 'fill', 'delete']);
});
