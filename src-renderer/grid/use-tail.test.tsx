// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GridColumn } from './cell-value.ts';
import { Grid } from './grid.tsx';
import { type LiveEntry, LiveRows } from './live-rows.ts';

// There is no layout here: every element is as large as a window, so that exactly twenty rows are seen.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 590 });
});
afterEach(cleanup);

const columns: readonly GridColumn[] = [
  { name: 'n', path: 'n', nullable: false, type: { kind: 'scalar', name: 'Int' } },
];
const rowHeight = 28;

function open({ isNewestFirst = false } = {}) {
  let entries: readonly LiveEntry[] = [];
  const model = new LiveRows({ columnCount: 1, read: () => entries, schedule: (run) => run() });
  let next = 0;
  const insert = (count = 1) => {
    const added = Array.from({ length: count }, (_, at) => {
      const n = next + at;
      return { key: `k${n}`, values: [n] };
    });
    next += count;
    entries = isNewestFirst ? [...added.reverse(), ...entries] : [...entries, ...added];
  };
  const add = (count?: number) =>
    act(() => {
      insert(count);
      model.replace();
    });
  insert(100);
  model.begin();
  const shown = (tail: number | undefined) => (
    <Grid {...{ model, columns, tail }} label="Numbers" />
  );
  const { rerender } = render(shown(undefined));
  const grid = screen.getByRole('grid', { name: 'Numbers' });
  const ask = (tail: number | undefined) => rerender(shown(tail));
  const scrollTo = (top: number) => {
    grid.scrollTop = top;
    fireEvent.scroll(grid);
  };
  const end = () => (model.count.rows - 20) * rowHeight;
  return { model, grid, add, ask, scrollTo, end };
}
const again = () => screen.queryByRole('button', { name: 'Follow again' });

describe('tail', () => {
  it('keeps the newest row in view', () => {
    const { grid, add, ask, end } = open();
    ask(1);
    add();
    expect(grid.scrollTop).toBe(end());
    add(7);
    expect([grid.scrollTop, again()]).toEqual([end(), null]);
  });

  // With Tail on, each insert threw whoever had scrolled up back to the end: scrollTop 0 became 2814.
  it('lets the person scroll away, counts what is new, and is followed again when asked', () => {
    const { grid, add, ask, scrollTo, end } = open();
    ask(1);
    add();
    scrollTo(0);
    fireEvent.pointerMove(grid, { clientY: 230 });
    add(3);
    add(2);
    expect(grid.scrollTop).toBe(0);
    expect(screen.getByText('5 new')).toBeTruthy();
    fireEvent.click(again() ?? document.body);
    expect([grid.scrollTop, again()]).toEqual([end(), null]);
    add();
    expect(grid.scrollTop).toBe(end());
    scrollTo(end() - 3);
    add();
    expect(grid.scrollTop).toBe(end() - rowHeight - 3);
    ask(2);
    expect(grid.scrollTop).toBe(end());
  });

  it('is followed again when the person comes back to the newest row', () => {
    const { grid, add, ask, scrollTo, end } = open();
    ask(1);
    add();
    scrollTo(100);
    add();
    expect(again()).not.toBeNull();
    scrollTo(end());
    expect(again()).toBeNull();
    add();
    expect(grid.scrollTop).toBe(end());
  });

  it('stays away while cells are selected in between', () => {
    const { grid, add, ask, scrollTo } = open();
    ask(1);
    add();
    scrollTo(140);
    ask(undefined);
    ask(1);
    add();
    expect(grid.scrollTop).toBe(140);
  });

  it('follows to where new rows come, and holds what is looked at once the person went away', () => {
    const { grid, add, ask, scrollTo } = open({ isNewestFirst: true });
    scrollTo(560);
    ask(1);
    add();
    expect(grid.scrollTop).toBe(0);
    scrollTo(280);
    add(2);
    expect([grid.scrollTop, again() === null]).toEqual([280 + 2 * rowHeight, false]);
  });
});
