import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnEdges, revealingColumn, visibleColumns, widened } from './window.ts';

const widths = fc.array(fc.integer({ min: 48, max: 400 }), { minLength: 1, maxLength: 60 });

describe('column windowing', () => {
  it('draws exactly the columns that touch the view', () => {
    fc.assert(
      fc.property(widths, fc.integer({ min: 0, max: 5000 }), (list, scrollLeft) => {
        const edges = columnEdges(list);
        const window = visibleColumns(edges, scrollLeft, 800);
        const touching = list.flatMap((width, column) => {
          const left = edges[column] ?? 0;
          return left < scrollLeft + 800 && left + width > scrollLeft ? [column] : [];
        });
        const drawn = list.map((_, column) => column).slice(window.start, window.end);
        expect(drawn).toEqual(expect.arrayContaining(touching));
        expect(drawn.length).toBeLessThanOrEqual(touching.length + 1);
      }),
    );
  });

  it('reveals a column by the smallest move', () => {
    const edges = columnEdges([100, 100, 100, 100]);
    expect(revealingColumn(edges, 0, 250, 1)).toBe(0);
    expect(revealingColumn(edges, 0, 250, 3)).toBe(150);
    expect(revealingColumn(edges, 150, 250, 0)).toBe(0);
  });

  it('shows the left edge of a column that is wider than the view', () => {
    expect(revealingColumn(columnEdges([100, 900]), 0, 250, 1)).toBe(100);
  });

  it('widens a range inside its bounds', () => {
    expect(widened({ start: 2, end: 5 }, 8, 9)).toEqual({ start: 0, end: 9 });
  });
});
