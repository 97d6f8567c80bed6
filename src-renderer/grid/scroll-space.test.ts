import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isCompressed,
  movedBy,
  naturalFromPhysical,
  naturalTopMax,
  physicalFromNatural,
  physicalHeightMax,
  revealing,
  scrollSpace,
} from './scroll-space.ts';
import { visibleRows } from './window.ts';

const sizes = fc.record({
  rowCount: fc.integer({ min: 1, max: 10_000_000 }),
  rowHeight: fc.constantFrom(24, 28, 34),
  viewportHeight: fc.integer({ min: 60, max: 2000 }),
});
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe('scroll space', () => {
  it('never gives the page more height than the cap, or than there are rows', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const space = scrollSpace(size);
        expect(space.physicalHeight).toBeLessThanOrEqual(physicalHeightMax);
        expect(space.physicalHeight).toBeLessThanOrEqual(size.rowCount * size.rowHeight);
        expect(isCompressed(space)).toBe(size.rowCount * size.rowHeight > physicalHeightMax);
      }),
    );
  });

  it('maps both ends exactly, so that the last row is reached by dragging', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const space = scrollSpace(size);
        const lowest = Math.max(0, space.physicalHeight - space.viewportHeight);
        expect(naturalFromPhysical(space, 0)).toBe(0);
        expect(naturalFromPhysical(space, lowest)).toBe(naturalTopMax(space));
        expect(physicalFromNatural(space, naturalTopMax(space))).toBe(lowest);
        expect(visibleRows(space, naturalTopMax(space), size.rowCount).end).toBe(size.rowCount);
      }),
    );
  });

  it('comes back to the same row after physical and natural, in both directions', () => {
    fc.assert(
      fc.property(sizes, fraction, (size, at) => {
        const space = scrollSpace(size);
        const natural = at * naturalTopMax(space);
        const back = naturalFromPhysical(space, physicalFromNatural(space, natural));
        expect(Math.abs(back - natural)).toBeLessThan(0.001);
      }),
    );
  });

  it('maps in order: further down the scrollbar is never further up the rows', () => {
    fc.assert(
      fc.property(sizes, fraction, fraction, (size, one, other) => {
        const space = scrollSpace(size);
        const range = Math.max(0, space.physicalHeight - space.viewportHeight);
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(naturalFromPhysical(space, low * range)).toBeLessThanOrEqual(
          naturalFromPhysical(space, high * range),
        );
      }),
    );
  });

  it('moves by natural pixels whatever the compression', () => {
    const space = scrollSpace({ rowCount: 10_000_000, rowHeight: 28, viewportHeight: 700 });
    expect(movedBy(space, 140_000_000, 100)).toBe(140_000_100);
    expect(movedBy(space, 30, -100)).toBe(0);
    expect(movedBy(space, naturalTopMax(space) - 5, 100)).toBe(naturalTopMax(space));
  });

  it('walks ten million rows by keyboard steps from either end without skipping one', () => {
    const space = scrollSpace({ rowCount: 10_000_000, rowHeight: 28, viewportHeight: 700 });
    for (const [from, step] of [
      [0, 1],
      [9_999_999, -1],
    ] as const) {
      let top = revealing(space, 0, from);
      for (let row = from, steps = 0; steps < 5000; steps += 1, row += step) {
        top = revealing(space, top, row);
        const window = visibleRows(space, top, 10_000_000);
        expect(window.start).toBeLessThanOrEqual(row);
        expect(window.end).toBeGreaterThan(row);
      }
    }
  });

  it('reveals any row wholly', () => {
    fc.assert(
      fc.property(sizes, fraction, fraction, (size, at, place) => {
        const space = scrollSpace(size);
        const row = Math.floor(at * (size.rowCount - 1));
        const top = revealing(space, place * naturalTopMax(space), row);
        expect(row * size.rowHeight).toBeGreaterThanOrEqual(top);
        expect((row + 1) * size.rowHeight).toBeLessThanOrEqual(top + size.viewportHeight + 0.001);
      }),
    );
  });
});
