import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerRow, type MoveKey, moved, rectangleOf, selectionAt } from './selection.ts';

const bounds = { rowCount: 100, columnCount: 5, pageRows: 10 };
const press = (key: string, more: Partial<MoveKey> = {}): MoveKey => ({
  key,
  isCommand: false,
  isShift: false,
  ...more,
});

describe('moving in a grid', () => {
  it('moves by one cell, one page, to the ends of the row and of the grid', () => {
    const from = selectionAt({ row: 20, column: 2 });
    const focusAfter = (key: MoveKey) => moved(from, key, bounds)?.focus;
    expect(focusAfter(press('ArrowDown'))).toEqual({ row: 21, column: 2 });
    expect(focusAfter(press('PageUp'))).toEqual({ row: 10, column: 2 });
    expect(focusAfter(press('Home'))).toEqual({ row: 20, column: 0 });
    expect(focusAfter(press('End'))).toEqual({ row: 20, column: 4 });
    expect(focusAfter(press('Home', { isCommand: true }))).toEqual({ row: 0, column: 0 });
    expect(focusAfter(press('End', { isCommand: true }))).toEqual({ row: 99, column: 4 });
  });

  it('goes to the header from the first row, and back', () => {
    const header = moved(selectionAt({ row: 0, column: 1 }), press('ArrowUp'), bounds);
    expect(header?.focus).toEqual({ row: headerRow, column: 1 });
    expect(header && moved(header, press('ArrowDown'), bounds)?.focus).toEqual({
      row: 0,
      column: 1,
    });
  });

  it('extends a rectangle with shift', () => {
    const start = selectionAt({ row: 5, column: 3 });
    const one = moved(start, press('ArrowDown', { isShift: true }), bounds) ?? start;
    const two = moved(one, press('ArrowLeft', { isShift: true }), bounds) ?? one;
    expect(rectangleOf(two)).toEqual({ top: 5, bottom: 6, left: 2, right: 3 });
  });

  it('leaves other keys alone', () => {
    expect(moved(selectionAt({ row: 0, column: 0 }), press('x'), bounds)).toBeUndefined();
  });

  it('never leaves the grid, whatever keys are pressed', () => {
    const key = fc.record({
      key: fc.constantFrom(
        ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'],
      ),
      isCommand: fc.boolean(),
      isShift: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(key), fc.integer({ min: 0, max: 30 }), (keys, rowCount) => {
        let selection = selectionAt({ row: 0, column: 0 });
        for (const each of keys) {
          selection = moved(selection, each, { ...bounds, rowCount }) ?? selection;
          expect(selection.focus.row).toBeGreaterThanOrEqual(headerRow);
          expect(selection.focus.row).toBeLessThan(Math.max(1, rowCount));
          expect(selection.focus.column).toBeGreaterThanOrEqual(0);
          expect(selection.focus.column).toBeLessThan(bounds.columnCount);
        }
      }),
    );
  });
});
