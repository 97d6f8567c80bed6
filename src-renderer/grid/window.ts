import type { ScrollSpace } from './scroll-space.ts';

/** A range of rows or columns, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Rows that touch the viewport, without margin. */
export function visibleRows(space: ScrollSpace, naturalTop: number, rowCount: number): Range {
  const start = Math.max(0, Math.min(Math.floor(naturalTop / space.rowHeight), rowCount));
  const end = Math.min(Math.ceil((naturalTop + space.viewportHeight) / space.rowHeight), rowCount);
  return { start, end: Math.max(start, end) };
}

/** The range widened by a margin on both sides, inside `count`. */
export function widened(range: Range, margin: number, count: number): Range {
  return { start: Math.max(0, range.start - margin), end: Math.min(count, range.end + margin) };
}

/** Left edges of columns, and behind the last one the whole width: one longer than `widths`. */
export function columnEdges(widths: readonly number[]): readonly number[] {
  const edges = [0];
  let edge = 0;
  for (const width of widths) {
    edge += width;
    edges.push(edge);
  }
  return edges;
}

/** Columns that touch the horizontal viewport. */
export function visibleColumns(
  edges: readonly number[],
  scrollLeft: number,
  viewportWidth: number,
): Range {
  const count = edges.length - 1;
  const start = Math.max(0, firstAbove(edges, scrollLeft) - 1);
  const end = Math.min(count, firstAtLeast(edges, scrollLeft + viewportWidth));
  return { start: Math.min(start, count), end: Math.max(end, Math.min(start, count)) };
}

/** The columns to draw: those pinned, and those of a range. */
export function drawnColumns(range: Range, pinnedCount: number): readonly number[] {
  const drawn: number[] = [];
  for (let column = 0; column < pinnedCount; column += 1) drawn.push(column);
  for (let column = Math.max(range.start, pinnedCount); column < range.end; column += 1) {
    drawn.push(column);
  }
  return drawn;
}

/** The same with one more column, in its place, unless it is among them. */
export function drawnWith(drawn: readonly number[], column: number): readonly number[] {
  if (column < 0 || drawn.includes(column)) return drawn;
  return [...drawn, column].sort((left, right) => left - right);
}

/** The nearest `scrollLeft` at which a column is wholly visible, or its left edge when it is wider than the view. */
export function revealingColumn(
  edges: readonly number[],
  scrollLeft: number,
  viewportWidth: number,
  column: number,
): number {
  const left = edges[column] ?? 0;
  const right = edges[column + 1] ?? left;
  if (left < scrollLeft || right - left > viewportWidth) return left;
  if (right > scrollLeft + viewportWidth) return right - viewportWidth;
  return scrollLeft;
}

function firstAbove(ascending: readonly number[], value: number): number {
  return lowerBound(ascending, (at) => at > value);
}

function firstAtLeast(ascending: readonly number[], value: number): number {
  return lowerBound(ascending, (at) => at >= value);
}

function lowerBound(ascending: readonly number[], matches: (at: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = ascending[middle];
    if (at !== undefined && !matches(at)) low = middle + 1;
    else high = middle;
  }
  return low;
}
