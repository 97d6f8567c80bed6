/*
 * Browsers stop at about 33 million pixels of height, which is 1.2 million rows of 28 pixels. So the scrolled element
 * is never higher than `physicalHeightMax`, and the place in the rows ("natural" pixels) is kept beside the place of
 * the scrollbar ("physical" pixels). Below the cap both are the same number. Above it there are two scales: wheel and
 * keyboard move by natural pixels, so that one notch is still a few rows; dragging the scrollbar maps in proportion,
 * so that both ends and everything between can be reached. The natural place is the truth; the physical one follows.
 */

/** About 8 million: a quarter of Chromium's ceiling, so that zoom and high densities stay below it. */
export const physicalHeightMax = 8_000_000;

/** The sizes a scroll space is computed from, in CSS pixels. */
export interface ScrollSpace {
  readonly rowHeight: number;
  /** All rows, uncompressed. */
  readonly naturalHeight: number;
  /** What the scrolled element gets. */
  readonly physicalHeight: number;
  readonly viewportHeight: number;
}

export function scrollSpace(sizes: {
  readonly rowCount: number;
  readonly rowHeight: number;
  readonly viewportHeight: number;
}): ScrollSpace {
  const naturalHeight = sizes.rowCount * sizes.rowHeight;
  return {
    rowHeight: sizes.rowHeight,
    naturalHeight,
    physicalHeight: Math.min(naturalHeight, Math.max(physicalHeightMax, sizes.viewportHeight * 2)),
    viewportHeight: sizes.viewportHeight,
  };
}

export function isCompressed(space: ScrollSpace): boolean {
  return space.physicalHeight < space.naturalHeight;
}

/** The farthest natural place: the last row stands at the lower edge. */
export function naturalTopMax(space: ScrollSpace): number {
  return Math.max(0, space.naturalHeight - space.viewportHeight);
}

function physicalTopMax(space: ScrollSpace): number {
  return Math.max(0, space.physicalHeight - space.viewportHeight);
}

/** Where a scrollbar position leads. Both ends map exactly. */
export function naturalFromPhysical(space: ScrollSpace, physicalTop: number): number {
  if (!isCompressed(space)) return clamp(physicalTop, naturalTopMax(space));
  const range = physicalTopMax(space);
  return clamp((physicalTop / range) * naturalTopMax(space), naturalTopMax(space));
}

/** Where the scrollbar stands for a place. Both ends map exactly. */
export function physicalFromNatural(space: ScrollSpace, naturalTop: number): number {
  const natural = clamp(naturalTop, naturalTopMax(space));
  if (!isCompressed(space)) return natural;
  return clamp((natural / naturalTopMax(space)) * physicalTopMax(space), physicalTopMax(space));
}

/** The place after a move by natural pixels (wheel, keyboard). */
export function movedBy(space: ScrollSpace, naturalTop: number, pixels: number): number {
  return clamp(naturalTop + pixels, naturalTopMax(space));
}

/** The nearest place at which a row is wholly visible. */
export function revealing(space: ScrollSpace, naturalTop: number, row: number): number {
  const top = row * space.rowHeight;
  const bottom = top + space.rowHeight;
  if (top < naturalTop) return clamp(top, naturalTopMax(space));
  if (bottom > naturalTop + space.viewportHeight) {
    return clamp(bottom - space.viewportHeight, naturalTopMax(space));
  }
  return clamp(naturalTop, naturalTopMax(space));
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(0, value), max);
}
