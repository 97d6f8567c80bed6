// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { GridColumn } from './cell-value.ts';
import { Grid } from './grid.tsx';
import { ResultRows } from './result-rows.ts';
import type { ScrollPlace } from './use-scroll-place.ts';

// There is no layout here: every element is as large as a window, so that about twenty rows are seen.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 590 });
});
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const columns: readonly GridColumn[] = [
  { name: 'n', path: 'n', nullable: false, type: { kind: 'scalar', name: 'Int' } },
];
const rowHeight = 28;

function openGrid(rowCount: number, firstPlace?: ScrollPlace) {
  const model = new ResultRows(1);
  const places: ScrollPlace[] = [];
  const append = (count: number) => {
    const from = model.count.rows;
    model.append({
      rowCount: count,
      columns: [Array.from({ length: count }, (_, at) => from + at)],
    });
  };
  append(rowCount);
  const shownGrid = (
    <Grid
      {...{ model, columns, firstPlace }}
      label="Numbers"
      onPlace={(place) => places.push(place)}
    />
  );
  render(shownGrid);
  const grid = screen.getByRole('grid', { name: 'Numbers' });
  const scrollTo = (row: number) =>
    act(() => {
      grid.scrollTop = row * rowHeight;
      grid.dispatchEvent(new Event('scroll'));
    });
  const rest = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  const isShown = (row: number) => document.querySelector(`[data-row="${row}"]`) !== null;
  return { model, append, places, scrollTo, rest, isShown };
}

it('tells where a grid is when scrolling has rested, once', async () => {
  const { places, scrollTo, rest } = openGrid(1_000);
  await rest(1_000);
  expect(places).toEqual([]);
  scrollTo(100);
  await rest(100);
  scrollTo(200);
  await rest(100);
  expect(places).toEqual([]);
  await rest(1_000);
  expect(places).toEqual([{ row: 200, left: 0 }]);
});

it('goes back to where it was, as soon as the rows reach so far, and tells nothing of that', async () => {
  const { append, places, rest, isShown } = openGrid(100, { row: 400, left: 0 });
  await rest(500);
  expect([isShown(5), places]).toEqual([true, []]);
  act(() => append(900));
  await rest(1_000);
  expect([isShown(5), isShown(400), places]).toEqual([false, true, []]);
});

it('stays with whoever has scrolled meanwhile', async () => {
  const { append, scrollTo, rest, isShown } = openGrid(100, { row: 400, left: 0 });
  scrollTo(50);
  await rest(500);
  act(() => append(900));
  await rest(1_000);
  expect([isShown(50), isShown(400)]).toEqual([true, false]);
});
